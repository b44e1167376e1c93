"""From a text that should name an image to a usage: the rules that all readers share."""

import re

from iam_tui.core.reference import ImageReference, InvalidReference
from iam_tui.core.usage import Status, Usage
from iam_tui.inventory.file_source import PathRefusal

LONGEST = 1000
"""How many characters of the text a usage keeps; no image has a longer name."""

_IMAGE_LINE = re.compile(r"^[ \t]*+(?:-[ \t]++)?+[\"']?image[\"']?[ \t]*+:[ \t]++(\S.*+)$", re.MULTILINE)
_COMMENT = re.compile(r"[ \t]#.*")
_TEMPLATE = "{{"


def image_usage(file: str, line: int, place: str, text: str, value: str | None, problem: str = "") -> Usage:
    """The usage of the image that `value` names, which is `text` with its variables filled in.

    `problem` says why there is no value or, with a value, which assumptions were made for it.
    """
    text = text if len(text) <= LONGEST else text[:LONGEST] + "…"
    if value is None:
        return unresolved(file, line, place, text, problem)
    try:
        if len(value) > LONGEST:
            return unresolved(file, line, place, text, f"longer than {LONGEST} characters")
        reference = ImageReference.parse(value)
    except InvalidReference as error:
        return unresolved(
            file, line, place, text, f"{problem}; {error}" if problem else expression_in(value) or str(error)
        )
    status = Status.DOUBTFUL if problem else Status.RESOLVED
    return Usage(file, line, place, text, reference, status, problem=problem)


def unresolved(file: str, line: int, place: str, text: str, problem: str) -> Usage:
    """A usage whose image cannot be known; `problem` is a sentence that says why."""
    return Usage(file, line, place, text, None, Status.UNRESOLVED, None, problem=problem)


def unreadable(file: str, place: str, refusal: PathRefusal) -> Usage:
    """The usage of a whole file that cannot be read."""
    return unresolved(file, 1, place, "", f"{file} {refusal.value}")


def image_lines(text: str, file: str, problem: str) -> list[Usage]:
    """The lines that look like an `image:` key, in a text that cannot be read as YAML.

    In a template, an image that is written out is doubtful, because the line may be left out when the
    template is used. Every other line is unresolved, with `problem` as the reason.
    """
    template = _TEMPLATE in text
    rows = []
    line, seen = 1, 0
    for match in _IMAGE_LINE.finditer(text):
        line, seen = line + text.count("\n", seen, match.start(1)), match.start(1)
        written = _COMMENT.sub("", match[1]).strip()
        plain = written.strip("\"'") if template and _TEMPLATE not in written else None
        why = "a template decides whether this line is used" if plain else expression_in(written) or problem
        rows.append(image_usage(file, line, "image", written, plain, why))
    return rows


def expression_in(value: str) -> str:
    """Who fills in the expression in `value`, as a sentence; empty if there is no expression."""
    if _TEMPLATE in value:
        return "{{ ... }} is filled in only when the template is used"
    if "$(" in value:
        return "the parameter $(...) is filled in only when it runs"
    return ""
