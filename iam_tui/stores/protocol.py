"""What every store can be asked, and what the local file remembers beside it (design 4)."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from iam_tui.core.catalog import KnownBadge
from iam_tui.core.draft import Change, Draft, EntryChange
from iam_tui.core.organization import Member, Organization, Plan, Role
from iam_tui.core.policy import Origin, Revision, Setting
from iam_tui.core.usage import Inventory
from iam_tui.stores.errors import StoreError

HUB_API: Final = "https://hub.docker.com"
"""Docker Hub's own API."""
ORGANIZATION_TOKEN: Final = "dckr_oat_"  # noqa: S105 (how such tokens begin)


class Capabilities(NamedTuple):
    """What a store can do; screens ask this rather than which store it is."""

    community: bool = True
    """The community switch can be read and written."""
    allowlist: bool = True
    """The allowlist can be read and written."""
    members_editable: bool = True
    """People can be added, removed, given roles and signed in."""

    def by_hand(self, changes: Iterable[Change]) -> tuple[Change, ...]:
        """Those of the changes that the store only records: somebody has to make them by hand elsewhere."""
        return tuple(change for change in changes if not self._makes(change))

    def _makes(self, change: Change) -> bool:
        if isinstance(change, EntryChange) or change.setting is Setting.ALLOWLIST:
            return self.allowlist
        return self.community or change.setting is not Setting.COMMUNITY


class StoreKind(StrEnum):
    """The kind of store a profile opens."""

    DEMO = "demo"
    LOCAL = "local"
    HUB = "hub"


OWN_PROFILE = "local"
"""The profile of a file opened by its path; a demo's file remembers under it too."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A store to open and who you are there. `path` is the local file; None is a temporary one (demo).

    A Hub profile has `api`, the URL of the API, and in `path` the local file that remembers what was seen.
    """

    name: str
    kind: StoreKind
    path: Path | None = None
    user: str | None = None
    api: str | None = None

    @property
    def where(self) -> str:
        """The place, as the screens print it."""
        if self.kind is StoreKind.HUB:
            return self.api or HUB_API
        return "sample data, in a temporary file" if self.path is None else str(self.path)

    @property
    def host(self) -> str:
        """The host that a Hub profile works on, with its port if that is not the usual one."""
        return self.where.partition("://")[2].partition("/")[0]


class OrganizationState(NamedTuple):
    """An organization as one person sees it: their role there and the newest revision.

    Only on Docker Hub can it be anything but the present: what was last known while Hub cannot be reached,
    or an organization whose policy cannot be read.
    """

    organization: Organization
    role: Role
    revision: Revision
    as_of: datetime | None = None
    """When this was last known to be so (timezone-aware), if it could not be read now: nothing is saved."""
    by_hand: datetime | None = None
    """When community switch and allowlist were recorded by hand, if the store cannot read them."""
    error: StoreError | None = None
    """Why the policy cannot be read. A revision numbered 0 then says nothing at all."""

    @property
    def is_current(self) -> bool:
        """Whether this is how the organization is now; otherwise nothing can be saved."""
        return self.as_of is None and self.error is None


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name with a password or personal access token, which no repr shows.

    `source` says where they are from, as the screens print it.
    """

    username: str
    secret: str = field(repr=False)
    source: str = "typed"

    @property
    def is_organizations(self) -> bool:
        """Whether they are an organization's access token, which Image Access Management takes none of."""
        return self.secret.startswith(ORGANIZATION_TOKEN)


class Waiting(NamedTuple):
    """The store waits by itself until this moment (timezone-aware), because of `reason`, and then goes on."""

    until: datetime
    reason: str


class SignInOptions(NamedTuple):
    """What opening a Hub profile may ask for; without credentials, those of the environment or Docker serve.

    `second_factor` is asked for the code of a second factor, also when a session ends in the middle of work.
    `waiting` is told of every wait, and None when it is over.
    """

    credentials: Credentials | None = None
    second_factor: Callable[[], Awaitable[str]] | None = None
    waiting: Callable[[Waiting | None], None] | None = None


class AuditEvent(NamedTuple):
    """One event of Docker Hub's audit log: when (timezone-aware), which action, by whom, in Hub's words."""

    at: datetime
    action: str
    actor: str
    description: str


class Store(Protocol):
    """Organizations and policies, as one person may see and change them. Any call may raise `StoreError`.

    Whoever is not in an organization gets `NotFound`; whoever is not an owner and changes something gets
    `Forbidden`, before anything else about the change is looked at.
    """

    @property
    def user(self) -> str:
        """Who is asking."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What this store can do."""
        ...

    def organizations(self) -> AsyncIterator[Sequence[OrganizationState]]:
        """Every organization of the user, in batches as they become known, each batch sorted by name."""
        ...

    async def organization_state(self, organization: str) -> OrganizationState:
        """One organization as it is now."""
        ...

    async def revision(self, organization: str, number: int) -> Revision:
        """One saved revision; `NotFound` if there is none of that number."""
        ...

    async def revisions(
        self, organization: str, *, before: int | None = None, limit: int = 50
    ) -> Sequence[Revision]:
        """A page of saved revisions, newest first: those numbered below `before`, or the newest ones."""
        ...

    async def members(self, organization: str, role: Role | None = None) -> Sequence[Member]:
        """The people of an organization sorted by name, or only those of one role."""
        ...

    async def member(self, organization: str, user: str) -> Member:
        """One person; `NotFound` if they are not in the organization."""
        ...

    async def save(self, organization: str, draft: Draft, *, note: str, origin: Origin) -> Revision:
        """Save what is staged as a new revision and return it; `Conflict` if its base is not the newest.

        A draft that changes nothing saves nothing and returns the newest revision.
        """
        ...

    async def badges(self) -> Mapping[str, KnownBadge]:
        """The badges this store knows, by namespace: set by hand, or looked up and kept."""
        ...

    async def close(self) -> None:
        """Let go of the file or connection; calling it twice is fine."""
        ...


