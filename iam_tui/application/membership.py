"""Who belongs to an organization: its owners, and its members with the revisions they signed in under."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from iam_tui.core.organization import Member, Role
from iam_tui.core.policy import Revision
from iam_tui.stores.errors import Forbidden
from iam_tui.stores.protocol import OrganizationState, Store


class People(NamedTuple):
    """The members of an organization and, by number, every revision that one of them signed in under."""

    members: Sequence[Member]
    revisions: Mapping[int, Revision]


async def read_people(store: Store, organization: str) -> People:
    """Read all members and revisions now, so that no key has to wait for them. May raise `StoreError`.

    `revisions` also has the newest ones, whether or not anyone signed in under them.
    """
    members = await store.members(organization)
    revisions = {revision.number: revision for revision in await store.revisions(organization)}
    for number in {member.session_revision for member in members} - {None, *revisions}:
        if number is not None:
            revisions[number] = await store.revision(organization, number)
    return People(members, revisions)


async def read_owners(store: Store, state: OrganizationState, known: Sequence[str] = ()) -> Sequence[str]:
    """The owners' user names; none if this person may not list them. May raise `StoreError`.

    While the organization cannot be read, the result is `known`, the owners read before.
    """
    if not state.is_current:
        return known
    try:
        return [member.user for member in await store.members(state.organization.name, Role.OWNER)]
    except Forbidden:
        return ()
