"""An inventory by repository, classified once: what every impact is counted on."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from iam_tui.core.catalog import Catalog
from iam_tui.core.category import Category
from iam_tui.core.organization import Organization
from iam_tui.core.policy import Allowlist
from iam_tui.core.reference import HUB, ImageReference
from iam_tui.core.rules import Categories, Image
from iam_tui.core.usage import Inventory, Pulls, Status, Usage

_ALLOWLISTS_AT_HAND = 4


class RepositoryGroup(NamedTuple):
    """One repository that is used: where, by whom, how often.

    `category` is None where it is not known, or the repository is not on Docker Hub. `usages` are the places
    that name it, RESOLVED and DOUBTFUL, reached or not. `people` are the Docker IDs that pulled it, with
    whatever token, and `tokens` the names of tokens that were not made at sign-in (usually CI, facts 7);
    both sorted. `pulls` is how often they did, `last_pull` when last; owners' pulls count nowhere here.
    """

    registry: str
    repository: str
    category: Category | None
    kind: int
    """Which of `Groups.kinds` it is of."""
    usages: tuple[Usage, ...] = ()
    people: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    pulls: int = 0
    last_pull: datetime | None = None

    @property
    def reference(self) -> ImageReference:
        """The repository as a reference without tag or digest."""
        return ImageReference(self.registry, self.repository)


class ListedImages(NamedTuple):
    """The groups on an allowlist, by their place in `Groups.all`, and how many there are of each kind."""

    places: frozenset[int]
    kinds: Counter[int]


class Pullers(NamedTuple):
    """Who pulls some repositories: of how many of them each, and of how many anything was downloaded."""

    pulled: int
    people: Mapping[str, int]
    tokens: Mapping[str, int]

    @classmethod
    def of(cls, groups: Iterable[RepositoryGroup]) -> "Pullers":
        """The pullers of these groups."""
        pulled, people, tokens = 0, Counter[str](), Counter[str]()
        for group in groups:
            pulled += group.pulls > 0
            people.update(group.people)
            tokens.update(group.tokens)
        return cls(pulled, people, tokens)

    def less(self, part: "Pullers") -> "Pullers":
        """Without the pullers of some of the repositories."""
        return Pullers(
            self.pulled - part.pulled,
            _less(self.people, part.people),
            _less(self.tokens, part.tokens),
        )


class UsageIndex:
    """The repositories of an inventory, classified for one organization; nothing in it changes.

    `all` is worst first: by people, then pulls, then usages. `kinds` has an example of each kind of image
    there is; all images of a kind are judged alike but for the allowlist. `by_kind` has the places in `all`
    of each kind, `pullers` who pulls them. UNRESOLVED usages are in
    `unresolved` and in no group. BUILT ones are no pulls: `built` counts them. Pulls by `owners` (their
    Docker IDs) are set apart, since owners are never restricted: `owner_pulls` counts them, and
    `owners_only` the repositories that nothing and nobody else uses, which are in no group either.
    """

    def __init__(
        self,
        inventory: Inventory,
        catalog: Catalog,
        organization: Organization,
        owners: Collection[str] = frozenset(),
    ) -> None:
        gathered: dict[tuple[str, str], _Gathered] = {}
        self.organization = organization
        self.unresolved: tuple[Usage, ...]
        self.unresolved, self.built = _gather_usages(inventory.usages, gathered)
        self.owner_pulls, self.owners_only = _gather_pulls(inventory.pulls, gathered, owners)
        kinds = _Kinds(catalog, organization)
        groups = [kinds.group(*name, one) for name, one in gathered.items()]
        groups.sort(key=_worst_first)
        self.all: tuple[RepositoryGroup, ...] = tuple(groups)
        self.kinds: tuple[Image, ...] = tuple(kinds.examples)
        self.by_kind: tuple[list[int], ...] = tuple([] for _ in self.kinds)
        self._places: dict[str, int] = {}
        self._listed: list[tuple[Allowlist | None, ListedImages]] = []
        for place, group in enumerate(self.all):
            self.by_kind[group.kind].append(place)
            if group.registry == HUB:
                self._places[group.repository] = place
        self.pullers = tuple(Pullers.of(self.all[place] for place in places) for places in self.by_kind)

    def find(self, repository: str) -> RepositoryGroup | None:
        """The group of a Docker Hub repository (`library/nginx`); None if nothing uses it."""
        place = self._places.get(repository)
        return None if place is None else self.all[place]

    def listed(self, allowlist: Allowlist | None) -> ListedImages:
        """The groups on an allowlist; an unknown one has none. The last few are at hand, by identity."""
        for known, listed in self._listed:
            if known is allowlist:
                return listed
        places = self._places
        found = frozenset(places[entry[0]] for entry in allowlist or () if entry[0] in places)
        listed = ListedImages(found, self.count_kinds(found))
        self._listed = [(allowlist, listed), *self._listed[: _ALLOWLISTS_AT_HAND - 1]]
        return listed

    def count_kinds(self, places: Iterable[int]) -> Counter[int]:
        """How many of these groups there are of each kind."""
        return Counter(self.all[place].kind for place in places)


class _Gathered:
    """What is known of one repository so far."""

    __slots__ = ("last_pull", "people", "pulls", "tokens", "usages")

    def __init__(self) -> None:
        self.usages: list[Usage] = []
        self.people: set[str] = set()
        self.tokens: set[str] = set()
        self.pulls = 0
        self.last_pull: datetime | None = None

    def add(self, pulls: Pulls) -> None:
        """Add pulls by somebody who is not an owner."""
        if pulls.user:
            self.people.add(pulls.user)
        if pulls.token:
            self.tokens.add(pulls.token)
        self.pulls += pulls.pulls
        if pulls.last_pull and (self.last_pull is None or pulls.last_pull > self.last_pull):
            self.last_pull = pulls.last_pull


class _Kinds:
    """The kinds of image met so far, each with its first example."""

    def __init__(self, catalog: Catalog, organization: Organization) -> None:
        self._catalog = catalog
        self._organization = organization
        self._numbers: dict[tuple[bool, bool, Categories], int] = {}
        self.examples: list[Image] = []

    def group(self, registry: str, repository: str, one: _Gathered) -> RepositoryGroup:
        """The group of what was gathered of a repository."""
        image = self._catalog.image(ImageReference(registry, repository))
        key = (image.reference.on_hub, image.is_own(self._organization), image.categories)
        kind = self._numbers.setdefault(key, len(self.examples))
        if kind == len(self.examples):
            self.examples.append(image)
        return RepositoryGroup(
            registry, repository, image.category_in(self._organization), kind, tuple(one.usages),
            tuple(sorted(one.people)), tuple(sorted(one.tokens)), one.pulls, one.last_pull,
        )  # fmt: skip


def _gather_usages(
    usages: Iterable[Usage], gathered: dict[tuple[str, str], _Gathered]
) -> tuple[tuple[Usage, ...], int]:
    """Sort usages to their repositories; those that are unresolved, and how many are built."""
    unresolved, built = [], 0
    for usage in usages:
        reference = usage.reference
        if usage.status is Status.BUILT:
            built += 1
        elif reference is None:
            unresolved.append(usage)
        else:
            name = reference[:2]
            if name not in gathered:
                gathered[name] = _Gathered()
            gathered[name].usages.append(usage)
    return tuple(unresolved), built


def _gather_pulls(
    rows: Iterable[Pulls], gathered: dict[tuple[str, str], _Gathered], owners: Collection[str]
) -> tuple[int, int]:
    """Sort pulls to their repositories; how many are by owners, and of how many repositories only those."""
    exempt = frozenset(owner.lower() for owner in owners)
    by_owners, theirs = 0, set()
    for row in rows:
        name = (HUB, row.repository)
        if row.user.lower() in exempt:
            by_owners += row.pulls
            theirs.add(name)
            continue
        if name not in gathered:
            gathered[name] = _Gathered()
        gathered[name].add(row)
    return by_owners, len(theirs - gathered.keys())


def _worst_first(group: RepositoryGroup) -> tuple[int, int, int, str, str]:
    return -len(group.people), -group.pulls, -len(group.usages), group.repository, group.registry


def _less(all_of: Mapping[str, int], part: Mapping[str, int]) -> Mapping[str, int]:
    return {name: count for name, count in all_of.items() if count > part.get(name, 0)}
