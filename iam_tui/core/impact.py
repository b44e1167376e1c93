"""What differs for the images in use between two policies, for a member who is not an owner."""

from collections import Counter
from collections.abc import Iterator
from heapq import merge
from itertools import islice
from typing import NamedTuple

from iam_tui.core.decision_rules import Ruling
from iam_tui.core.impact_effect import Effect, effect, policy_for_image, ruling
from iam_tui.core.policy import Policy, Setting
from iam_tui.core.usage_index import PullerCounts, RepositoryGroup, UsageIndex


class ImpactCounts(NamedTuple):
    """How many repositories have each effect, and how many places name an image that could not be resolved.

    A repository counts once, however many places and tags name it. It counts if a RESOLVED or DOUBTFUL usage
    names it, or a person who is not an owner pulled it; BUILT usages are not pulls.
    """

    stops: int
    may_stop: int
    starts: int
    may_start: int
    same: int
    not_covered: int
    unresolved: int

    def of(self, effect: Effect) -> int:
        """How many repositories have this effect."""
        count: int = getattr(self, effect.value)
        return count

    @property
    def repositories(self) -> int:
        """All repositories in use."""
        return sum(self[:-1])

    @property
    def is_all_clear(self) -> bool:
        """Whether it is known that nothing in use stops: some image is in use, and nothing is uncertain."""
        return bool(self.repositories) and not (self.stops or self.may_stop or self.unresolved)


class ImpactRow(NamedTuple):
    """One repository with the rulings on it, for a member, before and after."""

    group: RepositoryGroup
    before: Ruling
    after: Ruling


class Pullers(NamedTuple):
    """Who pulls some repositories: the people and tokens, and how many of the repositories they downloaded.

    People who only checked for a new version are included: they would be refused too.
    """

    pulled: int
    people: frozenset[str]
    tokens: frozenset[str]


class _Bucket(NamedTuple):
    """The repositories of one image kind, on or off the allowlist before and after. They share one effect."""

    image_kind: int
    listed_before: bool
    listed_after: bool


class _BucketEffect(NamedTuple):
    effect: Effect
    before: Ruling
    after: Ruling


class Impact:
    """What differs between two policies for the repositories of a `UsageIndex`.

    Old sign-ins are ignored: each policy is judged for a member who signed in under it. Owners' pulls are
    left out (see `UsageIndex`). Counting takes time that grows with image kinds and allowlist entries, not
    with usages or repositories. The rows are made when they are asked for.
    """

    def __init__(self, usage_index: UsageIndex, before: Policy, after: Policy) -> None:
        self.usage_index = usage_index
        self.before = before
        self.after = after
        self._listed_before = usage_index.listed(before.allowlist)
        self._listed_after = usage_index.listed(after.allowlist)
        self._effects: dict[_Bucket, _BucketEffect] = {}
        sizes = Counter[Effect]()
        for bucket, size in self._buckets():
            found = self._effects[bucket] = self._effect(bucket)
            sizes[found.effect] += size
        self.counts = ImpactCounts(
            **{one.value: sizes[one] for one in Effect}, unresolved=len(usage_index.unresolved)
        )
        self._rows: dict[Effect, tuple[ImpactRow, ...]] = {}

    def rows(self, wanted: Effect) -> tuple[ImpactRow, ...]:
        """The repositories with one effect, the most used first."""
        if wanted not in self._rows:
            indexes = sorted(
                index for bucket in self._buckets_with(wanted) for index in self._indexes(bucket)
            )
            self._rows[wanted] = tuple(self._row(index) for index in indexes)
        return self._rows[wanted]

    def worst(self, wanted: Effect, most: int) -> tuple[ImpactRow, ...]:
        """The first `most` rows with one effect, without making the others."""
        indexes = (self._indexes(bucket) for bucket in self._buckets_with(wanted))
        return tuple(self._row(index) for index in islice(merge(*indexes), most))

    def pullers(self, wanted: Effect = Effect.STOPS) -> Pullers:
        """Who pulls the repositories with one effect; the time grows with people, not with repositories."""
        pulled, people, tokens = 0, set[str](), set[str]()
        for bucket in self._buckets_with(wanted):
            counts = self._puller_counts(bucket)
            pulled += counts.pulled
            people |= counts.people.keys()
            tokens |= counts.tokens.keys()
        return Pullers(pulled, frozenset(people), frozenset(tokens))

    def _buckets(self) -> Iterator[tuple[_Bucket, int]]:
        """Every bucket with repositories in it, and how many."""
        index, before, after = self.usage_index, self._listed_before, self._listed_after
        if before is after:
            listed = {(True, True): before.per_kind}
        else:
            listed = {
                (True, True): index.count_kinds(before.indexes & after.indexes),
                (True, False): index.count_kinds(before.indexes - after.indexes),
                (False, True): index.count_kinds(after.indexes - before.indexes),
            }
        for kind, indexes in enumerate(index.indexes_by_kind):
            unlisted = len(indexes)
            for on, per_kind in listed.items():
                unlisted -= per_kind[kind]
                if per_kind[kind]:
                    yield _Bucket(kind, *on), per_kind[kind]
            if unlisted:
                yield _Bucket(kind, listed_before=False, listed_after=False), unlisted

    def _effect(self, bucket: _Bucket) -> _BucketEffect:
        image, organization = self.usage_index.image_kinds[bucket.image_kind], self.usage_index.organization
        before = policy_for_image(self.before, image, listed=bucket.listed_before)
        after = policy_for_image(self.after, image, listed=bucket.listed_after)
        return _BucketEffect(
            effect(image, organization, before, after),
            ruling(image, organization, before),
            ruling(image, organization, after),
        )

    def _buckets_with(self, wanted: Effect) -> list[_Bucket]:
        return [bucket for bucket, found in self._effects.items() if found.effect is wanted]

    def _indexes(self, bucket: _Bucket) -> Iterator[int]:
        """The repositories in a bucket, as indexes into `UsageIndex.groups`, in its order."""
        index, before, after = self.usage_index, self._listed_before.indexes, self._listed_after.indexes
        if not (bucket.listed_before or bucket.listed_after):
            of_kind = index.indexes_by_kind[bucket.image_kind]
            return (one for one in of_kind if one not in before and one not in after)
        on = {(True, True): before & after, (True, False): before - after, (False, True): after - before}
        listed = sorted(on[bucket.listed_before, bucket.listed_after])
        return (one for one in listed if index.groups[one].image_kind == bucket.image_kind)

    def _row(self, index: int) -> ImpactRow:
        group = self.usage_index.groups[index]
        bucket = _Bucket(
            group.image_kind, index in self._listed_before.indexes, index in self._listed_after.indexes
        )
        found = self._effects[bucket]
        return ImpactRow(group, found.before, found.after)

    def _puller_counts(self, bucket: _Bucket) -> PullerCounts:
        index, kind = self.usage_index, bucket.image_kind
        if bucket.listed_before or bucket.listed_after:
            return PullerCounts.of(index.groups[one] for one in self._indexes(bucket))
        listed = (index.groups[one] for one in self._listed_before.indexes | self._listed_after.indexes)
        return index.pullers[kind].without(PullerCounts.of(one for one in listed if one.image_kind == kind))


def flips(usage_index: UsageIndex, policy: Policy) -> dict[Setting, Impact]:
    """For every setting the impact of flipping it; an unknown one flips to on."""
    return {
        setting: Impact(usage_index, policy, policy.with_setting(setting, on=not policy.setting(setting)))
        for setting in Setting
    }
