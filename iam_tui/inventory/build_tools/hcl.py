"""HCL, as far as bake files need it: blocks, attributes, and values as texts with their lines.

The result is the same as for YAML and JSON. What is computed stays as it is written, within `${ }`, as in a
template. See https://docs.docker.com/build/bake/reference/
"""

import re

from iam_tui.inventory.yaml_nodes import MOST_DEPTH, MappingNode, ScalarNode, SequenceNode, YamlNode

_SKIPPED = re.compile(r"(?:\s++|#[^\n]*+|//[^\n]*+|/\*.*?(?:\*/|\Z))++", re.DOTALL)
_NAME = re.compile(r"[^\W\d][\w-]*+")
_PLAIN = re.compile(r'[^"\\$%\n]++')
_HEREDOC = re.compile(r"<<-?([^\W\d][\w-]*+)[ \t]*\r?\n(.*?)^[ \t]*\1[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_CLOSES = {"(": ")", "[": "]", "{": "}"}
_ENDS_VALUE = "\n,]})#"


class UnreadableHcl(Exception):
    """The text cannot be read as HCL; `line` counts from 1, `reason` completes a sentence."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


def read_hcl(text: str) -> MappingNode:
    """The attributes and blocks of a file; a block `a "b" { ... }` is the key `b` in the mapping `a`.

    Raises `UnreadableHcl`, also for what is nested more than `MOST_DEPTH` deep.
    """
    return _HclReader(text.removeprefix("\ufeff")).body("", 0)


class _HclReader:
    """One pass over a text; each method continues where the last one stopped."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._counted = 0

    def body(self, end: str, depth: int) -> MappingNode:
        """What is in a file or in a block, up to the character `end`."""
        self._check(depth)
        found = MappingNode(self._line_here())
        blocks: dict[str, MappingNode] = {}
        while not self._ends(end):
            line, name = self._line_here(), self._name()
            self._skip()
            if self._peek() in "=:" and self._peek():
                self._at += 1
                self._skip()
                found.pairs.append((ScalarNode(line, name), self._value(depth + 1)))
                self._skip()
                self._at += self._peek() == ","
                continue
            within = blocks.get(name)
            if within is None:
                within = blocks[name] = MappingNode(line)
                found.pairs.append((ScalarNode(line, name), within))
            self._block(within, depth)
        return found

    def _block(self, within: MappingNode, depth: int) -> None:
        labels = list[ScalarNode]()
        while self._peek() not in ("{", ""):
            labels.append(ScalarNode(self._line_here(), self._name()))
            self._skip()
        self._at += 1
        inside = self.body("}", depth + 1 + len(labels))
        for label in reversed(labels[1:]):
            inside = MappingNode(label.line, [(label, inside)])
        if labels:
            within.pairs.append((labels[0], inside))
        else:
            within.pairs += inside.pairs

    def _value(self, depth: int) -> YamlNode:
        self._check(depth)
        line, start = self._line_here(), self._at
        character = self._peek()
        if character == "[":
            self._at += 1
            node: YamlNode = self._list(line, depth)
        elif character == "{":
            self._at += 1
            node = self.body("}", depth)
        elif character == '"':
            node = ScalarNode(line, self._string())
        elif heredoc := _HEREDOC.match(self._text, self._at):
            self._at = heredoc.end()
            return ScalarNode(line, heredoc[2], literal=True)
        elif self._text.startswith("<<", self._at):
            raise UnreadableHcl(line, "a heredoc has no end")
        else:
            node = ScalarNode(line, "")
        if isinstance(node, ScalarNode) and (rest := self._computed(start)):
            literal = rest in ("true", "false", "null") or rest.isdecimal()
            return ScalarNode(line, rest if literal else f"${{{rest}}}", plain=literal)
        return node

    def _list(self, line: int, depth: int) -> SequenceNode:
        found = SequenceNode(line)
        while not self._ends("]"):
            found.items.append(self._value(depth + 1))
            self._skip()
            self._at += self._peek() == ","
        return found

    def _computed(self, start: int) -> str:
        """The expression that starts at index `start`; empty if it ends where a string has been read."""
        read = self._at
        open_brackets: list[str] = []
        while character := self._peek():
            if not open_brackets and (
                character in _ENDS_VALUE or self._text.startswith(("//", "/*"), self._at)
            ):
                break
            if character == '"':
                self._string()
                continue
            if character in _CLOSES:
                open_brackets.append(_CLOSES[character])
            elif open_brackets and character == open_brackets[-1]:
                open_brackets.pop()
            self._at += 1
        if read > start and not self._text[read : self._at].strip():
            return ""
        written = self._text[start : self._at].strip()
        if not written:
            raise UnreadableHcl(self._line_here(), "a value is missing")
        return written

    def _name(self) -> str:
        if self._peek() == '"':
            return self._string()
        found = _NAME.match(self._text, self._at)
        if found is None:
            raise UnreadableHcl(self._line_here(), "a name is missing")
        self._at = found.end()
        return found[0]

    def _string(self) -> str:
        """The string whose quote is here; `${ }` stays as it is written, whatever strings are within it."""
        pieces: list[str] = []
        self._at += 1
        while character := self._peek():
            if plain := _PLAIN.match(self._text, self._at):
                self._at = plain.end()
                pieces.append(plain[0])
            elif character == '"':
                self._at += 1
                return "".join(pieces)
            elif character == "\\":
                escaped = self._text[self._at + 1 : self._at + 2]
                pieces.append(_ESCAPES.get(escaped, escaped))
                self._at += 2
            elif self._text.startswith(("${", "%{"), self._at):
                pieces.append(self._template())
            elif character == "\n":
                break
            else:
                pieces.append(character)
                self._at += 1
        raise UnreadableHcl(self._line_here(), "a closing quote is missing")

    def _template(self) -> str:
        start = self._at
        depth, quoted = 0, False
        while character := self._peek():
            self._at += 1 + (character == "\\")
            if character == '"':
                quoted = not quoted
            elif not quoted:
                depth += (character == "{") - (character == "}")
                if character == "}" and not depth:
                    return self._text[start : self._at]
        raise UnreadableHcl(self._line_here(), "a closing brace is missing")

    def _ends(self, end: str) -> bool:
        self._skip()
        if self._peek() != end:
            if not self._peek():
                raise UnreadableHcl(self._line_here(), f"a {end} is missing")
            return False
        self._at += 1
        return True

    def _skip(self) -> None:
        found = _SKIPPED.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _line_here(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = max(self._at, self._counted)
        return self._line

    def _check(self, depth: int) -> None:
        if depth > MOST_DEPTH:
            raise UnreadableHcl(self._line_here(), f"more than {MOST_DEPTH} levels deep")
