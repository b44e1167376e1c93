"""One build of a Dockerfile: which image each place names, and which places the build needs.

These are BuildKit's rules: a build needs the stage of its target, every stage and image that this one builds
on, copies from or mounts, and so on. It pulls nothing else.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from iam_tui.core.reference import ImageReference, InvalidReference
from iam_tui.core.usage import Status
from iam_tui.inventory.dockerfile.expansion import WordValue, expand
from iam_tui.inventory.dockerfile.parser import Argument, BuildStage, Dockerfile, ImagePlace
from iam_tui.inventory.image_text import NamedImage, named_image
from iam_tui.inventory.uncertainty import UNKNOWN, excerpt, is_empty, join_reasons, not_set

DEFAULT_TARGET = "default"
"""The name of the last stage where no target is given."""

_SCRATCH = "scratch"
_NO_CONTEXTS = ("scratch", "context")
_SYNTAX_ARGUMENT = "BUILDKIT_SYNTAX"
_BUILD_ARGUMENT = "build argument "


class DockerfileBuild(NamedTuple):
    """One way to build a Dockerfile.

    `target` is a stage's name, None for the last stage. `arguments` are build arguments; one with the value
    None is taken from the environment, so that everything made from it is doubtful. `contexts` are additional
    contexts (name to `docker-image://...`, a folder, a URL, ...), which replace the stage or image of that
    name. `problems` are sentences about arguments: which assumptions were made for the value or, if it has
    `UNKNOWN` in it, why that part cannot be known.
    """

    target: str | None = None
    arguments: Mapping[str, str | None] = {}
    contexts: Mapping[str, str] = {}
    problems: Mapping[str, str] = {}


class BuildResult(NamedTuple):
    """A Dockerfile as one build sees it.

    `outcomes` has one item for each place, None where nothing is pulled: for a stage, for `scratch`, and for
    what a context replaces. `needed` are the indexes of the places that the target needs, `contexts` the
    names of the contexts that it needs.
    """

    outcomes: list[NamedImage | None]
    needed: set[int]
    contexts: frozenset[str]


def resolve(dockerfile: Dockerfile, build: DockerfileBuild, platform: str) -> BuildResult:
    """The Dockerfile as the build sees it; never raises. A target that does not exist needs nothing."""
    return _BuildResolver(dockerfile, build, platform).result()


def resolve_syntax(dockerfile: Dockerfile, build: DockerfileBuild) -> tuple[str, NamedImage] | None:
    """The frontend image that reads the Dockerfile, as written and resolved; None if there is none."""
    written = dockerfile.syntax.image if dockerfile.syntax else ""
    value = _argument(_SYNTAX_ARGUMENT, WordValue(written), build)
    text = value.text.strip().partition(" ")[0] or written
    outcome = _outcome(value._replace(text=text).used())
    return (written if value.problem else text, outcome) if text or value.problem else None


class _BuildResolver:
    def __init__(self, dockerfile: Dockerfile, build: DockerfileBuild, platform: str) -> None:
        self._dockerfile = dockerfile
        self._build = build
        self._values = _values(dockerfile, build, platform)
        self._contexts = {_context_name(name): name for name in build.contexts}
        self._stages: dict[str, int] = {}
        self._outcomes: list[NamedImage | None] = [None] * len(dockerfile.places)
        self._leads_to: dict[int, int] = {}
        self._replaced: dict[int, str] = {}

    def result(self) -> BuildResult:
        for index, stage in enumerate(self._dockerfile.stages):
            self._resolve_base(stage)
            if stage.name:
                self._stages[stage.name] = index
        # Unlike FROM, the others may name a later stage; BuildKit refuses to build that.
        for index, place in enumerate(self._dockerfile.places):
            if place.kind != "FROM":
                self._resolve_source(index, place)
        needed = self._needed()
        return BuildResult(
            self._outcomes,
            needed,
            frozenset(self._replaced[index] for index in needed & self._replaced.keys()),
        )

    def _resolve_base(self, stage: BuildStage) -> None:
        place = self._dockerfile.places[stage.base]
        if place.problem:
            self._outcomes[stage.base] = _unresolved(place.problem)
        elif stage.name in self._contexts and stage.name not in _NO_CONTEXTS:
            self._replaced[stage.base] = self._contexts[stage.name]
        else:
            value = expand(place.text, self._values, self._dockerfile.escape)
            self._resolve_name(stage.base, value, value.text)

    def _resolve_source(self, index: int, place: ImagePlace) -> None:
        if place.problem:
            self._outcomes[index] = _unresolved(place.problem)
        elif place.arguments is not None:
            value = expand(place.text, self._stage_values(place.arguments), self._dockerfile.escape)
            if value.text.isdecimal() and int(value.text[:18]) < len(self._dockerfile.stages):
                self._leads_to[index] = int(value.text[:18])
            else:
                self._resolve_name(index, value, value.text.lower())
        elif place.number is None:
            self._resolve_name(index, WordValue(place.text), place.text.lower())
        elif 0 <= place.number < len(self._dockerfile.stages):
            self._leads_to[index] = place.number
        else:
            self._outcomes[index] = _unresolved(f"there is no stage number {place.number}")

    def _resolve_name(self, index: int, value: WordValue, stage_name: str) -> None:
        if not value.problem and stage_name in self._stages:
            self._leads_to[index] = self._stages[stage_name]
        elif value.text != _SCRATCH:
            outcome = _outcome(value)
            known = outcome.reference if outcome.reference and outcome.reference.has_version else None
            context = self._contexts.get(_short(known)) if known else None
            if context is None:
                self._outcomes[index] = outcome
            else:
                self._replaced[index] = context

    def _stage_values(self, arguments: Sequence[Argument]) -> dict[str, WordValue]:
        """The variables of a stage: its own arguments, which get what the ARGs before the first FROM set."""
        values: dict[str, WordValue] = {}
        for name, default in arguments:
            if default is None:
                value = self._values.get(name) or WordValue(unset=True, why_uncertain=not_set(name))
            else:
                value = _default(name, expand(default, values, self._dockerfile.escape))
            values[name] = _argument(name, value, self._build)
        return values

    def _needed(self) -> set[int]:
        """The places that the target needs, through other stages too."""
        stages = self._dockerfile.stages
        target = self._build.target
        first = len(stages) - 1 if target is None else self._stages.get(target.lower(), -1)
        needed: set[int] = set()
        # A stage; with True, its ONBUILD instructions, which a stage that builds on it needs.
        waiting = [(first, False)] if first >= 0 else []
        seen = set(waiting)
        while waiting:
            index, deferred = waiting.pop()
            stage = stages[index]
            places = stage.triggers if deferred else [stage.base, *stage.sources]
            needed.update(places)
            found = [(self._leads_to[place], False) for place in places if place in self._leads_to]
            if not deferred and stage.base in self._leads_to:
                found.append((self._leads_to[stage.base], True))
            new = set(found) - seen
            seen |= new
            waiting += new
        return needed


def _values(dockerfile: Dockerfile, build: DockerfileBuild, platform: str) -> dict[str, WordValue]:
    """The variables for FROM: BuildKit's own arguments, empty or not, and the ARGs before the first FROM."""
    values = {
        name: WordValue(unset=True, why_uncertain=f"{not_set(name)} before the first FROM")
        for name in dockerfile.local_arguments
    }
    for name, text in _presets(dockerfile, build, platform).items():
        values[name] = _argument(name, WordValue(text), build)
    for name, default in dockerfile.arguments:
        before = values.get(name) or WordValue(unset=True, why_uncertain=not_set(name))
        if default is not None:
            before = _default(name, expand(default, values, dockerfile.escape))
        values[name] = _argument(name, before, build)
    return values


