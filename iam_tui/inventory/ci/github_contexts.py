"""What the expressions of a workflow's job can use: its matrix, variables and inputs.

See https://docs.github.com/actions/reference/workflows-and-actions/contexts
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import NamedTuple

from iam_tui.inventory.ci.github_expressions import NOT_KNOWN, Expression, Path, Possible, parse_expression
from iam_tui.inventory.ci.github_matrix import NO_MATRIX, Matrix, MatrixJob, value_at
from iam_tui.inventory.ci.github_values import as_text
from iam_tui.inventory.image_text import LONGEST
from iam_tui.inventory.uncertainty import (
    UNKNOWN,
    FilledText,
    assumption,
    collect_assumptions,
    is_empty,
)
from iam_tui.inventory.yaml_nodes import Scalar

MOST_RESULTS = 100
"""How many results one text may have; a text with more is not known."""
_MOST_TEXT = 20_000
_MOST_DEPTH = 5
"""How often a variable may be made from another one: GitHub has three levels of `env`."""

_EXPRESSION = re.compile(r"\$\{\{((?:[^'}$]|'[^']*+'|\}(?!\})|\$(?!\{\{))*+)\}\}")
_TOO_MANY = f"with the matrix and its conditions it can become more than {MOST_RESULTS} different texts"


class JobContexts(NamedTuple):
    """The values that expressions can look up.

    `variables` are texts by name, in which expressions may stand, those of the step first. `inputs` are the
    defaults by name, in lower case, None without a default.
    """

    matrix: Matrix = NO_MATRIX
    variables: Sequence[Mapping[str, str]] = ()
    inputs: Mapping[str, Scalar] = {}

    def fill(self, text: str) -> list[FilledText]:
        """The text with its expressions filled in, for each job; equal results count once."""
        if "${{" not in text:
            return [FilledText(text)]
        if len(text) > LONGEST:
            return [_not_filled(text)]
        return [filled for [filled] in self.fill_together([text])]

    def fill_together(self, texts: Sequence[str]) -> list[tuple[FilledText, ...]]:
        """Several texts, filled in with the values of the same job; equal results count once."""
        if not any("${{" in text for text in texts):
            return [tuple(FilledText(text) for text in texts)]
        if sum(map(len, texts)) > _MOST_TEXT:
            return [tuple(map(_not_filled, texts))]
        templates = [_parse(text) for text in texts]
        found: dict[tuple[FilledText, ...], None] = {}
        for job in self.matrix.distinct(self._matrix_paths(templates)):
            look_up = _LookUp(self, job)
            each = [[_as_filled(one) for one in look_up.texts(template)] for template in templates]
            found |= dict.fromkeys(islice(product(*each), MOST_RESULTS + 1))
            if len(found) > MOST_RESULTS:
                return [tuple(_as_filled(template.outline) for template in templates)]
        return list(found)

    def variable(self, name: str) -> str | None:
        """The text of a variable, None if the file does not set it."""
        return next((texts[name] for texts in self.variables if name in texts), None)

    def _matrix_paths(self, templates: Sequence["_Template"]) -> frozenset[Path]:
        """What the texts use of the matrix, also through variables."""
        found: set[Path] = set()
        waiting, names = list(templates), set[str]()
        while waiting:
            for context, *steps in waiting.pop().paths:
                if context.lower() == "matrix":
                    found.add(tuple(step.lower() for step in steps))
                elif context.lower() == "env" and len(steps) == 1 and steps[0] not in names:
                    names.add(steps[0])
                    waiting.append(_parse(self.variable(steps[0]) or ""))
        return frozenset(found)


class _Template(NamedTuple):
    """A text with expressions in it: each with the text before it, and the text after the last one."""

    parts: Sequence[tuple[str, Expression]]
    rest: str

    @property
    def paths(self) -> Iterator[Path]:
        """The properties that the expressions use."""
        return (path for _, expression in self.parts for path in expression.paths)

    @property
    def outline(self) -> Possible:
        """The text without any value: it can have too many."""
        outline = "".join(f"{before}{UNKNOWN}" for before, _ in self.parts) + self.rest
        return Possible(outline, (_TOO_MANY,) if self.parts else ())


def _parse(text: str) -> _Template:
    """The text as a template; one that is not known if it is too long, or if an expression has no end."""
    parts: list[tuple[str, Expression]] = []
    at = 0
    for match in _EXPRESSION.finditer(text) if len(text) <= _MOST_TEXT else ():
        parts.append((text[at : match.start()], parse_expression(match[1])))
        at = match.end()
    rest = text[at:]
    return _Template(parts, rest) if "${{" not in rest else _Template((), _not_filled(text).outline)


class _LookUp:
    """What expressions look up in one job, None if its matrix is not known; a variable is filled in once."""

    def __init__(self, contexts: JobContexts, job: MatrixJob | None) -> None:
        self._contexts = contexts
        self._job = job
        self._variables: dict[str, Sequence[Possible]] = {}
        self._depth = 0

    def texts(self, template: _Template) -> list[Possible]:
        """The texts that a text can become, with `UNKNOWN` for parts that cannot be known."""
        found = [Possible("")]
        for before, expression in template.parts:
            values = expression.values(self._values)
            found = [_joined(one, before, value) for one in found for value in values]
            if len(found) > MOST_RESULTS or any(len(one.text) > _MOST_TEXT for one in found):
                return [template.outline]
        return [_joined(one, template.rest, Possible("")) for one in found]

    def _values(self, path: Path) -> Sequence[Possible]:
        # Case matters only in the names of variables, and there not on Windows.
        match [step.lower() for step in path]:
            case ["matrix", _, *_]:
                return [_in_matrix(path[1:], self._job)]
            case ["env", _]:
                return self._variable(path[1])
            case ["inputs", name]:
                return [self._input(name)]
            case ["github", "event", "inputs", name]:
                given = self._input(name)
                return [given._replace(value=given.text)]
            case ["github", "workspace"]:
                return [Possible(".")]
        return [NOT_KNOWN]

    def _variable(self, name: str) -> Sequence[Possible]:
        """The values of a variable; one that is made from itself is not known."""
        if name not in self._variables:
            self._variables[name] = [NOT_KNOWN]
            text = self._contexts.variable(name)
            if text is not None and self._depth < _MOST_DEPTH:
                self._depth += 1
                self._variables[name] = self.texts(_parse(text))
                self._depth -= 1
        return self._variables[name]

    def _input(self, name: str) -> Possible:
        default = self._contexts.inputs.get(name)
        if default is None or "${{" in as_text(default):
            return NOT_KNOWN
        return Possible(default, (assumption(f"the input {name} is not given", as_text(default)),))


def _in_matrix(steps: Sequence[str], job: MatrixJob | None) -> Possible:
    """A value of the matrix; as for GitHub, a missing value is empty."""
    value = value_at(job, [step.lower() for step in steps]) if job is not None else UNKNOWN
    if isinstance(value, dict | list) or "${{" in as_text(value) or value == UNKNOWN:
        return NOT_KNOWN
    path = "".join(f".{step}" for step in steps)
    return Possible(value, () if as_text(value) else (assumption(is_empty(f"matrix{path}"), ""),))


def _joined(one: Possible, between: str, other: Possible) -> Possible:
    """Both values with a text between them."""
    reasons = collect_assumptions((one.reasons, other.reasons))
    return Possible(f"{one.text}{between}{other.text}", reasons)


def _not_filled(text: str) -> FilledText:
    """A text in which no expression is filled in."""
    start, expression, _ = text.partition("${{")
    return FilledText(None, NOT_KNOWN.reasons, start + UNKNOWN) if expression else FilledText(text)


def _as_filled(one: Possible) -> FilledText:
    if UNKNOWN in one.text:
        return FilledText(None, one.reasons or NOT_KNOWN.reasons, one.text)
    return FilledText(one.text, one.reasons)
