"""The local store: organizations, policies and memory in one SQLite file, through sqlite-utils."""

from iam_tui.stores.local.file import LocalFile, open_file
from iam_tui.stores.local.memory import LocalMemory
from iam_tui.stores.local.store import LocalStore
from iam_tui.stores.local.world import World

__all__ = ["LocalFile", "LocalMemory", "LocalStore", "World", "open_file"]
