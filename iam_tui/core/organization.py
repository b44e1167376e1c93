"""Organizations, the people in them, and the person whose pull is judged."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple


class Role(StrEnum):
    """What a person may do in an organization; only owners change its policy."""

    OWNER = "owner"
    EDITOR = "editor"
    MEMBER = "member"


class CustomRole(str):
    """A role that is none of `Role`, by the name that Docker Hub gave it.

    Custom roles may carry the permission to manage image access, which the API does not tell:
    https://docs.docker.com/enterprise/security/roles-and-permissions/custom-roles/
    """

    __slots__ = ()


AnyRole = Role | CustomRole

UNKNOWN_ROLE: Final = CustomRole("unknown role")
"""The role of a person whose role Docker Hub did not say."""
COMPANY_OWNER: Final = CustomRole("company owner")
"""Someone who administers all organizations of a company; the API does not say who does."""


def role_named(name: str) -> AnyRole:
    """The role with this name, in any case; a name that is none of `Role` stays as it is written."""
    try:
        return Role(name.strip().lower())
    except ValueError:
        return CustomRole(name) if name.strip() else UNKNOWN_ROLE


def may_change_policy(role: AnyRole) -> bool:
    """Whether a role may stage and try to save: owners, and roles of which only the store knows."""
    return role is Role.OWNER or isinstance(role, CustomRole)


class Plan(StrEnum):
    """The organization's subscription; Image Access Management needs Docker Business."""

    BUSINESS = "business"
    TEAM = "team"
    PERSONAL = "personal"


class DesktopSession(StrEnum):
    """Whether a person is signed in to Docker Desktop with the organization's credentials."""

    UNRECORDED = "unrecorded"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization on Docker Hub. `name` is its namespace: `name/...` are its own images."""

    name: str
    plan: Plan = Plan.BUSINESS
    sign_in_enforced: bool = False
    full_name: str = ""
    created_at: datetime | None = None

    @property
    def has_image_access(self) -> bool:
        """Whether its plan includes Image Access Management."""
        return self.plan is Plan.BUSINESS


@dataclass(frozen=True, slots=True)
class Member:
    """A person in an organization, with their last known sign-in to Docker Desktop.

    `session_revision` is the number of the revision that was newest at that sign-in; it is set exactly if
    `session` is `SIGNED_IN`. `session_at` is the time of the sign-in or sign-out, None if `session` is
    `UNRECORDED`.
    """

    user: str
    role: AnyRole
    session: DesktopSession = DesktopSession.UNRECORDED
    session_revision: int | None = None
    session_at: datetime | None = None


class Puller(NamedTuple):
    """Whose pull is judged. `revision` is the one they signed in under; None is the newest.

    Custom roles are judged as members, `COMPANY_OWNER` and `UNKNOWN_ROLE` as an owner and as a member.
    """

    role: AnyRole
    signed_in: bool = True
    revision: int | None = None

    @classmethod
    def of(cls, member: Member) -> "Puller":
        """The puller for a member; without a recorded sign-in, they count as signed in now."""
        return cls(member.role, member.session is not DesktopSession.SIGNED_OUT, member.session_revision)
