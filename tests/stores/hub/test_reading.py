"""What is read from an honest Hub: organizations, roles, people, settings, events."""

import asyncio
from datetime import UTC, datetime

import pytest

from iam_tui.core.draft import Draft
from iam_tui.core.organization import UNKNOWN_ROLE, Member, Organization, Plan, Role
from iam_tui.core.policy import Origin, Policy, Setting
from iam_tui.stores.errors import Forbidden, NotFound, StoreError
from iam_tui.stores.hub import RequestLimits
from iam_tui.stores.protocol import AuditEvent, Capabilities
from tests.stores.hub.acts import first, say, status
from tests.stores.hub.conftest import HubStores
from tests.stores.hub.exchange import reply
from tests.stores.hub.fake_hub import FakeHub, Settings

FROM_HUB = Policy(community=None, allowlist_enabled=None, allowlist=None)


async def test_an_organization_is_as_hub_has_it(hub_stores: HubStores) -> None:
    """What Hub's API lacks is unknown; the first revision has no known author."""
    store = await hub_stores.open()
    state = await store.organization_state("acme")
    founded = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert state.organization == Organization("acme", Plan.BUSINESS, False, "Acme [b]", founded)
    assert (state.role, state.as_of, state.by_hand, state.error) == (Role.OWNER, None, None, None)
    revision = state.revision
    assert (revision.number, revision.policy, revision.author) == (1, FROM_HUB, "")
    assert revision.origin is Origin.DRIFT
    assert store.capabilities == Capabilities(community=False, allowlist=False)


async def test_every_page_of_organizations_is_read(hub_stores: HubStores, hub: FakeHub) -> None:
    """As many at a time as are allowed, over few connections; none twice, none missing."""
    names = [f"org-{number:03}" for number in range(250)]
    hub.people |= {name: {"olivia": "Member"} for name in names}
    hub.settings |= {name: Settings() for name in names}
    store = await hub_stores.open(limits=RequestLimits(parallel=4))
    batches = [batch async for batch in store.organizations()]
    found = [state.organization.name for batch in batches for state in batch]
    assert sorted(found) == ["acme", *names, "team"]
    assert all(batch == sorted(batch, key=lambda state: state.organization.name) for batch in batches)
    assert len(hub.calls("GET /v2/user/orgs")) == 3
    assert hub.connections <= 4


async def test_rows_come_as_each_organization_answers(hub_stores: HubStores, hub: FakeHub) -> None:
    """A slow one does not delay the others."""
    store = await hub_stores.open()
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
async def test_your_role_is_that_of_the_members_list(hub_stores: HubStores, user: str, role: Role) -> None:
    store = await hub_stores.open(user)
    assert (await store.organization_state("acme")).role is role


async def test_someone_with_your_name_in_theirs_is_not_you(hub_stores: HubStores, hub: FakeHub) -> None:
    """The search finds parts of names, and may take more than one page."""
    hub.people["acme"] = {"max-power": "Owner", "supermax": "Owner", **hub.people["acme"]}
    hub.page = 1
    assert (await (await hub_stores.open("max")).organization_state("acme")).role is Role.MEMBER


@pytest.mark.parametrize(("user", "role"), [("olivia", Role.OWNER), ("max", Role.MEMBER)])
async def test_without_the_members_list_your_teams_tell(
    hub_stores: HubStores, hub: FakeHub, user: str, role: Role
) -> None:
    """Members of the team `owners` are owners."""
    hub.next("GET /v2/orgs/acme/members", status(403))
    assert (await (await hub_stores.open(user)).organization_state("acme")).role is role


async def test_who_may_read_neither_members_nor_teams_counts_as_member(
    hub_stores: HubStores, hub: FakeHub
) -> None:
    hub.next("GET /v2/orgs/acme/members", status(403))
    hub.next("GET /v2/orgs/acme/groups", status(403))
    assert (await (await hub_stores.open("olivia")).organization_state("acme")).role is Role.MEMBER


async def test_people_are_paged_and_those_only_invited_left_out(hub_stores: HubStores, hub: FakeHub) -> None:
    hub.page = 2
    store = await hub_stores.open("max")
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


async def test_a_page_may_stand_in_an_array(hub_stores: HubStores, hub: FakeHub) -> None:
    """Docker's API reference says so, though no server does it."""
    row = {"username": "olivia", "role": "Owner"}
    page = {"count": 1, "next": None, "previous": None, "results": [row]}
    hub.next("GET /v2/orgs/acme/members", say(reply([page])))
    assert await (await hub_stores.open()).members("acme") == [Member("olivia", Role.OWNER)]


async def test_a_user_who_may_not_read_the_settings_learns_whom_to_ask(
    hub_stores: HubStores, hub: FakeHub
) -> None:
    """In the picker the row stays, with its error; nothing is invented for it."""
    act = status(403, "You may not")
    hub.always["GET /v2/orgs/acme/settings"] = act
    store = await hub_stores.open("max")
    with pytest.raises(Forbidden, match="does not permit reading the settings of acme: You may not") as error:
        await store.organization_state("acme")
    assert error.value.advice == "Ask an owner: olivia, omar."
    (row,) = [state async for batch in store.organizations() for state in batch]
    assert (row.organization.name, row.revision.number) == ("acme", 0)
    assert isinstance(row.error, Forbidden)


