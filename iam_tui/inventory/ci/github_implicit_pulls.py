"""What well-known GitHub actions pull although the step that uses them names no image."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from iam_tui.inventory.ci.github_contexts import JobContexts
from iam_tui.inventory.implicit_pulls import BUILDER, EMULATOR, cached_image, comma_fields, sbom_scanner
from iam_tui.inventory.uncertainty import FilledText
from iam_tui.inventory.yaml_nodes import YamlEntry, lines_of, text_of, text_of_entry

_IMPLICIT = "uses (hidden pull)"
_IMAGE_CONTEXT = "docker-image://"
_PULLING_DRIVERS = ("", "docker-container", "kubernetes")
_EXPRESSION = "${{"


class ImplicitPull(NamedTuple):
    """An image that a step pulls."""

    line: int
    place: str
    text: str
    image: FilledText


def pulled_by_action(
    uses: YamlEntry, inputs: Mapping[str, YamlEntry], contexts: JobContexts
) -> Iterator[ImplicitPull]:
    """The images that the action of a step pulls with these inputs; none if the action is not known here."""
    written = text_of_entry(uses)
    match written.partition("@")[0].lower():
        case "docker/setup-buildx-action":
            yield from _builder(uses, inputs, contexts)
        case "docker/setup-qemu-action":
            if text_of(inputs, "image"):
                yield from _filled(inputs["image"], "image", contexts)
            else:
                yield ImplicitPull(uses.line, _IMPLICIT, written, FilledText(EMULATOR))
        case "docker/build-push-action":
            yield from _build(inputs, contexts)
        case "docker/bake-action":
            yield from _scanner(inputs.get("sbom"), contexts)


def _builder(
    uses: YamlEntry, inputs: Mapping[str, YamlEntry], contexts: JobContexts
) -> Iterator[ImplicitPull]:
    """The builder's image, or the one that an option names; none if the driver needs no image."""
    written = text_of_entry(uses)
    for driver in contexts.fill(text_of(inputs, "driver")):
        if driver.value is None:
            yield ImplicitPull(uses.line, _IMPLICIT, written, FilledText(None, driver.reasons))
        elif driver.value in _PULLING_DRIVERS:
            named = [option for option in lines_of(inputs, "driver-opts") if "image" in comma_fields(option)]
            for option in named:
                image = comma_fields(option)["image"]
                yield from _values(inputs["driver-opts"], "driver-opts", option, image, contexts)
            if not named:
                yield ImplicitPull(uses.line, _IMPLICIT, written, FilledText(BUILDER, driver.reasons))


def _build(inputs: Mapping[str, YamlEntry], contexts: JobContexts) -> Iterator[ImplicitPull]:
    for context in lines_of(inputs, "build-contexts"):
        value = context.partition("=")[2]
        if value.startswith((_IMAGE_CONTEXT, _EXPRESSION)):
            image = value.removeprefix(_IMAGE_CONTEXT)
            yield from _values(inputs["build-contexts"], "build-contexts", context, image, contexts)
    for source in lines_of(inputs, "cache-from"):
        if cached_image(source):
            yield from _values(inputs["cache-from"], "cache-from", source, cached_image(source), contexts)
    yield from _scanner(inputs.get("sbom"), contexts)
    for attestation in lines_of(inputs, "attests"):
        if comma_fields(attestation).get("type") == "sbom":
            image = sbom_scanner(attestation)
            yield from _values(inputs["attests"], "attests", attestation, image, contexts)


def _scanner(entry: YamlEntry | None, contexts: JobContexts) -> Iterator[ImplicitPull]:
    if entry is None:
        return
    for filled in contexts.fill(text_of_entry(entry)):
        image = filled.mapped(sbom_scanner)
        if image.value != "":
            yield ImplicitPull(entry.line, "with.sbom", text_of_entry(entry), image)


def _filled(entry: YamlEntry, name: str, contexts: JobContexts) -> Iterator[ImplicitPull]:
    return _values(entry, name, text_of_entry(entry), text_of_entry(entry), contexts)


def _values(
    entry: YamlEntry, name: str, written: str, image: str, contexts: JobContexts
) -> Iterator[ImplicitPull]:
    """The image of an input in each job; the line is that of the input's key."""
    for filled in contexts.fill(image):
        if filled.value != "":
            yield ImplicitPull(entry.line, f"with.{name}", written, filled)
