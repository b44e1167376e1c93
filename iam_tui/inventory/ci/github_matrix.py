"""The jobs of a GitHub workflow's matrix, and the values that they fill in.

See https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations
"""

import re
from collections.abc import Sequence
from itertools import product
from typing import NamedTuple, TypeAlias

from iam_tui.inventory.image_text import LONGEST
from iam_tui.inventory.uncertainty import UNKNOWN, FilledText, assumption, collect_assumptions, is_empty
from iam_tui.inventory.yaml_nodes import (
    MappingKeys,
    MappingNode,
    ScalarNode,
    SequenceNode,
    YamlEntry,
    YamlNode,
    typed_text,
)

MOST_JOBS = 256
"""How many jobs GitHub allows for a matrix."""
_MOST_VALUES = 10_000
_MOST_DEPTH = 10

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_MATRIX = re.compile(r"\s*matrix((?:\.[A-Za-z_][A-Za-z0-9_-]*+|\['[^']*+'\])++)\s*")
_STEP = re.compile(r"\.([A-Za-z_][A-Za-z0-9_-]*+)|\['([^']*+)'\]")
_WHEN_IT_RUNS = "the expression ${{ ... }} is known only when the workflow runs"
_UNKNOWN = FilledText(None, (_WHEN_IT_RUNS,))

MatrixValue: TypeAlias = "str | dict[str, MatrixValue] | list[MatrixValue]"
MatrixJob: TypeAlias = dict[str, MatrixValue]


class _NotInFile(Exception):
    """The values are not in the file, or are too many."""


class JobMatrix(NamedTuple):
    """The jobs of a matrix: one without keys if there is no matrix, None if they cannot be known."""

    jobs: Sequence[MatrixJob] | None

    def fill(self, text: str) -> list[FilledText]:
        """The text with the values of each job filled in; equal results count once."""
        if "${{" not in text:
            return [FilledText(text)]
        if len(text) > LONGEST:
            return [_UNKNOWN]
        if self.jobs is None:
            return [_UNKNOWN._replace(outline=_EXPRESSION.sub(UNKNOWN, text))]
        found = dict.fromkeys(_filled(text, job) for job in self.jobs)
        return list(found)


def read_matrix(strategy: YamlNode | None, keys: MappingKeys) -> JobMatrix:
    """The matrix of a job's strategy as GitHub expands it: all combinations, less exclude, then include."""
    entries = keys.of(strategy) if strategy else {}
    if "matrix" not in entries:
        return JobMatrix([{}])
    try:
        return JobMatrix(_MatrixReader(keys).jobs(entries["matrix"].node))
    except _NotInFile:
        return JobMatrix(None)


class _MatrixReader:
    def __init__(self, keys: MappingKeys) -> None:
        self._keys = keys
        self._room = _MOST_VALUES

    def jobs(self, node: YamlNode) -> list[MatrixJob]:
        entries = dict(self._keys.of(node))
        include = self._listed(entries.pop("include", None))
        exclude = self._listed(entries.pop("exclude", None))
        if not isinstance(node, MappingNode):
            raise _NotInFile
        axes = {key: self._axis(entry.node) for key, entry in entries.items()}
        size = 1 if axes else 0
        for values in axes.values():
            size *= len(values)
        if max(size, len(include), len(exclude)) > MOST_JOBS:
            raise _NotInFile
        jobs = [dict(zip(axes, values, strict=True)) for values in product(*axes.values())] if axes else []
        jobs = [job for job in jobs if not any(_agrees(entry, job) for entry in exclude)]
        return _with_included(jobs, include, frozenset(axes))

    def _axis(self, node: YamlNode) -> list[MatrixValue]:
        """The values of one key. An expression is one value, which makes each text that uses it unknown."""
        return (
            [self._value(item) for item in node.items]
            if isinstance(node, SequenceNode)
            else [self._value(node)]
        )

    def _listed(self, entry: YamlEntry | None) -> list[MatrixJob]:
        if entry is None:
            return []
        if not isinstance(entry.node, SequenceNode):
            raise _NotInFile
        values = [self._value(item) for item in entry.node.items]
        return [value for value in values if isinstance(value, dict)]

    def _value(self, node: YamlNode, depth: int = 0) -> MatrixValue:
        self._room -= 1
        if self._room < 0 or depth > _MOST_DEPTH:
            raise _NotInFile
        if isinstance(node, ScalarNode):
            return "" if node.is_null else typed_text(node)
        if isinstance(node, SequenceNode):
            return [self._value(item, depth + 1) for item in node.items]
        return {key: self._value(entry.node, depth + 1) for key, entry in self._keys.of(node).items()}


def _agrees(entry: MatrixJob, job: MatrixJob) -> bool:
    return all(job.get(key) == value for key, value in entry.items())


def _with_included(
    jobs: list[MatrixJob], include: Sequence[MatrixJob], axes: frozenset[str]
) -> list[MatrixJob]:
    """Each entry is added to the jobs whose own values it does not change; if there are none, it is a job."""
    alone: list[MatrixJob] = []
    for entry in include:
        own = {key: value for key, value in entry.items() if key in axes}
        extended = [job for job in jobs if _agrees(own, job)]
        for job in extended:
            job.update(entry)
        if not extended:
            alone.append(dict(entry))
    return jobs + alone


def _filled(text: str, job: MatrixJob) -> FilledText:
    assumptions: list[str] = []
    value = _EXPRESSION.sub(lambda match: _value_or_unknown(match[1], job, assumptions), text)
    if UNKNOWN in value or "${{" in value:
        return _UNKNOWN._replace(outline=value)
    return FilledText(value, collect_assumptions([tuple(assumptions)]))


def _value_or_unknown(expression: str, job: MatrixJob, assumptions: list[str]) -> str:
    try:
        return _looked_up(expression, job, assumptions)
    except _NotInFile:
        return UNKNOWN


def _looked_up(expression: str, job: MatrixJob, assumptions: list[str]) -> str:
    """The value of an expression in a job; as for GitHub, a missing value is empty."""
    path = _MATRIX.fullmatch(expression)
    if path is None:
        raise _NotInFile
    value: MatrixValue = job
    for step in _STEP.finditer(path[1]):
        value = value.get(step[1] or step[2], "") if isinstance(value, dict) else ""
    if not isinstance(value, str) or "${{" in value:
        raise _NotInFile
    if not value:
        assumptions.append(assumption(is_empty(f"matrix{path[1]}"), ""))
    return value
