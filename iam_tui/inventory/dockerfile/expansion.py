r"""Expands the variables, quotes and escapes in a word of a Dockerfile.

The forms are BuildKit's: `$X ${X}`, `:- - :+ + :? ?` followed by a word, `# ## % %%` followed by a pattern,
`/pattern/text` and `//pattern/text`; words can be nested. A pattern knows `*`, `?` and `\` before either.
See https://docs.docker.com/reference/dockerfile/#environment-replacement
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from iam_tui.core.escape_controls import escape_controls
from iam_tui.inventory.uncertainty import UNKNOWN, assumption, collect_assumptions, excerpt, is_empty, not_set

LONGEST = 1024
"""How many characters a word may have, before and after; no image name is longer."""
DEEPEST = 100
"""How deep variables may be nested."""

_SPECIAL_NAMES = frozenset("@*#?-$!0")
_CHARACTER = re.compile(r"\\.|.", re.DOTALL)


class WordValue(NamedTuple):
    """The value of a word or a variable.

    `assumptions` were made for `text`; `problem`, a sentence, says why it cannot be known. The text then has
    `UNKNOWN` for what is not known, or is empty. Only a variable has `why_uncertain`: it is not set (then
    `unset` is true, too), it is empty, or it may get another value from elsewhere. Every use of the variable
    is then an assumption.
    """

    text: str = ""
    assumptions: tuple[str, ...] = ()
    problem: str = ""
    unset: bool = False
    why_uncertain: str = ""

    def used(self) -> "WordValue":
        """The value where the variable is used, with the assumption that this needs."""
        if not self.why_uncertain:
            return self
        return WordValue(
            self.text, collect_assumptions((self.assumptions, (assumption(self.why_uncertain, self.text),)))
        )


def expand(word: str, values: Mapping[str, WordValue], escape: str = "\\") -> WordValue:
    """The word with its variables replaced and its quotes and escapes removed; never raises.

    A word gets the assumptions, and the problem, of every variable that it uses.
    """
    if "$" not in word and "'" not in word and '"' not in word and escape not in word:
        return WordValue(word) if len(word) <= LONGEST else WordValue(problem=_TOO_LONG)
    try:
        return _WordExpansion(word, values, escape).whole()
    except _UnreadableWord as bad:
        return WordValue(problem=str(bad))


_TOO_LONG = f"longer than {LONGEST} characters"


class _UnreadableWord(Exception):
    """The word cannot be expanded; the message says why."""


class _WordExpansion:
    """One word, read from left to right; each method continues where the last one stopped."""

    def __init__(self, text: str, values: Mapping[str, WordValue], escape: str) -> None:
        if len(text) > LONGEST:
            raise _UnreadableWord(_TOO_LONG)
        self._text = text
        self._at = 0
        self._values = values
        self._escape = escape
        self._depth = 0

    def whole(self) -> WordValue:
        return self._until("", raw=False)

    def _until(self, stop: str, *, raw: bool) -> WordValue:
        """The value of everything up to the character `stop`; `raw` keeps the escapes, for a pattern."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise _UnreadableWord(f"variables are nested more than {DEEPEST} levels deep")
        text = _GrowingText()
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
            raise _UnreadableWord(f"a {stop} is missing")
        return text.value()

    def _next(self) -> str:
        """The next character, which is consumed; empty at the end."""
        character = self._text[self._at : self._at + 1]
        self._at += 1
        return character

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _single_quoted(self) -> str:
        end = self._text.find("'", self._at)
        if end < 0:
            raise _UnreadableWord("a closing ' is missing")
        start, self._at = self._at, end + 1
        return self._text[start:end]

    def _double_quoted(self, text: "_GrowingText", *, raw: bool) -> None:
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
        raise _UnreadableWord('a closing " is missing')

    def _variable(self) -> WordValue:
        """The value of the variable whose `$` has just been read."""
        if self._peek() != "{":
            name = self._name()
            return self._value(name).used() if name else WordValue("$")
        self._at += 1
        if self._peek() in ("", "{", "}", ":"):
            raise _UnreadableWord("a variable has no name")
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
        raise _UnreadableWord(
            f"unknown form of a variable: {name}{escape_controls(operator)}" if operator else "a } is missing"
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

    def _value(self, name: str) -> WordValue:
        return self._values.get(name) or WordValue(unset=True, why_uncertain=not_set(name))

    def _chosen(self, name: str, operator: str) -> WordValue:
        """`${X:-word}` and similar forms. An error in the word counts even where the word is not used."""
        word = self._until("}", raw=False)
        value = self._value(name)
        if value.problem and operator[-1] != "+":
            return value
        if value.problem or word.problem:
            return WordValue(UNKNOWN, problem=value.problem or word.problem)
        there = not value.unset and (bool(value.text) or operator[0] != ":")
        if there != (operator[-1] == "+"):
            return value.used()
        if there:
            # That it is set is certain; its value may not be.
            assumptions = value.used().assumptions if operator[0] == ":" else ()
            return WordValue(word.text, collect_assumptions((assumptions, word.assumptions)))
        why = value.why_uncertain or is_empty(name)
        if operator[-1] == "-":
            assumptions = (assumption(why, word.text),)
            return WordValue(
                word.text, collect_assumptions((assumptions, value.assumptions, word.assumptions))
            )
        return WordValue(UNKNOWN, problem=f"{why}: {excerpt(word.text)}" if word.text else why)

    def _trimmed(self, name: str, operator: str) -> WordValue:
        """`${X#pattern}` and `${X%pattern}`; a doubled `#` or `%` removes the longest match."""
        pattern = self._until("}", raw=True)
        value = self._value(name).used()
        if value.problem or pattern.problem:
            return WordValue(UNKNOWN, problem=value.problem or pattern.problem)
        longest = pattern.text.startswith(operator)
        wanted = pattern.text[1:] if longest else pattern.text
        if operator == "#":
            found = _pattern(_tokens(wanted), longest=longest).match(value.text)
            text = value.text[found.end() :] if found else value.text
        else:
            # Matching from the right is done on reversed texts; an escape stays before what it escapes.
            mirrored = "".join(reversed(_CHARACTER.findall(wanted)))
            found = _pattern(_tokens(mirrored), longest=longest).match(value.text[::-1])
            text = value.text[: len(value.text) - found.end()] if found else value.text
        return WordValue(text, collect_assumptions((value.assumptions, pattern.assumptions)))

    def _replaced(self, name: str) -> WordValue:
        """`${X/pattern/text}` replaces the first match, the longest possible; `//` replaces every match."""
        everywhere = self._peek() == "/"
        if everywhere:
            self._at += 1
        pattern = self._until("/", raw=True)
        replacement = self._until("}", raw=True)
        value = self._value(name).used()
        problem = value.problem or pattern.problem or replacement.problem
        if problem:
            return WordValue(UNKNOWN, problem=problem)
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
        return WordValue(
            text, collect_assumptions((value.assumptions, pattern.assumptions, replacement.assumptions))
        )


class _GrowingText:
    """Text that grows, but never beyond `LONGEST`."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._assumptions: tuple[str, ...] = ()
        self._problem = ""
        self._length = 0

    def add(self, value: WordValue) -> None:
        self.add_plain(value.text or UNKNOWN if value.problem else value.text)
        self._problem = self._problem or value.problem
        if value.assumptions:
            self._assumptions = collect_assumptions((self._assumptions, value.assumptions))

    def add_plain(self, text: str) -> None:
        self._length += len(text)
        if self._length > LONGEST:
            raise _UnreadableWord(_TOO_LONG)
        self._pieces.append(text)

    def value(self) -> WordValue:
        return WordValue("".join(self._pieces), self._assumptions, self._problem)


def _tokens(pattern: str) -> Iterator[str]:
    r"""`*`, `?`, or `\` and a character that is matched literally."""
    characters = iter(pattern)
    for character in characters:
        if character in "*?":
            yield character
        elif character != "\\":
            yield "\\" + character
        else:
            escaped = next(characters, "")
            if escaped not in ("*", "?", "\\", "}", "/"):
                raise _UnreadableWord(f"\\{escape_controls(escaped)} is not allowed in a pattern")
            yield "\\" + escaped


def _pattern(tokens: Iterable[str], *, longest: bool, anywhere: bool = False) -> re.Pattern[str]:
    """The expression for `match`; with `anywhere`, group 1 is the text before the first match.

    Each part between two stars is searched once, from the left, because the first place is as good as any
    later one. Only the last part of the longest match is searched from the right. So the time is linear.
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
