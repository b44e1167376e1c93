"""The images in patches of kustomize: parts of resources, or lists of operations on them (JSON 6902)."""

from collections.abc import Iterator

from iam_tui.core.usage import Usage
from iam_tui.inventory.image_text import image_usage
from iam_tui.inventory.kubernetes.reader import read_kubernetes
from iam_tui.inventory.yaml_nodes import (
    MappingKeys,
    ScalarNode,
    SequenceNode,
    UnreadableYaml,
    YamlEntry,
    YamlNode,
    read_documents,
    text_of,
)


def patch_images(text: str, file: str, *, with_resources: bool = False) -> list[Usage]:
    """The images that a patch sets; never raises.

    What is a part of a resource counts only `with_resources`: in a file of its own it is a manifest as well.
    """
    try:
        documents = read_documents(text)
        keys = MappingKeys()
        usages = [usage for document in documents for usage in _operations(document, file, keys)]
    except UnreadableYaml:
        return []
    return usages or (list(read_kubernetes(text, file).usages) if with_resources else [])


def _operations(node: YamlNode, file: str, keys: MappingKeys) -> Iterator[Usage]:
    for item in node.items if isinstance(node, SequenceNode) else ():
        entries = keys.of(item)
        path, value = text_of(entries, "path"), entries.get("value")
        if value is None or text_of(entries, "op") not in ("add", "replace"):
            continue
        image = value if path.endswith("/image") else keys.of(value.node).get("image")
        if image and _is_in_container(path):
            yield from _image(image, file, path)


def _is_in_container(path: str) -> bool:
    return any(f"/{name}/" in path for name in ("containers", "initContainers", "ephemeralContainers"))


def _image(entry: YamlEntry, file: str, path: str) -> Iterator[Usage]:
    if isinstance(entry.node, ScalarNode) and not entry.node.is_null:
        place = path.strip("/").replace("/", ".").removesuffix(".image") + ".image"
        yield image_usage(file, entry.line, f"patch {place}", entry.node.text, entry.node.text)
