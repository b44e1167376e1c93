"""Bounded runs of `tests.soak.monkey` and `tests.soak.noise`."""

from pathlib import Path

import pytest

from tests.soak import monkey, noise


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_keys_end_nothing(seed: int, tmp_path: Path) -> None:
    assert monkey.run(120, seed, tmp_path) >= 1


@pytest.mark.parametrize("seed", [1, 2])
def test_random_bytes_into_a_terminal_end_nothing(seed: int, tmp_path: Path) -> None:
    assert noise.run(2, seed, tmp_path) >= 1
