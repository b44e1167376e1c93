"""A command as it can be pasted into a shell, whatever stands in its words."""

import re
import shlex
from collections.abc import Iterable
from typing import Final

_PLAIN: Final = re.compile(r"[ -&(-\[\]-~]")


def command_line(words: Iterable[str]) -> str:
    """The words quoted for a shell.

    One that is not plain ASCII is written as bash and zsh read it (`$'...'`), byte by byte where need be:
    nothing in it acts on the terminal, and what is shown is exactly what is run.
    """
    return " ".join(
        shlex.quote(word) if word.isascii() and word.isprintable() else _escaped(word) for word in words
    )


def _escaped(word: str) -> str:
    return "$'" + "".join(one if _PLAIN.fullmatch(one) else _bytes(one) for one in word) + "'"


def _bytes(character: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogateescape"))
