"""The images that a Dockerfile pulls, with their lines, and which targets need them (references 2)."""

from collections.abc import Iterator, Sequence

from iam_tui.core.usage import Status, Usage
from iam_tui.inventory.dockerfile.build import DEFAULT_TARGET, Build, Outcome, resolve, resolve_syntax
from iam_tui.inventory.dockerfile.parser import Dockerfile, parse_dockerfile

PLATFORM = "linux/amd64"
"""What is built for, where nothing says otherwise (design 6)."""

_SURENESS = {Status.UNRESOLVED: 0, Status.DOUBTFUL: 1, Status.RESOLVED: 2}


def read_dockerfile(
    text: str,
    file: str,
    builds: Sequence[Build] = (),
    *,
    plain: bool = True,
    first_line: int = 1,
    platform: str = PLATFORM,
) -> list[Usage]:
    """Every place of the Dockerfile that names an image, in the order of the file; never raises.

    `builds` are the ways in which somebody asks for it; beside them counts the plain build, of the default
    target without any argument, unless `plain` is False. A row is a place and what it comes to: builds that
    agree share it, and `reached_by` has the targets of those that need it, `default` for the default one.
    Where builds differ, there is a row for each that needs the place; what the plain build leaves open or in
    doubt gives way to something surer. `first_line` is the line of `file` that `text` starts on.

    No row: stages, `scratch`, `ADD`, and what a build's context replaces (`needed_contexts` has those).
    """
    dockerfile = parse_dockerfile(text)
    asked = [*([Build()] if plain or not builds else []), *builds]
    rows = [*_syntax_rows(dockerfile, asked), *_rows(dockerfile, asked, platform, plain=plain)]
    return [row._replace(file=file, line=row.line + first_line - 1) for row in rows]


def needed_contexts(text: str, build: Build, *, platform: str = PLATFORM) -> frozenset[str]:
    """The names of the build's contexts that its target needs, as given; never raises."""
    return resolve(parse_dockerfile(text), build, platform).contexts


def stage_names(text: str) -> frozenset[str]:
    """The names, in small letters, that a target can have; never raises."""
    return frozenset(stage.name for stage in parse_dockerfile(text).stages if stage.name)


def _syntax_rows(dockerfile: Dockerfile, builds: Sequence[Build]) -> Iterator[Usage]:
    """The image that reads the file is pulled before all else, whatever the target."""
    found: dict[tuple[str, Outcome], list[str]] = {}
    for build in builds:
        syntax = resolve_syntax(dockerfile, build)
        if syntax:
            found.setdefault(syntax, []).append(_target(build))
    for (text, outcome), targets in found.items():
        yield _row(dockerfile.syntax.line if dockerfile.syntax else 1, "syntax", text, outcome, targets)


def _rows(dockerfile: Dockerfile, builds: Sequence[Build], platform: str, *, plain: bool) -> Iterator[Usage]:
    results = [(_target(build), resolve(dockerfile, build, platform)) for build in builds]
    for index, place in enumerate(dockerfile.places):
        found: dict[Outcome, list[str]] = {}
        for target, result in results:
            outcome = result.outcomes[index]
            if outcome is not None:
                targets = found.setdefault(outcome, [])
                if index in result.needed:
                    targets.append(target)
        if plain and len(found) > 1:
            _drop_unasked(found, [result.outcomes[index] for _, result in results])
        needed = [outcome for outcome, targets in found.items() if targets]
        for outcome in needed or list(found)[:1]:
            yield _row(place.line, place.kind, place.text, outcome, found[outcome])


def _drop_unasked(found: dict[Outcome, list[str]], outcomes: list[Outcome | None]) -> None:
    """Drop what only the plain build (the first) comes to, if one that is asked for is surer.

    That one must need the place, unless the plain build does not need it either.
    """
    first, *asked = outcomes
    if first is None or first in asked:
        return
    surer = [other for other in found if _SURENESS[other.status] > _SURENESS[first.status]]
    if any(found[other] or not found[first] for other in surer):
        del found[first]


def _target(build: Build) -> str:
    return build.target or DEFAULT_TARGET


def _row(line: int, place: str, text: str, outcome: Outcome, targets: list[str]) -> Usage:
    reference, status, problem = outcome
    if reference is None:
        return Usage("", line, place, text, None, status, reached=None, problem=problem)
    reached_by = tuple(dict.fromkeys(targets))
    return Usage("", line, place, text, reference, status, bool(reached_by), reached_by, problem)
