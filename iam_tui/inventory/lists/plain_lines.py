"""Lists without columns: names one on a line, counts before them, images by pod, `image:` lines.

What a text is, is decided by all of its lines: any word in lower case could be the name of an image, so a
word alone says nothing. One that is no known official image is unresolved, unless the form says what it is.
Branches and folders look like `user/repository`, addresses like `name:tag`: where no line is clearly the name
of an image, the first is doubtful, and the second is unresolved.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence, Set
from enum import Enum
from typing import NamedTuple

from iam_tui.core.bare_words import is_marked
from iam_tui.core.catalog_data import OFFICIAL_NAMES
from iam_tui.core.reference import HUB_HOSTS
from iam_tui.core.usage import Status, Usage
from iam_tui.inventory.image_text import may_be_image
from iam_tui.inventory.lists.cells import Cell, cell_usage, is_id, name_in, odd_usage
from iam_tui.inventory.lists.noise import is_noise
from iam_tui.inventory.lists.tables import NumberedLine

_COMMENTS = ("#", "//")
_COMMENT = re.compile(r"\s#.*")
_BULLET = re.compile(r"[-*•]\s+")
_QUOTES = "\"'`"
_BETWEEN = re.compile(r"[\s,]+")
_COUNT = re.compile(r"(\d{1,12})(?:\s+(\S.*))?")
_BY_POD = re.compile(r"[a-z0-9][a-z0-9./-]*:\s+(?P<images>\S.*),|[a-z0-9][a-z0-9./-]*:")
_FIELDS = re.compile(r"(?:[\w./-]++\t++)+(?P<images>[^\t]*)")
_IMAGE_KEY = re.compile(
    # What grep prints before a line: the file, the line's number.
    r"(?:[^\s:]++:(?:\d++:)?+\s*+)?(?:-\s++)?+"
    r"[\"']?(?:image|Image)[\"']?\s*+:(?:\s++(?P<value>\S.*)|\s*)"
)
_SOMETHING_ELSE = re.compile(
    # As `kubectl -o name` prints objects.
    r"(?:pod|service|node|namespace|secret|configmap|serviceaccount|endpoints|event|limitrange|podtemplate"
    r"|persistentvolume(?:claim)?|replicationcontroller|resourcequota"
    r"|[a-z]+\.(?:apps|batch|autoscaling|policy|[a-z.]+\.k8s\.io))/[^/:@]+"
    # Branches and addresses.
    r"|(?:origin|upstream|refs|remotes|heads)/.+|(?:localhost|[\w-]+(?:\.[\w-]+)+):\d+"
    # Files, perhaps with the number of a line.
    r"|[^:@]+\.(?:py|m?js|[jt]sx?|go|rs|java|kt|rb|php|cs?|cpp|h|sh|md|rst|txt|log|html?|css|sql|csv|tf|hcl"
    r"|json|ya?ml|toml|ini|cfg|conf|xml|lock|env|zip|t?gz|tar|whl|so)(?::\d+)*"
)
_IMAGE_ID = re.compile(r"(?:[^\s:]++:(?:\d++:)?+\s*+)?Image ID:.*|--")
_DESCRIBED = re.compile(r"Name:\s{2,}\S")
_CONTAINERS = re.compile(r"(\s*)(?:Init |Ephemeral )?Containers:\s*")
_DESCRIBED_IMAGE = re.compile(r"(\s+)Image:\s+(\S.*)")

_WEIGHT_OF_PROSE = 3
_MOST_ODD = 3
_NAMES_TO_A_WORD = 3
_ALIKE = "branches, folders and addresses look the same, and no other line is clearly the name of an image"
_ODD = "this line is not the name of an image"
_BARE = "this word may not be an image: it is no known official image, and nothing else says what it is"
_NO_KEY = "this line has no image key"
_NO_VALUE = "this line has no value"


class _Kind(Enum):
    """What a word of a list can be."""

    CERTAIN = (
        "a name that nothing else looks like: with a digest, Docker Hub's host, or a tag behind a known name"
    )
    ALIKE = "a name that a branch, a folder or an address can have, too"
    OFFICIAL = "the name of an official image"
    BARE = "another word in lower case, or what reads like a file, a branch, an address or an object"
    ID = "an id, or no name"
    ODD = "not the name of an image"
    PROSE = "several words"


_MARKED = frozenset({_Kind.CERTAIN, _Kind.ALIKE})
_CLEAR = frozenset({*_MARKED, _Kind.OFFICIAL})


class _Word(NamedTuple):
    """A text that could be the name of an image, with its line."""

    line: int
    text: str
    kind: _Kind


def _judged(words: Sequence[NumberedLine]) -> list[_Word]:
    return [_Word(line, text, _kind(text)) for line, text in words]


def _kind(text: str) -> _Kind:
    if is_id(text) or text.startswith("<none>"):
        return _Kind.ID
    if name_in(text.removesuffix(":<none>")) is None:
        return _Kind.PROSE if _BETWEEN.search(text) else _Kind.ODD
    if not may_be_image(text) or _SOMETHING_ELSE.fullmatch(text):
        return _Kind.BARE
    if is_marked(text):
        return _Kind.CERTAIN if _is_certain(text) else _Kind.ALIKE
    return _Kind.OFFICIAL if text in OFFICIAL_NAMES else _Kind.BARE


def _is_certain(name: str) -> bool:
    """Whether nothing else looks like this name, which is more than a bare word."""
    if "@" in name:
        return True
    path, _, last = name.rpartition("/")
    word, colon, _ = last.partition(":")
    if not colon:
        return path.partition("/")[0] in HUB_HOSTS
    return bool(path) or word in OFFICIAL_NAMES


def read_plain_lines(lines: Sequence[NumberedLine]) -> list[Usage] | None:
    """The images in a text without columns; None if it is not a list in one of these forms."""
    parts = [(number, line) for number, line in lines if _is_part(line.strip())]
    if not parts:
        return None
    forms: tuple[Callable[[Sequence[NumberedLine]], list[Usage] | None], ...] = (
        _image_keys,
        _counts,
        _by_pod,
        _names,
        _fields,
        _words,
        _description,
    )
    return next((found for form in forms if (found := form(parts)) is not None), None)


def _named(words: Sequence[NumberedLine], *, form_says_so: bool = False) -> list[Usage] | None:
    """The usages of texts that should be names, with their lines; None if they are something else.

    A few of many may be something else. Unless the form says that all are images, bare words are unresolved,
    and the names have to be as many as they are, or more than all others if no name is certain: `python` may
    be a language, too. If one is something else, the form does not say so.
    """
    judged = _judged(words)
    kinds = Counter(word.kind for word in judged)
    odd = kinds[_Kind.ODD] + _WEIGHT_OF_PROSE * kinds[_Kind.PROSE]
    doubted = set[_Kind]() if form_says_so and not odd else {_Kind.BARE}
    names = sum(kinds[kind] for kind in _CLEAR)
    bare = 0 if form_says_so else kinds[_Kind.BARE]
    is_certain = form_says_so or kinds[_Kind.CERTAIN] > 0
    if not judged or (names < max(odd, bare) if is_certain else 0 < odd + bare >= names):
        return None
    return _usages(judged, doubted, form_says_so=form_says_so)


def read_words(words: Sequence[NumberedLine], certain: Set[_Kind] = _CLEAR) -> list[Usage] | None:
    """The usages of texts of which most are names for certain; None if they are fewer.

    If one is a bare word, and not the name of an official image, those that are not certain are unresolved.
    """
    judged = _judged(words)
    kinds = Counter(word.kind for word in judged)
    names = sum(kinds[kind] for kind in certain)
    if not judged or 2 * names < len(judged) or names < _NAMES_TO_A_WORD * kinds[_Kind.BARE]:
        return None
    doubted = {_Kind.BARE, *(_CLEAR - certain)} if kinds[_Kind.BARE] else set[_Kind]()
    return _usages(judged, doubted)


def _usages(words: Sequence[_Word], doubted: Set[_Kind], *, form_says_so: bool = False) -> list[Usage]:
    """The usages of these words; if nothing says that they are images, what else they could be is a doubt."""
    is_said = form_says_so or any(word.kind in (_Kind.CERTAIN, _Kind.OFFICIAL) for word in words)
    return [_usage(word, doubted, "" if is_said else _ALIKE) for word in words]


def _usage(word: _Word, doubted: Set[_Kind], doubt: str = "") -> Usage:
    """The usage of a word, unresolved if its kind is `doubted`; `doubt` is about a name that others can have.

    With that doubt a word with a tag is unresolved: `db:5432` would be an official image, and allowed.
    """
    if word.kind in doubted:
        return odd_usage(word.line, word.text, _BARE)
    usage = cell_usage(word.line, Cell(word.text))
    if usage.reference and word.kind in (_Kind.ODD, _Kind.PROSE):
        return odd_usage(word.line, word.text, _ODD)
    if doubt and word.kind is _Kind.ALIKE and usage.status is Status.RESOLVED:
        if "/" not in word.text:
            return odd_usage(word.line, word.text, doubt)
        return usage._replace(status=Status.DOUBTFUL, problem=doubt)
    return usage


def _is_part(text: str) -> bool:
    return bool(text) and not text.startswith(_COMMENTS) and not is_noise(text)


def _unwrapped(text: str) -> str:
    """A line without a bullet, a comment, a comma after it and quotes around it."""
    line = _COMMENT.sub("", text).strip()
    bullet = _BULLET.match(line)
    return line[bullet.end() if bullet else 0 :].rstrip(",;").strip(_QUOTES).strip()


def _names(lines: Sequence[NumberedLine]) -> list[Usage] | None:
    """Names, one on a line."""
    return _named([(number, _unwrapped(line)) for number, line in lines])


def _counts(lines: Sequence[NumberedLine]) -> list[Usage] | None:
    """Names with a count before each, as `sort | uniq -c` prints them."""
    counted = [(number, _COUNT.fullmatch(line.strip())) for number, line in lines]
    if not all(match for _, match in counted):
        return None
    counts = [int(match[1]) for _, match in counted if match]
    words = [(number, match[2]) for number, match in counted if match and match[2]]
    if not any(_kind(word) in _CLEAR for _, word in words):
        return None
    if words[-1][1] == "total" and counts[-1] == sum(counts[:-1]):
        # The output of `wc`.
        return None
    return _named(words)


def _by_pod(lines: Sequence[NumberedLine]) -> list[Usage] | None:
    """Images by pod, `NAME:<tab>IMAGE, IMAGE, `, as the documentation of Kubernetes prints them.

    See https://kubernetes.io/docs/tasks/access-application-cluster/list-all-running-container-images/
    """
    found = [(number, _BY_POD.fullmatch(line.strip())) for number, line in lines]
    if not all(match for _, match in found):
        return None
    words = [(n, word) for n, match in found if match and match["images"] for word in _split(match["images"])]
    return _named(words, form_says_so=True)


def _fields(lines: Sequence[NumberedLine]) -> list[Usage] | None:
    """Names of pods, a tab, and their images, as a JSON path with a tab in it prints them."""
    found = [(number, _FIELDS.fullmatch(line.strip())) for number, line in lines]
    if not all(match for _, match in found):
        return None
    return _only_words([(n, word) for n, match in found if match for word in _split(match["images"])])


def _words(lines: Sequence[NumberedLine]) -> list[Usage] | None:
    """Images with blanks between them, as `kubectl -o jsonpath` prints them."""
    return _only_words([(number, word) for number, line in lines for word in _split(line)])


def _only_words(words: Sequence[NumberedLine]) -> list[Usage] | None:
    """The usages of words that all could be names; None if one could not, or too few are marked as names."""
    usages = read_words(words, _MARKED)
    return None if any(_kind(word) is _Kind.ODD for _, word in words) else usages


def _split(text: str) -> list[str]:
    return [word for word in _BETWEEN.split(text) if word]


def _image_keys(lines: Sequence[NumberedLine]) -> list[Usage] | None:
    """Lines with the key `image`, as grep finds them in manifests and in `kubectl describe`.

    The `Image ID` that `kubectl describe` shows below an image is the same image.
    """
    wanted = [(number, line.strip()) for number, line in lines if not _IMAGE_ID.fullmatch(line.strip())]
    found = [(number, line, _IMAGE_KEY.fullmatch(line)) for number, line in wanted]
    odd = sum(match is None for _, _, match in found)
    if odd == len(found) or _MOST_ODD * odd > len(found) - odd:
        return None
    return [_value(number, text, match) for number, text, match in found]


def _value(number: int, text: str, match: re.Match[str] | None) -> Usage:
    if match is None:
        return odd_usage(number, text, _NO_KEY)
    value = _unwrapped(match["value"] or "")
    if not value:
        return odd_usage(number, text, _NO_VALUE)
    return _usage(_Word(number, value, _kind(value)), {_Kind.BARE})


def _description(lines: Sequence[NumberedLine]) -> list[Usage] | None:
    """The images in what `kubectl describe` prints: a line `Image:` for each container."""
    if not _DESCRIBED.match(lines[0][1]):
        return None
    found: list[Usage] = []
    inside: str | None = None
    for number, line in lines:
        section = _CONTAINERS.fullmatch(line)
        image = _DESCRIBED_IMAGE.fullmatch(line)
        if section:
            inside = section[1]
        elif inside is not None and len(line) - len(line.lstrip()) <= len(inside):
            inside = None
        elif image and inside is not None:
            found.append(cell_usage(number, Cell(image[2].strip())))
    return found or None
