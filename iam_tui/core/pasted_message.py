"""The image in a pasted message of a container engine or cluster, or in the address of a Docker Hub page.

The messages are those of Docker Engine, BuildKit, Podman and Kubernetes. Every pattern starts with fixed text
and is bounded, so that the time grows only with the length of the text.
"""

import re

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
_NAME = r"[\"'`]?([A-Za-z0-9\[][A-Za-z0-9._:/@\[\]-]{0,700})"
_MESSAGES = tuple(
    re.compile(form.replace("NAME", _NAME))
    for form in (
        r"pull access denied for NAME",
        r"(?:source|load) metadata for NAME",
        r"[Uu]nable to find image NAME",
        r"image access restricted: NAME['\"`]? blocked for",
        r"manifest for NAME not found",
        r"[Nn]o such image: NAME",
        r"(?:newer image|up to date) for NAME",
        r"Trying to pull NAME",
        r"(?:pull|pulling|unpack) image NAME",
        r"resolve reference NAME",
        r"docker://NAME",
        r"failed to solve: (?:rpc error: code = \w{1,40} desc = )?NAME: ",
        r"\s--image[ =]NAME",
    )
)


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
    for form in _MESSAGES:
        message = form.search(line)
        if message and is_image(name := message[1].rstrip(".:")):
            return name
    return None


def is_image(text: str) -> bool:
    """Whether the text is an image reference."""
    return ImageReference.find(text) is not None
