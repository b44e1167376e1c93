"""The benchmarks by name. Each yields figures, given an effort and an empty folder."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from tests.benchmarks import (
    decisions,
    hub,
    impact,
    impact_sources,
    keys,
    picker,
    processes,
    saving,
    scanning,
    start,
    toggles,
)
from tests.benchmarks.figures import Effort, Figure

BENCHMARKS: Final[Mapping[str, Callable[[Effort, Path], Iterator[Figure]]]] = {
    "start": start.run,
    "keys": keys.run,
    "picker": picker.run,
    "check": processes.check,
    "lines": processes.million,
    "decisions": decisions.run,
    "saving": saving.run,
    "impact": impact.run,
    "toggles": toggles.run,
    "sources": impact_sources.run,
    "scan": scanning.run,
    "hub": hub.run,
}
