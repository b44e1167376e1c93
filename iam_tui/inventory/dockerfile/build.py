"""One build of a Dockerfile: what its places come to, and which of them it needs (references 2).

BuildKit's rules: the target's own stage, whatever that builds on, copies from or mounts, and so on; nothing
else is pulled.
"""

from collections.abc import Mapping
from typing import NamedTuple

from iam_tui.core.reference import ImageReference, InvalidReference
from iam_tui.core.usage import Status
from iam_tui.inventory.dockerfile.expansion import Value, expand
from iam_tui.inventory.dockerfile.parser import Dockerfile, ImagePlace, Stage
from iam_tui.inventory.uncertainty import is_empty, not_set, shown, told

DEFAULT_TARGET = "default"
"""What the last stage is called where nobody asks for a target by name."""

_SCRATCH = "scratch"
_NO_CONTEXTS = ("scratch", "context")
_SYNTAX_ARGUMENT = "BUILDKIT_SYNTAX"
_BUILD_ARGUMENT = "build argument "


class Build(NamedTuple):
    """One way to build a Dockerfile.

    `target` is a stage's name, None for the last stage. `arguments` are build arguments; one with the value
    None is taken from the environment, and whatever hangs on it is doubtful. `contexts` are additional
    contexts (name to `docker-image://...`, a folder, a URL, ...): they stand in for the stage or the image
    of that name. `problems` are sentences about arguments: what a value hangs on, or, where it is None, why
    nobody can tell it.
    """

    target: str | None = None
    arguments: Mapping[str, str | None] = {}
    contexts: Mapping[str, str] = {}
    problems: Mapping[str, str] = {}


class Outcome(NamedTuple):
    """What a place comes to in one build, in the words of `Usage`."""

    reference: ImageReference | None
    status: Status = Status.RESOLVED
    problem: str = ""


class Result(NamedTuple):
    """A Dockerfile as one build sees it.

    `outcomes` has one for each place; None is no pull: a stage, `scratch`, or a context in its stead.
    `needed` are the indexes of the places that the target needs, `contexts` the names of the contexts.
    """

    outcomes: list[Outcome | None]
    needed: set[int]
    contexts: frozenset[str]


def resolve(dockerfile: Dockerfile, build: Build, platform: str) -> Result:
    """What the build makes of the Dockerfile; never raises. A target that does not exist needs nothing."""
    return _Resolver(dockerfile, build, platform).result()


def resolve_syntax(dockerfile: Dockerfile, build: Build) -> tuple[str, Outcome] | None:
    """The image that reads the Dockerfile, as written and resolved; None if BuildKit reads it itself."""
    written = dockerfile.syntax.image if dockerfile.syntax else ""
    value = _argument(_SYNTAX_ARGUMENT, Value(written), build)
    text = value.text.strip().partition(" ")[0] or written
    return (text, _outcome(value._replace(text=text).used())) if text or value.problem else None


class _Resolver:
    def __init__(self, dockerfile: Dockerfile, build: Build, platform: str) -> None:
        self._dockerfile = dockerfile
        self._build = build
        self._values = _values(dockerfile, build, platform)
        self._contexts = {_context_name(name): name for name in build.contexts}
        self._stages: dict[str, int] = {}
        self._outcomes: list[Outcome | None] = [None] * len(dockerfile.places)
        self._leads_to: dict[int, int] = {}
        self._replaced: dict[int, str] = {}

    def result(self) -> Result:
        for index, stage in enumerate(self._dockerfile.stages):
            self._resolve_base(stage)
            if stage.name:
                self._stages[stage.name] = index
        # Unlike FROM, the others may name a stage that comes later, which BuildKit refuses to build.
        for index, place in enumerate(self._dockerfile.places):
            if place.kind != "FROM":
                self._resolve_source(index, place)
        needed = self._needed()
        return Result(
            self._outcomes,
            needed,
            frozenset(self._replaced[index] for index in needed & self._replaced.keys()),
        )

    def _resolve_base(self, stage: Stage) -> None:
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
        elif place.number is None:
            self._resolve_name(index, Value(place.text), place.text.lower())
        elif 0 <= place.number < len(self._dockerfile.stages):
            self._leads_to[index] = place.number
        else:
            self._outcomes[index] = _unresolved(f"there is no stage number {place.number}")

    def _resolve_name(self, index: int, value: Value, stage_name: str) -> None:
        if not value.problem and stage_name in self._stages:
            self._leads_to[index] = self._stages[stage_name]
        elif value.text != _SCRATCH:
            outcome = _outcome(value)
            context = outcome.reference and self._contexts.get(_short(outcome.reference))
            if context is None:
                self._outcomes[index] = outcome
            else:
                self._replaced[index] = context

    def _needed(self) -> set[int]:
        """The places that the target needs, through other stages too."""
        stages = self._dockerfile.stages
        target = self._build.target
        first = len(stages) - 1 if target is None else self._stages.get(target.lower(), -1)
        needed: set[int] = set()
        # A stage, and with True what stands behind ONBUILD in it, which a stage that builds on it needs.
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


def _values(dockerfile: Dockerfile, build: Build, platform: str) -> dict[str, Value]:
    """What FROM sees: BuildKit's own arguments, blank or not, and the ARGs before the first FROM."""
    values = {
        name: Value(unset=True, lack=f"{not_set(name)} before the first FROM")
        for name in dockerfile.local_arguments
    }
    for name, text in _presets(dockerfile, build, platform).items():
        values[name] = _argument(name, Value(text), build)
    for name, default in dockerfile.arguments:
        before = values.get(name) or Value(unset=True, lack=not_set(name))
        if default is not None:
            before = _default(name, expand(default, values, dockerfile.escape))
        values[name] = _argument(name, before, build)
    return values


def _default(name: str, value: Value) -> Value:
    """What an ARG sets its name to."""
    if value.problem.startswith(("ARG ", _BUILD_ARGUMENT)):
        return value
    if value.problem:
        return Value(problem=f"ARG {shown(name)}: {value.problem}")
    return value if value.text or value.doubts else Value(lack=is_empty(name))


def _argument(name: str, otherwise: Value, build: Build) -> Value:
    """What the build says of the argument."""
    if name not in build.arguments:
        return otherwise
    text, problem = build.arguments[name], build.problems.get(name)
    because = f"{_BUILD_ARGUMENT}{shown(name)}: {problem}"
    if text is not None:
        doubts = (because,) if problem else ()
        return Value(text, doubts, lack="" if text or problem else is_empty(name))
    if problem:
        return Value(problem=because)
    return otherwise._replace(lack=f"{shown(name)} comes from the environment of the build")


def _presets(dockerfile: Dockerfile, build: Build, platform: str) -> dict[str, str]:
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


def _outcome(value: Value) -> Outcome:
    if value.problem:
        return _unresolved(value.problem)
    doubts = told(value.doubts)
    because = f"{doubts}: " if doubts else ""
    if not value.text:
        return _unresolved(f"{because}the name is blank")
    try:
        reference = ImageReference.parse(value.text)
    except InvalidReference as error:
        return _unresolved(f"{because}{error}")
    return Outcome(reference, Status.DOUBTFUL, doubts) if doubts else Outcome(reference)


def _unresolved(problem: str) -> Outcome:
    return Outcome(None, Status.UNRESOLVED, problem)


def _context_name(name: str) -> str:
    """The name of a context as BuildKit compares it: `docker.io/library/nginx:latest` is `nginx`."""
    try:
        return _short(ImageReference.parse(name))
    except InvalidReference:
        return name


def _short(reference: ImageReference) -> str:
    return reference.familiar.removesuffix(":latest")
