"""What the tests of `impact` start from: a project, a pull report, and kept sources."""

import asyncio
import json
from pathlib import Path
from typing import Any

from iam_tui.core.usage import Inventory
from iam_tui.stores.local import LocalMemory, open_file
from iam_tui.stores.protocol import Source
from tests.cli.conftest import NOW, Cli

KEYS = [
    "organization",
    "before",
    "after",
    "newly_blocked",
    "may_stop",
    "newly_allowed",
    "may_start",
    "unchanged",
    "cannot_tell",
    "not_covered",
    "unresolved",
    "sources",
]
DOCKERFILE = """\
FROM nginx:1.27
FROM grafana/grafana:11
FROM tiny/tool
FROM nobody/knows
FROM quay.io/a/b
FROM acme/app
FROM postgres
"""
REPORT = """\
datehour,user_name,repository,access_token_name,ips,pulls
2026/08/01/10,max,grafana/grafana,generated,10.0.0.7,3
2026/08/02/11,eddie,grafana/grafana,ci-build,10.0.0.8,40
2026/08/03/12,olivia,grafana/grafana,generated,10.0.0.9,500
2026/08/03/12,olivia,tiny/else,generated,10.0.0.9,7
2026/08/01/10,max,library/postgres,generated,10.0.0.7,1
"""


def project(tmp_path: Path, dockerfile: str = DOCKERFILE, name: str = "src") -> str:
    """Make a folder with one Dockerfile, and return its relative path."""
    folder = tmp_path / name
    folder.mkdir()
    (folder / "Dockerfile").write_text(dockerfile)
    return name


def report(tmp_path: Path, text: str = REPORT, name: str = "report.csv") -> str:
    """Make a pull report, and return its relative path."""
    (tmp_path / name).write_text(text)
    return name


def impact(cli: Cli, db: str, *arguments: str, user: str = "olivia") -> dict[str, Any]:
    """What `impact acme --json` prints."""
    outcome = cli("--db", db, "--as", user, "impact", "acme", "--json", *arguments)
    found: dict[str, Any] = json.loads(outcome.out)
    return found


def names(rows: list[dict[str, Any]]) -> list[str]:
    """The repositories of some rows."""
    return [row["repository"] for row in rows]


def keep(db: str, source: Source, inventory: Inventory) -> None:
    """Keep a source for acme, as the console would."""

    async def kept() -> None:
        file = open_file(Path(db), lambda: NOW)
        await LocalMemory(file, "local", "olivia").keep_source("acme", source, inventory)
        await file.close()

    asyncio.run(kept())
