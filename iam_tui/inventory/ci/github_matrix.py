"""The jobs of a GitHub workflow's matrix, with their values.

See https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations
"""

from collections.abc import Hashable, Sequence
from itertools import product
from typing import TypeAlias

from iam_tui.inventory.ci.github_values import compare
from iam_tui.inventory.yaml_nodes import (
    MappingKeys,
    MappingNode,
    Scalar,
    ScalarNode,
    SequenceNode,
    YamlEntry,
    YamlNode,
    typed_value,
)

MOST_JOBS = 256
"""How many jobs GitHub allows for a matrix."""
_MOST_VALUES = 10_000
_MOST_DEPTH = 10

MatrixValue: TypeAlias = "Scalar | dict[str, MatrixValue] | list[MatrixValue]"
MatrixPath: TypeAlias = tuple[str, ...]
MatrixJob: TypeAlias = dict[str, MatrixValue]
"""Values by name. The names are in lower case, because GitHub compares them without regard to case."""


class Matrix:
    """The jobs of a matrix: one without keys if there is no matrix, None if they cannot be known."""

    def __init__(self, jobs: Sequence[MatrixJob] | None) -> None:
        self.jobs = jobs
        self._distinct: dict[frozenset[MatrixPath], Sequence[MatrixJob | None]] = {}

    def distinct(self, paths: frozenset[MatrixPath]) -> Sequence[MatrixJob | None]:
        """Jobs that differ in the values at these paths, one of each kind; None for a job that is not known.

        What uses nothing else of the matrix has no other result in the other jobs. Many steps use the same.
        """
        if self.jobs is None:
            return [None]
        if not self.jobs[1:]:
            return self.jobs
        if paths not in self._distinct:
            kinds: dict[Hashable, MatrixJob] = {}
            for job in self.jobs:
                kinds.setdefault(tuple(_distinguished(value_at(job, path)) for path in paths), job)
            self._distinct[paths] = list(kinds.values())
        return self._distinct[paths]


NO_MATRIX = Matrix([{}])
"""That of a job without a matrix."""


def value_at(job: MatrixJob, path: Sequence[str]) -> MatrixValue:
    """The value at a path, whose names are in lower case; null if it is missing."""
    value: MatrixValue = job
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _distinguished(value: MatrixValue) -> Hashable:
    """What is equal only for values that expressions cannot tell apart."""
    return type(value) if isinstance(value, dict | list) else (type(value), value)


class _NotInFile(Exception):
    """The values are not in the file, or are too many."""


def read_matrix(strategy: YamlNode | None, keys: MappingKeys) -> Matrix:
    """The matrix of a job's strategy as GitHub expands it: all combinations, less exclude, then include."""
    entries = keys.of(strategy) if strategy else {}
    if "matrix" not in entries:
        return NO_MATRIX
    try:
        return Matrix(_MatrixReader(keys).jobs(entries["matrix"].node))
    except _NotInFile:
        return Matrix(None)


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
        axes = {key.lower(): self._axis(entry.node) for key, entry in entries.items()}
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
            return typed_value(node)
        if isinstance(node, SequenceNode):
            return [self._value(item, depth + 1) for item in node.items]
        entries = self._keys.of(node).items()
        return {key.lower(): self._value(entry.node, depth + 1) for key, entry in entries}


def _agrees(wanted: MatrixValue, found: MatrixValue) -> bool:
    """Whether each single value in `wanted` is equal to the one in the same place of `found`."""
    if isinstance(wanted, dict):
        inside = found if isinstance(found, dict) else {}
        return all(_agrees(value, inside.get(key)) for key, value in wanted.items())
    if isinstance(wanted, list):
        items = found if isinstance(found, list) else []
        return all(
            _agrees(value, items[index] if index < len(items) else None) for index, value in enumerate(wanted)
        )
    return not isinstance(found, dict | list) and compare(wanted, "==", found)


def _with_included(
    jobs: list[MatrixJob], include: Sequence[MatrixJob], axes: frozenset[str]
) -> list[MatrixJob]:
    """Each entry is added to the jobs whose own values it does not change; if there are none, it is a job."""
    alone: list[MatrixJob] = []
    for entry in include:
        own = {key: value for key, value in entry.items() if key in axes}
        more = {key: value for key, value in entry.items() if key not in axes}
        extended = [job for job in jobs if _agrees(own, job)]
        for job in extended:
            job.update(more)
        if not extended:
            alone.append(dict(entry))
    return jobs + alone