@pytest.mark.parametrize(("number", "kind"), [(403, Forbidden), (404, NotFound)])
@pytest.mark.parametrize("call", ["members", "settings"])
async def test_an_organization_that_is_listed_and_then_denied_is_a_row_with_the_reason(
    hub_stores: HubStores, hub: FakeHub, call: str, number: int, kind: type[StoreError]
) -> None:
    """What was known of one that is not found is no longer shown, and its history is not either."""
    store = await hub_stores.open()
    before = await store.organization_state("acme")
    store = await hub_stores.open()
    for denied in {call, "settings"}:
        hub.always[f"GET /v2/orgs/acme/{denied}"] = status(number, "Not here")
    rows = {state.organization.name: state async for batch in store.organizations() for state in batch}
    assert sorted(rows) == ["acme", "team"]
    error = rows["acme"].error
    assert isinstance(error, kind)
    assert not rows["acme"].is_current
    if number == 404:
        assert "is in the list of your organizations, but cannot be opened" in error.detail
        assert rows["acme"].revision.number == 0
        with pytest.raises(NotFound):
            await store.revisions("acme")
    else:
        assert rows["acme"].revision == before.revision


async def test_the_role_of_a_denied_organization_is_not_invented(hub_stores: HubStores, hub: FakeHub) -> None:
    store = await hub_stores.open()
    hub.next("GET /v2/orgs/acme/members", first(lambda: hub.people.pop("acme")))
    rows = {state.organization.name: state async for batch in store.organizations() for state in batch}
    assert rows["acme"].role == UNKNOWN_ROLE


async def test_a_custom_role_keeps_its_name_and_hub_decides_about_saving(
    hub_stores: HubStores, hub: FakeHub
) -> None:
    """It is in the memory, too; being no owner, it shows no pullers."""
    hub.people["acme"]["max"] = "Security Admin [x]"
    store = await hub_stores.open("max")
    state = await store.organization_state("acme")
    assert state.role == "Security Admin [x]"
    assert state.may_change
    assert (await store.member("acme", "max")).role == "Security Admin [x]"
    draft = Draft.of(state.revision)
    draft = draft.stage(draft.policy.with_setting(Setting.ENABLED, on=True))
    with pytest.raises(Forbidden, match="does not permit saving the settings of acme"):
        await store.save("acme", draft, note="", origin=Origin.CLI)
    hub.allowed_to_save.add("Security Admin [x]")
    assert (await store.save("acme", draft, note="", origin=Origin.CLI)).number == 2
    assert (await store.organization_state("acme")).role == "Security Admin [x]"
    await hub.stop()
    assert (await store.organization_state("acme")).role == "Security Admin [x]"


@pytest.mark.parametrize("role", ["EDITOR", "editor ", "Editor"])
async def test_a_role_of_dockers_is_known_in_any_case(hub_stores: HubStores, hub: FakeHub, role: str) -> None:
    hub.people["acme"]["max"] = role
    state = await (await hub_stores.open("max")).organization_state("acme")
    assert state.role is Role.EDITOR
    assert not state.may_change


@pytest.mark.parametrize("listed", [{"username": "max"}, {"username": "max", "role": None}, None])
async def test_a_role_that_hub_does_not_say_is_unknown(
    hub_stores: HubStores, hub: FakeHub, listed: dict[str, object] | None
) -> None:
    """A company owner may not be in the list at all."""
    rows = [{"username": "olivia", "role": "Owner"}, *([listed] if listed else [])]
    hub.always["GET /v2/orgs/acme/members"] = say(reply({"count": 1, "next": None, "results": rows}))
    state = await (await hub_stores.open("max")).organization_state("acme")
    assert state.role == UNKNOWN_ROLE
    assert state.may_change


@pytest.mark.parametrize(
    "row",
    [
        {"email": "new@example.com", "role": "Invitee"},
        {"username": None, "email": "new@example.com", "role": "Member"},
        {"username": "", "role": "Invitee"},
        {"username": None},
    ],
)
async def test_invitees_without_a_user_name_are_no_error(
    hub_stores: HubStores, hub: FakeHub, row: dict[str, object]
) -> None:
    rows = [row, {"username": "olivia", "role": "Owner"}]
    hub.always["GET /v2/orgs/acme/members"] = say(reply({"count": 2, "next": None, "results": rows}))
    store = await hub_stores.open()
    assert await store.members("acme") == [Member("olivia", Role.OWNER)]
    assert (await store.organization_state("acme")).role is Role.OWNER


async def test_events_of_the_audit_log(hub_stores: HubStores, hub: FakeHub) -> None:
    store = await hub_stores.open()
    at = datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert await store.events("acme", since=at) == [
        AuditEvent(at, "org.settings.update", "omar", "Organization Settings Updated")
    ]
    assert hub.seen[-1].query == {"page": "1", "page_size": "100", "from": "2026-03-01T10:00:00+00:00"}


@pytest.mark.parametrize("name", ["a/../acme", "..", "acme?x=1", "acme/settings", "", "acme%2f", "\ud800"])
async def test_a_name_that_could_lead_elsewhere_is_not_sent(
    hub_stores: HubStores, hub: FakeHub, name: str
) -> None:
    store = await hub_stores.open()
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
