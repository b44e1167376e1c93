"""What is read from an honest Hub: organizations, roles, people, settings, events."""

import asyncio
from datetime import UTC, datetime

import pytest

from iam_tui.core.organization import Member, Organization, Plan, Role
from iam_tui.core.policy import Origin, Policy
from iam_tui.stores.errors import Forbidden, NotFound
from iam_tui.stores.hub import RequestLimits
from iam_tui.stores.protocol import AuditEvent, Capabilities
from tests.stores.hub.acts import first, say, status
from tests.stores.hub.conftest import Hand
from tests.stores.hub.exchange import reply
from tests.stores.hub.fake_hub import FakeHub, Settings

FROM_HUB = Policy(community=None, allowlist_enabled=None, allowlist=None)


async def test_an_organization_is_as_hub_tells_it(hand: Hand) -> None:
    """What Hub does not tell is unknown; the first revision seen is nobody's."""
    store = await hand.open()
    state = await store.organization_state("acme")
    founded = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert state.organization == Organization("acme", Plan.BUSINESS, False, "Acme [b]", founded)
    assert (state.role, state.as_of, state.by_hand, state.error) == (Role.OWNER, None, None, None)
    revision = state.revision
    assert (revision.number, revision.policy, revision.author) == (1, FROM_HUB, "")
    assert revision.origin is Origin.DRIFT
    assert store.capabilities == Capabilities(community=False, allowlist=False)


async def test_every_page_of_organizations_is_read(hand: Hand, hub: FakeHub) -> None:
    """As many at a time as are allowed, over few connections; none twice, none missing."""
    names = [f"org-{number:03}" for number in range(250)]
    hub.people |= {name: {"olivia": "Member"} for name in names}
    hub.settings |= {name: Settings() for name in names}
    store = await hand.open(limits=RequestLimits(parallel=4))
    batches = [batch async for batch in store.organizations()]
    found = [state.organization.name for batch in batches for state in batch]
    assert sorted(found) == ["acme", *names, "team"]
    assert all(batch == sorted(batch, key=lambda state: state.organization.name) for batch in batches)
    assert len(hub.calls("GET /v2/user/orgs")) == 3
    assert hub.connections <= 4


async def test_rows_come_as_each_organization_answers(hand: Hand, hub: FakeHub) -> None:
    """One that is slow holds up no other."""
    store = await hand.open()
    released = asyncio.Event()

    async def slow(*_: object) -> None:
        await released.wait()

    hub.next("GET /v2/orgs/acme/settings", slow)
    arrived: list[str] = []
    async for batch in store.organizations():
        arrived += [state.organization.name for state in batch]
        released.set()
    assert arrived == ["team", "acme"]


@pytest.mark.parametrize(
    ("user", "role"), [("olivia", Role.OWNER), ("eddy", Role.EDITOR), ("max", Role.MEMBER)]
)
async def test_your_role_is_that_of_the_members_list(hand: Hand, user: str, role: Role) -> None:
    store = await hand.open(user)
    assert (await store.organization_state("acme")).role is role


async def test_someone_with_your_name_in_theirs_is_not_you(hand: Hand, hub: FakeHub) -> None:
    """The search finds parts of names, and may take more than one page."""
    hub.people["acme"] = {"max-power": "Owner", "supermax": "Owner", **hub.people["acme"]}
    hub.page = 1
    assert (await (await hand.open("max")).organization_state("acme")).role is Role.MEMBER


@pytest.mark.parametrize(("user", "role"), [("olivia", Role.OWNER), ("max", Role.MEMBER)])
async def test_without_the_members_list_your_teams_tell(
    hand: Hand, hub: FakeHub, user: str, role: Role
) -> None:
    """Being in `owners` is being an owner (facts 4)."""
    hub.next("GET /v2/orgs/acme/members", status(403))
    assert (await (await hand.open(user)).organization_state("acme")).role is role


async def test_whose_role_nobody_tells_counts_as_a_member(hand: Hand, hub: FakeHub) -> None:
    hub.next("GET /v2/orgs/acme/members", status(403))
    hub.next("GET /v2/orgs/acme/groups", status(403))
    assert (await (await hand.open("olivia")).organization_state("acme")).role is Role.MEMBER


async def test_people_are_paged_and_those_only_invited_left_out(hand: Hand, hub: FakeHub) -> None:
    hub.page = 2
    store = await hand.open("max")
    people = await store.members("acme")
    assert people == [
        Member("eddy", Role.EDITOR),
        Member("max", Role.MEMBER),
        Member("olivia", Role.OWNER),
        Member("omar", Role.OWNER),
    ]
    assert [member.user for member in await store.members("acme", Role.OWNER)] == ["olivia", "omar"]
    with pytest.raises(NotFound, match="ivy is not in acme"):
        await store.member("acme", "ivy")


async def test_a_page_may_stand_in_an_array(hand: Hand, hub: FakeHub) -> None:
    """The API's document says so, though no server does (facts 4)."""
    row = {"username": "olivia", "role": "Owner"}
    page = {"count": 1, "next": None, "previous": None, "results": [row]}
    hub.next("GET /v2/orgs/acme/members", say(reply([page])))
    assert await (await hand.open()).members("acme") == [Member("olivia", Role.OWNER)]


async def test_who_may_not_read_the_settings_is_told_whom_to_ask(hand: Hand, hub: FakeHub) -> None:
    """In the picker the row stays, with its trouble; nothing is invented for it."""
    act = status(403, "You may not")
    hub.always["GET /v2/orgs/acme/settings"] = act
    store = await hand.open("max")
    with pytest.raises(Forbidden, match="does not permit reading the settings of acme: You may not") as error:
        await store.organization_state("acme")
    assert error.value.advice == "Ask an owner: olivia, omar."
    (row,) = [state async for batch in store.organizations() for state in batch]
    assert (row.organization.name, row.revision.number) == ("acme", 0)
    assert isinstance(row.error, Forbidden)


async def test_an_organization_that_is_gone_meanwhile_is_left_out(hand: Hand, hub: FakeHub) -> None:
    store = await hand.open()
    hub.next("GET /v2/orgs/acme/members", first(lambda: hub.people.pop("acme")))
    names = [state.organization.name async for batch in store.organizations() for state in batch]
    assert names == ["team"]


async def test_events_of_the_audit_log(hand: Hand, hub: FakeHub) -> None:
    store = await hand.open()
    at = datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert await store.events("acme", since=at) == [
        AuditEvent(at, "org.settings.update", "omar", "Organization Settings Updated")
    ]
    assert hub.seen[-1].query == {"page": "1", "page_size": "100", "from": "2026-03-01T10:00:00+00:00"}


@pytest.mark.parametrize("name", ["a/../acme", "..", "acme?x=1", "acme/settings", "", "acme%2f", "\ud800"])
async def test_a_name_that_could_lead_elsewhere_is_not_sent(hand: Hand, hub: FakeHub, name: str) -> None:
    store = await hand.open()
    sent = len(hub.seen)
    for asked in (
        store.organization_state(name),
        store.members(name),
        store.events(name),
        store.revisions(name),
    ):
        with pytest.raises(NotFound, match="There is no organization"):
            await asked
    assert len(hub.seen) == sent