class SourceKind(StrEnum):
    """What a part of an inventory was read from."""

    REPORT = "report"
    """Docker Hub's pull report (facts 7)."""
    SCAN = "scan"
    """A folder or file of a project."""
    LIST = "list"
    """A list of image names."""


class Source(NamedTuple):
    """Where a part of an organization's inventory came from; one kind and name is one source.

    `name` is the file or folder as it was given. `rows` counts its usages and pulls. `since` and `until` are
    the hours (timezone-aware) of the first and last pull, None where nothing was pulled. `summary` says in a
    sentence what was read and what was left out.
    """

    kind: SourceKind
    name: str
    imported_at: datetime
    rows: int
    summary: str = ""
    since: datetime | None = None
    until: datetime | None = None


class Memory(Protocol):
    """What the local file keeps for one profile and user: drafts, watch list, recent pulls, the inventory.

    Any call may raise `StoreError`. The inventory is one for everybody of a profile's organization, but who
    pulls what is for owners only: others get no pull report and no pulls. Of an organization on Docker Hub
    the role is the one that Hub said last, so `Store.organization_state` has to be read first.
    """

    async def draft(self, organization: str) -> Draft | None:
        """The draft that was kept, with the revision it started from; None if there is none."""
        ...

    async def keep_draft(self, organization: str, draft: Draft) -> None:
        """Keep this draft in place of the one before; a clean draft removes it."""
        ...

    async def watch_list(self, organization: str) -> Sequence[str]:
        """The watched images, as typed, in their order."""
        ...

    async def keep_watch_list(self, organization: str, images: Sequence[str]) -> None:
        """Keep this watch list."""
        ...

    async def recent_pulls(self) -> Sequence[str]:
        """What was tried lately, newest first, each text once, 50 at most."""
        ...

    async def keep_pull(self, text: str) -> None:
        """Remember that this was tried."""
        ...

    async def sources(self, organization: str) -> Sequence[Source]:
        """Where its inventory came from, the latest first."""
        ...

    async def keep_source(self, organization: str, source: Source, inventory: Inventory) -> None:
        """Keep what was read from a source, in place of what was kept of it before.

        `Forbidden` for pulls, unless an owner asks.
        """
        ...

    async def remove_source(self, organization: str, kind: SourceKind, name: str) -> None:
        """Forget a source and all that came from it; one that is not there is fine.

        `Forbidden` for a pull report, unless an owner asks.
        """
        ...

    async def inventory(self, organization: str) -> Inventory:
        """Everything that its sources hold; for whoever is no owner without the pulls."""
        ...


class LookedUp(NamedTuple):
    """What is known of namespaces after a look-up, and what it could not find out."""

    known: Mapping[str, KnownBadge]
    """Every badge that the store knows now, by namespace."""
    missing: Sequence[str] = ()
    """The asked namespaces that are no organization and nobody, sorted: nothing is known of them."""
    unanswered: Sequence[str] = ()
    """Those that nothing usable was said about, sorted: what was known of them still is."""
    error: StoreError | None = None
    """Why, or why what was found could not be kept."""


class Lookup(Protocol):
    """Badges looked up live, at one origin and without credentials (facts 8), and kept with their date."""

    @property
    def where(self) -> str:
        """The URL that is asked, as the screens print it."""
        ...

    def is_due(self, known: KnownBadge | None) -> bool:
        """Whether a namespace of which this is known would be asked for; never one that was set by hand."""
        ...

    async def look_up(self, namespaces: Iterable[str]) -> LookedUp:
        """Ask for those that are due, within a few seconds in all; raises errors of the file only."""
        ...


class OpenProfile(NamedTuple):
    """A profile that is open; without `lookup` no namespace leaves this machine."""

    profile: Profile
    store: Store
    memory: Memory
    lookup: Lookup | None = None


class FirstOrganization(NamedTuple):
    """What it takes to start a new local file: its first organization and that one's owner."""

    organization: str
    owner: str
    plan: Plan = Plan.BUSINESS


class ProfileOpener(Protocol):
    """How the console gets to stores: the profiles there are, and opening one. May raise `StoreError`."""

    def profiles(self) -> Sequence[Profile]:
        """The profiles that can be opened, the preferred one first."""
        ...

    async def people(self, profile: Profile) -> Sequence[str]:
        """Who one can be there, sorted; empty for a file that does not exist yet."""
        ...

    async def credentials(self, profile: Profile) -> Credentials | None:
        """The credentials for a Hub profile that were found without a question; `NotSignedIn` if unusable."""
        ...

    async def open(self, profile: Profile, sign_in: SignInOptions | None = None) -> OpenProfile:
        """Open the store as the profile's user, or as whoever signs in; `NotSignedIn` if there is nobody."""
        ...

    async def create(self, profile: Profile, first: FirstOrganization) -> OpenProfile:
        """Make the profile's file with its first organization and open it as that one's owner."""
        ...
