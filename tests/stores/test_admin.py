"""Administering a local file: organizations, people, sign-ins and badges, and who may change them."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Final

import pytest
from sqlite_utils.db import Database

from iam_tui.core.catalog import BadgeSource, KnownBadge
from iam_tui.core.category import Badge
from iam_tui.core.draft import Draft
from iam_tui.core.errors import InvalidInput
from iam_tui.core.organization import DesktopSession, Member, Plan, Role
from iam_tui.core.policy import Origin, Policy
from iam_tui.stores.errors import Forbidden, NotFound, NotSignedIn, Refused
from iam_tui.stores.local import LocalAdmin
from iam_tui.stores.local.admin import create_organization
from tests.conftest import FixedClock
from tests.stores.conftest import LocalHarness

CHANGES: Final[dict[str, Callable[[LocalAdmin], Awaitable[None]]]] = {
    "plan": lambda admin: admin.set_plan("acme", Plan.TEAM),
    "enforce": lambda admin: admin.set_sign_in_enforced("acme", enforced=True),
    "add": lambda admin: admin.add_member("acme", "newcomer", Role.MEMBER),
    "add an impossible name": lambda admin: admin.add_member("acme", "NEW COMER", Role.MEMBER),
    "remove": lambda admin: admin.remove_member("acme", "omar"),
    "remove nobody": lambda admin: admin.remove_member("acme", "nobody"),
    "role": lambda admin: admin.set_role("acme", "max", Role.OWNER),
    "sign in": lambda admin: admin.sign_in("acme", "omar"),
    "sign out": lambda admin: admin.sign_out("acme", "omar"),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_only_owners_change_an_organization(local: LocalHarness, change: str) -> None:
    """An editor and a member are forbidden, an outsider finds nothing, a user is required."""
    before = [
        await local.store("olivia").organization_state("acme"),
        await local.store("olivia").members("acme"),
    ]
    for user, error in (("eddy", Forbidden), ("max", Forbidden), ("zoe", NotFound), (None, NotSignedIn)):
        with pytest.raises(error):
            await CHANGES[change](local.admin(user))
    assert [
        await local.store("olivia").organization_state("acme"),
        await local.store("olivia").members("acme"),
    ] == before


async def test_owners_change_plan_sign_in_and_people(local: LocalHarness) -> None:
    """What an owner changes is there for everyone."""
    admin = local.admin("omar")
    await admin.set_plan("acme", Plan.TEAM)
    await admin.set_sign_in_enforced("acme", enforced=True)
    await admin.add_member("acme", "nina", Role.EDITOR)
    await admin.set_role("acme", "max", Role.EDITOR)
    await admin.remove_member("acme", "eddy")
    organization = (await local.store("max").organization_state("acme")).organization
    assert (organization.plan, organization.sign_in_enforced) == (Plan.TEAM, True)
    people = {member.user: member.role for member in await local.store("max").members("acme")}
    assert people == {"max": Role.EDITOR, "nina": Role.EDITOR, "olivia": Role.OWNER, "omar": Role.OWNER}
    with pytest.raises(NotFound):
        await local.store("eddy").organization_state("acme")


async def test_the_last_owner_stays(local: LocalHarness) -> None:
    """Neither removed nor demoted, not even by themselves; made an owner again is fine."""
    admin = local.admin("olivia")
    await admin.set_role("acme", "omar", Role.MEMBER)
    for refused in (
        admin.remove_member("acme", "olivia"),
        admin.set_role("acme", "olivia", Role.EDITOR),
        admin.set_role("acme", "olivia", Role.MEMBER),
    ):
        with pytest.raises(Refused, match="last owner"):
            await refused
    await admin.set_role("acme", "olivia", Role.OWNER)
    assert [member.user for member in await local.store("max").members("acme", Role.OWNER)] == ["olivia"]


async def test_adding_someone_twice(local: LocalHarness) -> None:
    """In the same role it is fine; in another it is refused and points to the role."""
    await local.admin("olivia").add_member("acme", "max", Role.MEMBER)
    with pytest.raises(Refused, match="already in acme, as member"):
        await local.admin("olivia").add_member("acme", "max", Role.OWNER)


async def test_a_plan_turned_down_leaves_the_policy(local: LocalHarness) -> None:
    """It can be changed and switched off there, but not on again."""
    store = local.store("olivia")
    on = await _save(local, Policy(enabled=True))
    await local.admin("olivia").set_plan("acme", Plan.PERSONAL)
    assert (await store.organization_state("acme")).revision.policy.enabled
    await _save(local, Policy(enabled=True, official=False))
    await _save(local, Policy(official=False))
    with pytest.raises(Refused, match="Personal plan"):
        await _save(local, on.policy)


async def _save(local: LocalHarness, policy: Policy) -> Draft:
    store = local.store("olivia")
    draft = Draft.of((await store.organization_state("acme")).revision).stage(policy)
    return Draft.of(await store.save("acme", draft, note="", origin=Origin.CLI))


async def test_a_sign_in_is_recorded_under_the_newest_revision(
    local: LocalHarness, clock: FixedClock
) -> None:
    """It stays with that revision when a newer one is saved, until the person signs in or out again."""
    assert await local.store("max").member("acme", "max") == Member("max", Role.MEMBER)
    signed_in_at = clock.now
    await local.admin("olivia").sign_in("acme", "max")
    await _save(local, Policy(community=True))
    clock.advance(hours=2)
    member = await local.store("max").member("acme", "max")
    assert member == Member("max", Role.MEMBER, DesktopSession.SIGNED_IN, 1, signed_in_at)

    await local.admin("max").sign_in("acme", "max")
    member = await local.store("max").member("acme", "max")
    assert member == Member("max", Role.MEMBER, DesktopSession.SIGNED_IN, 2, clock.now)

    await local.admin("max").sign_out("acme", "max")
    member = await local.store("max").member("acme", "max")
    assert member == Member("max", Role.MEMBER, DesktopSession.SIGNED_OUT, None, clock.now)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "this one has 0"),
        ("a", "this one has 1"),
        ("a" * 256, "this one has 256"),
        ("Acme", "upper-case"),
        ("acme corp", "not valid"),
        ("-acme", "not valid"),
        ("acme-", "not valid"),
        ("acme/labs", "not valid"),
        ("../acme", "not valid"),
        ("acme\n", "not valid"),
        ("ácme", "not valid"),
        ("acme\ud800", "not valid"),
        ("library", "Official Images"),
    ],
)
async def test_impossible_organization_names_say_why(local: LocalHarness, name: str, says: str) -> None:
    """A name is checked where it is made; nothing is written."""
    with pytest.raises(InvalidInput, match=says):
        await local.admin().create_organization(name, "paula")
    assert "paula" not in await local.admin().people()


async def test_an_organization_is_made_once(local: LocalHarness) -> None:
    """Its owner is the one who was named first."""
    await local.admin().create_organization("new-one.2", "paula", sign_in_enforced=True, full_name="New [1]")
    with pytest.raises(Refused, match="already"):
        await local.admin().create_organization("new-one.2", "olivia")
    state = await local.store("paula").organization_state("new-one.2")
    assert (state.role, state.organization.full_name) == (Role.OWNER, "New [1]")
    assert state.organization.sign_in_enforced
    assert list(await local.admin().people()) == ["eddy", "max", "olivia", "omar", "paula", "zoe"]


async def test_badges_are_set_by_hand_with_their_date(local: LocalHarness, clock: FixedClock) -> None:
    """Without a user, or by an owner of an organization; None removes one."""
    day = date(2026, 3, 12)
    await local.admin().set_badge("grafana", Badge.VERIFIED_PUBLISHER)
    clock.advance(days=1)
    await local.admin("zoe").set_badge("jenkins", Badge.OPEN_SOURCE)
    await local.admin("zoe").set_badge("localstack", Badge.NONE)
    await local.admin("zoe").set_badge("localstack", None)
    assert await local.store("max").badges() == {
        "grafana": KnownBadge(Badge.VERIFIED_PUBLISHER, day, BadgeSource.HAND),
        "jenkins": KnownBadge(Badge.OPEN_SOURCE, day.replace(day=13), BadgeSource.HAND),
    }
    for user in ("max", "nobody"):
        with pytest.raises(Forbidden):
            await local.admin(user).set_badge("NOT a name", Badge.NONE)
    with pytest.raises(InvalidInput):
        await local.admin().set_badge("gra/fana", Badge.NONE)


async def test_ten_thousand_organizations_come_in_batches(local: LocalHarness, clock: FixedClock) -> None:
    """The first batch does not wait for the rest, and all of them come, in order."""
    names = [f"org-{number:05}" for number in range(10_000)]

    def fill(database: Database) -> None:
        for name in names:
            create_organization(
                database,
                name,
                "crowd",
                plan=Plan.BUSINESS,
                sign_in_enforced=False,
                full_name="",
                origin=Origin.CLI,
                now=clock.now,
            )

    await local.file.write(fill)
    batches = [batch async for batch in local.store("crowd").organizations()]
    assert len(batches[0]) < 1_000
    assert [state.organization.name for batch in batches for state in batch] == names
