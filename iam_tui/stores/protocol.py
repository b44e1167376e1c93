"""The protocols of stores, of the memory beside them and of badge lookup, and the values they exchange."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from iam_tui.core.catalog import KnownBadge
from iam_tui.core.draft import Change, Draft, EntryChange
from iam_tui.core.organization import AnyRole, Member, Organization, Plan, Role, may_change_policy
from iam_tui.core.policy import Origin, Revision, Setting
from iam_tui.core.usage import Inventory
from iam_tui.stores.errors import StoreError

HUB_API: Final = "https://hub.docker.com"
"""Docker Hub's own API."""
ORGANIZATION_TOKEN: Final = "dckr_oat_"  # noqa: S105 (the prefix of such tokens)


class Capabilities(NamedTuple):
    """What a store can do. Screens and verbs check this rather than the kind of store."""

    community: bool = True
    """The community switch can be read and written."""
    allowlist: bool = True
    """The allowlist can be read and written."""

    def by_hand(self, changes: Iterable[Change]) -> tuple[Change, ...]:
        """The changes that the store only records: someone has to make them in Docker Home."""
        return tuple(change for change in changes if not self._can_make(change))

    def _can_make(self, change: Change) -> bool:
        if isinstance(change, EntryChange) or change.setting is Setting.ALLOWLIST:
            return self.allowlist
        return self.community or change.setting is not Setting.COMMUNITY


class StoreKind(StrEnum):
    """The kind of store a profile opens."""

    DEMO = "demo"
    LOCAL = "local"
    HUB = "hub"


OWN_PROFILE = "local"
"""The profile of a file opened by its path. A demo's file keeps its memory under this name too."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A store to open, and the user to open it as. `path` is the local file; None is a temporary one (demo).

    A Hub profile has the URL of the API in `api`, and in `path` the file that keeps what was read from it.
    """

    name: str
    kind: StoreKind
    path: Path | None = None
    user: str | None = None
    api: str | None = None

    @property
    def where(self) -> str:
        """The file or URL, as shown on screens."""
        if self.kind is StoreKind.HUB:
            return self.api or HUB_API
        return "a temporary file" if self.path is None else str(self.path)

    @property
    def host(self) -> str:
        """The host of a Hub profile, with its port if the URL has one."""
        return self.where.partition("://")[2].partition("/")[0]


