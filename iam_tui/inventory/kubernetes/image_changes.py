"""What kustomize's `images` make of an image: another name, tag or digest.

See https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/
"""

import re
from typing import NamedTuple

from iam_tui.inventory.uncertainty import UNKNOWN, FilledText, excerpt
from iam_tui.inventory.yaml_nodes import MappingKeys, ScalarNode, SequenceNode, YamlNode, text_of, typed_text

_PARTS = re.compile(r"(?P<name>.*?)(?P<tag>:[^:/@]*)?(?P<digest>@.*)?", re.DOTALL)


class ImageChange(NamedTuple):
    """One item of `images`, with its line: images of this name get what is not empty.

    `tag` starts with `:`, `digest` with `@`. A new tag drops the old digest, and a new digest the old tag.
    """

    line: int
    name: str
    new_name: str = ""
    tag: str = ""
    digest: str = ""
    suffix: str = ""

    def applied(self, image: str) -> str:
        """The image that becomes of this one; the same if it has another name."""
        name, tag, digest = split_image(image)
        if name != self.name:
            return image
        if self.tag or self.digest:
            tag, digest = self.tag, self.digest
        if self.suffix:
            tag, digest = f"{tag or ':latest'}{self.suffix}", ""
        return f"{self.new_name or name}{tag}{digest}"

    def unmatched(self) -> FilledText:
        """What is known if no resource was read that names the image; its tag may come from there."""
        reason = f"no resource that was read names {excerpt(self.name)}"
        image = self.applied(self.name)
        if self.tag or self.digest or self.suffix:
            return FilledText(image, (reason,))
        return FilledText(None, (reason,), f"{image}:{UNKNOWN}")


def split_image(image: str) -> tuple[str, str, str]:
    """Name, tag with `:` and digest with `@` of an image; the latter two can be empty."""
    match = _PARTS.fullmatch(image)
    return (match["name"], match["tag"] or "", match["digest"] or "") if match else (image, "", "")


def image_changes(listed: YamlNode, keys: MappingKeys) -> list[ImageChange]:
    """The items of a list of `images`: mappings, or texts as in `nginx=acme/nginx:1`."""
    items = listed.items if isinstance(listed, SequenceNode) else []
    changes = [
        _from_text(item) if isinstance(item, ScalarNode) else _from_fields(item, keys) for item in items
    ]
    return [change for change in changes if change.name and any(change[2:])]


def _from_fields(item: YamlNode, keys: MappingKeys) -> ImageChange:
    fields = keys.of(item)
    tag = fields["newTag"].node if "newTag" in fields else None
    new_tag = typed_text(tag) if isinstance(tag, ScalarNode) and not tag.is_null else ""
    digest = text_of(fields, "digest")
    return ImageChange(
        item.line,
        text_of(fields, "name"),
        text_of(fields, "newName"),
        f":{new_tag}" if new_tag else "",
        f"@{digest}" if digest else "",
        text_of(fields, "tagSuffix"),
    )


def _from_text(item: ScalarNode) -> ImageChange:
    old, has_new, new = item.text.partition("=")
    name, tag, digest = split_image(new if has_new else old)
    return ImageChange(item.line, old if has_new else name, name if has_new else "", tag, digest)
