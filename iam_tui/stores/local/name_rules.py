"""What new organizations, people and namespaces may be called; names read from a file are just text."""

import re
from typing import Final

from iam_tui.core.catalog import OFFICIAL_NAMESPACE
from iam_tui.core.errors import InvalidInput

_NAME: Final = re.compile(r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*")
_SHORTEST: Final = 2
_LONGEST: Final = 255


def check_name(what: str, name: str) -> None:
    """Raise `InvalidInput` unless the name could be a Docker Hub namespace; `what` opens the message."""
    if not _SHORTEST <= len(name) <= _LONGEST:
        raise InvalidInput(f"{what} has {len(name):,} characters; {_SHORTEST} to {_LONGEST} are possible.")
    if name != name.lower():
        raise InvalidInput(f"{what} {name} has upper-case letters; Docker Hub knows lower case only.")
    if _NAME.fullmatch(name) is None:
        raise InvalidInput(
            f"{what} {name} is not possible: lower-case letters and digits, with - _ . only between them."
        )


def check_organization(name: str) -> None:
    """Raise `InvalidInput` unless an organization may have this name."""
    check_name("The organization name", name)
    if name == OFFICIAL_NAMESPACE:
        raise InvalidInput(
            f"{OFFICIAL_NAMESPACE} holds the Docker Official Images; no organization has that name."
        )


def check_first(organization: str, owner: str) -> None:
    """Refuse an organization or owner that cannot be, before a file is made for them."""
    check_organization(organization)
    check_name("The user name", owner)
