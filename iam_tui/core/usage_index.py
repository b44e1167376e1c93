"""An inventory by repository, classified once, so that an impact is counted quickly."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from iam_tui.core.catalog import Catalog
from iam_tui.core.category import Category
from iam_tui.core.decision_rules import Categories, ClassifiedImage
from iam_tui.core.organization import Organization
from iam_tui.core.policy import Allowlist
from iam_tui.core.reference import HUB, ImageReference
from iam_tui.core.usage import Inventory, Pulls, Status, Usage

_ALLOWLISTS_KEPT = 4


class RepositoryGroup(NamedTuple):
    """One repository in use: the places that name it, and who pulled it how often.

    `category` is None if it is unknown or the repository is not on Docker Hub. `usages` are the RESOLVED and
    DOUBTFUL places that name it, reached or not. `people` are the Docker IDs that pulled it, and `tokens` the
    names of the access tokens that they used, usually in CI; both are sorted. `pulls` counts their pulls, and
    `last_pull` is the time of the last one. Owners' pulls are not included.
    """

    registry: str
    repository: str
    category: Category | None
    image_kind: int
    """Its index in `UsageIndex.image_kinds`."""
    usages: tuple[Usage, ...] = ()
    people: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    pulls: int = 0
    last_pull: datetime | None = None

    @property
    def reference(self) -> ImageReference:
        """The repository as a reference without tag or digest."""
        return ImageReference(self.registry, self.repository)


class AllowlistedGroups(NamedTuple):
    """The groups on an allowlist, as indexes into `UsageIndex.groups`, and how many of each image kind."""

    indexes: frozenset[int]
    per_kind: Counter[int]


class PullerCounts(NamedTuple):
    """Who pulls some repositories: how many of them by each person and token, how many with a download."""

    pulled: int
    people: Mapping[str, int]
    tokens: Mapping[str, int]

    @classmethod
    def of(cls, groups: Iterable[RepositoryGroup]) -> "PullerCounts":
        """Count the pullers of these groups."""
        pulled, people, tokens = 0, Counter[str](), Counter[str]()
        for group in groups:
            pulled += group.pulls > 0
            people.update(group.people)
            tokens.update(group.tokens)
        return cls(pulled, people, tokens)

    def without(self, part: "PullerCounts") -> "PullerCounts":
        """The counts without those of a part of the repositories."""
        return PullerCounts(
            self.pulled - part.pulled,
            _without(self.people, part.people),
            _without(self.tokens, part.tokens),
        )


class UsageIndex:
    """The repositories of an inventory, classified for one organization; an index never changes.

    - `groups` has the repositories, the most used first: by people, then pulls, then usages.
    - `image_kinds` has one example of each kind of image. Images of one kind (on Docker Hub or not, the
      organization's own or not, the same possible categories) get the same ruling, apart from the allowlist.
    - `indexes_by_kind` has, for each kind, the indexes of its repositories in `groups`, and `pullers` who
      pulls them.
    - `unresolved` has the UNRESOLVED usages, which are in no group, and `built` counts the BUILT ones, which
      are not pulls.
    - Pulls by `owners` (Docker IDs) are left out, since owners are never restricted: `owner_pulls` counts
      them, and `owners_only` the repositories that are in no group because only owners pull them.
    """

    def __init__(
        self,
        inventory: Inventory,
        catalog: Catalog,
        organization: Organization,
        owners: Collection[str] = frozenset(),
    ) -> None:
        found: dict[tuple[str, str], _FoundUses] = {}
        self.organization = organization
        self.unresolved: tuple[Usage, ...]
        self.unresolved, self.built = _sort_usages(inventory.usages, found)
        self.owner_pulls, self.owners_only = _sort_pulls(inventory.pulls, found, owners)
        kinds = _ImageKinds(catalog, organization)
        groups = [kinds.group(*name, uses) for name, uses in found.items()]
        groups.sort(key=_most_used_first)
        self.groups: tuple[RepositoryGroup, ...] = tuple(groups)
        self.image_kinds: tuple[ClassifiedImage, ...] = tuple(kinds.examples)
        self.indexes_by_kind: tuple[list[int], ...] = tuple([] for _ in self.image_kinds)
        self._index_on_hub: dict[str, int] = {}
        self._kept: list[tuple[Allowlist | None, AllowlistedGroups]] = []
        for index, group in enumerate(self.groups):
            self.indexes_by_kind[group.image_kind].append(index)
            if group.registry == HUB:
                self._index_on_hub[group.repository] = index
        self.pullers = tuple(
            PullerCounts.of(self.groups[index] for index in indexes) for indexes in self.indexes_by_kind
        )

    def find(self, repository: str) -> RepositoryGroup | None:
        """The group of a Docker Hub repository (`library/nginx`); None if it is not in use."""
        index = self._index_on_hub.get(repository)
        return None if index is None else self.groups[index]

    def listed(self, allowlist: Allowlist | None) -> AllowlistedGroups:
        """The groups on an allowlist; none for an unknown one. The last few answers are kept, by identity."""
        for known, listed in self._kept:
            if known is allowlist:
                return listed
        on_hub = self._index_on_hub
        indexes = frozenset(on_hub[entry[0]] for entry in allowlist or () if entry[0] in on_hub)
        listed = AllowlistedGroups(indexes, self.count_kinds(indexes))
        self._kept = [(allowlist, listed), *self._kept[: _ALLOWLISTS_KEPT - 1]]
        return listed

    def count_kinds(self, indexes: Iterable[int]) -> Counter[int]:
        """How many of these groups are of each image kind."""
        return Counter(self.groups[index].image_kind for index in indexes)


class _FoundUses:
    """What has been found about one repository so far."""

    __slots__ = ("last_pull", "people", "pulls", "tokens", "usages")

    def __init__(self) -> None:
        self.usages: list[Usage] = []
        self.people: set[str] = set()
        self.tokens: set[str] = set()
        self.pulls = 0
        self.last_pull: datetime | None = None

    def add(self, pulls: Pulls) -> None:
        """Add the pulls of a person who is not an owner."""
        if pulls.user:
            self.people.add(pulls.user)
        if pulls.token:
            self.tokens.add(pulls.token)
        self.pulls += pulls.pulls
        if pulls.last_pull and (self.last_pull is None or pulls.last_pull > self.last_pull):
            self.last_pull = pulls.last_pull


class _ImageKinds:
    """The kinds of image seen so far, each with its first example."""

    def __init__(self, catalog: Catalog, organization: Organization) -> None:
        self._catalog = catalog
        self._organization = organization
        self._numbers: dict[tuple[bool, bool, Categories], int] = {}
        self.examples: list[ClassifiedImage] = []

    def group(self, registry: str, repository: str, uses: _FoundUses) -> RepositoryGroup:
        """The group of a repository, from what was found about it."""
        image = self._catalog.image(ImageReference(registry, repository))
        key = (image.reference.on_hub, image.is_own(self._organization), image.categories)
        kind = self._numbers.setdefault(key, len(self.examples))
        if kind == len(self.examples):
            self.examples.append(image)
        return RepositoryGroup(
            registry, repository, image.category_in(self._organization), kind, tuple(uses.usages),
            tuple(sorted(uses.people)), tuple(sorted(uses.tokens)), uses.pulls, uses.last_pull,
        )  # fmt: skip


def _sort_usages(
    usages: Iterable[Usage], found: dict[tuple[str, str], _FoundUses]
) -> tuple[tuple[Usage, ...], int]:
    """Add usages to their repositories; return the unresolved ones, and how many are built."""
    unresolved, built = [], 0
    for usage in usages:
        reference = usage.reference
        if usage.status is Status.BUILT:
            built += 1
        elif reference is None:
            unresolved.append(usage)
        else:
            name = reference[:2]
            if name not in found:
                found[name] = _FoundUses()
            found[name].usages.append(usage)
    return tuple(unresolved), built


def _sort_pulls(
    rows: Iterable[Pulls], found: dict[tuple[str, str], _FoundUses], owners: Collection[str]
) -> tuple[int, int]:
    """Add pulls to their repositories; return how many owners made, and of how many repositories alone."""
    exempt = frozenset(owner.lower() for owner in owners)
    by_owners, theirs = 0, set()
    for row in rows:
        name = (HUB, row.repository)
        if row.user.lower() in exempt:
            by_owners += row.pulls
            theirs.add(name)
            continue
        if name not in found:
            found[name] = _FoundUses()
        found[name].add(row)
    return by_owners, len(theirs - found.keys())


def _most_used_first(group: RepositoryGroup) -> tuple[int, int, int, str, str]:
    return -len(group.people), -group.pulls, -len(group.usages), group.repository, group.registry


def _without(all_of: Mapping[str, int], part: Mapping[str, int]) -> Mapping[str, int]:
    return {name: count for name, count in all_of.items() if count > part.get(name, 0)}
