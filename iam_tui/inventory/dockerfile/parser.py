"""What a Dockerfile says about images: its stages, arguments and the places that name one (references 2).

Nothing is decided here that hangs on how the file is built. A broken instruction never stops the rest: the
place that it spoils says what is wrong.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from iam_tui.inventory.dockerfile.lines import SPACE, Syntax, logical_lines, split_lines

_HEAD = re.compile(r"([^\t\v\f\r ]+)[\t\v\f\r ]*")
_BLANKS = re.compile(r"[\t\v\f\r ]+")
_STAGE_NAME = re.compile(r"[a-z][a-z0-9_.-]*+")
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")
# By escape character: a word with its quoted parts, up to a blank. Nothing to escape at the end is nothing.
_WORD = {
    escape: re.compile(
        rf"""(?:[^\s'"{e}]++|{e}.|'[^']*+(?:'|\Z)|"(?:[^"{e}]|{e}.)*+(?:"|(?={e}?\Z)))++""", re.DOTALL
    )
    for escape, e in (("\\", r"\\"), ("`", "`"))
}


class ImagePlace(NamedTuple):
    """Something that names an image, or a stage: `text` is as written, `problem` why it names neither.

    `number` is the stage that `COPY --from` names by its number.
    """

    line: int
    kind: str
    text: str
    problem: str = ""
    number: int | None = None


class Argument(NamedTuple):
    """One name of an `ARG` before the first `FROM`; without a default its value is None."""

    name: str
    default: str | None


@dataclass(slots=True)
class Stage:
    """What one `FROM` begins; the places are indexes into `Dockerfile.places`.

    `triggers` are those behind `ONBUILD`: they belong to the stages that build on this one.
    """

    base: int
    name: str
    sources: list[int] = field(default_factory=list)
    triggers: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Dockerfile:
    """A Dockerfile as far as images go. `places` are in the order of the file."""

    escape: str
    syntax: Syntax | None
    arguments: list[Argument] = field(default_factory=list)
    local_arguments: set[str] = field(default_factory=set)
    stages: list[Stage] = field(default_factory=list)
    places: list[ImagePlace] = field(default_factory=list)


def parse_dockerfile(text: str) -> Dockerfile:
    """The stages, arguments and places of a Dockerfile; never raises."""
    source = split_lines(text)
    dockerfile = Dockerfile(source.escape, source.syntax)
    for line, instruction in logical_lines(source):
        head = _HEAD.match(instruction)
        keyword = head[1].lower() if head else ""
        if head is None or keyword not in _READERS:
            continue
        _READERS[keyword](dockerfile, line, instruction[head.end() :].strip(SPACE))
    return dockerfile


def _read_from(dockerfile: Dockerfile, line: int, rest: str) -> None:
    words = _BLANKS.split(_flags(rest, dockerfile.escape)[1])
    named = len(words) > 2 and words[1].lower() == "as"
    name = words[2].lower() if named else ""
    problem = ""
    if not words[0]:
        problem = "FROM names no image"
    elif len(words) != 1 and not (named and len(words) == 3):
        problem = "FROM takes an image, and after it nothing but AS and a name"
    elif named and not _STAGE_NAME.fullmatch(name):
        problem = "the name of a stage begins with a letter and has only letters, digits, -, _ and ."
    dockerfile.stages.append(Stage(len(dockerfile.places), name))
    dockerfile.places.append(ImagePlace(line, "FROM", words[0], problem))


def _read_arg(dockerfile: Dockerfile, _: int, rest: str) -> None:
    for word in _WORD[dockerfile.escape].findall(_flags(rest, dockerfile.escape)[1]):
        name, equals, default = word.partition("=")
        if dockerfile.stages:
            dockerfile.local_arguments.add(name)
        else:
            dockerfile.arguments.append(Argument(name, default if equals else None))


def _read_copy(dockerfile: Dockerfile, line: int, rest: str) -> None:
    _add(dockerfile, _copied(line, rest, dockerfile.escape))


