"""The images that a Dockerfile pulls, with their lines, and the targets that need them."""

from collections.abc import Iterator, Sequence

from iam_tui.core.usage import Status, Usage
from iam_tui.inventory.dockerfile.build import (
    DEFAULT_TARGET,
    DockerfileBuild,
    resolve,
    resolve_syntax,
)
from iam_tui.inventory.dockerfile.parser import Dockerfile, parse_dockerfile
from iam_tui.inventory.image_text import NamedImage

PLATFORM = "linux/amd64"
"""The platform that is built for, unless another one is given."""

_CERTAINTY = {Status.UNRESOLVED: 0, Status.DOUBTFUL: 2, Status.RESOLVED: 3}


def read_dockerfile(
    text: str,
    file: str,
    builds: Sequence[DockerfileBuild] = (),
    *,
    plain: bool = True,
    first_line: int = 1,
    platform: str = PLATFORM,
) -> list[Usage]:
    """Every place of the Dockerfile that names an image, in the order of the file; never raises.

    `builds` are the ways in which other files build it. The plain build, of the default target without
    arguments, counts too, unless `plain` is False. Builds that agree on the image of a place share a usage;
    its `reached_by` lists the targets that need it, `default` for the default target. Where builds differ,
    each that needs the place has a usage, except that an uncertain result of the plain build is dropped in
    favour of a more certain one. `first_line` is the line of `file` on which `text` starts.

    Stages, `scratch`, `ADD` and what a build's context replaces (see `needed_contexts`) have no usage.
    """
    dockerfile = parse_dockerfile(text, buildah=_is_containerfile(file))
    all_builds = [*([DockerfileBuild()] if plain or not builds else []), *builds]
    usages = [
        *_syntax_usages(dockerfile, all_builds),
        *_place_usages(dockerfile, all_builds, platform, plain=plain),
    ]
    return [usage._replace(file=file, line=usage.line + first_line - 1) for usage in usages]


def needed_contexts(text: str, build: DockerfileBuild, *, platform: str = PLATFORM) -> frozenset[str]:
    """The names, as given, of the build's contexts that its target needs; never raises."""
    return resolve(parse_dockerfile(text), build, platform).contexts


def _syntax_usages(dockerfile: Dockerfile, builds: Sequence[DockerfileBuild]) -> Iterator[Usage]:
    """The image that reads the file; it is pulled before all others, for every target."""
    found: dict[tuple[str, NamedImage], list[str]] = {}
    for build in builds:
        syntax = resolve_syntax(dockerfile, build)
        if syntax:
            found.setdefault(syntax, []).append(_target(build))
    for (text, outcome), targets in found.items():
        yield _usage(dockerfile.syntax.line if dockerfile.syntax else 1, "syntax", text, outcome, targets)


def _place_usages(
    dockerfile: Dockerfile, builds: Sequence[DockerfileBuild], platform: str, *, plain: bool
) -> Iterator[Usage]:
    results = [(_target(build), resolve(dockerfile, build, platform)) for build in builds]
    for index, place in enumerate(dockerfile.places):
        found: dict[NamedImage, list[str]] = {}
        for target, result in results:
            outcome = result.outcomes[index]
            if outcome is not None:
                targets = found.setdefault(outcome, [])
                if index in result.needed:
                    targets.append(target)
        if plain and len(found) > 1:
            _drop_plain_outcome(found, [result.outcomes[index] for _, result in results])
        needed = [outcome for outcome, targets in found.items() if targets]
        for outcome in needed or list(found)[:1]:
            yield _usage(place.line, place.kind, place.text, outcome, found[outcome])


def _drop_plain_outcome(found: dict[NamedImage, list[str]], outcomes: list[NamedImage | None]) -> None:
    """Drop the outcome that only the plain build (the first) has, if another build's is more certain.

    That other build must need the place, unless the plain build does not need it either.
    """
    first, *asked = outcomes
    if first is None or first in asked:
        return
    better = [other for other in found if _certainty(other) > _certainty(first)]
    if any(found[other] or not found[first] for other in better):
        del found[first]


def _is_containerfile(file: str) -> bool:
    """Whether the file has the name that Podman and Buildah use."""
    return "containerfile" in file.rpartition("/")[2].lower()


def _certainty(outcome: NamedImage) -> int:
    """How certain it is; least of all, after no image, is a repository whose tag is not known."""
    known = outcome.reference is None or outcome.reference.has_version
    return _CERTAINTY[outcome.status] if known else 1


def _target(build: DockerfileBuild) -> str:
    return build.target or DEFAULT_TARGET


def _usage(line: int, place: str, text: str, outcome: NamedImage, targets: list[str]) -> Usage:
    reference, status, problem = outcome
    if reference is None:
        return Usage("", line, place, text, None, status, reached=None, problem=problem)
    reached_by = tuple(dict.fromkeys(targets))
    return Usage("", line, place, text, reference, status, bool(reached_by), reached_by, problem)
