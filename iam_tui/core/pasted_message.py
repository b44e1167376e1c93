"""The image in a pasted message of a container engine or cluster, or in the address of a Docker Hub page.

The messages are those of Docker Engine with both of its image stores, BuildKit, containerd, Podman, Buildah,
Skopeo, crane, oras and Kubernetes. Every pattern starts with fixed text and is bounded, so that the time
grows only with the length of the text.
"""

import re

from iam_tui.core.bare_words import is_clear
from iam_tui.core.reference import ImageReference

_HUB_PART = r"[a-z0-9._-]{1,255}"
_HUB_PAGE = re.compile(
    r"(?<![\w.-])hub\.docker\.com/(?:"
    rf"_/(?P<official>{_HUB_PART})"
    rf"|layers/(?P<repository>{_HUB_PART}/{_HUB_PART})/(?P<tag>[\w.-]{{1,128}})"
    rf"|(?:r|repository/docker)/(?P<page>{_HUB_PART}/{_HUB_PART})"
    r")",
    re.IGNORECASE,
)
_MANIFEST = re.compile(
    r"https?://(?P<host>[A-Za-z0-9.:\[\]-]{1,255})/v2/(?P<repository>[a-z0-9._/-]{1,255})"
    r"/manifests/(?P<version>[A-Za-z0-9_.:-]{1,150})"
)
_QUOTES = "\"'`"
_NAME = r"[\"'`]?([A-Za-z0-9\[][A-Za-z0-9._:/@\[\]-]{0,700})"
_CERTAIN = (
    r"pull access denied for NAME",
    r"(?:source|load) metadata for NAME",
    r"[Uu]nable to find image NAME",
    r"fetching (?:manifest|image) NAME: GET",
    r"image access restricted: NAME['\"`]? blocked for",
    r"manifest for NAME not found",
    r"[Nn]o such image: NAME",
    r"(?:newer image|up to date) for NAME",
    r"Trying to pull NAME",
    r"docker://NAME",
    r"\s--image[ =]NAME",
)
_LIKELY = (
    r"(?:pull|pulling|unpack) image NAME",
    r"resolve reference NAME",
    r"failed to solve: (?:rpc error: code = \w{1,40} desc = )?NAME: ",
)
"""Forms in which another word, without quotes, can be in the name's place: `failed to solve: canceled: `."""
_MESSAGES = tuple(
    (re.compile(form.replace("NAME", _NAME)), form in _CERTAIN) for form in (*_CERTAIN, *_LIKELY)
)
# BuildKit and containerd print the address that they asked for a token: the repository is in its scope.
_TOKEN = re.compile(
    r"https?://(?P<host>[A-Za-z0-9.:-]{1,255})/[^\s?]{0,200}\?"
    r"(?:[^\s&]{0,200}&){0,5}?scope=repository(?:%3A|:)(?P<repository>[A-Za-z0-9._/%-]{1,300})(?:%3A|:)pull",
    re.IGNORECASE,
)
_SLASH = re.compile("%2F", re.IGNORECASE)
_HUB_TOKENS = "auth.docker.io"
_REFUSED = re.compile(
    r"image access denied: \w{1,40} images? not allowed|denied: image access restricted"
    r"|error from registry: image access restricted"
)
_REASON_LOST = re.compile(
    r"Requesting bearer token: [^\n]{0,200}\b403\b|invalid status code from registry 403"
    r"|failed to fetch (?:oauth|anonymous) token: [^\n]{0,400}\b403\b"
)
_NO_NAME = "paste the line or the command with its name"


def image_of_page(line: str) -> str | None:
    """The repository whose page on Docker Hub is in the line; None if there is none."""
    page = _HUB_PAGE.search(line)
    if page is None:
        return None
    if page["repository"]:
        return f"{page['repository']}:{page['tag']}"
    found: str = page["official"] or page["page"]
    return found.rstrip("._-")


def image_of_message(line: str) -> str | None:
    """The image that an error or progress message names; None if it names none."""
    manifest = _MANIFEST.search(line)
    if manifest:
        separator = "@" if ":" in manifest["version"] else ":"
        written = f"{manifest['host']}/{manifest['repository']}{separator}{manifest['version']}"
        if is_image(written):
            return ImageReference.parse(written).familiar
    for form, is_certain in _MESSAGES:
        message = form.search(line)
        if message and is_image(name := message[1].rstrip(".:")):
            quoted = line[message.start(1) - 1] in _QUOTES
            if is_certain or quoted or is_clear(name):
                return name
    return _image_of_token(line)


def _image_of_token(line: str) -> str | None:
    """The repository for which a token was asked; None if the address does not say which registry has it."""
    asked = _TOKEN.search(line)
    if asked is None:
        return None
    host = asked["host"].lower()
    if host != _HUB_TOKENS and f"service={host}" not in line:
        return None
    registry = "docker.io" if host == _HUB_TOKENS else host
    repository = ImageReference.find(f"{registry}/{_SLASH.sub('/', asked['repository'])}")
    return repository.familiar.removesuffix(":latest") if repository else None


def unnamed_refusal(text: str) -> str:
    """What is known of a refused pull whose image the text does not name, in a sentence; empty if it is none.

    Docker Hub refuses to hand out a token, and some clients print neither the reason nor the image.
    """
    if _REFUSED.search(text):
        return f"Docker Hub refused a pull, but the text does not name the image: {_NO_NAME}."
    if _REASON_LOST.search(text):
        return (
            "A registry refused to hand out a token (403). This is all that some clients print of a blocked "
            f"image; the text does not name it: {_NO_NAME}."
        )
    return ""


def is_image(text: str) -> bool:
    """Whether the text is an image reference."""
    return ImageReference.find(text) is not None
