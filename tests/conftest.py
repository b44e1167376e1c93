"""Fixtures for many tests: a clock that does not run, and the demo in a file of its own for each test."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import settings

from iam_tui.stores.demo.fill import DEMO_USER, fill_demo
from iam_tui.stores.local import LocalStore, open_file
from tests.clock import FixedClock

# Examples may be slow on a busy machine. Speed is measured in tests/benchmarks.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture
def clock() -> FixedClock:
    """Thursday, 12 March 2026, 14:15 UTC."""
    return FixedClock()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed file with the demo's organizations, filled once. Copy it, never open it."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    clock = FixedClock()
    file = open_file(path, clock)
    await fill_demo(file, clock)
    await file.close()
    return path


@pytest.fixture
def demo_file(demo_template: Path, tmp_path: Path) -> Path:
    """A closed file with the demo's organizations, for this test alone."""
    return Path(shutil.copy(demo_template, tmp_path / "demo.db"))


@pytest.fixture
async def demo_store(demo_file: Path, clock: FixedClock) -> AsyncIterator[LocalStore]:
    """The demo as its owner sees it."""
    store = LocalStore(open_file(demo_file, clock), DEMO_USER)
    yield store
    await store.close()
