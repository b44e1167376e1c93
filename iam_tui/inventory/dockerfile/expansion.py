r"""The words of a Dockerfile: `$X`, `${X:-y}` and their kin, quotes and escapes (references 2).

The forms are those of BuildKit: `$X ${X}`, `:- - :+ + :? ?` with a word, `# ## % %%` with a pattern,
`/pattern/text` and `//pattern/text`; words nest. A pattern knows `*`, `?` and `\` before either.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from iam_tui.core.escape_controls import escape_controls
from iam_tui.inventory.uncertainty import is_empty, join_doubts, not_set, shown, stands_in

LONGEST = 1024
"""Characters; no image name is longer, and whatever a word becomes stays as small as the file it is in."""
DEEPEST = 100

_SPECIAL_NAMES = frozenset("@*#?-$!0")
_CHARACTER = re.compile(r"\\.|.", re.DOTALL)


class Value(NamedTuple):
    """What a word or a variable stands for.

    `doubts` are what `text` hangs on (see `doubts`); `problem`, one sentence, says why there is no text at
    all. Only a variable has a `lack`: that it is not set (`unset` too), that it is empty, or that somebody
    else may give it another value. It becomes a doubt of what uses the variable.
    """

    text: str = ""
    doubts: tuple[str, ...] = ()
    problem: str = ""
    unset: bool = False
    lack: str = ""

    def used(self) -> "Value":
        """The value as something uses it: what it lacks is a doubt."""
        if not self.lack:
            return self
        return Value(self.text, join_doubts((self.doubts, (stands_in(self.lack, self.text),))))


def expand(word: str, values: Mapping[str, Value], escape: str = "\\") -> Value:
    """The word with its variables replaced, its quotes and escapes taken away; never raises.

    A value's own `doubts` and `problem` pass on to every word that uses it.
    """
    if "$" not in word and "'" not in word and '"' not in word and escape not in word:
        return Value(word) if len(word) <= LONGEST else Value(problem=_TOO_LONG)
    try:
        return _Word(word, values, escape).whole()
    except _Bad as bad:
        return Value(problem=str(bad))


_TOO_LONG = f"longer than {LONGEST} characters"


class _Bad(Exception):
    """The word cannot be read, or has no text."""


class _Word:
    """One word, read from the left; every method goes on where the one before stopped."""

    def __init__(self, text: str, values: Mapping[str, Value], escape: str) -> None:
        if len(text) > LONGEST:
            raise _Bad(_TOO_LONG)
        self._text = text
        self._at = 0
        self._values = values
        self._escape = escape
        self._depth = 0

    def whole(self) -> Value:
        return self._until("", raw=False)

    def _until(self, stop: str, *, raw: bool) -> Value:
        """Everything up to the character `stop`; `raw` keeps the escapes, for a pattern."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise _Bad(f"variables are nested more than {DEEPEST} deep")
        text = _Text()
        while character := self._next():
            if character == stop:
                self._depth -= 1
                return text.value()
            if character == "$":
                text.add(self._variable())
            elif character == "'":
                text.add_plain(self._single_quoted())
            elif character == '"':
                self._double_quoted(text, raw=raw)
            elif character == self._escape:
                text.add_plain((character if raw else "") + self._next())
            else:
                text.add_plain(character)
        if stop:
            raise _Bad(f"a {stop} is missing")
        return text.value()

    def _next(self) -> str:
        """The next character, which is passed; nothing at the end."""
        character = self._text[self._at : self._at + 1]
        self._at += 1
        return character

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _single_quoted(self) -> str:
        end = self._text.find("'", self._at)
        if end < 0:
            raise _Bad("a closing ' is missing")
        start, self._at = self._at, end + 1
        return self._text[start:end]

    def _double_quoted(self, text: "_Text", *, raw: bool) -> None:
        while character := self._next():
            if character == '"':
                return
            if character == "$":
                text.add(self._variable())
            elif character == self._escape:
                if raw:
                    text.add_plain(character)
                special = self._peek() in ('"', "$", self._escape)
                text.add_plain(self._next() if special else character)
            else:
                text.add_plain(character)
        raise _Bad('a closing " is missing')

    def _variable(self) -> Value:
        """What stands after `$`."""
        if self._peek() != "{":
            name = self._name()
            return self._value(name).used() if name else Value("$")
        self._at += 1
        if self._peek() in ("", "{", "}", ":"):
            raise _Bad("a variable has no name")
        name = self._name()
        operator = self._next()
        if operator == "}":
            return self._value(name).used()
        if operator == "/":
            return self._replaced(name)
        if operator == ":":
            operator += self._next()
        if operator in ("#", "%"):
            return self._trimmed(name, operator)
        if operator in ("-", "+", "?", ":-", ":+", ":?"):
            return self._chosen(name, operator)
        raise _Bad(
            f"no form of a variable: {name}{escape_controls(operator)}" if operator else "a } is missing"
        )

    def _name(self) -> str:
        start = self._at
        first = self._next()
        if first.isdecimal():
            while self._peek().isdecimal():
                self._at += 1
        elif first.isalpha() or first == "_":
            while (after := self._peek()) == "_" or after.isalpha() or after.isdecimal():
                self._at += 1
        elif first not in _SPECIAL_NAMES:
            self._at = start
        return self._text[start : self._at]

    def _value(self, name: str) -> Value:
        """What the variable stands for, with what it lacks."""
        value = self._values.get(name)
        if value is None:
            return Value(unset=True, lack=not_set(name))
        if value.problem:
            raise _Bad(value.problem)
        return value

    def _chosen(self, name: str, operator: str) -> Value:
        """`${X:-word}` and its kin. The word is read in any case: an error in it is one even where unused."""
        word = self._until("}", raw=False)
        value = self._value(name)
        there = not value.unset and (bool(value.text) or operator[0] != ":")
        if there != (operator[-1] == "+"):
            return value.used()
        if there:
            # Whether it is set at all is sure, what it is set to may not be.
            doubts = value.used().doubts if operator[0] == ":" else ()
            return Value(word.text, join_doubts((doubts, word.doubts)))
        lack = value.lack or is_empty(name)
        if operator[-1] == "-":
            doubts = (stands_in(lack, word.text),)
            return Value(word.text, join_doubts((doubts, value.doubts, word.doubts)))
        raise _Bad(f"{lack}: {shown(word.text)}" if word.text else lack)

    def _trimmed(self, name: str, operator: str) -> Value:
        """`${X#pattern}` and `${X%pattern}`, doubled for the longest match."""
        pattern = self._until("}", raw=True)
        value = self._value(name).used()
        longest = pattern.text.startswith(operator)
        wanted = pattern.text[1:] if longest else pattern.text
        if operator == "#":
            found = _pattern(_tokens(wanted), longest=longest).match(value.text)
            text = value.text[found.end() :] if found else value.text
        else:
            # From the right is from the left in a mirror; an escape stays before what it escapes.
            mirrored = "".join(reversed(_CHARACTER.findall(wanted)))
            found = _pattern(_tokens(mirrored), longest=longest).match(value.text[::-1])
            text = value.text[: len(value.text) - found.end()] if found else value.text
        return Value(text, join_doubts((value.doubts, pattern.doubts)))

    def _replaced(self, name: str) -> Value:
        """`${X/pattern/text}`: the first and longest match, with `//` every one."""
        everywhere = self._peek() == "/"
        if everywhere:
            self._at += 1
        pattern = self._until("/", raw=True)
        replacement = self._until("}", raw=True)
        value = self._value(name).used()
        tokens = list(_tokens(pattern.text))
        text = value.text
        if "*" in tokens:
            # The longest match leaves nothing that could match again.
            found = _pattern(tokens, longest=True, anywhere=True).match(text)
            if found:
                text = text[: found.end(1)] + replacement.text + text[found.end() :]
        else:
            template = replacement.text.replace("\\", r"\\")
            text = _pattern(tokens, longest=True).sub(template, text, count=0 if everywhere else 1)
        return Value(text, join_doubts((value.doubts, pattern.doubts, replacement.doubts)))


