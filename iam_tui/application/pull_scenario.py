"""A pull that is only tried: who pulls, signed in how, judged by which policy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from iam_tui.core.catalog import Catalog
from iam_tui.core.decision import Decision, decide, try_pull
from iam_tui.core.draft import Draft
from iam_tui.core.organization import Member, Puller, Role, Session
from iam_tui.core.policy import Revision
from iam_tui.core.reference import ImageReference
from iam_tui.stores.protocol import OrganizationState, Store

SIGNED_OUT = Member("", Role.MEMBER, Session.SIGNED_OUT)
"""Anybody who is not signed in; without a user it stands for no particular person."""

ROLES = (Member("", Role.OWNER), Member("", Role.EDITOR), Member("", Role.MEMBER))
"""Anybody of a role, signed in now."""


class SignInState(StrEnum):
    """How the puller is signed in: under the newest revision, still under an older one, or not at all."""

    FRESH = "fresh"
    OLD = "old"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class PullScenario:
    """Everything but the image that a decision needs. It never changes; every key makes the next one.

    `you` is who sits here, `person` somebody picked by name. `revisions` are those that are known, by
    number: an old sign-in is possible under these only.
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
        """An owner begins as a member, whom the policy is for; everybody else as themselves."""
        you = Member(user, state.role)
        who = ROLES[-1] if state.role is Role.OWNER else you
        return cls(state, draft, you, who, staged=not draft.is_clean)

    @classmethod
    def saved(
        cls, state: OrganizationState, you: Member, who: Member, under: Revision | None
    ) -> "PullScenario":
        """A pull by `who` under what is saved; `under` is the older revision of their sign-in, if any."""
        known = {} if under is None else {under.number: under}
        return cls(state, Draft.of(state.revision), you, you, revisions=known).by(who)

    @classmethod
    def alone(cls, state: OrganizationState, user: str) -> "PullScenario":
        """Somebody's own pull under what is saved."""
        you = Member(user, state.role)
        return cls(state, Draft.of(state.revision), you, you)

    @property
    def newest(self) -> Revision:
        """The revision that counts at the next sign-in: the saved one, or what is staged as the one after."""
        saved = self.state.revision
        if not self.staged:
            return saved
        return replace(saved, number=saved.number + 1, policy=self.draft.policy)

    @property
    def under(self) -> Revision | None:
        """The older revision of the puller's sign-in; None where the newest counts."""
        return self.older if self.sign_in is SignInState.OLD else None

    @property
    def older(self) -> Revision | None:
        """The revision of the recorded sign-in if that is not the newest, else the one before the newest."""
        known = {self.state.revision.number: self.state.revision, **(self.revisions or {})}
        recorded = self.who.session_revision
        if recorded is not None and recorded != self.newest.number:
            return known.get(recorded)
        return known.get(self.newest.number - 1)

    @property
    def signed_in_at(self) -> datetime | None:
        """When the puller signed in, as far as that is recorded and the trial goes by it."""
        judging = self.under or self.newest
        goes_by_it = self.sign_in is not SignInState.OUT and judging.number == self.who.session_revision
        return self.who.session_at if goes_by_it else None

    @property
    def people(self) -> tuple[Member, ...]:
        """Whom the trial goes through: you, each role, nobody signed in, and the person that was picked."""
        return (self.you, *ROLES, SIGNED_OUT, *((self.person,) if self.person else ()))

    def decide(self, image: str, catalog: Catalog) -> Decision:
        """The answer to this pull of `image`."""
        return try_pull(image, catalog, self.state.organization, self._puller, self.newest, self.under)

    def judge(self, catalog: Catalog) -> Callable[[ImageReference], Decision]:
        """What decides on many images, each parsed already: whatever is the same for all is settled once."""
        organization, puller, newest, under = self.state.organization, self._puller, self.newest, self.under

        def decided(reference: ImageReference) -> Decision:
            return decide(catalog.image(reference), organization, puller, newest, under)

        return decided

    @property
    def _puller(self) -> Puller:
        return Puller(self.who.role, self.sign_in is not SignInState.OUT)

    def by(self, who: Member) -> "PullScenario":
        """The same pull by somebody else, signed in as is recorded of them."""
        scenario = replace(self, who=who, sign_in=SignInState.FRESH)
        if who.session is Session.SIGNED_OUT:
            return replace(scenario, sign_in=SignInState.OUT)
        old = who.session_revision not in (None, scenario.newest.number) and scenario.older is not None
        return replace(scenario, sign_in=SignInState.OLD) if old else scenario

    def by_person(self, person: Member) -> "PullScenario":
        """The same pull by a person picked by name, who stays among those the trial goes through."""
        picked = None if person == self.you else person
        return replace(self, person=picked).by(person)

    def by_next(self) -> "PullScenario":
        """The same pull by the next of the people."""
        people = self.people
        place = people.index(self.who) if self.who in people else -1
        return self.by(people[(place + 1) % len(people)])

    def next_sign_in(self) -> "PullScenario":
        """The same pull in the next kind of session; an old one only where its revision is known."""
        possible = [one for one in SignInState if one is not SignInState.OLD or self.older is not None]
        place = possible.index(self.sign_in)
        return replace(self, sign_in=possible[(place + 1) % len(possible)])

    def under_staged(self, *, staged: bool) -> "PullScenario":
        """The same pull judged by what is staged, or by what is saved."""
        scenario = replace(self, staged=staged)
        gone = scenario.sign_in is SignInState.OLD and scenario.older is None
        return replace(scenario, sign_in=SignInState.FRESH) if gone else scenario

    def with_draft(self, draft: Draft) -> "PullScenario":
        """The same pull with other changes staged, judged by them; with none left by what is saved."""
        return replace(self, draft=draft).under_staged(staged=not draft.is_clean)

    def with_state(self, state: OrganizationState) -> "PullScenario":
        """The same pull in the organization as it is now; under a new revision, signed in as is recorded."""
        saved = self.state.revision
        if state.revision.number == saved.number:
            return replace(self, state=state)
        known = {saved.number: saved, **(self.revisions or {})}
        return replace(self, state=state, revisions=known).by(self.who)

    def knowing(self, you: Member, revisions: Mapping[int, Revision]) -> "PullScenario":
        """The same pull, now that your own sign-in and the older revisions have been read."""
        known = replace(self, you=you, revisions=revisions)
        return known.by(you) if self.who == self.you else known


async def read_scenario(store: Store, state: OrganizationState, user: str | None = None) -> PullScenario:
    """A pull under what is saved by this user, or by whoever is asking, with the sign-in recorded of them.

    Raises `NotFound` for somebody who is not in the organization, and any other `StoreError`. While the
    organization cannot be read now, whoever asks counts as signed in under the last known revision.
    """
    you = Member(store.user, state.role)
    if user is None and not state.is_current:
        return PullScenario.alone(state, store.user)
    who = await store.member(state.organization.name, store.user if user is None else user)
    number = who.session_revision
    is_old = number is not None and number != state.revision.number
    under = await store.revision(state.organization.name, number) if is_old and number else None
    return PullScenario.saved(state, you, who, under)
