"""Whether the terminal takes UTF-8; where it does not, the console draws in ASCII."""

import os
import sys
from typing import Final

PYTHONS_OWN: Final = frozenset({"C.UTF-8", "C.utf8"})
"""What Python sets `LC_CTYPE` to where the locale is C; programs that it starts inherit that."""


def speaks_unicode() -> bool:
    """Whether the terminal takes UTF-8, as far as its locale says so.

    Where the locale is C, not set or not installed, Python takes UTF-8 itself
    (https://peps.python.org/pep-0538/, https://peps.python.org/pep-0540/). What the user set then counts.
    """
    if not _is_utf8(getattr(sys.__stderr__, "encoding", None) or "ascii"):
        return False
    everything, characters = os.environ.get("LC_ALL", ""), os.environ.get("LC_CTYPE", "")
    is_pythons_own = not everything and characters in PYTHONS_OWN
    if not sys.flags.utf8_mode and not is_pythons_own:
        return True
    name = everything or ("" if is_pythons_own else characters) or os.environ.get("LANG", "")
    return _is_utf8(name.partition(".")[2] or name)


def _is_utf8(encoding: str) -> bool:
    return encoding.lower().replace("-", "").startswith("utf8")
