"""Rules for the names of new organizations, users and namespaces; existing names are not checked."""

import re
from typing import Final

from iam_tui.core.catalog import OFFICIAL_NAMESPACE
from iam_tui.core.errors import InvalidInput

_NAME: Final = re.compile(r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*")
_SHORTEST: Final = 2
_LONGEST: Final = 255


def check_name(kind: str, name: str) -> None:
    """Raise `InvalidInput` unless Docker Hub allows the name; `kind` is a plural such as `User names`."""
    if not _SHORTEST <= len(name) <= _LONGEST:
        raise InvalidInput(f"{kind} have {_SHORTEST} to {_LONGEST} characters; this one has {len(name):,}.")
    if name != name.lower():
        raise InvalidInput(f"{kind} cannot have upper-case letters: {name}.")
    if _NAME.fullmatch(name) is None:
        raise InvalidInput(
            f"{kind} have lower-case letters and digits, with - _ . only between them: {name} is not valid."
        )


def check_organization(name: str) -> None:
    """Raise `InvalidInput` unless a new organization may have this name."""
    check_name("Organization names", name)
    if name == OFFICIAL_NAMESPACE:
        raise InvalidInput(
            f"{OFFICIAL_NAMESPACE} is the namespace of Docker Official Images; organizations cannot use it."
        )


def check_first(organization: str, owner: str) -> None:
    """Raise `InvalidInput` for an invalid organization or owner, before a file is created for them."""
    check_organization(organization)
    check_name("User names", owner)
