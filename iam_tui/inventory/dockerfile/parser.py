"""What a Dockerfile says about images: its stages, its arguments and the places that name an image.

Everything that depends on how the file is built is decided later. A broken instruction does not end the
reading: its place says what is wrong with it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from iam_tui.inventory.dockerfile.lines import SPACE, SyntaxDirective, logical_lines, split_lines

_NO_VARIABLES = ("--from cannot have variables", "from= cannot have variables")
_HEAD = re.compile(r"([^\t\v\f\r ]+)[\t\v\f\r ]*")
_BLANKS = re.compile(r"[\t\v\f\r ]+")
_STAGE_NAME = re.compile(r"[a-z][a-z0-9_.-]*+")
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")
# By escape character: a word with its quoted parts, up to a blank. A trailing escape character is dropped.
_WORD = {
    escape: re.compile(
        rf"""(?:[^\s'"{e}]++|{e}.|'[^']*+(?:'|\Z)|"(?:[^"{e}]|{e}.)*+(?:"|(?={e}?\Z)))++""", re.DOTALL
    )
    for escape, e in (("\\", r"\\"), ("`", "`"))
}


class ImagePlace(NamedTuple):
    """A place that names an image or a stage: `text` is as written, `problem` says why it names neither.

    `kind` is the instruction, such as `FROM`. `number` is the stage that `COPY --from` names by its number.
    `arguments` are those that the stage has so far, where variables are expanded in such a place; else None.
    """

    line: int
    kind: str
    text: str
    problem: str = ""
    number: int | None = None
    arguments: "tuple[Argument, ...] | None" = None


class Argument(NamedTuple):
    """One name of an `ARG`; `default` is None if there is none."""

    name: str
    default: str | None


@dataclass(slots=True)
class BuildStage:
    """A stage, which starts with a `FROM`; its places are indexes into `Dockerfile.places`.

    `base` is the place of the `FROM`. `triggers` are the places after `ONBUILD`, which take effect in the
    stages that build on this one.
    """

    base: int
    name: str
    sources: list[int] = field(default_factory=list)
    arguments: list[Argument] = field(default_factory=list)
    triggers: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Dockerfile:
    """What a Dockerfile says about images. `places` are in the order of the file.

    `arguments` are those before the first `FROM`. With `buildah`, variables are expanded in `--from` and
    `from=` too.
    """

    escape: str
    syntax: SyntaxDirective | None
    buildah: bool = False
    arguments: list[Argument] = field(default_factory=list)
    local_arguments: set[str] = field(default_factory=set)
    stages: list[BuildStage] = field(default_factory=list)
    places: list[ImagePlace] = field(default_factory=list)


def parse_dockerfile(text: str, *, buildah: bool = False) -> Dockerfile:
    """The stages, arguments and places of a Dockerfile; never raises.

    With `buildah` it is one of Podman and Buildah, which expand variables where BuildKit does not.
    """
    source = split_lines(text)
    dockerfile = Dockerfile(source.escape, source.syntax, buildah)
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
        problem = "FROM has no image"
    elif len(words) != 1 and not (named and len(words) == 3):
        problem = "FROM takes an image, which only AS and a stage name may follow"
    elif named and not _STAGE_NAME.fullmatch(name):
        problem = "a stage name starts with a letter and has only letters, digits, -, _ and ."
    dockerfile.stages.append(BuildStage(len(dockerfile.places), name))
    dockerfile.places.append(ImagePlace(line, "FROM", words[0], problem))


def _read_arg(dockerfile: Dockerfile, _: int, rest: str) -> None:
    for word in _WORD[dockerfile.escape].findall(_flags(rest, dockerfile.escape)[1]):
        name, equals, default = word.partition("=")
        argument = Argument(name, default if equals else None)
        if dockerfile.stages:
            dockerfile.local_arguments.add(name)
            dockerfile.stages[-1].arguments.append(argument)
        else:
            dockerfile.arguments.append(argument)


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
            if dockerfile.buildah and place.problem in _NO_VARIABLES:
                place = place._replace(problem="", arguments=tuple(stage.arguments))  # noqa: PLW2901
            (stage.triggers if deferred else stage.sources).append(len(dockerfile.places))
            dockerfile.places.append(place)
        else:
            dockerfile.places.append(place._replace(problem="it comes before the first FROM"))


def _copied(line: int, rest: str, escape: str) -> Iterator[ImagePlace]:
    """What `COPY --from` names: an image, or a stage by its name or number."""
    flags = [flag for flag in _flags(rest, escape)[0] if flag.partition("=")[0] == "--from"]
    if not flags or flags == ["--from="]:
        return
    name, equals, text = flags[0].partition("=")
    problem = ""
    if not equals:
        problem = "--from takes its value after an equals sign: --from=NAME"
    elif len(flags) > 1:
        problem = "--from is given twice"
    elif "$" in text:
        problem = _NO_VARIABLES[0]
    number = int(text) if _NUMBER.fullmatch(text) else None
    yield ImagePlace(line, f"COPY {name}", text if equals else name, problem, number)


def _mounted(line: int, rest: str, escape: str) -> Iterator[ImagePlace]:
    """What `from=` of each `RUN --mount=` names, for every type of mount."""
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
            problem = _NO_VARIABLES[1] if variable else ""
            yield ImagePlace(line, f"RUN {name}", text, problem)


def _fields(value: str) -> list[str]:
    if '"' not in value:
        return value.split(",")
    import csv  # noqa: PLC0415 (hardly any Dockerfile needs it)

    try:
        return next(csv.reader([value], strict=True), [])
    except csv.Error:
        return value.split(",")


def _flags(rest: str, escape: str) -> tuple[list[str], str]:
    """The flags at the start, without quotes and escapes, and the rest of the text."""
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
    """The flag that starts at index `at`, and the index where it ends."""
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
