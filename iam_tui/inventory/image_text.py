"""From a text that should name an image to a usage: the rules that all YAML readers share."""

import re

from iam_tui.core.reference import ImageReference, InvalidReference
from iam_tui.core.usage import Status, Usage

LONGEST = 1000
"""How many characters of what is written a usage keeps; no image has a longer name."""

_IMAGE_LINE = re.compile(r"^[ \t]*+(?:-[ \t]++)?+[\"']?image[\"']?[ \t]*+:[ \t]++(\S.*+)$", re.MULTILINE)
_COMMENT = re.compile(r"[ \t]#.*")
_TEMPLATE = "{{"


def image_usage(file: str, line: int, place: str, text: str, value: str | None, problem: str = "") -> Usage:
    """The usage that `value` names, which is `text` with its variables filled in.

    `problem` says why there is no value or, with one, which blank or default it hangs on.
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
    """A usage whose image nobody can tell, and why: one plain sentence."""
    return Usage(file, line, place, text, None, Status.UNRESOLVED, None, problem=problem)


def image_lines(text: str, file: str, problem: str) -> list[Usage]:
    """The lines that look like an `image:` key, where the text is not YAML.

    In a template what is written out counts as doubtful: its line may be left out. All else is unresolved.
    """
    template = _TEMPLATE in text
    rows = []
    line, seen = 1, 0
    for match in _IMAGE_LINE.finditer(text):
        line, seen = line + text.count("\n", seen, match.start(1)), match.start(1)
        written = _COMMENT.sub("", match[1]).strip()
        plain = written.strip("\"'") if template and _TEMPLATE not in written else None
        why = "a template decides whether this line stands" if plain else expression_in(written) or problem
        rows.append(image_usage(file, line, "image", written, plain, why))
    return rows


def expression_in(value: str) -> str:
    """What to say of an expression that something else fills in; empty if there is none."""
    if _TEMPLATE in value:
        return "a template fills in {{ ... }} only when it is used"
    if "$(" in value:
        return "a parameter, $(...), is filled in only when it runs"
    return ""
