"""The local store: organizations, policies and memory in one SQLite file, over sqlite-utils."""

from iam_tui.stores.local.admin import LocalAdmin
from iam_tui.stores.local.file import LocalFile, open_file
from iam_tui.stores.local.memory import LocalMemory
from iam_tui.stores.local.store import LocalStore

__all__ = ["LocalAdmin", "LocalFile", "LocalMemory", "LocalStore", "open_file"]
