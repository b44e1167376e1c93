"""Whether the terminal takes UTF-8; where it does not, the console draws in ASCII."""

import os
import sys
from typing import Final

PYTHONS_OWN: Final = frozenset({"C.UTF-8", "C.utf8", "UTF-8"})
"""What Python sets `LC_CTYPE` to where the locale is C."""


def speaks_unicode() -> bool:
    """Whether the terminal takes UTF-8, as far as its locale says so.

    Where the locale is C or is not installed, Python takes UTF-8 itself and sets `LC_CTYPE`
    (https://peps.python.org/pep-0538/, https://peps.python.org/pep-0540/). What the user set then counts.
    """
    encoding = getattr(sys.__stderr__, "encoding", None) or "ascii"
    if not _is_utf8(encoding) or not sys.flags.utf8_mode:
        return _is_utf8(encoding)
    character_type = os.environ.get("LC_CTYPE", "")
    if character_type in PYTHONS_OWN:
        character_type = ""
    name = os.environ.get("LC_ALL") or character_type or os.environ.get("LANG", "")
    return _is_utf8(name.partition(".")[2] or name)


def _is_utf8(encoding: str) -> bool:
    return encoding.lower().replace("-", "").startswith("utf8")
