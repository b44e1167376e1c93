"""The answers to a pull, and the names of the rules that give them."""

from enum import StrEnum


class Verdict(StrEnum):
    """The answer to a pull."""

    ALLOWED = "allowed"
    BLOCKED = "blocked"
    NOT_COVERED = "not_covered"
    """Not on Docker Hub, so Image Access Management does not apply to it."""
    NOT_ENFORCED = "not_enforced"
    """Not signed in to the organization, so its policy does not apply."""
    CANNOT_TELL = "cannot_tell"
    """It depends on something unknown: a badge, a switch, the allowlist, what a role may do."""
    INVALID = "invalid"
    """Not an image reference."""

    @property
    def words(self) -> str:
        """The verdict as screens and the command line print it: `CANNOT TELL`."""
        return self.value.replace("_", " ").upper()


class Rule(StrEnum):
    """The rule that decided, as JSON names it; the rules themselves are in `core.decision_rules`.

    A rule that cannot decide because something is unknown has a name of its own, `UNKNOWN_...`.
    """

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
    UNKNOWN_ROLE = "unknown_role"
