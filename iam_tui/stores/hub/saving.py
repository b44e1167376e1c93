"""Saving on Docker Hub: read, compare, write, read again, and say what came of it (design 4)."""

from dataclasses import replace
from typing import Final

from iam_tui.core.draft import Draft
from iam_tui.core.errors import InvalidInput
from iam_tui.core.organization import Organization, Role
from iam_tui.core.policy import Origin, Policy, Revision
from iam_tui.stores.errors import (
    Conflict,
    Forbidden,
    NotFound,
    RateLimited,
    StoreError,
    Unavailable,
    UnusableAnswer,
)
from iam_tui.stores.hub.api import HubApi, no_organization
from iam_tui.stores.hub.json_mapping import HubSettings, same_on_hub
from iam_tui.stores.hub.response import Response
from iam_tui.stores.hub.transport import NOTHING_SENT, UNKNOWN, Broken
from iam_tui.stores.local.hub_memory import HubMemory, HubSnapshot
from iam_tui.stores.local.revisions import check_texts, signed_policy

STILL_STAGED: Final = "Nothing was saved. Your changes are still staged."
_OTHER_REVISION: Final = (409, 412)


class HubSave:
    """One save: what was read before it, and what it is to become."""

    def __init__(
        self, api: HubApi, memory: HubMemory, organization: Organization, before: HubSettings
    ) -> None:
        self._api = api
        self._memory = memory
        self._organization = organization
        self._name = organization.name
        self._before = before

    async def of(self, draft: Draft, newest: Revision, note: str, origin: Origin) -> Revision:
        """Save what is staged over the newest revision, which has been checked to be the draft's own.

        Community switch and allowlist are recorded here: Hub's API has no way to send them (facts 4).
        """
        now = self._memory.file.clock()
        policy = signed_policy(_with_list(draft.policy), newest.policy, self._api.user, now)
        if policy == newest.policy:
            return newest
        _check(policy, newest.policy, note)
        if not same_on_hub(policy, newest.policy):
            await self._write(draft, policy)
        by_hand = not same_by_hand(policy, newest.policy)
        saved = Revision(newest.number + 1, policy, self._api.user, now, note, origin)
        return await self._memory.keep(self._name, saved, by_hand=by_hand)

    async def _write(self, draft: Draft, policy: Policy) -> None:
        try:
            answer = await self._api.put_settings(self._name, self._before, policy)
        except Broken as error:
            if not error.sent:
                raise Unavailable(
                    error.detail, meaning=f"{NOTHING_SENT} Your changes are still staged."
                ) from error
            await self._find_out(policy, error)
            return
        except UnusableAnswer as error:
            await self._find_out(policy, error)
            return
        if answer.status in _OTHER_REVISION:
            raise Conflict(draft, await self._newest())
        fault = self._fault(answer)
        if isinstance(fault, Unavailable | UnusableAnswer):
            await self._find_out(policy, fault)
        elif fault is not None:
            raise fault
        else:
            await self._confirm(policy)

    def _fault(self, answer: Response) -> StoreError | None:
        fault = self._api.fault(answer)
        if isinstance(fault, NotFound):
            return no_organization(self._name, self._api.user)
        return fault

    async def _find_out(self, policy: Policy, trouble: StoreError) -> None:
        """Read again after a write without a usable answer: it was done, or the error says what is known."""
        try:
            now = await self._api.settings(self._name)
        except StoreError:
            raise Unavailable(
                trouble.detail,
                meaning=f"{UNKNOWN} They are still staged here.",
                advice="Open the organization again before you save: it shows what holds.",
            ) from trouble
        if same_on_hub(now.policy, policy):
            return
        kind = UnusableAnswer if isinstance(trouble, UnusableAnswer) else Unavailable
        raise kind(
            f"{trouble.detail.removesuffix('.')}; read again, the change is not there.",
            meaning=STILL_STAGED,
            advice="Try again in a moment.",
        ) from trouble

    async def _confirm(self, policy: Policy) -> None:
        """Read again after a write that was answered well, and tell if something else stands there."""
        try:
            now = await self._api.settings(self._name)
        except (Unavailable, RateLimited, UnusableAnswer) as error:
            raise Unavailable(
                f"{self._api.origin} answered that it saved, but could not be read again: {error.detail}",
                meaning="Your changes were probably saved. They are still staged here.",
                advice="Open the organization again: it shows what holds.",
            ) from error
        if same_on_hub(now.policy, policy):
            return
        await self._see(now)
        if same_on_hub(now.policy, self._before.policy):
            raise UnusableAnswer(
                f"{self._api.origin} answered that it saved, but still has the settings from before.",
                meaning=STILL_STAGED,
                advice="Look at the organization in Docker Home: its plan may not include this.",
            )
        raise UnusableAnswer(
            f"{self._api.origin} answered that it saved, but has other settings than those sent.",
            meaning="Something was changed, by this save or by somebody else at the same moment.",
            advice="Open the organization again and compare.",
        )

    async def _newest(self) -> Revision:
        return await self._see(await self._api.settings(self._name))

    async def _see(self, settings: HubSettings) -> Revision:
        (seen,) = await self._memory.see([HubSnapshot(self._organization, Role.OWNER, settings.policy)])
        return seen.revision


def same_by_hand(one: Policy, other: Policy) -> bool:
    """Whether nothing differs of what is recorded by hand."""
    return (one.community, one.allowlist_enabled, one.allowlist) == (
        other.community,
        other.allowlist_enabled,
        other.allowlist,
    )


def not_an_owner(organization: str, user: str, role: Role, owners: list[str]) -> Forbidden:
    """Only owners change a policy (facts 1)."""
    return Forbidden(
        f"{user} is {role} in {organization}; only owners change it.",
        advice=f"Ask an owner: {', '.join(owners)}." if owners else None,
    )


def _with_list(policy: Policy) -> Policy:
    """Whoever says whether the allowlist is used, and lists nothing, says that it is empty."""
    listless = policy.allowlist_enabled is not None and policy.allowlist is None
    return replace(policy, allowlist=()) if listless else policy


def _check(policy: Policy, newest: Policy, note: str) -> None:
    forgotten = (
        (newest.community is not None and policy.community is None)
        or (newest.allowlist_enabled is not None and policy.allowlist_enabled is None)
        or (newest.allowlist is not None and policy.allowlist is None)
    )
    if forgotten:
        raise InvalidInput("What is known must stay on or off; unknown cannot be saved.")
    check_texts(policy, note)