class _Text:
    """Text that grows, never beyond `LONGEST`."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._doubts: tuple[str, ...] = ()
        self._length = 0

    def add(self, value: Value) -> None:
        self.add_plain(value.text)
        if value.doubts:
            self._doubts = join_doubts((self._doubts, value.doubts))

    def add_plain(self, text: str) -> None:
        self._length += len(text)
        if self._length > LONGEST:
            raise _Bad(_TOO_LONG)
        self._pieces.append(text)

    def value(self) -> Value:
        return Value("".join(self._pieces), self._doubts)


def _tokens(pattern: str) -> Iterator[str]:
    r"""`*`, `?`, or a character to be found as it is, which `\` marks."""
    characters = iter(pattern)
    for character in characters:
        if character in "*?":
            yield character
        elif character != "\\":
            yield "\\" + character
        else:
            escaped = next(characters, "")
            if escaped not in ("*", "?", "\\", "}", "/"):
                raise _Bad(f"\\{escape_controls(escaped)} is not possible in a pattern")
            yield "\\" + escaped


def _pattern(tokens: Iterable[str], *, longest: bool, anywhere: bool = False) -> re.Pattern[str]:
    """The pattern for `match`; with `anywhere` group 1 is what stands before the first place it fits.

    Every part between two stars is looked for once, from the left: the first place is as good as any later
    one. Only the last part of the longest match is looked for from the right. So nothing is tried twice.
    """
    parts = [""]
    for token in tokens:
        if token.startswith("*"):
            parts.append("")
        else:
            parts[-1] += "." if token.startswith("?") else re.escape(token[1:])
    first, *others = parts
    last = ".*" + others.pop() if longest and others else ""
    start = f"(?>(.*?){first})" if anywhere else first
    return re.compile(start + "".join(f"(?>.*?{part})" for part in others) + last)
