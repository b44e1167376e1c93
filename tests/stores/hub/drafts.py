"""Staging and saving in a word."""

from iam_tui.core.draft import Draft
from iam_tui.core.policy import Origin, Revision, Setting
from iam_tui.stores.hub import HubStore


async def staged(store: HubStore, **settings: bool) -> Draft:
    """A draft over the newest revision with these settings switched."""
    draft = Draft.of((await store.organization_state("acme")).revision)
    policy = draft.policy
    for name, on in settings.items():
        policy = policy.with_setting(Setting(name), on=on)
    return draft.stage(policy)


async def save(store: HubStore, draft: Draft, note: str = "") -> Revision:
    """Save it, from the console."""
    return await store.save("acme", draft, note=note, origin=Origin.CONSOLE)