class OrganizationState(NamedTuple):
    """An organization as one person sees it: their role and the newest revision.

    `as_of` and `error` are only set on Docker Hub: for the last known state while Hub cannot be reached, and
    for an organization whose policy cannot be read.
    """

    organization: Organization
    role: AnyRole
    revision: Revision
    as_of: datetime | None = None
    """When this was read (timezone-aware), if it could not be read now; such a state cannot be saved over."""
    by_hand: datetime | None = None
    """When community switch and allowlist were recorded by hand (timezone-aware), if they cannot be read."""
    error: StoreError | None = None
    """Why it could not be read now. If it was never read, the revision has number 0 and only unknowns."""

    @property
    def may_change(self) -> bool:
        """Whether this person may stage changes and try to save; the store decides when saving."""
        return may_change_policy(self.role)

    @property
    def is_current(self) -> bool:
        """Whether this is how the organization is now; otherwise nothing can be saved."""
        return self.as_of is None and self.error is None


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name with a password or personal access token, which is left out of the repr.

    `source` says where they come from, as shown on screens.
    """

    username: str
    secret: str = field(repr=False)
    source: str = "typed"

    @property
    def is_organizations(self) -> bool:
        """Whether this is an organization access token, which cannot be used for Image Access Management."""
        return self.secret.startswith(ORGANIZATION_TOKEN)


class Waiting(NamedTuple):
    """The store waits until this moment (timezone-aware), then continues; `reason` is a sentence."""

    until: datetime
    reason: str


class SignInOptions(NamedTuple):
    """How to sign in to a Hub profile; `credentials` default to the environment's or `docker login`'s.

    `second_factor` returns the code of a second factor; it is also called when a session ends during work.
    `waiting` is called with each wait that the server asks for, and with None when it is over.
    """

    credentials: Credentials | None = None
    second_factor: Callable[[], Awaitable[str]] | None = None
    waiting: Callable[[Waiting | None], None] | None = None


class AuditEvent(NamedTuple):
    """One event of Docker Hub's audit log, in Hub's words; `at` is timezone-aware."""

    at: datetime
    action: str
    actor: str
    description: str


class Store(Protocol):
    """Organizations and policies, as one person may see and change them. Any call may raise `StoreError`.

    For an organization that the user is not in, calls raise `NotFound`. A change by someone who is not an
    owner raises `Forbidden` before anything else about the change is checked.
    """

    @property
    def user(self) -> str:
        """The user this store is open for."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What this store can do."""
        ...

    def organizations(self) -> AsyncIterator[Sequence[OrganizationState]]:
        """Every organization of the user, in batches as they arrive, each batch sorted by name."""
        ...

    async def organization_state(self, organization: str) -> OrganizationState:
        """One organization as it is now."""
        ...

    async def revision(self, organization: str, number: int) -> Revision:
        """One saved revision; `NotFound` if no revision has that number."""
        ...

    async def revisions(
        self, organization: str, *, before: int | None = None, limit: int = 50
    ) -> Sequence[Revision]:
        """At most `limit` saved revisions, newest first: those numbered below `before`, or the newest."""
        ...

    async def members(self, organization: str, role: Role | None = None) -> Sequence[Member]:
        """The members of an organization sorted by name; all of them, or those of one role."""
        ...

    async def member(self, organization: str, user: str) -> Member:
        """One member; `NotFound` if the user is not in the organization."""
        ...

    async def save(self, organization: str, draft: Draft, *, note: str, origin: Origin) -> Revision:
        """Save the draft as a new revision and return it; `Conflict` if its base is not the newest one.

        A draft without changes saves nothing and returns the newest revision.
        """
        ...

    async def badges(self) -> Mapping[str, KnownBadge]:
        """The badges this store knows, by namespace: set by hand, or looked up and kept."""
        ...

    async def close(self) -> None:
        """Close the file or connection; calling it twice is fine."""
        ...


class SourceKind(StrEnum):
    """What a part of an inventory was read from."""

    REPORT = "report"
    """A pull report of Docker Hub (CSV)."""
    SCAN = "scan"
    """A folder or file of a project."""
    LIST = "list"
    """A list of image names."""

    @property
    def names_pullers(self) -> bool:
        """Whether it says who pulls what: then it is for owners only, with its name and number of rows."""
        return self is SourceKind.REPORT


class Source(NamedTuple):
    """Where a part of an organization's inventory came from, identified by kind and name.

    `name` is the file or folder as given. `rows` is the number of usages, or of a report's rows that were
    kept. `since` and `until` are the hours (timezone-aware) of the first and last pull, None if there are no
    pulls. `summary` is a sentence on what was read and what was left out. `left_out` says why nothing of it
    is counted; it is empty if it is.
    """

    kind: SourceKind
    name: str
    imported_at: datetime
    rows: int
    summary: str = ""
    since: datetime | None = None
    until: datetime | None = None
    left_out: str = ""

    @property
    def as_of(self) -> datetime:
        """Up to when it says what is in use: the last pull, or when it was read."""
        return self.until or self.imported_at

    def days_old(self, now: datetime) -> int:
        """For how many days it says nothing of what is in use."""
        return max((now - self.as_of).days, 0)


