"""What a switch costs with a large inventory behind it, and what the inventory weighs."""

import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Final, TypeVar

from iam_tui.core.catalog import BadgeSource, Catalog, KnownBadge
from iam_tui.core.category import Badge
from iam_tui.core.impact import Impact, flips
from iam_tui.core.impact_allowlist import smallest_allowlist
from iam_tui.core.impact_effect import Effect
from iam_tui.core.policy import AllowlistEntry, Policy, Setting
from iam_tui.core.reference import ImageReference
from iam_tui.core.usage import Inventory, Pulls, Usage
from iam_tui.core.usage_index import UsageIndex
from tests.benchmarks.corpus import ACME
from tests.benchmarks.figures import Effort, Figure, at_most, median, number, p95, seconds
from tests.benchmarks.sample_files import NOW

USAGES_OF_A_REPOSITORY: Final = 20
PEOPLE: Final = 2_000
ENTRIES: Final = 1_000
TODAY: Final = date(2026, 3, 12)
BADGES: Final = (None, Badge.VERIFIED_PUBLISHER, Badge.NONE, Badge.OPEN_SOURCE)
T = TypeVar("T")
ON: Final = Policy(enabled=True, allowlist_enabled=True)


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """Weight, then toggles, then what is only made when a screen asks for it."""
    del folder
    inventory, weight = weighed(lambda: inventory_of(effort.many))
    usages = len(inventory.usages)
    catalog = Catalog(known_badges(effort.many), today=TODAY)
    took = seconds(lambda: UsageIndex(inventory, catalog, ACME))
    groups, more = weighed(lambda: UsageIndex(inventory, catalog, ACME))
    what = f"{usages:,} usages of {len(groups.groups):,} repositories"
    beside = f"{number(more / usages)} of them by repository"
    yield Figure("memory of a usage", f"{number((weight + more) / usages)} bytes", beside)
    yield Figure("an inventory classified, once", f"{number(took)} s", what)
    yield from toggles(effort, groups, what)


def toggles(effort: Effort, groups: UsageIndex, what: str) -> Iterator[Figure]:
    """A switch flipped, an entry added, the lists, the smallest allowlist."""
    before = ON.allow([AllowlistEntry(group.repository) for group in groups.groups[:ENTRIES]])
    settings = list(islice(cycle(Setting), effort.presses))
    flipped = [_turn(groups, before, _flip(before, one)) for one in settings]
    added = [_turn(groups, before, _add(before, one)) for one in range(effort.presses)]
    for name, times in (("a switch flipped", flipped), ("an allowlist entry added", added)):
        yield Figure(f"{name}: all counts, median", f"{number(median(times) * 1e3)} ms", what)
        yield at_most(f"{name}: all counts, p95", p95(times) * 1e3, 16, "ms")
    off = Policy(enabled=True, official=False, verified_publisher=False)
    everything = Impact(groups, Policy(), off)
    rows = seconds(lambda: everything.rows(Effect.STOPS))
    count = f"{everything.counts.stops:,} rows"
    yield Figure("the list of what stops, when it is opened", f"{number(rows * 1e3)} ms", count)
    smallest = seconds(lambda: smallest_allowlist(everything))
    yield Figure("the smallest allowlist", f"{number(smallest * 1e3)} ms", count)


def inventory_of(usages: int) -> Inventory:
    """So many usages, in files of 50; and as many people as there are, each with ten repositories."""
    names = repositories(usages)
    texts = [name.familiar for name in names]
    files = [f"team{number // 100}/service{number}/Dockerfile" for number in range(usages // 50 + 1)]
    places = (
        Usage(
            files[place // 50], place % 50 + 1, "FROM", texts[place % len(names)], names[place % len(names)]
        )
        for place in range(usages)
    )
    pulls = (
        Pulls(name.repository, f"user{place % PEOPLE}", "", place % 90, NOW - timedelta(hours=place % 700))
        for place, name in enumerate(names * 5)
        if name.on_hub
    )
    return Inventory(tuple(places), tuple(pulls))


def repositories(usages: int) -> list[ImageReference]:
    """The repositories that so many usages name: official, of namespaces of every badge, elsewhere."""
    count = max(usages // USAGES_OF_A_REPOSITORY, 10)
    shapes = ("image{n}", "ns{n}/app", "ns{n}/tool", "acme/service{n}", "ghcr.io/acme/image{n}")
    return [ImageReference.parse(shapes[n % 5].format(n=n // 5)) for n in range(count)]


def known_badges(usages: int) -> dict[str, KnownBadge]:
    """What is known of three in four namespaces."""
    badges = islice(cycle(BADGES), usages // USAGES_OF_A_REPOSITORY)
    return {f"ns{n}": KnownBadge(one, TODAY, BadgeSource.HAND) for n, one in enumerate(badges) if one}


def weighed(make: Callable[[], T]) -> tuple[T, int]:
    """What is made, and how many bytes of it stay."""
    tracemalloc.start()
    try:
        made = make()
        return made, tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def _turn(groups: UsageIndex, before: Policy, after: Policy) -> float:
    """How long all takes that the screen shows after a key: the sentence, and each switch's counts."""

    def work() -> None:
        Impact(groups, before, after).pullers()
        flips(groups, after)

    return seconds(work)


def _flip(policy: Policy, setting: Setting) -> Policy:
    return policy.with_setting(setting, on=not policy.setting(setting))


def _add(policy: Policy, number: int) -> Policy:
    return policy.allow([AllowlistEntry(f"ns{number}/app")])
