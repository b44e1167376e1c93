"""Servers over small organizations: a shared one for tests that only read, and a new one for each writer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.running import Running, running


@pytest.fixture(scope="session")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that many tests share, and whose file none of them changes."""
    with running(tmp_path_factory.mktemp("server") / "w.db") as server:
        yield server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    """A server of this test's own."""
    with running(tmp_path / "w.db") as one:
        yield one
