"""From a text that should name an image to a usage: the rules that all readers share."""

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from iam_tui.core.reference import ImageReference, InvalidReference
from iam_tui.core.usage import Status, Usage
from iam_tui.inventory.file_source import PathRefusal
from iam_tui.inventory.uncertainty import UNKNOWN

if TYPE_CHECKING:
    from iam_tui.inventory.yaml_nodes import UnreadableYaml

LONGEST = 1000
"""How many characters of the text a usage keeps; no image has a longer name."""

_IMAGE_LINE = re.compile(r"^[ \t]*+(?:-[ \t]++)?+[\"']?image[\"']?[ \t]*+:[ \t]++(\S.*+)$", re.MULTILINE)
_COMMENT = re.compile(r"[ \t]#.*")
_TEMPLATE = "{{"
PICTURES: Final = "png|jpe?g|svg|gif|webp|ico|avif"
"""How the names of pictures end, a pattern: the key `image` often names one."""
_NO_IMAGE = re.compile(rf"(?:\w+://|[./]).*|.*\.(?:{PICTURES})|[0-9.]+|true|false", re.IGNORECASE | re.DOTALL)
_ONLY_REPOSITORY = "only the repository is known"
_EXPRESSION = re.compile(r"\$?\{\{.*?\}\}|\$\([^()]*+\)|\$\{[^{}]*+\}", re.DOTALL)
_VERSION = re.compile(r"[:@][^/\s]*+\Z")


def may_be_image(text: str) -> bool:
    """Whether the value of a key such as `image` can be one.

    It is none if it is a number, true or false, an address, a path or a picture.
    """
    return bool(text) and _NO_IMAGE.fullmatch(text) is None


class NamedImage(NamedTuple):
    """Which image a text names; the fields are those of `Usage`."""

    reference: ImageReference | None
    status: Status = Status.RESOLVED
    problem: str = ""


def named_image(value: str | None, problem: str = "", outline: str = UNKNOWN) -> NamedImage:
    """The image that `value` names, a text with its variables filled in; the rule of all readers.

    `problem` says why there is no value or, with a value, which assumptions were made for it. Without a
    value, `outline` has `UNKNOWN` for what is not known. If only the tag or digest cannot be known, the image
    is doubtful and its reference has neither.
    """
    if value is None:
        return _repository(outline, problem)
    if len(value) > LONGEST:
        return NamedImage(None, Status.UNRESOLVED, f"longer than {LONGEST} characters")
    try:
        reference = ImageReference.parse(value)
    except InvalidReference as error:
        expression = expression_in(value)
        if problem or expression:
            return _repository(value, problem or expression, f"{problem}; {error}" if problem else expression)
        return NamedImage(None, Status.UNRESOLVED, str(error))
    return NamedImage(reference, Status.DOUBTFUL if problem else Status.RESOLVED, problem)


def _repository(outline: str, doubt: str, problem: str = "") -> NamedImage:
    """The repository in front of a tag or digest that is not known, with the `doubt`.

    If it is not known either, `problem` says why; as a rule it is the doubt.
    """
    text = _EXPRESSION.sub(UNKNOWN, outline) if len(outline) <= LONGEST else ""
    version = _VERSION.search(text)
    if version:
        try:
            reference = ImageReference.parse(text[: version.start()])
        except InvalidReference:
            pass
        else:
            repository = reference._replace(tag=None)
            return NamedImage(repository, Status.DOUBTFUL, f"{doubt}; {_ONLY_REPOSITORY}")
    return NamedImage(None, Status.UNRESOLVED, problem or doubt)


def image_usage(
    file: str,
    line: int,
    place: str,
    text: str,
    value: str | None,
    problem: str = "",
    *,
    outline: str = UNKNOWN,
) -> Usage:
    """The usage of the image that `value` names, which is `text` with its variables filled in.

    The last arguments are those of `named_image`.
    """
    text = text if len(text) <= LONGEST else text[:LONGEST] + "…"
    reference, status, why = named_image(value, problem, outline)
    return Usage(file, line, place, text, reference, status, True if reference else None, problem=why)


def unresolved(file: str, line: int, place: str, text: str, problem: str) -> Usage:
    """A usage whose image cannot be known; `problem` is a sentence that says why."""
    return Usage(file, line, place, text, None, Status.UNRESOLVED, None, problem=problem)


def unreadable(file: str, place: str, refusal: PathRefusal) -> Usage:
    """The usage of a whole file that cannot be read."""
    return unresolved(file, 1, place, "", f"{file} {refusal.value}")


def broken_yaml(text: str, file: str, place: str, error: "UnreadableYaml") -> list[Usage]:
    """What is known of a file that cannot be read as YAML: its image lines, or else that it is not read."""
    return image_lines(text, file, error.problem) or [unresolved(file, error.line, place, "", error.problem)]


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
    if "${" in value:
        return "the variable ${...} is filled in only when the file is used"
    return ""
