"""A pull to test: who pulls, how they are signed in, and which policy decides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from iam_tui.core.catalog import Catalog
from iam_tui.core.decision import Decision, decide, try_pull
from iam_tui.core.draft import Draft
from iam_tui.core.organization import COMPANY_OWNER, DesktopSession, Member, Puller, Role
from iam_tui.core.policy import Revision
from iam_tui.core.reference import ImageReference
from iam_tui.stores.protocol import OrganizationState, Store

SIGNED_OUT = Member("", Role.MEMBER, DesktopSession.SIGNED_OUT)
"""Anyone who is not signed in; without a user name it is no particular person."""

ANY_MEMBER = Member("", Role.MEMBER)
"""Any member who is not an owner, signed in now."""

ROLES = (Member("", Role.OWNER), Member("", Role.EDITOR), ANY_MEMBER, Member("", COMPANY_OWNER))
"""Anyone with a role, signed in now."""


class SignInState(StrEnum):
    """How the puller is signed in: under the newest revision, still under an older one, or not at all."""

    FRESH = "fresh"
    OLD = "old"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class PullScenario:
    """Everything but the image that a decision needs. Immutable: each change makes a new one.

    `you` is the user of this program, `who` the one who pulls, `person` someone picked by name. `revisions`
    are the known ones, by number; only these are possible for an old sign-in.
    """

    state: OrganizationState
    draft: Draft
    you: Member
    who: Member
    sign_in: SignInState = SignInState.FRESH
    staged: bool = False
    person: Member | None = None
    revisions: Mapping[int, Revision] | None = None

    @classmethod
    def of(cls, state: OrganizationState, draft: Draft, user: str) -> "PullScenario":
        """The first scenario of a test: owners pull as a member, everyone else as themselves."""
        you = Member(user, state.role)
        who = ANY_MEMBER if state.role is Role.OWNER else you
        return cls(state, draft, you, who, staged=not draft.is_clean)

    @classmethod
    def saved(
        cls, state: OrganizationState, you: Member, who: Member, under: Revision | None
    ) -> "PullScenario":
        """A pull by `who` under the saved policy; `under` is the older revision of their sign-in, if any."""
        known = {} if under is None else {under.number: under}
        return cls(state, Draft.of(state.revision), you, you, revisions=known).by(who)

    @classmethod
    def own_pull(cls, state: OrganizationState, user: str) -> "PullScenario":
        """The user's own pull under the saved policy, signed in now."""
        you = Member(user, state.role)
        return cls(state, Draft.of(state.revision), you, you)

    @property
    def newest(self) -> Revision:
        """The revision that counts at the next sign-in: the saved one, or the draft as the one after it."""
        saved = self.state.revision
        if not self.staged:
            return saved
        return replace(saved, number=saved.number + 1, policy=self.draft.policy)

    @property
    def under(self) -> Revision | None:
        """The older revision of the puller's sign-in; None if the newest counts."""
        return self.older if self.sign_in is SignInState.OLD else None

    @property
    def older(self) -> Revision | None:
        """The revision of the recorded sign-in if it is not the newest, else the one before the newest."""
        known = {self.state.revision.number: self.state.revision, **(self.revisions or {})}
        recorded = self.who.session_revision
        if recorded is not None and recorded != self.newest.number:
            return known.get(recorded)
        return known.get(self.newest.number - 1)

    @property
    def signed_in_at(self) -> datetime | None:
        """When the puller signed in; None if that is not recorded or not the sign-in of this scenario."""
        judging = self.under or self.newest
        is_recorded = self.sign_in is not SignInState.OUT and judging.number == self.who.session_revision
        return self.who.session_at if is_recorded else None

    @property
    def people(self) -> tuple[Member, ...]:
        """The pullers to step through: you, each role, someone signed out, and the person that was picked."""
        return (self.you, *ROLES, SIGNED_OUT, *((self.person,) if self.person else ()))

    def decide(self, image: str, catalog: Catalog) -> Decision:
        """The decision on this pull of `image`."""
        return try_pull(image, catalog, self.state.organization, self._puller, self.newest, self.under)

    def judge(self, catalog: Catalog) -> Callable[[ImageReference], Decision]:
        """A function that decides on parsed images; what is the same for all of them is worked out once."""
        organization, puller, newest, under = self.state.organization, self._puller, self.newest, self.under

        def decide_on(reference: ImageReference) -> Decision:
            return decide(catalog.image(reference), organization, puller, newest, under)

        return decide_on

    @property
    def _puller(self) -> Puller:
        return Puller(self.who.role, self.sign_in is not SignInState.OUT)

    def by(self, who: Member) -> "PullScenario":
        """The same pull by someone else, with their recorded sign-in."""
        scenario = replace(self, who=who, sign_in=SignInState.FRESH)
        if who.session is DesktopSession.SIGNED_OUT:
            return replace(scenario, sign_in=SignInState.OUT)
        is_old = who.session_revision not in (None, scenario.newest.number) and scenario.older is not None
        return replace(scenario, sign_in=SignInState.OLD) if is_old else scenario

    def by_person(self, person: Member) -> "PullScenario":
        """The same pull by a person picked by name, who stays among `people`."""
        picked = None if person == self.you else person
        return replace(self, person=picked).by(person)

    def by_next(self) -> "PullScenario":
        """The same pull by the next of `people`."""
        people = self.people
        position = people.index(self.who) if self.who in people else -1
        return self.by(people[(position + 1) % len(people)])

    def next_sign_in(self) -> "PullScenario":
        """The same pull with the next kind of sign-in; an old one only if its revision is known."""
        possible = [one for one in SignInState if one is not SignInState.OLD or self.older is not None]
        position = possible.index(self.sign_in)
        return replace(self, sign_in=possible[(position + 1) % len(possible)])

    def under_staged(self, *, staged: bool) -> "PullScenario":
        """The same pull under the staged or the saved policy."""
        scenario = replace(self, staged=staged)
        lost_its_revision = scenario.sign_in is SignInState.OLD and scenario.older is None
        return replace(scenario, sign_in=SignInState.FRESH) if lost_its_revision else scenario

    def with_draft(self, draft: Draft) -> "PullScenario":
        """The same pull under another draft; under the saved policy if the draft has no changes."""
        return replace(self, draft=draft).under_staged(staged=not draft.is_clean)

    def with_state(self, state: OrganizationState) -> "PullScenario":
        """The same pull in the organization as it is now; under a new revision, signed in as is recorded."""
        saved = self.state.revision
        if state.revision.number == saved.number:
            return replace(self, state=state)
        known = {saved.number: saved, **(self.revisions or {})}
        return replace(self, state=state, revisions=known).by(self.who)

    def knowing(self, you: Member, revisions: Mapping[int, Revision]) -> "PullScenario":
        """The same pull, once your own sign-in and the older revisions have been read."""
        known = replace(self, you=you, revisions=revisions)
        return known.by(you) if self.who == self.you else known


async def read_scenario(store: Store, state: OrganizationState, user: str | None = None) -> PullScenario:
    """A pull by this user, or by the store's own, under the saved policy and with their recorded sign-in.

    Raises `NotFound` for a user outside the organization, and any other `StoreError`. While the organization
    cannot be read, the store's own user counts as signed in under the last known revision.
    """
    you = Member(store.user, state.role)
    if user is None and not state.is_current:
        return PullScenario.own_pull(state, store.user)
    who = await store.member(state.organization.name, store.user if user is None else user)
    number = who.session_revision
    is_old = number is not None and number != state.revision.number
    under = await store.revision(state.organization.name, number) if is_old and number else None
    return PullScenario.saved(state, you, who, under)
