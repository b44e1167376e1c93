"""The images that a Compose project pulls, and the Dockerfiles that it builds.

See https://docs.docker.com/reference/compose-file/
"""

from collections.abc import Iterator, Mapping, Sequence, Set

from iam_tui.core.reference import ImageReference
from iam_tui.core.usage import Status, Usage
from iam_tui.inventory.compose.build import ServiceBuilds
from iam_tui.inventory.compose.project import ComposeProject, load_project
from iam_tui.inventory.compose.values import ComposeMapping, ComposeText
from iam_tui.inventory.file_source import FileSource
from iam_tui.inventory.image_text import image_usage
from iam_tui.inventory.merge_usages import MergedUsages
from iam_tui.inventory.reading import BuiltImage, Reading
from iam_tui.inventory.uncertainty import FilledText

_PULLS_FIRST = ("always", "missing", "if_not_present", "daily", "weekly", "every_")
"""Pull policies that pull an image even if the project can build it."""
_NEVER = "never"
_MODEL_NAMESPACE = "ai/"


def read_compose(
    files: Sequence[str],
    source: FileSource,
    environment: Mapping[str, str] | None = None,
    named_by: str | None = None,
) -> Reading:
    """The project of these files, at least one, later ones merged into earlier ones; never raises.

    Files are read from `source`, also those that the project includes, extends or builds. Variables come
    from its `.env` files and, if it is given, from the environment, which wins. A text that several services
    share is one usage. Its `reached_by` has the profiles that start one of these services; none if one of
    them always starts, or is in a profile that the variables make active. `named_by` is the folder whose
    `.env` names the files, if there is one.
    """
    project = load_project(files, source, environment or {}, named_by)
    builds = ServiceBuilds(source)
    merged = MergedUsages()
    services = [service for service in project.services.values() if isinstance(service, ComposeMapping)]
    built = {
        reference for service in services if service.fields("build") and (reference := _named_by(service))
    }
    # What a pull policy pulls although the project builds it is not known to be built only.
    pulled = {_named_by(service) for service in services if _policy(service).startswith(_PULLS_FIRST)}
    for service in services:
        profiles = _profiles(service, project.profiles)
        named = [*_image(service, built), *_image_volumes(service), *_hooks(service), *builds.images(service)]
        merged.add(usage._replace(reached_by=profiles) if usage.reached else usage for usage in named)
        merged.add(builds.inline(service))
    merged.add(_models(project))
    merged.add(project.problems)
    only_built = [BuiltImage(reference) for reference in built - pulled]
    return Reading(merged.usages(), builds.requests, project.files, only_built)


def _profiles(service: ComposeMapping, active: Set[str]) -> tuple[str, ...]:
    """The profiles that start the service; none if it starts anyway."""
    found = dict.fromkeys(text.value for text in service.texts("profiles") if text.value)
    return () if "*" in active or found.keys() & active else tuple(found)


def _usage(text: ComposeText) -> Usage:
    return _named(text, text.filled)


def _named(text: ComposeText, filled: FilledText) -> Usage:
    value, _, outline = filled
    return image_usage(
        text.source.file, text.line, text.place, text.written, value, filled.problem, outline=outline
    )


def _named_by(service: ComposeMapping) -> ImageReference | None:
    image = service.text("image")
    return _usage(image).reference if image else None


def _policy(service: ComposeMapping) -> str:
    policy = service.text("pull_policy")
    return policy.value if policy else ""


def _image(service: ComposeMapping, built: Set[ImageReference]) -> Iterator[Usage]:
    """The service's image. An image that the project builds is not a pull, unless the pull policy says so."""
    image, chosen = service.text("image"), _policy(service)
    if image is None:
        return
    builds = service.fields("build") is not None
    usage = _usage(image)
    if (builds or usage.reference in built) and not chosen.startswith(_PULLS_FIRST):
        if usage.reference:
            yield usage._replace(status=Status.BUILT, problem="")
    elif chosen != _NEVER:
        yield usage


def _image_volumes(service: ComposeMapping) -> Iterator[Usage]:
    """The images that are mounted as volumes; a later volume replaces one with the same target."""
    by_target: dict[str, ComposeMapping | None] = {}
    for number, volume in enumerate(service.items("volumes")):
        if isinstance(volume, ComposeMapping):
            target = volume.text("target")
            by_target[target.value if target else str(number)] = volume
        elif isinstance(volume, ComposeText):
            source, _, rest = volume.value.partition(":")
            by_target[rest.partition(":")[0] or source] = None
    for found in by_target.values():
        kind, image = (found.text("type"), found.text("source")) if found else (None, None)
        if kind and kind.value == "image" and image:
            yield _usage(image)


def _hooks(service: ComposeMapping) -> Iterator[Usage]:
    """The images of the hooks that run before the service starts."""
    for hook in service.items("pre_start"):
        image = hook.text("image") if isinstance(hook, ComposeMapping) else None
        if image:
            yield _usage(image)


def _models(project: ComposeProject) -> Iterator[Usage]:
    """The models. On Docker Hub they are in the namespace `ai/`, which can be left out."""
    for model in project.models.values():
        text = model.text("model") if isinstance(model, ComposeMapping) else None
        if text:
            yield _named(text, text.filled.mapped(_with_namespace))


def _with_namespace(model: str) -> str:
    return f"{_MODEL_NAMESPACE}{model}" if model and "/" not in model else model
