"""Badges that were looked up are kept with their date, asked for again in time, and give way to the hand."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from iam_tui.application.open_profile import StoreOpener
from iam_tui.core.catalog import BadgeSource, KnownBadge
from iam_tui.core.category import Badge
from iam_tui.stores.badge_lookup import BadgeLookup, LookupRules
from iam_tui.stores.errors import FileReadOnly, Refused, Unavailable
from iam_tui.stores.local import LocalAdmin, LocalFile, open_file
from iam_tui.stores.local.badges import known_badges
from iam_tui.stores.protocol import FirstOrganization, Profile, StoreKind
from tests.clock import FixedClock
from tests.stores.hub.acts import say, status
from tests.stores.hub.conftest import HubStores
from tests.stores.hub.exchange import Reply, reply
from tests.stores.hub.fake_hub import FakeHub

THE_DAY = date(2026, 3, 12)


@pytest.fixture
async def file(tmp_path: Path, clock: FixedClock) -> AsyncIterator[LocalFile]:
    """A local file of one's own."""
    made = open_file(tmp_path / "own.db", clock)
    yield made
    await made.close()


def has(hub: FakeHub, name: str, badge: str) -> None:
    """The namespace has this badge on Hub."""
    hub.always[f"GET /v2/orgs/{name}"] = say(reply({"orgname": name, "badge": badge}))


def live(badge: Badge, day: date = THE_DAY) -> KnownBadge:
    return KnownBadge(badge, day, BadgeSource.LIVE)


async def test_an_answer_is_kept_with_its_date(hub: FakeHub, file: LocalFile) -> None:
    has(hub, "grafana", "verified_publisher")
    found = await BadgeLookup(file, hub.url).look_up(["grafana", "library"])
    assert found.known == {"grafana": live(Badge.VERIFIED_PUBLISHER)}
    assert (found.missing, found.unanswered, found.error) == ([], [], None)
    assert await known_badges(file, hub.url) == found.known
    assert [request.path for request in hub.seen] == ["/v2/orgs/grafana/"]


async def test_it_is_asked_for_again_only_after_the_days(
    hub: FakeHub, file: LocalFile, clock: FixedClock
) -> None:
    lookup = BadgeLookup(file, hub.url, days=7)
    has(hub, "grafana", "verified_publisher")
    await lookup.look_up(["grafana"])
    has(hub, "grafana", "")
    clock.advance(days=6)
    assert (await lookup.look_up(["grafana"])).known == {"grafana": live(Badge.VERIFIED_PUBLISHER)}
    assert len(hub.seen) == 1
    clock.advance(days=1)
    assert (await lookup.look_up(["grafana"])).known == {"grafana": live(Badge.NONE, date(2026, 3, 19))}
    assert len(hub.seen) == 2


async def test_what_was_set_by_hand_is_neither_asked_for_nor_changed(hub: FakeHub, file: LocalFile) -> None:
    await LocalAdmin(file).set_badge("grafana", Badge.NONE)
    has(hub, "grafana", "verified_publisher")
    found = await BadgeLookup(file, hub.url, days=0).look_up(["grafana"])
    assert found.known == {"grafana": KnownBadge(Badge.NONE, THE_DAY, BadgeSource.HAND)}
    assert hub.connections == 0


async def test_the_hand_wins_over_an_answer_on_its_way_and_one_that_is_kept(
    hub: FakeHub, file: LocalFile
) -> None:
    has(hub, "grafana", "verified_publisher")
    lookup = BadgeLookup(file, hub.url, days=0)
    await lookup.look_up(["grafana"])

    async def meanwhile(*_: object) -> Reply:
        await LocalAdmin(file).set_badge("grafana", Badge.OPEN_SOURCE)
        return reply({"orgname": "grafana", "badge": ""})

    hub.next("GET /v2/orgs/grafana", meanwhile)
    found = await lookup.look_up(["grafana"])
    assert found.known == {"grafana": KnownBadge(Badge.OPEN_SOURCE, THE_DAY, BadgeSource.HAND)}
    assert len(hub.seen) == 2


