"""The answers to a pull, and the names of the rules that give them."""

from enum import StrEnum


class Verdict(StrEnum):
    """The answer to a pull."""

    ALLOWED = "allowed"
    BLOCKED = "blocked"
    NOT_COVERED = "not_covered"
    NOT_ENFORCED = "not_enforced"
    CANNOT_TELL = "cannot_tell"
    INVALID = "invalid"

    @property
    def words(self) -> str:
        """The verdict as the screens and the command line print it."""
        return self.value.replace("_", " ").upper()


class Rule(StrEnum):
    """The step that decided."""

    INVALID_REFERENCE = "invalid_reference"
    NOT_SIGNED_IN = "not_signed_in"
    NOT_DOCKER_HUB = "not_docker_hub"
    DISABLED = "disabled"
    OWNER = "owner"
    ORGANIZATION = "organization"
    ALLOWLIST = "allowlist"
    OFFICIAL = "official"
    VERIFIED_PUBLISHER = "verified_publisher"
    COMMUNITY = "community"
    UNKNOWN_CATEGORY = "unknown_category"
    UNKNOWN_ALLOWLIST = "unknown_allowlist"
    UNKNOWN_SWITCH = "unknown_switch"
