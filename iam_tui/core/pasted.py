"""The images in pasted text: names, commands, error messages, lines of Dockerfiles and YAML files."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from iam_tui.core.pasted_command import image_of_command
from iam_tui.core.pasted_message import image_of_message, image_of_page, is_image, unnamed_refusal

# BuildKit quotes the Dockerfile line that failed: `   3 | >>> FROM x`.
_QUOTED = r"(?:\d{1,9} \|\s{0,99}(?:>>>\s{0,99})?)?+"
_BUILD_STEP = r"(?:(?:#\d{1,9}|=>) (?:CACHED )?\[[^\]]{1,99}\]\s{1,9})?+"
_FLAGS = r"(?:--[a-z-]{1,40}(?:=\S{1,400})?\s{1,99})*?"
_FROM = re.compile(
    rf"{_QUOTED}{_BUILD_STEP}FROM\s{{1,99}}{_FLAGS}(?P<image>[^\s-]\S{{0,700}})"
    r"(?:\s{1,99}AS\s{1,99}(?P<stage>\S{1,255}))?(?=\s{0,99}(?:$|#|[\d.]{1,9}s$))",
    re.IGNORECASE,
)
_COPIED_FROM = re.compile(
    rf"{_QUOTED}(?:ONBUILD\s{{1,99}})?(?:(?:COPY|ADD)\s{{1,99}}{_FLAGS}--from="
    rf"|RUN\s{{1,99}}{_FLAGS}--mount=(?:[^\s,]{{1,200}},){{0,9}}from=)(?P<image>[^\s,]{{1,700}})",
    re.IGNORECASE,
)
_SYNTAX = re.compile(r"#\s{0,9}syntax\s{0,9}=\s{0,9}(?P<image>\S{1,700})", re.IGNORECASE)
_YAML = re.compile(
    r"""(?:^|[{,\s-])["']?image["']?\s{0,99}:\s{1,99}(?:&\S{1,99}\s{1,99})?"""
    r"""(?:"(?P<double>[^"\s]{1,700})"|'(?P<single>[^'\s]{1,700})'|(?P<bare>[^\s,}"'#&*|>][^\s,"']{0,700}))"""
)
_BULLET = re.compile(r"[-*•>]\s{1,99}")
_LINE_END = re.compile(r"\r\n|\n|\r")
_WRAPPING = "\"'`“”‘’"


class _PastedLine(NamedTuple):
    """A line, stripped, and its image, None if there is none.

    `in_excerpt` marks a line that is clearly from a file or a log. `aside` marks a line that, in such an
    excerpt, is a comment or an item of something else, although it looks like an image.
    """

    text: str
    image: str | None
    in_excerpt: bool = False
    aside: bool = False


def find_image(text: str) -> str | None:
    """The first image in pasted text, as it is written; None if there is none.

    The image of a command or a Dockerfile line is returned even if it is not a valid reference, such as
    `$IMAGE`, so that parsing it says what is wrong.
    """
    return next((line.image for line in _read_lines(text) if line.image is not None), None)


def explain_unnamed(text: str) -> str:
    """What a pasted error says that names no image, in a sentence; empty for every other text."""
    return "" if find_image(text) is not None else unnamed_refusal(text)


def find_images(text: str) -> list[str]:
    """The images in pasted text, one for each line that has one, in order and with duplicates.

    A line without an image gives its own text, stripped, so that parsing it says why it is not one. In an
    excerpt of a file or a log such lines are skipped, unless no line has an image. Names of build stages and
    `scratch` are not images. Blank lines are skipped.
    """
    lines = list(_read_lines(text))
    if any(line.in_excerpt for line in lines):
        images = [line.image for line in lines if line.image is not None and not line.aside]
        if images:
            return images
    return [line.text if line.image is None else line.image for line in lines]


def _read_lines(text: str) -> Iterator[_PastedLine]:
    stages: set[str] = set()
    for line in _lines(text):
        yield _read_line(line, stages)


def _read_line(raw: str, stages: set[str]) -> _PastedLine:
    line = raw.strip()
    is_comment = line.startswith("#")
    page, name = image_of_page(line), _name(line)
    if page is not None:
        return _PastedLine(line, page, aside=is_comment)
    if is_image(name):
        return _PastedLine(line, name, aside=not raw.startswith(name))
    message = image_of_message(line)
    if message is not None:
        return _PastedLine(line, message, in_excerpt=True)
    instruction = _FROM.match(name) or _COPIED_FROM.match(name) or _SYNTAX.match(name)
    if instruction is not None:
        return _PastedLine(line, _image_of_instruction(instruction, stages), in_excerpt=True)
    command = image_of_command(name)
    if command is not None:
        return _PastedLine(line, command, aside=is_comment)
    value = _YAML.search(line)
    if value is not None and not is_comment:
        return _PastedLine(
            line, value["double"] or value["single"] or _without_brace(value["bare"]), in_excerpt=True
        )
    return _PastedLine(line, None)


def _image_of_instruction(instruction: re.Match[str], stages: set[str]) -> str | None:
    """The image that a Dockerfile line pulls; None for an earlier stage and for `scratch`.

    `FROM` is compared with stage names exactly, `--from` ignoring case, and a number there is a stage too.
    """
    image = instruction["image"].strip(_WRAPPING)
    if instruction.re is _FROM:
        is_stage = image in stages
        if instruction["stage"]:
            stages.add(instruction["stage"].lower())
    else:
        is_stage = image.lower() in stages or image.isdecimal()
    return None if is_stage or image in {"", "scratch"} else image


def _without_brace(value: str) -> str:
    """An unquoted YAML value without the brace that ends a flow mapping, `{image: nginx}`."""
    return value if "{" in value else value.rstrip("}")


def _name(line: str) -> str:
    """The line without a bullet or quotation arrow before it, a comma after it and quotes around it."""
    bullet = _BULLET.match(line)
    return line[bullet.end() if bullet else 0 :].rstrip(",;").strip(_WRAPPING)


def _lines(text: str) -> Iterator[str]:
    """The lines that are not blank, joined after a backslash; comment lines in between are left out."""
    begun: list[str] = []
    for physical in _LINE_END.split(text.removeprefix("\ufeff")):
        line = physical.rstrip()
        if begun and line.lstrip().startswith("#"):
            continue
        begun.append(line.removesuffix("\\"))
        if not line.endswith("\\"):
            yield from _joined(begun)
            begun = []
    yield from _joined(begun)


def _joined(lines: list[str]) -> Iterator[str]:
    whole = " ".join(lines)
    if whole.strip():
        yield whole
