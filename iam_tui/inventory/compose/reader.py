"""The images that a Compose project pulls, and the Dockerfiles that it builds (references 3)."""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from iam_tui.core.reference import ImageReference
from iam_tui.core.usage import Status, Usage
from iam_tui.inventory.build_request import BuildRequest
from iam_tui.inventory.compose.build import Builds
from iam_tui.inventory.compose.project import Project, load_project
from iam_tui.inventory.compose.values import Fields, Text
from iam_tui.inventory.file_source import Tree
from iam_tui.inventory.image_text import image_usage
from iam_tui.inventory.merge_usages import Rows

_PULLS_FIRST = ("always", "missing", "if_not_present", "daily", "weekly", "every_")
"""Pull policies by which an image is pulled even where it could be built."""
_NEVER = "never"
_MODEL_NAMESPACE = "ai/"


class ComposeReading(NamedTuple):
    """What a project says about images: its usages, the Dockerfiles it builds, and the files that were read.

    `reached_by` of the usages has the profiles that a service needs to be started; none if it always is.
    """

    usages: list[Usage]
    builds: list[BuildRequest]
    files: list[str]


def read_compose(
    files: Sequence[str], tree: Tree, environment: Mapping[str, str] | None = None
) -> ComposeReading:
    """The project of these files, at least one, later ones laid over earlier; never raises.

    Files are read through `tree`, also those that the project includes, extends or builds. Variables come
    from its `.env` files and, where one is given, from the environment, which wins. A text that several
    services share is one usage.
    """
    project = load_project(files, tree, environment or {})
    builds = Builds(tree)
    rows = Rows()
    services = [service for service in project.services.values() if isinstance(service, Fields)]
    built = {reference for service in services if (reference := _built(service))}
    for service in services:
        profiles = _profiles(service)
        named = [*_image(service, built), *_image_volumes(service), *_hooks(service), *builds.images(service)]
        rows.add(usage._replace(reached_by=profiles) if usage.reached else usage for usage in named)
        rows.add(builds.inline(service))
    rows.add(_models(project))
    rows.add(project.problems)
    return ComposeReading(rows.usages(), builds.requests, project.files)


def _profiles(service: Fields) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.value for text in service.texts("profiles") if text.value))


def _usage(text: Text) -> Usage:
    return _named(text, text.filled.value)


def _named(text: Text, value: str | None) -> Usage:
    return image_usage(text.source.file, text.line, text.place, text.written, value, text.filled.problem)


def _built(service: Fields) -> ImageReference | None:
    """The name that the service gives to what it builds."""
    image = service.text("image") if service.fields("build") else None
    return _usage(image).reference if image else None


def _image(service: Fields, built: Set[ImageReference]) -> Iterator[Usage]:
    """The service's image. What a service of the project builds is not pulled, unless its policy says so."""
    image, policy = service.text("image"), service.text("pull_policy")
    if image is None:
        return
    chosen = policy.value if policy else ""
    builds = service.fields("build") is not None
    usage = _usage(image)
    if (builds or usage.reference in built) and not chosen.startswith(_PULLS_FIRST):
        if usage.reference:
            yield usage._replace(status=Status.BUILT, problem="")
    elif chosen != _NEVER:
        yield usage


def _image_volumes(service: Fields) -> Iterator[Usage]:
    """The images mounted as volumes; a later volume takes the place of one with the same target."""
    by_target: dict[str, Fields | None] = {}
    for number, volume in enumerate(service.items("volumes")):
        if isinstance(volume, Fields):
            target = volume.text("target")
            by_target[target.value if target else str(number)] = volume
        elif isinstance(volume, Text):
            source, _, rest = volume.value.partition(":")
            by_target[rest.partition(":")[0] or source] = None
    for found in by_target.values():
        kind, image = (found.text("type"), found.text("source")) if found else (None, None)
        if kind and kind.value == "image" and image:
            yield _usage(image)


def _hooks(service: Fields) -> Iterator[Usage]:
    """The images of what runs before the service starts."""
    for hook in service.items("pre_start"):
        image = hook.text("image") if isinstance(hook, Fields) else None
        if image:
            yield _usage(image)


def _models(project: Project) -> Iterator[Usage]:
    """The models: on Docker Hub they stand in a namespace of their own, which may be left out."""
    for model in project.models.values():
        text = model.text("model") if isinstance(model, Fields) else None
        if text:
            value = text.filled.value
            yield _named(text, f"{_MODEL_NAMESPACE}{value}" if value and "/" not in value else value)
