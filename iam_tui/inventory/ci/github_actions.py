"""What well-known actions pull by themselves, where a workflow's step uses them (references 2 and 3)."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from iam_tui.inventory.ci.github_matrix import Matrix
from iam_tui.inventory.implicit_pulls import BUILDER, EMULATOR, cached_image, comma_fields, sbom_scanner
from iam_tui.inventory.yaml_nodes import Entry, Scalar

_HIDDEN = "uses (hidden pull)"
_IMAGE_CONTEXT = "docker-image://"
_PULLING_DRIVERS = ("", "docker-container", "kubernetes")
_EXPRESSION = "${{"


class Pull(NamedTuple):
    """An image that a step pulls; `image` is None where nobody can tell, and `problem` says why."""

    line: int
    place: str
    text: str
    image: str | None
    problem: str = ""


def pulled_by_action(uses: Entry, inputs: Mapping[str, Entry], matrix: Matrix) -> Iterator[Pull]:
    """The images that the action of a step pulls, with these inputs; none if the action is not known."""
    written = _text(uses)
    match written.partition("@")[0].lower():
        case "docker/setup-buildx-action":
            yield from _builder(uses, inputs, matrix)
        case "docker/setup-qemu-action":
            if _text(inputs.get("image")):
                yield from _filled(inputs["image"], "image", matrix)
            else:
                yield Pull(uses.line, _HIDDEN, written, EMULATOR)
        case "docker/build-push-action":
            yield from _build(inputs, matrix)
        case "docker/bake-action":
            yield from _scanner(inputs.get("sbom"), matrix)


def _builder(uses: Entry, inputs: Mapping[str, Entry], matrix: Matrix) -> Iterator[Pull]:
    """The builder's image, unless the driver needs none or an option names another."""
    for driver in matrix.fill(_text(inputs.get("driver"))):
        if driver.value is None:
            yield Pull(uses.line, _HIDDEN, _text(uses), None, driver.problem)
        elif driver.value in _PULLING_DRIVERS:
            named = [
                option for option in _lines(inputs.get("driver-opts")) if "image" in comma_fields(option)
            ]
            for option in named:
                image = comma_fields(option)["image"]
                yield from _values(inputs["driver-opts"], "driver-opts", option, image, matrix)
            if not named:
                yield Pull(uses.line, _HIDDEN, _text(uses), BUILDER, driver.problem)


def _build(inputs: Mapping[str, Entry], matrix: Matrix) -> Iterator[Pull]:
    for context in _lines(inputs.get("build-contexts")):
        value = context.partition("=")[2]
        if value.startswith((_IMAGE_CONTEXT, _EXPRESSION)):
            image = value.removeprefix(_IMAGE_CONTEXT)
            yield from _values(inputs["build-contexts"], "build-contexts", context, image, matrix)
    for source in _lines(inputs.get("cache-from")):
        if cached_image(source):
            yield from _values(inputs["cache-from"], "cache-from", source, cached_image(source), matrix)
    yield from _scanner(inputs.get("sbom"), matrix)
    for attestation in _lines(inputs.get("attests")):
        if comma_fields(attestation).get("type") == "sbom":
            image = sbom_scanner(attestation)
            yield from _values(inputs["attests"], "attests", attestation, image, matrix)


def _scanner(entry: Entry | None, matrix: Matrix) -> Iterator[Pull]:
    if entry is None:
        return
    for filled in matrix.fill(_text(entry)):
        image = sbom_scanner(filled.value) if filled.value is not None else None
        if image != "":
            yield Pull(entry.line, "with.sbom", _text(entry), image, filled.problem)


def _filled(entry: Entry, name: str, matrix: Matrix) -> Iterator[Pull]:
    return _values(entry, name, _text(entry), _text(entry), matrix)


def _values(entry: Entry, name: str, written: str, image: str, matrix: Matrix) -> Iterator[Pull]:
    """The image of an input in each job; an input of several lines has the line of its key."""
    for filled in matrix.fill(image):
        if filled.value != "":
            yield Pull(entry.line, f"with.{name}", written, filled.value, filled.problem)


def _text(entry: Entry | None) -> str:
    return entry.node.text if entry and isinstance(entry.node, Scalar) and not entry.node.is_null else ""


def _lines(entry: Entry | None) -> list[str]:
    return [line.strip() for line in _text(entry).splitlines() if line.strip()]