def _read_run(dockerfile: Dockerfile, line: int, rest: str) -> None:
    _add(dockerfile, _mounted(line, rest, dockerfile.escape))


def _read_onbuild(dockerfile: Dockerfile, line: int, rest: str) -> None:
    head = _HEAD.match(_flags(rest, dockerfile.escape)[1])
    if head is None:
        return
    keyword, trigger = head[1].lower(), head.string[head.end() :].strip(SPACE)
    if keyword == "copy":
        places = _copied(line, trigger, dockerfile.escape)
    elif keyword == "run":
        places = _mounted(line, trigger, dockerfile.escape)
    elif keyword == "from":
        words = _flags(trigger, dockerfile.escape)[1]
        places = iter([ImagePlace(line, "FROM", _BLANKS.split(words)[0], "FROM cannot follow ONBUILD")])
    else:
        return
    _add(dockerfile, (place._replace(kind=f"ONBUILD {place.kind}") for place in places), deferred=True)


_READERS = {
    "from": _read_from,
    "arg": _read_arg,
    "copy": _read_copy,
    "run": _read_run,
    "onbuild": _read_onbuild,
}


def _add(dockerfile: Dockerfile, places: Iterator[ImagePlace], *, deferred: bool = False) -> None:
    for place in places:
        if dockerfile.stages:
            stage = dockerfile.stages[-1]
            (stage.triggers if deferred else stage.sources).append(len(dockerfile.places))
            dockerfile.places.append(place)
        else:
            dockerfile.places.append(place._replace(problem="it stands before the first FROM"))


def _copied(line: int, rest: str, escape: str) -> Iterator[ImagePlace]:
    """What `COPY --from` names, a stage by its number too."""
    flags = [flag for flag in _flags(rest, escape)[0] if flag.partition("=")[0] == "--from"]
    if not flags or flags == ["--from="]:
        return
    name, equals, text = flags[0].partition("=")
    problem = ""
    if not equals:
        problem = "--from needs its value after an equals sign: --from=NAME"
    elif len(flags) > 1:
        problem = "--from stands there twice"
    elif "$" in text:
        problem = "variables are not possible in --from"
    number = int(text) if _NUMBER.fullmatch(text) else None
    yield ImagePlace(line, f"COPY {name}", text if equals else name, problem, number)


def _mounted(line: int, rest: str, escape: str) -> Iterator[ImagePlace]:
    """What `from=` of each `RUN --mount=` names, whatever the type of the mount."""
    for flag in _flags(rest, escape)[0]:
        name, _, value = flag.partition("=")
        if name != "--mount" or "from" not in value.lower():
            continue
        text = ""
        for part in _fields(value):
            key, _, source = part.partition("=")
            if key.lower() == "from":
                text = source
        if text:
            variable = "$" in text[:-1]
            problem = "variables are not possible in from=" if variable else ""
            yield ImagePlace(line, f"RUN {name}", text, problem)


def _fields(value: str) -> list[str]:
    if '"' not in value:
        return value.split(",")
    try:
        return next(csv.reader([value], strict=True), [])
    except csv.Error:
        return value.split(",")


def _flags(rest: str, escape: str) -> tuple[list[str], str]:
    """The flags at the start, without quotes and escapes, and what comes after them."""
    flags: list[str] = []
    at = 0
    while rest.startswith("--", at):
        flag, at = _flag(rest, at, escape)
        if flag == "--":
            break
        flags.append(flag)
        while at < len(rest) and rest[at] in SPACE:
            at += 1
    return flags, rest[at:].strip(SPACE)


def _flag(text: str, at: int, escape: str) -> tuple[str, int]:
    """The flag that starts at `at`, and where it ends."""
    characters: list[str] = []
    quote = ""
    while at < len(text):
        character = text[at]
        at += 1
        if character == escape:
            characters.append(text[at : at + 1])
            at += 1
        elif quote:
            if character == quote:
                quote = ""
            else:
                characters.append(character)
        elif character in "'\"":
            quote = character
        elif character in SPACE:
            break
        else:
            characters.append(character)
    return "".join(characters), at
