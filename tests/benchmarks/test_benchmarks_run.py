"""Every benchmark runs and yields figures. Whether they meet their goals is not tested here."""

from pathlib import Path

import pytest

from tests.benchmarks.figures import SMOKE
from tests.benchmarks.registry import BENCHMARKS


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_yields_figures(name: str, tmp_path: Path) -> None:
    figures = list(BENCHMARKS[name](SMOKE, tmp_path))
    assert figures
    assert all(figure.what and figure.found for figure in figures)
    assert all((figure.met is None) == (not figure.goal) for figure in figures)