async def test_a_name_that_is_gone_is_unknown_again(hub: FakeHub, file: LocalFile) -> None:
    has(hub, "grafana", "verified_publisher")
    lookup = BadgeLookup(file, hub.url, days=0)
    await lookup.look_up(["grafana"])
    hub.always["GET /v2/orgs/grafana"] = hub.always["GET /v2/users/grafana"] = status(404)
    found = await lookup.look_up(["grafana"])
    assert (found.known, found.missing) == ({}, ["grafana"])
    assert await known_badges(file, hub.url) == {}


async def test_without_an_answer_what_is_kept_still_counts(hub: FakeHub, file: LocalFile) -> None:
    has(hub, "grafana", "verified_publisher")
    lookup = BadgeLookup(file, hub.url, days=0)
    await lookup.look_up(["grafana"])
    await hub.stop()
    found = await lookup.look_up(["grafana", "tiny"])
    assert found.known == {"grafana": live(Badge.VERIFIED_PUBLISHER)}
    assert found.unanswered == ["grafana", "tiny"]
    assert isinstance(found.error, Unavailable)


async def test_one_origin_knows_nothing_of_what_another_answered(
    hub: FakeHub, file: LocalFile, clock: FixedClock
) -> None:
    """A server on this machine can say anything; that is no answer of Docker Hub's."""
    has(hub, "grafana", "verified_publisher")
    await BadgeLookup(file, hub.url).look_up(["grafana"])
    assert await known_badges(file, "https://hub.docker.com") == {}
    other = FakeHub(clock)
    await other.start()
    has(other, "grafana", "")
    assert (await BadgeLookup(file, other.url).look_up(["grafana"])).known == {"grafana": live(Badge.NONE)}
    await other.stop()
    assert len(other.seen) == 1


async def test_what_cannot_be_kept_counts_this_once(hub: FakeHub, file: LocalFile) -> None:
    has(hub, "grafana", "verified_publisher")
    await file.open()
    await file.read(lambda database: database.execute("PRAGMA query_only = ON"))
    found = await BadgeLookup(file, hub.url).look_up(["grafana"])
    assert found.known == {"grafana": live(Badge.VERIFIED_PUBLISHER)}
    assert isinstance(found.error, FileReadOnly)
    assert await known_badges(file, hub.url) == {}


async def test_the_demo_never_connects(hub: FakeHub, demo_file: Path, clock: FixedClock) -> None:
    file = open_file(demo_file, clock)
    with pytest.raises(Refused, match="demo"):
        await BadgeLookup(file, hub.url).look_up(["grafana", "unheard-of"])
    await file.close()
    assert hub.connections == 0


async def test_a_hub_store_knows_what_was_looked_up_at_its_origin(
    hub: FakeHub, hub_stores: HubStores
) -> None:
    has(hub, "grafana", "verified_publisher")
    store = await hub_stores.open()
    file = open_file(hub_stores.path, hub_stores.clock)
    await BadgeLookup(file, hub.url).look_up(["grafana"])
    await BadgeLookup(file, "http://127.0.0.1:1").look_up(["tiny"])
    await file.close()
    assert await store.badges() == {"grafana": live(Badge.VERIFIED_PUBLISHER)}
    asked = hub.calls("GET /v2/orgs/grafana")
    assert ["authorization" in request.headers for request in asked] == [False]


@pytest.mark.parametrize("is_allowed", [False, True])
async def test_a_local_profile_looks_up_only_where_the_settings_allow_it(
    tmp_path: Path, clock: FixedClock, *, is_allowed: bool
) -> None:
    profile = Profile("local", StoreKind.LOCAL, tmp_path / "w.db", "olivia")
    opener = StoreOpener([profile], clock, lookups=LookupRules(local=is_allowed))
    made = await opener.create(profile, FirstOrganization("acme", "olivia"))
    await made.store.close()
    opened = await opener.open(profile)
    await opened.store.close()
    assert (made.lookup is not None, opened.lookup is not None) == (is_allowed, is_allowed)
    assert opened.lookup is None or opened.lookup.where == "https://hub.docker.com"
    demo = await opener.open(Profile("demo", StoreKind.DEMO))
    await demo.store.close()
    opener.close()
    assert demo.lookup is None
