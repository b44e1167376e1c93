"""Every situation that a pull can be in, built from plain values."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product
from typing import NamedTuple

from hypothesis import strategies as st

from iam_tui.core.catalog import BadgeSource, Catalog, KnownBadge
from iam_tui.core.category import Badge
from iam_tui.core.decision_rules import ClassifiedImage
from iam_tui.core.organization import AnyRole, Organization, Plan, Puller, Role
from iam_tui.core.policy import Allowlist, AllowlistEntry, Policy, Revision
from iam_tui.core.reference import ImageReference

TODAY = date(2026, 9, 1)
NOW = datetime(2026, 9, 1, 9, 30, tzinfo=UTC)

IMAGES = {
    "organization": "acme/tool:2",
    "official": "nginx:1.27",
    "verified_publisher": "grafana/grafana",
    "community": "mlrun/mlrun:unstable",
    "unknown": "nobody/knows",
    "off hub": "ghcr.io/nobody/knows",
}
LISTS = ("unknown", "empty", "hit", "miss")


def by_hand(badge: Badge) -> KnownBadge:
    return KnownBadge(badge, TODAY, BadgeSource.HAND)


CATALOG = Catalog({"grafana": by_hand(Badge.VERIFIED_PUBLISHER), "mlrun": by_hand(Badge.NONE)}, today=TODAY)


def image(kind: str) -> ClassifiedImage:
    return CATALOG.image(ImageReference.parse(IMAGES[kind]))


class Rules(NamedTuple):
    """A policy in plain words; `listing` says whether the allowlist has the image in question."""

    enabled: bool
    official: bool
    verified_publisher: bool
    community: bool | None
    allowlist_enabled: bool | None
    listing: str

    def policy(self, kind: str) -> Policy:
        lists: dict[str, Allowlist | None] = {
            "unknown": None,
            "empty": (),
            "hit": (AllowlistEntry(ImageReference.parse(IMAGES[kind]).repository),),
            "miss": (AllowlistEntry("some/other"),),
        }
        return Policy(*self[:5], lists[self.listing])


class Situation(NamedTuple):
    """One situation: who pulls what, where, and under which rules they signed in."""

    role: AnyRole
    signed_in: bool
    enforced: bool
    plan: Plan
    kind: str
    rules: Rules

    @property
    def puller(self) -> Puller:
        return Puller(self.role, self.signed_in)

    @property
    def organization(self) -> Organization:
        return Organization("acme", self.plan, self.enforced)

    def revision(self, number: int = 1) -> Revision:
        return revision(self.rules.policy(self.kind), number)


def revision(policy: Policy, number: int = 1) -> Revision:
    return Revision(number, policy, "olivia", NOW)


SWITCH, MAYBE = (False, True), (False, None, True)
ALL_RULES = tuple(Rules(*each) for each in product(SWITCH, SWITCH, SWITCH, MAYBE, MAYBE, LISTS))


def all_situations(role: AnyRole, *, signed_in: bool) -> Iterator[Situation]:
    """Every situation of one person."""
    for enforced, plan, kind, rules in product(SWITCH, Plan, IMAGES, ALL_RULES):
        yield Situation(role, signed_in, enforced, plan, kind, rules)


roles = st.sampled_from(Role)
rules = st.sampled_from(ALL_RULES)
situations = st.builds(
    Situation,
    roles,
    st.booleans(),
    st.booleans(),
    st.sampled_from(Plan),
    st.sampled_from(sorted(IMAGES)),
    rules,
)
