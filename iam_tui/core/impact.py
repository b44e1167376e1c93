"""What differs for an inventory between two policies, for a member who is not an owner (design 6)."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from iam_tui.core.impact_effect import Effect, bare, effect, ruling
from iam_tui.core.impact_groups import Group, Groups
from iam_tui.core.policy import Policy, Setting
from iam_tui.core.steps import Ruling


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


class Row(NamedTuple):
    """One repository with what is ruled on it, for a member, before and after."""

    group: Group
    before: Ruling
    after: Ruling


class _Cell(NamedTuple):
    """Repositories that nothing tells apart: one kind, on or off the allowlist before and after."""

    kind: int
    listed_before: bool
    listed_after: bool


class Impact:
    """What differs between two policies for the groups of an inventory.

    Old sign-ins play no part: each policy is judged for a member who signed in under it. Owners' pulls are
    set apart (see `Groups`). Making one counts at once, in time that depends on kinds of images and allowlist
    entries, never on the number of usages or repositories; the rows are made when they are asked for, and
    are as many as was counted.
    """

    def __init__(self, groups: Groups, before: Policy, after: Policy) -> None:
        self.groups = groups
        self.before = before
        self.after = after
        self._effects: dict[_Cell, Effect] = {}
        sizes = Counter[Effect]()
        for cell, size in self._cells():
            self._effects[cell] = self._effect(cell)
            sizes[self._effects[cell]] += size
        self.counts = Counts(**{one.value: sizes[one] for one in Effect}, unresolved=len(groups.unresolved))
        self._rows: dict[Effect, tuple[Row, ...]] = {}

    @property
    def newly_blocked(self) -> tuple[Row, ...]:
        """What runs before and would be refused after, worst first: by people, then pulls, then usages."""
        return self.rows(Effect.NEWLY_BLOCKED)

    @property
    def newly_allowed(self) -> tuple[Row, ...]:
        """What is refused before and would run after, worst first."""
        return self.rows(Effect.NEWLY_ALLOWED)

    @property
    def cannot_tell(self) -> tuple[Row, ...]:
        """What may or may not change, worst first."""
        return self.rows(Effect.CANNOT_TELL)

    def rows(self, wanted: Effect) -> tuple[Row, ...]:
        """The repositories of one effect, worst first."""
        if wanted not in self._rows:
            self._rows[wanted] = tuple(self._row(place) for place in self._places(wanted))
        return self._rows[wanted]

    def _cells(self) -> Iterator[tuple[_Cell, int]]:
        """Every cell with repositories in it, and how many."""
        groups = self.groups
        was, now = groups.listed(self.before.allowlist), groups.listed(self.after.allowlist)
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

    def _effect(self, cell: _Cell) -> Effect:
        image = self.groups.kinds[cell.kind]
        was = bare(self.before, image, listed=cell.listed_before)
        now = bare(self.after, image, listed=cell.listed_after)
        return effect(image, self.groups.organization, was, now)

    def _places(self, wanted: Effect) -> list[int]:
        was = self.groups.listed(self.before.allowlist).places
        now = self.groups.listed(self.after.allowlist).places
        kinds = {cell.kind for cell, one in self._effects.items() if one is wanted}
        return sorted(
            place
            for kind in kinds
            for place in self.groups.by_kind[kind]
            if self._effects[_Cell(kind, place in was, place in now)] is wanted
        )

    def _row(self, place: int) -> Row:
        group, groups = self.groups.all[place], self.groups
        image = groups.kinds[group.kind]
        was, now = (
            ruling(image, groups.organization, bare(policy, image, listed=_lists(groups, policy, place)))
            for policy in (self.before, self.after)
        )
        return Row(group, was, now)


def flips(groups: Groups, policy: Policy) -> dict[Setting, Impact]:
    """For every setting the impact of flipping it now; one that is unknown flips to on."""
    return {
        setting: Impact(groups, policy, policy.with_setting(setting, on=not policy.setting(setting)))
        for setting in Setting
    }


def _lists(groups: Groups, policy: Policy, place: int) -> bool:
    return place in groups.listed(policy.allowlist).places
