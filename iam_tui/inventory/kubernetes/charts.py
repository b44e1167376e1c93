"""Resources that install a Helm chart: what the values that they give to it say of images."""

from typing import NamedTuple

from iam_tui.inventory.kubernetes.helm_values import ValueImage, value_images
from iam_tui.inventory.yaml_nodes import (
    MappingKeys,
    ScalarNode,
    UnreadableYaml,
    YamlNode,
    read_documents,
)

_VALUES = ("values", "valuesObject", "valuesContent")


class ChartImages(NamedTuple):
    """The images that are named; not whole if the chart decides on others. `read` are the values' nodes."""

    images: list[ValueImage]
    is_whole: bool
    read: list[YamlNode]


def chart_images(node: YamlNode, path: str, keys: MappingKeys) -> ChartImages:
    """What `values` or, for Argo CD, `helm.values` and `helm.valuesObject` name."""
    entries = keys.of(node)
    helm = keys.of(entries["helm"].node) if "helm" in entries else {}
    result = ChartImages([], True, [])
    for holder, inner in ((entries, path), (helm, f"{path}.helm")):
        for key in _VALUES:
            if key in holder:
                images, is_whole = _images(holder[key].node, f"{inner}.{key}", keys)
                read = [*result.read, holder[key].node]
                result = ChartImages(result.images + images, result.is_whole and is_whole, read)
    return result if result.images else result._replace(is_whole=False)


def _images(node: YamlNode, path: str, keys: MappingKeys) -> tuple[list[ValueImage], bool]:
    """The images in values, which may be a text of their own, and whether that is all they say of images."""
    if not isinstance(node, ScalarNode):
        found = value_images(node, path, keys)
        return found.images, found.is_whole
    try:
        documents = read_documents(node.text)
        found = value_images(documents[0] if documents else node, path, MappingKeys())
    except UnreadableYaml:
        return [], False
    for one in found.images:
        one.line = one.line + node.line if node.literal else node.line
    return found.images, found.is_whole
