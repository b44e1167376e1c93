"""What the expressions of a workflow's job can use: its matrix, variables and inputs.

See https://docs.github.com/actions/reference/workflows-and-actions/contexts
"""

import re
from collections.abc import Mapping, Sequence
from itertools import islice, product
from typing import NamedTuple

from iam_tui.inventory.ci.github_expressions import NOT_KNOWN, Possible, values_of
from iam_tui.inventory.ci.github_matrix import MatrixJob, MatrixValue
from iam_tui.inventory.image_text import LONGEST
from iam_tui.inventory.uncertainty import (
    UNKNOWN,
    FilledText,
    assumption,
    collect_assumptions,
    is_empty,
)

MOST_RESULTS = 100
"""How many results one text may have; a text with more is not known."""
_MOST_TEXT = 20_000
_MOST_DEPTH = 50

_EXPRESSION = re.compile(r"\$\{\{((?:[^'}$]|'[^']*+'|\}(?!\})|\$(?!\{\{))*+)\}\}")
_UNKNOWN = FilledText(None, NOT_KNOWN.reasons)


class JobContexts(NamedTuple):
    """The values that expressions can look up.

    `jobs` are those of the matrix: one without keys if there is no matrix, None if they cannot be known.
    `variables` are texts by name, in which expressions may stand, those of the step first. `inputs` are the
    defaults by name, None without a default.
    """

    jobs: Sequence[MatrixJob] | None = ({},)
    variables: Sequence[Mapping[str, str]] = ()
    inputs: Mapping[str, str | None] = {}

    def fill(self, text: str) -> list[FilledText]:
        """The text with its expressions filled in, for each job; equal results count once."""
        if "${{" not in text:
            return [FilledText(text)]
        if len(text) > LONGEST:
            return [_UNKNOWN]
        return [filled for [filled] in self.fill_together([text])]

    def fill_together(self, texts: Sequence[str]) -> list[tuple[FilledText, ...]]:
        """Several texts, filled in with the values of the same job; equal results count once."""
        if not any("${{" in text for text in texts) or sum(map(len, texts)) > _MOST_TEXT:
            return [tuple(FilledText(text) if "${{" not in text else _UNKNOWN for text in texts)]
        found: dict[tuple[FilledText, ...], None] = {}
        for job in self.jobs if self.jobs is not None else [None]:
            look_up = _LookUp(self, job)
            each = [[_as_text(one) for one in look_up.texts(text)] for text in texts]
            found |= dict.fromkeys(islice(product(*each), MOST_RESULTS + 1))
            if len(found) > MOST_RESULTS:
                return [tuple(FilledText(text) if "${{" not in text else _UNKNOWN for text in texts)]
        return list(found)


class _LookUp:
    """What expressions look up in one job, None if its matrix is not known; a variable is filled in once."""

    def __init__(self, contexts: JobContexts, job: MatrixJob | None) -> None:
        self._contexts = contexts
        self._job = job
        self._variables: dict[str, Sequence[Possible]] = {}
        self._depth = 0

    def texts(self, text: str) -> list[Possible]:
        """The texts that the text can become, with `UNKNOWN` for parts that cannot be known."""
        found = [Possible("")]
        at = 0
        for match in _EXPRESSION.finditer(text):
            values = values_of(match[1], self._values)
            before = text[at : match.start()]
            found = [_joined(one, before, value) for one in found for value in values]
            at = match.end()
            if len(found) > MOST_RESULTS or any(len(_text(one)) > _MOST_TEXT for one in found):
                return [NOT_KNOWN]
        rest = text[at:]
        if "${{" in rest:
            return [NOT_KNOWN]
        return [_joined(one, rest, Possible("")) for one in found]

    def _values(self, path: Sequence[str]) -> Sequence[Possible]:
        context, *steps = path
        if context.lower() == "matrix" and steps:
            return [_in_matrix(steps, self._job)]
        if context.lower() == "env" and len(steps) == 1:
            return self._variable(steps[0])
        if list(path) == ["github", "workspace"]:
            return [Possible(".")]
        if list(path[:2]) == ["github", "event"]:
            context, *steps = path[2:] or [""]
        return [self._input(steps[0])] if context.lower() == "inputs" and len(steps) == 1 else [NOT_KNOWN]

    def _variable(self, name: str) -> Sequence[Possible]:
        """The values of a variable; one that is made from itself is not known."""
        if name not in self._variables:
            self._variables[name] = [NOT_KNOWN]
            text = next((texts[name] for texts in self._contexts.variables if name in texts), None)
            if text is not None and self._depth < _MOST_DEPTH:
                self._depth += 1
                self._variables[name] = self.texts(text)
                self._depth -= 1
        return self._variables[name]

    def _input(self, name: str) -> Possible:
        default = self._contexts.inputs.get(name)
        if default is None or "${{" in default:
            return NOT_KNOWN
        return Possible(default, (assumption(f"the input {name} is not given", default),))


def _in_matrix(steps: Sequence[str], job: MatrixJob | None) -> Possible:
    """A value of the matrix; as for GitHub, a missing value is empty."""
    if job is None:
        return NOT_KNOWN
    value: MatrixValue = job
    for step in steps:
        value = value.get(step, "") if isinstance(value, dict) else ""
    if not isinstance(value, str) or "${{" in value:
        return NOT_KNOWN
    path = "".join(f".{step}" for step in steps)
    return Possible(value, () if value else (assumption(is_empty(f"matrix{path}"), ""),))


def _joined(one: Possible, between: str, other: Possible) -> Possible:
    """Both values with a text between them."""
    parts = [_text(one), between, _text(other)]
    return Possible("".join(parts), collect_assumptions((one.reasons, other.reasons)))


def _text(one: Possible) -> str:
    if isinstance(one.value, bool):
        return "true" if one.value else "false"
    return UNKNOWN if one.value is None else one.value


def _as_text(one: Possible) -> FilledText:
    text = _text(one)
    if UNKNOWN in text:
        return FilledText(None, one.reasons or NOT_KNOWN.reasons, text)
    return FilledText(text, one.reasons)