class Memory(Protocol):
    """What the local file keeps for one profile and user: drafts, watch list, recent pulls, the inventory.

    Any call may raise `StoreError`. The inventory is one for everybody of a profile's organization, but who
    pulls what is for owners only: others get no pull report and no pulls. Of an organization on Docker Hub
    the role is the one that Hub said last, so `Store.organization_state` has to be read first.
    """

    async def draft(self, organization: str) -> Draft | None:
        """The kept draft, with the revision it started from; None if there is none."""
        ...

    async def keep_draft(self, organization: str, draft: Draft) -> None:
        """Keep this draft instead of the previous one; a clean draft removes it."""
        ...

    async def watch_list(self, organization: str) -> Sequence[str]:
        """The watched images, as typed, in their order."""
        ...

    async def keep_watch_list(self, organization: str, images: Sequence[str]) -> None:
        """Replace the watch list."""
        ...

    async def recent_pulls(self) -> Sequence[str]:
        """The images tested most recently, newest first, each text once, at most 50."""
        ...

    async def keep_pull(self, text: str) -> None:
        """Add an image, as typed, to the recent pulls."""
        ...

    async def sources(self, organization: str) -> Sequence[Source]:
        """The sources of the inventory, the latest import first."""
        ...

    async def keep_source(self, organization: str, source: Source, inventory: Inventory) -> None:
        """Keep what was read from a source, replacing what was kept of it before.

        Raises `Forbidden` for pulls and for a source that names pullers, unless the user is an owner, and
        `InvalidInput` for pulls from any other source.
        """
        ...

    async def remove_source(self, organization: str, kind: SourceKind, name: str) -> None:
        """Remove a source and everything read from it; a missing source is fine.

        Raises `Forbidden` for one that names pullers, unless the user is an owner.
        """
        ...

    async def inventory(self, organization: str) -> Inventory:
        """Everything its sources contain; without the pulls unless the user is an owner."""
        ...


class LookedUp(NamedTuple):
    """What is known of namespaces after a lookup, and what could not be found out."""

    known: Mapping[str, KnownBadge]
    """Every badge the store knows now, by namespace."""
    missing: Sequence[str] = ()
    """The namespaces that do not exist, sorted."""
    unanswered: Sequence[str] = ()
    """The namespaces without a usable response, sorted; what was known of them before still counts."""
    error: StoreError | None = None
    """Why namespaces are unanswered, or why the results could not be kept."""


class Lookup(Protocol):
    """Badges looked up at one API without credentials, and kept with their date."""

    @property
    def where(self) -> str:
        """The URL of the API, as shown on screens."""
        ...

    def is_due(self, known: KnownBadge | None) -> bool:
        """Whether a lookup would request this namespace; never if its badge was set by hand."""
        ...

    async def look_up(self, namespaces: Iterable[str]) -> LookedUp:
        """Look up the namespaces that are due, in a few seconds at most; raises only errors of the file."""
        ...


class OpenProfile(NamedTuple):
    """An open profile. Without `lookup`, no namespace is sent anywhere."""

    profile: Profile
    store: Store
    memory: Memory
    lookup: Lookup | None = None


class FirstOrganization(NamedTuple):
    """What a new local file starts with: its first organization and that organization's owner."""

    organization: str
    owner: str
    plan: Plan = Plan.BUSINESS


class ProfileOpener(Protocol):
    """Lists the profiles and opens them. Every call but `profiles` may raise `StoreError`."""

    def profiles(self) -> Sequence[Profile]:
        """The profiles that can be opened, the default one first."""
        ...

    async def people(self, profile: Profile) -> Sequence[str]:
        """The users the profile can be opened as, sorted; empty for a file that does not exist yet."""
        ...

    async def credentials(self, profile: Profile) -> Credentials | None:
        """The credentials for a Hub profile found without asking; `NotSignedIn` if they are unusable."""
        ...

    async def open(self, profile: Profile, sign_in: SignInOptions | None = None) -> OpenProfile:
        """Open the store as the profile's user, or the one who signs in; `NotSignedIn` if there is none."""
        ...

    async def create(self, profile: Profile, first: FirstOrganization) -> OpenProfile:
        """Create the profile's file with its first organization, and open it as that organization's owner."""
        ...
