"""Which files of a folder are Compose projects, and which of them Compose reads together (references 3)."""

import re
from collections.abc import Iterable

_DEFAULTS = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_OVERRIDES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
_NAME = re.compile(r"(?:(?:docker-)?compose(?:[._-].*)?|.*[._-](?:docker-)?compose)\.ya?ml", re.IGNORECASE)


def is_compose_name(name: str) -> bool:
    """Whether a file of that name is a Compose file: by Compose's own names, or close to them."""
    return _NAME.fullmatch(name) is not None


def compose_projects(names: Iterable[str]) -> list[tuple[str, ...]]:
    """The projects among the file names of one folder, each with its files in the order that they are laid.

    Compose's default file takes its override along; every other Compose file is a project by itself.
    """
    found = {name for name in names if is_compose_name(name)}
    default = next((name for name in _DEFAULTS if name in found), None)
    override = next((name for name in _OVERRIDES if default and name in found), None)
    together = tuple(name for name in (default, override) if name)
    alone = sorted(found - set(together))
    return ([together] if together else []) + [(name,) for name in alone]
