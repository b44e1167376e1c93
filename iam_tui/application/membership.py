"""What is to be known of an organization's people before anybody's pull can be judged."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from iam_tui.core.organization import Member
from iam_tui.core.policy import Revision
from iam_tui.stores.protocol import Store


class People(NamedTuple):
    """The members of an organization, and by number every revision that one of them signed in under."""

    members: Sequence[Member]
    revisions: Mapping[int, Revision]


async def read_people(store: Store, organization: str) -> People:
    """Read them at once, so that no key has to; the newest revisions come along. Raises `StoreError`."""
    members = await store.members(organization)
    revisions = {revision.number: revision for revision in await store.revisions(organization)}
    for number in {member.session_revision for member in members} - {None, *revisions}:
        if number is not None:
            revisions[number] = await store.revision(organization, number)
    return People(members, revisions)
