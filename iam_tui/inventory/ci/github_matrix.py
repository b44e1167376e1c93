"""The jobs that a GitHub workflow's matrix spells out, and what they fill in (references 3)."""

import re
from collections.abc import Sequence
from itertools import product
from typing import NamedTuple, TypeAlias

from iam_tui.inventory.compose.interpolation import Filled
from iam_tui.inventory.image_text import LONGEST
from iam_tui.inventory.uncertainty import is_empty, join_doubts, stands_in
from iam_tui.inventory.yaml_nodes import Entry, Keys, Mapping, Node, Scalar, typed_text
from iam_tui.inventory.yaml_nodes import Sequence as SequenceNode

MOST_JOBS = 256
"""How many jobs GitHub lets a matrix have."""
_MOST_VALUES = 10_000
_MOST_DEPTH = 10

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_MATRIX = re.compile(r"\s*matrix((?:\.[A-Za-z_][A-Za-z0-9_-]*+|\['[^']*+'\])++)\s*")
_STEP = re.compile(r"\.([A-Za-z_][A-Za-z0-9_-]*+)|\['([^']*+)'\]")
_NOBODY_KNOWS = Filled(None, ("an expression, ${{ ... }}, is known only when the workflow runs",))

Value: TypeAlias = "str | dict[str, Value] | list[Value]"
Job: TypeAlias = dict[str, Value]


class _Unknown(Exception):
    """What the file alone does not tell."""


class Matrix(NamedTuple):
    """The jobs of a matrix; one without any keys where there is none, None where nobody can tell."""

    jobs: Sequence[Job] | None

    def fill(self, text: str) -> list[Filled]:
        """What the text comes to in the jobs: each value once, or one unknown value."""
        if "${{" not in text:
            return [Filled(text)]
        if self.jobs is None or len(text) > LONGEST:
            return [_NOBODY_KNOWS]
        found = dict.fromkeys(_filled(text, job) for job in self.jobs)
        return list(found)


def read_matrix(strategy: Node | None, keys: Keys) -> Matrix:
    """The matrix of a job's strategy, as GitHub expands it: the product, less exclude, then include."""
    entries = keys.of(strategy) if strategy else {}
    if "matrix" not in entries:
        return Matrix([{}])
    try:
        return Matrix(_Reader(keys).jobs(entries["matrix"].node))
    except _Unknown:
        return Matrix(None)


class _Reader:
    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._room = _MOST_VALUES

    def jobs(self, node: Node) -> list[Job]:
        entries = dict(self._keys.of(node))
        include = self._listed(entries.pop("include", None))
        exclude = self._listed(entries.pop("exclude", None))
        if not isinstance(node, Mapping):
            raise _Unknown
        axes = {key: self._axis(entry.node) for key, entry in entries.items()}
        size = 1 if axes else 0
        for values in axes.values():
            size *= len(values)
        if max(size, len(include), len(exclude)) > MOST_JOBS:
            raise _Unknown
        jobs = [dict(zip(axes, values, strict=True)) for values in product(*axes.values())] if axes else []
        jobs = [job for job in jobs if not any(_agrees(entry, job) for entry in exclude)]
        return _with_included(jobs, include, frozenset(axes))

    def _axis(self, node: Node) -> list[Value]:
        """The values of one key; an expression is one value, whose use nobody can tell."""
        return (
            [self._value(item) for item in node.items]
            if isinstance(node, SequenceNode)
            else [self._value(node)]
        )

    def _listed(self, entry: Entry | None) -> list[Job]:
        if entry is None:
            return []
        if not isinstance(entry.node, SequenceNode):
            raise _Unknown
        values = [self._value(item) for item in entry.node.items]
        return [value for value in values if isinstance(value, dict)]

    def _value(self, node: Node, depth: int = 0) -> Value:
        self._room -= 1
        if self._room < 0 or depth > _MOST_DEPTH:
            raise _Unknown
        if isinstance(node, Scalar):
            return "" if node.is_null else typed_text(node)
        if isinstance(node, SequenceNode):
            return [self._value(item, depth + 1) for item in node.items]
        return {key: self._value(entry.node, depth + 1) for key, entry in self._keys.of(node).items()}


def _agrees(entry: Job, job: Job) -> bool:
    return all(job.get(key) == value for key, value in entry.items())


def _with_included(jobs: list[Job], include: Sequence[Job], axes: frozenset[str]) -> list[Job]:
    """What is included is added to each job whose own values it leaves alone, else it is one by itself."""
    alone: list[Job] = []
    for entry in include:
        own = {key: value for key, value in entry.items() if key in axes}
        extended = [job for job in jobs if _agrees(own, job)]
        for job in extended:
            job.update(entry)
        if not extended:
            alone.append(dict(entry))
    return jobs + alone


def _filled(text: str, job: Job) -> Filled:
    doubts: list[str] = []
    try:
        value = _EXPRESSION.sub(lambda match: _looked_up(match[1], job, doubts), text)
    except _Unknown:
        return _NOBODY_KNOWS
    return _NOBODY_KNOWS if "${{" in value else Filled(value, join_doubts([tuple(doubts)]))


def _looked_up(expression: str, job: Job, doubts: list[str]) -> str:
    """What an expression is in a job; what a job does not have is blank, as GitHub has it."""
    path = _MATRIX.fullmatch(expression)
    if path is None:
        raise _Unknown
    value: Value = job
    for step in _STEP.finditer(path[1]):
        value = value.get(step[1] or step[2], "") if isinstance(value, dict) else ""
    if not isinstance(value, str) or "${{" in value:
        raise _Unknown
    if not value:
        doubts.append(stands_in(is_empty(f"matrix{path[1]}"), ""))
    return value
