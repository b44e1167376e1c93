"""A project made on disk, and what a scan of it says."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from iam_tui.core.usage import Usage
from iam_tui.inventory.scan import scan
from tests.inventory.readings import check_soundness, shown

NGINX = "FROM nginx\n"
COMPOSE = "services:\n  web:\n    image: nginx\n"


class Scanned(NamedTuple):
    """The usages, the warnings, and how many things of each kind were not read."""

    usages: list[Usage]
    warnings: list[str]
    not_read: Counter[str]

    @property
    def rows(self) -> list[str]:
        """The usages in the short form."""
        return shown(self.usages)

    @property
    def files(self) -> list[str]:
        """The files that name an image, each once, in the order of the rows."""
        return list(dict.fromkeys(usage.file for usage in self.usages))

    @property
    def problems(self) -> list[str]:
        """Why what is unresolved is so."""
        return [usage.problem for usage in self.usages if usage.reference is None]


def make(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """The folder with these files."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def scanned(path: Path, environment: Mapping[str, str] | None = None) -> Scanned:
    """What a scan of the path says."""
    warnings: list[str] = []
    not_read = Counter[str]()
    usages = list(scan(str(path), warnings.append, lambda _: None, environment, not_read))
    check_soundness(usages)
    return Scanned(usages, warnings, not_read)
