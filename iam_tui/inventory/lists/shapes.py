"""Which images an object names in the JSON or YAML of docker, podman, nerdctl, crictl and kubectl."""

from collections.abc import Mapping, Sequence
from typing import Final

from iam_tui.core.bare_words import is_clear
from iam_tui.inventory.image_text import may_be_image
from iam_tui.inventory.lists.cells import Cell, is_id

WRAPPERS: Final = ("images", "containers", "Images", "Containers")
"""Keys whose lists have an object for each image or container: `crictl images -o json`."""
_TAGS: Final = ("RepoTags", "repoTags", "Names", "names", "RepoDigests", "repoDigests")
_OF_IMAGES: Final = ("RepoTags", "repoTags", "RepoDigests", "repoDigests", "sizeBytes")
"""Keys that only images have, not containers."""


def images_of(value: object) -> list[Cell] | None:
    """The images that an object names, one for an image without a name; None if it has no known shape."""
    if not isinstance(value, Mapping):
        return None
    if any(key in value for key in _OF_IMAGES):
        return _of_image(value)
    for name in (_text(value, "Repository"), _text(value, "ImageName"), _text(value, "Config", "Image")):
        if name:
            return [Cell(name, _text(value, "Tag"), _text(value, "Digest"))]
    if isinstance(value.get("Image"), str):
        return [Cell(_text(value, "Image"))]
    if "image" in value:
        return _of_image_key(value)
    if isinstance(value.get("Names"), list) and ("Digest" in value or "Digests" in value):
        return _of_image(value)
    service = _text(value, "Spec", "TaskTemplate", "ContainerSpec", "Image")
    if service:
        return [Cell(service)]
    return images_of(value["status"]) if isinstance(value.get("status"), Mapping) else None


def _of_image(value: Mapping[object, object]) -> list[Cell]:
    """The names of an image: those with tags, or else those with digests."""
    names = [name for key in _TAGS for name in _texts(value.get(key))]
    known = [name for name in dict.fromkeys(names) if not name.startswith("<none>") and not is_id(name)]
    chosen = [name for name in known if "@" not in name] or known
    if chosen:
        return [Cell(name) for name in chosen]
    return [Cell(_text(value, "Repository"), _text(value, "Tag"))]


def _of_image_key(value: Mapping[object, object]) -> list[Cell] | None:
    """The image below the key `image`, which other objects have too: then a bare word says nothing.

    crictl shows the id of a container's image, and the name beside it.
    """
    if not isinstance(value["image"], Mapping):
        name = _text(value, "image")
        return [Cell(name)] if is_clear(name) and may_be_image(name) else None
    names = [_text(value, "image", inner) for inner in ("userSpecifiedImage", "image")]
    names = [name for name in (*names, _text(value, "imageRef")) if name]
    return [Cell(next((name for name in names if not is_id(name)), names[0] if names else ""))]


def _text(value: object, *keys: str) -> str:
    """The text below these keys; empty if there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else ""


def _texts(value: object) -> Sequence[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
