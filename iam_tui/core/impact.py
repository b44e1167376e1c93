"""What differs for an inventory between two policies, for a member who is not an owner (design 6)."""

from collections import Counter
from collections.abc import Iterator
from heapq import merge
from itertools import islice
from typing import NamedTuple

from iam_tui.core.impact_effect import Effect, effect, policy_for_image, ruling
from iam_tui.core.policy import Policy, Setting
from iam_tui.core.rules import Ruling
from iam_tui.core.usage_index import Pullers, RepositoryGroup, UsageIndex
from iam_tui.core.verdict import Verdict


class Counts(NamedTuple):
    """How many repositories each effect has; `unresolved` counts places that name no certain image.

    A repository counts once, however many places name it and tags it has there. It counts if a RESOLVED or
    DOUBTFUL usage names it, or somebody who is not an owner pulled it; BUILT usages are no pulls.
    """

    newly_blocked: int
    newly_allowed: int
    cannot_tell: int
    unchanged: int
    not_covered: int
    unresolved: int

    @property
    def repositories(self) -> int:
        """All repositories that are used."""
        return sum(self[:-1])


class ImpactRow(NamedTuple):
    """One repository with what is ruled on it, for a member, before and after."""

    group: RepositoryGroup
    before: Ruling
    after: Ruling


class Reach(NamedTuple):
    """Who pulls repositories: of how many anything was downloaded, by which people and tokens.

    Somebody who only asked for a version is among them: they would be refused too.
    """

    pulled: int
    people: frozenset[str]
    tokens: frozenset[str]


class _Cell(NamedTuple):
    """Repositories that nothing tells apart: one kind, on or off the allowlist before and after."""

    kind: int
    listed_before: bool
    listed_after: bool


class _Outcome(NamedTuple):
    effect: Effect
    before: Ruling
    after: Ruling


class Impact:
    """What differs between two policies for the groups of an inventory.

    Old sign-ins play no part: each policy is judged for a member who signed in under it. Owners' pulls are
    set apart (see `UsageIndex`). Making one counts at once, in time that depends on kinds of images and
    allowlist entries, never on the number of usages or repositories. The rows are made when they are asked
    for, and are as many as was counted.
    """

    def __init__(self, groups: UsageIndex, before: Policy, after: Policy) -> None:
        self.groups = groups
        self.before = before
        self.after = after
        self._was = groups.listed(before.allowlist)
        self._now = groups.listed(after.allowlist)
        self._outcomes: dict[_Cell, _Outcome] = {}
        self.unsure = 0
        """How many repositories cannot be told and might not run after: those that surely do are no worry."""
        sizes = Counter[Effect]()
        for cell, size in self._cells():
            self._outcomes[cell] = self._outcome(cell)
            outcome = self._outcomes[cell]
            sizes[outcome.effect] += size
            if outcome.effect is Effect.CANNOT_TELL and outcome.after.verdict is not Verdict.ALLOWED:
                self.unsure += size
        self.counts = Counts(**{one.value: sizes[one] for one in Effect}, unresolved=len(groups.unresolved))
        self._rows: dict[Effect, tuple[ImpactRow, ...]] = {}

    @property
    def newly_blocked(self) -> tuple[ImpactRow, ...]:
        """What runs before and would be refused after, worst first: by people, then pulls, then usages."""
        return self.rows(Effect.NEWLY_BLOCKED)

    @property
    def newly_allowed(self) -> tuple[ImpactRow, ...]:
        """What is refused before and would run after, worst first."""
        return self.rows(Effect.NEWLY_ALLOWED)

    @property
    def cannot_tell(self) -> tuple[ImpactRow, ...]:
        """What may or may not change, worst first."""
        return self.rows(Effect.CANNOT_TELL)

    def rows(self, wanted: Effect) -> tuple[ImpactRow, ...]:
        """The repositories of one effect, worst first."""
        if wanted not in self._rows:
            places = sorted(place for cell in self._cells_of(wanted) for place in self._places(cell))
            self._rows[wanted] = tuple(self._row(place) for place in places)
        return self._rows[wanted]

    def worst(self, wanted: Effect, most: int) -> tuple[ImpactRow, ...]:
        """The first few rows of one effect, without making the others: as quick as allowlists are short."""
        cells = (self._places(cell) for cell in self._cells_of(wanted))
        return tuple(self._row(place) for place in islice(merge(*cells), most))

    def reach(self, wanted: Effect = Effect.NEWLY_BLOCKED) -> Reach:
        """Who pulls the repositories of one effect; takes as long as there are people, not repositories."""
        pulled, people, tokens = 0, set[str](), set[str]()
        for cell in self._cells_of(wanted):
            part = self._pullers(cell)
            pulled += part.pulled
            people |= part.people.keys()
            tokens |= part.tokens.keys()
        return Reach(pulled, frozenset(people), frozenset(tokens))

    def _cells(self) -> Iterator[tuple[_Cell, int]]:
        """Every cell with repositories in it, and how many."""
        groups, was, now = self.groups, self._was, self._now
        if was is now:
            listed = {(True, True): was.kinds}
        else:
            listed = {
                (True, True): groups.count_kinds(was.places & now.places),
                (True, False): groups.count_kinds(was.places - now.places),
                (False, True): groups.count_kinds(now.places - was.places),
            }
        for kind, places in enumerate(groups.by_kind):
            rest = len(places)
            for on, kinds in listed.items():
                rest -= kinds[kind]
                if kinds[kind]:
                    yield _Cell(kind, *on), kinds[kind]
            if rest:
                yield _Cell(kind, listed_before=False, listed_after=False), rest

    def _outcome(self, cell: _Cell) -> _Outcome:
        image, organization = self.groups.kinds[cell.kind], self.groups.organization
        was = policy_for_image(self.before, image, listed=cell.listed_before)
        now = policy_for_image(self.after, image, listed=cell.listed_after)
        return _Outcome(
            effect(image, organization, was, now),
            ruling(image, organization, was),
            ruling(image, organization, now),
        )

    def _cells_of(self, wanted: Effect) -> list[_Cell]:
        return [cell for cell, outcome in self._outcomes.items() if outcome.effect is wanted]

    def _places(self, cell: _Cell) -> Iterator[int]:
        """The repositories in a cell, by their place in `Groups.all`, worst first."""
        groups, was, now = self.groups, self._was.places, self._now.places
        if not (cell.listed_before or cell.listed_after):
            return (place for place in groups.by_kind[cell.kind] if place not in was and place not in now)
        on = {(True, True): was & now, (True, False): was - now, (False, True): now - was}
        listed = sorted(on[cell.listed_before, cell.listed_after])
        return (place for place in listed if groups.all[place].kind == cell.kind)

    def _row(self, place: int) -> ImpactRow:
        group = self.groups.all[place]
        cell = _Cell(group.kind, place in self._was.places, place in self._now.places)
        _, was, now = self._outcomes[cell]
        return ImpactRow(group, was, now)

    def _pullers(self, cell: _Cell) -> Pullers:
        groups = self.groups
        if cell.listed_before or cell.listed_after:
            return Pullers.of(groups.all[place] for place in self._places(cell))
        listed = (groups.all[place] for place in self._was.places | self._now.places)
        return groups.pullers[cell.kind].less(Pullers.of(one for one in listed if one.kind == cell.kind))


def flips(groups: UsageIndex, policy: Policy) -> dict[Setting, Impact]:
    """For every setting the impact of flipping it now; one that is unknown flips to on."""
    return {
        setting: Impact(groups, policy, policy.with_setting(setting, on=not policy.setting(setting)))
        for setting in Setting
    }