def _default(name: str, value: WordValue) -> WordValue:
    """The value that an ARG sets by its default."""
    if value.problem.startswith(("ARG ", _BUILD_ARGUMENT)):
        return value
    if value.problem:
        return value._replace(problem=f"ARG {excerpt(name)}: {value.problem}")
    return value if value.text or value.assumptions else WordValue(why_uncertain=is_empty(name))


def _argument(name: str, otherwise: WordValue, build: DockerfileBuild) -> WordValue:
    """The argument's value in the build; `otherwise` if the build does not set it."""
    if name not in build.arguments:
        return otherwise
    text, problem = build.arguments[name], build.problems.get(name)
    reason = f"{_BUILD_ARGUMENT}{excerpt(name)}: {problem}"
    if problem and (text is None or UNKNOWN in text):
        return WordValue(text or UNKNOWN, problem=reason)
    if text is not None:
        assumptions = (reason,) if problem else ()
        return WordValue(text, assumptions, why_uncertain="" if text or problem else is_empty(name))
    return otherwise._replace(why_uncertain=f"{excerpt(name)} comes from the build's environment")


def _presets(dockerfile: Dockerfile, build: DockerfileBuild, platform: str) -> dict[str, str]:
    system, _, rest = platform.partition("/")
    architecture, _, variant = rest.partition("/")
    parts = {
        "PLATFORM": platform,
        "OS": system,
        "OSVERSION": "",
        "ARCH": architecture,
        "VARIANT": variant,
    }
    presets = {side + part: text for side in ("BUILD", "TARGET") for part, text in parts.items()}
    last = dockerfile.stages[-1].name if dockerfile.stages else ""
    presets["TARGETSTAGE"] = build.target or last or DEFAULT_TARGET
    return presets


def _outcome(value: WordValue) -> NamedImage:
    if value.problem:
        return named_image(None, value.problem, value.text or UNKNOWN)
    assumptions = join_reasons(value.assumptions)
    if not value.text:
        return _unresolved(
            f"{assumptions}: the image name is empty" if assumptions else "the image name is empty"
        )
    return named_image(value.text, assumptions)


def _unresolved(problem: str) -> NamedImage:
    return NamedImage(None, Status.UNRESOLVED, problem)


def _context_name(name: str) -> str:
    """A context's name as BuildKit compares it: `docker.io/library/nginx:latest` is the same as `nginx`."""
    try:
        return _short(ImageReference.parse(name))
    except InvalidReference:
        return name


def _short(reference: ImageReference) -> str:
    return reference.familiar.removesuffix(":latest")
