"""Files for benchmarks, and the commands that open them."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from iam_tui.core.organization import Plan
from iam_tui.core.policy import Origin
from iam_tui.stores.demo.fill import fill_demo
from iam_tui.stores.local import LocalFile, open_file
from iam_tui.stores.local.admin import create_organization

if TYPE_CHECKING:
    from sqlite_utils.db import Database

USER: Final = "maya"
NOW: Final = datetime(2026, 3, 12, 14, 15, tzinfo=UTC)


def name_of(number: int) -> str:
    """The name of one of the many organizations."""
    return f"org{number:06d}"


def open_sample_file(path: Path) -> LocalFile:
    """The file, with a fixed clock."""
    return open_file(path, lambda: NOW)


def filled_demo(folder: Path) -> Path:
    """A file with the demo's organizations."""
    path = folder / "demo.db"

    async def fill() -> None:
        file = open_sample_file(path)
        await fill_demo(file, file.clock)
        await file.close()

    asyncio.run(fill())
    return path


def many_organizations(folder: Path, count: int) -> Path:
    """A file with so many organizations that `USER` owns."""
    path = folder / f"{count}.db"

    def job(database: "Database") -> None:
        for number in range(count):
            create_organization(
                database,
                name_of(number),
                USER,
                plan=Plan.BUSINESS,
                sign_in_enforced=False,
                full_name="",
                origin=Origin.CLI,
                now=NOW,
            )

    async def fill() -> None:
        file = open_sample_file(path)
        await file.write(job)
        await file.close()

    asyncio.run(fill())
    return path


def console(path: Path, *options: str) -> list[str]:
    """The command that opens the console on a file."""
    return [sys.executable, "-m", "iam_tui", "--db", str(path), "--as", USER, *options]


def smallest_app() -> list[str]:
    """The command that starts the smallest Textual program."""
    return [sys.executable, str(Path(__file__).with_name("smallest_app.py"))]
