"""Woodpecker and Drone pipelines: the images of their steps and services, with a literal matrix.

See https://woodpecker-ci.org/docs/usage/workflow-syntax and https://docs.drone.io/pipeline/docker/syntax/
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import TypeAlias

from iam_tui.core.usage import Usage
from iam_tui.inventory.image_text import LONGEST, broken_yaml, image_usage
from iam_tui.inventory.reading import Reading
from iam_tui.inventory.uncertainty import UNKNOWN
from iam_tui.inventory.yaml_nodes import (
    MappingKeys,
    MappingNode,
    ScalarNode,
    SequenceNode,
    UnreadableYaml,
    YamlEntry,
    YamlNode,
    read_documents,
    typed_text,
)

_LISTS = ("clone", "steps", "pipeline", "services")
_VARIABLE = re.compile(r"\$(\$)|\$(?:([A-Za-z_]\w*+)|\{([A-Za-z_]\w*+)\}|\{[^{}]*+\})")
_MOST_COMBINATIONS = 256
_WHEN_IT_RUNS = "the variable is known only when the pipeline runs"
_TOO_MANY = f"the matrix has more than {_MOST_COMBINATIONS} combinations, so no variable is filled in"

Runs: TypeAlias = list[dict[str, str]]
"""The values of the matrix by name, for each run of the pipeline."""


def read_pipelines(text: str, file: str) -> Reading:
    """The images of the pipelines in a file, with the values of a literal matrix filled in; never raises."""
    reader = _PipelineReader(file)
    try:
        usages = [usage for document in read_documents(text) for usage in reader.usages(document)]
    except UnreadableYaml as error:
        return Reading(broken_yaml(text, file, "pipeline", error))
    return Reading(sorted(dict.fromkeys(usages), key=lambda usage: usage.line))


class _PipelineReader:
    def __init__(self, file: str) -> None:
        self._file = file
        self._keys = MappingKeys()

    def usages(self, document: YamlNode) -> Iterator[Usage]:
        entries = self._keys.of(document)
        jobs = self._matrix(entries.get("matrix"))
        for key in _LISTS:
            for name, step in self._steps(entries.get(key)):
                image = self._keys.of(step).get("image")
                if image and isinstance(image.node, ScalarNode) and not image.node.is_null:
                    place = f"{key}.{name}.image" if name else f"{key}.image"
                    yield from self._images(image, image.node.text, place, jobs)

    def _steps(self, entry: YamlEntry | None) -> Iterator[tuple[str, YamlNode]]:
        """The steps by name, which are written as a mapping or as a list."""
        if entry and isinstance(entry.node, SequenceNode):
            for item in entry.node.items:
                name = self._keys.of(item).get("name")
                yield name.node.text if name and isinstance(name.node, ScalarNode) else "", item
        elif entry:
            yield from ((name, inner.node) for name, inner in self._keys.of(entry.node).items())

    def _images(self, entry: YamlEntry, text: str, place: str, jobs: Runs | None) -> Iterator[Usage]:
        if "$" not in text or len(text) > LONGEST:
            yield image_usage(self._file, entry.line, place, text, text)
            return
        why = _WHEN_IT_RUNS if jobs is not None else _TOO_MANY
        for image in dict.fromkeys(_filled(text, job) for job in jobs or [{}]):
            value = None if UNKNOWN in image else image
            problem = why if value is None else ""
            yield image_usage(self._file, entry.line, place, text, value, problem, outline=image)

    def _matrix(self, entry: YamlEntry | None) -> Runs | None:
        """The combinations of all values, or what `include` lists; None if there are too many."""
        axes = self._keys.of(entry.node) if entry else {}
        if "include" in axes:
            listed = axes["include"].node
            runs = listed.items if isinstance(listed, SequenceNode) else []
            return [self._values(run) for run in runs] if len(runs) <= _MOST_COMBINATIONS else None
        named = {
            name: [typed_text(item) for item in axis.node.items if isinstance(item, ScalarNode)]
            for name, axis in axes.items()
            if isinstance(axis.node, SequenceNode)
        }
        combinations = list(islice(product(*named.values()), _MOST_COMBINATIONS + 1))
        if len(combinations) > _MOST_COMBINATIONS:
            return None
        return [dict(zip(named, values, strict=True)) for values in combinations]

    def _values(self, node: YamlNode) -> dict[str, str]:
        entries = self._keys.of(node).items() if isinstance(node, MappingNode) else ()
        return {name: typed_text(entry.node) for name, entry in entries if isinstance(entry.node, ScalarNode)}


def _filled(text: str, job: Mapping[str, str]) -> str:
    """The text with the values of a run, and `UNKNOWN` for every other variable."""
    return _VARIABLE.sub(
        lambda match: "$" if match[1] else job.get(match[2] or match[3] or "", UNKNOWN), text
    )
