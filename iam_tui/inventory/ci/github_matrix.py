"""The jobs of a GitHub workflow's matrix, with their values.

See https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations
"""

from collections.abc import Sequence
from itertools import product
from typing import TypeAlias

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

MatrixValue: TypeAlias = "str | dict[str, MatrixValue] | list[MatrixValue]"
MatrixJob: TypeAlias = dict[str, MatrixValue]


class _NotInFile(Exception):
    """The values are not in the file, or are too many."""


def read_matrix(strategy: YamlNode | None, keys: MappingKeys) -> list[MatrixJob] | None:
    """The matrix of a job's strategy as GitHub expands it: all combinations, less exclude, then include.

    One job without keys if there is no matrix, None if the jobs cannot be known.
    """
    entries = keys.of(strategy) if strategy else {}
    if "matrix" not in entries:
        return [{}]
    try:
        return _MatrixReader(keys).jobs(entries["matrix"].node)
    except _NotInFile:
        return None


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
