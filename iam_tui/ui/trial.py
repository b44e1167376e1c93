"""A pull that is only tried: who pulls, signed in how, judged by which policy."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from iam_tui.core.catalog import Catalog
from iam_tui.core.decision import Decision
from iam_tui.core.draft import Draft
from iam_tui.core.organization import Member, Puller, Role, Session
from iam_tui.core.policy import Revision
from iam_tui.core.pull import try_pull
from iam_tui.stores.protocol import Access
from iam_tui.ui.dates import day

SIGNED_OUT = Member("", Role.MEMBER, Session.SIGNED_OUT)
"""Anybody who is not signed in; without a user it stands for no particular person."""

ROLES = (Member("", Role.OWNER), Member("", Role.EDITOR), Member("", Role.MEMBER))
"""Anybody of a role, signed in now."""


class SignIn(StrEnum):
    """How the puller is signed in: under the newest revision, still under an older one, or not at all."""

    FRESH = "fresh"
    OLD = "old"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Trial:
    """Everything but the image that a decision needs. It never changes; every key makes the next one.

    `you` is who sits here, `person` somebody picked by name. `revisions` are those that are known, by
    number: an old sign-in is possible under these only.
    """

    access: Access
    draft: Draft
    you: Member
    who: Member
    sign_in: SignIn = SignIn.FRESH
    staged: bool = False
    person: Member | None = None
    revisions: Mapping[int, Revision] | None = None

    @classmethod
    def of(cls, access: Access, draft: Draft, user: str) -> "Trial":
        """An owner begins as a member, whom the policy is for; everybody else as themselves."""
        you = Member(user, access.role)
        who = ROLES[-1] if access.role is Role.OWNER else you
        return cls(access, draft, you, who, staged=not draft.is_clean)

    @classmethod
    def alone(cls, access: Access, user: str) -> "Trial":
        """Somebody's own pull under what is saved."""
        you = Member(user, access.role)
        return cls(access, Draft.of(access.revision), you, you)

    @property
    def newest(self) -> Revision:
        """The revision that counts at the next sign-in: the saved one, or what is staged as the one after."""
        saved = self.access.revision
        if not self.staged:
            return saved
        return replace(saved, number=saved.number + 1, policy=self.draft.policy)

    @property
    def under(self) -> Revision | None:
        """The older revision of the puller's sign-in; None where the newest counts."""
        return self.older if self.sign_in is SignIn.OLD else None

    @property
    def older(self) -> Revision | None:
        """The revision of the recorded sign-in if that is not the newest, else the one before the newest."""
        known = {self.access.revision.number: self.access.revision, **(self.revisions or {})}
        recorded = self.who.session_revision
        if recorded is not None and recorded != self.newest.number:
            return known.get(recorded)
        return known.get(self.newest.number - 1)

    @property
    def signed_in_at(self) -> datetime | None:
        """When the puller signed in, as far as that is recorded and the trial goes by it."""
        judging = self.under or self.newest
        goes_by_it = self.sign_in is not SignIn.OUT and judging.number == self.who.session_revision
        return self.who.session_at if goes_by_it else None

    @property
    def people(self) -> tuple[Member, ...]:
        """Whom the trial goes through: you, each role, nobody signed in, and the person that was picked."""
        return (self.you, *ROLES, SIGNED_OUT, *((self.person,) if self.person else ()))

    def decide(self, image: str, catalog: Catalog) -> Decision:
        """The answer to this pull of `image`."""
        puller = Puller(self.who.role, self.sign_in is not SignIn.OUT)
        return try_pull(image, catalog, self.access.organization, puller, self.newest, self.under)

    def by(self, who: Member) -> "Trial":
        """The same pull by somebody else, signed in as is recorded of them."""
        trial = replace(self, who=who, sign_in=SignIn.FRESH)
        if who.session is Session.SIGNED_OUT:
            return replace(trial, sign_in=SignIn.OUT)
        old = who.session_revision not in (None, trial.newest.number) and trial.older is not None
        return replace(trial, sign_in=SignIn.OLD) if old else trial

    def by_person(self, person: Member) -> "Trial":
        """The same pull by a person picked by name, who stays among those the trial goes through."""
        picked = None if person == self.you else person
        return replace(self, person=picked).by(person)

    def by_next(self) -> "Trial":
        """The same pull by the next of the people."""
        people = self.people
        place = people.index(self.who) if self.who in people else -1
        return self.by(people[(place + 1) % len(people)])

    def next_sign_in(self) -> "Trial":
        """The same pull in the next kind of session; an old one only where its revision is known."""
        possible = [one for one in SignIn if one is not SignIn.OLD or self.older is not None]
        place = possible.index(self.sign_in)
        return replace(self, sign_in=possible[(place + 1) % len(possible)])

    def under_staged(self, *, staged: bool) -> "Trial":
        """The same pull judged by what is staged, or by what is saved."""
        trial = replace(self, staged=staged)
        gone = trial.sign_in is SignIn.OLD and trial.older is None
        return replace(trial, sign_in=SignIn.FRESH) if gone else trial

    def with_draft(self, draft: Draft) -> "Trial":
        """The same pull with other changes staged, judged by them; with none left by what is saved."""
        return replace(self, draft=draft).under_staged(staged=not draft.is_clean)

    def knowing(self, you: Member, revisions: Mapping[int, Revision]) -> "Trial":
        """The same pull, now that your own sign-in and the older revisions have been read."""
        known = replace(self, you=you, revisions=revisions)
        return known.by(you) if self.who == self.you else known


def who_words(who: Member, user: str) -> str:
    """Who pulls, in a few words: `a member`, `sam, member`, `you, owner`."""
    if not who.user:
        return f"a{'' if who.role is Role.MEMBER else 'n'} {who.role}"
    return f"{'you' if who.user == user else who.user}, {who.role}"


def sign_in_words(trial: Trial, now: datetime) -> str:
    """How the puller is signed in: `signed in 20 Feb under r5`."""
    if trial.sign_in is SignIn.OUT:
        return "signed out"
    under, at = trial.under, trial.signed_in_at
    when = f" {day(at.astimezone().date(), now.astimezone().date())}" if at else ""
    if under is not None:
        return f"signed in{when} under r{under.number}"
    return f"signed in{when or (' after saving' if trial.staged else ' now')}"


def policy_words(trial: Trial) -> str:
    """Which policy judges: `as saved, r6`, or `as staged`."""
    return "as staged" if trial.staged else f"as saved, r{trial.access.revision.number}"
