"""Saves a policy on Docker Hub: write the settings, read them again, and report what happened.

Docker's API has no version to compare with, so a change made between read and write can go unnoticed.
"""

from dataclasses import replace
from typing import Final

from iam_tui.core.draft import Draft
from iam_tui.core.errors import InvalidInput
from iam_tui.core.policy import BY_HAND_SETTINGS, Origin, Policy, Revision
from iam_tui.stores.errors import (
    Conflict,
    NotFound,
    RateLimited,
    StoreError,
    Unavailable,
    UnusableAnswer,
    no_such_organization,
)
from iam_tui.stores.hub.api import HubApi
from iam_tui.stores.hub.connection import NOTHING_SENT, OUTCOME_UNKNOWN, ConnectionFailed
from iam_tui.stores.hub.json_mapping import HubSettings, same_on_hub
from iam_tui.stores.hub.response import HubResponse
from iam_tui.stores.local.hub_memory import HubMemory, HubSnapshot
from iam_tui.stores.local.revisions import check_texts, with_entry_authors
from iam_tui.stores.protocol import OrganizationState

STILL_STAGED: Final = "Nothing was saved. Your changes are still staged."
_CONFLICT: Final = (409, 412)


class HubSave:
    """One save of an organization whose settings were read just before."""

    def __init__(self, api: HubApi, memory: HubMemory, state: OrganizationState, before: HubSettings) -> None:
        self._api = api
        self._memory = memory
        self._organization = state.organization
        self._role = state.role
        self._name = state.organization.name
        self._before = before

    async def save(self, draft: Draft, newest: Revision, note: str, origin: Origin) -> Revision:
        """Save the draft over `newest`, which the caller has checked to be the draft's base.

        The community switch and the allowlist are only recorded in the memory, and not sent.
        """
        now = self._memory.file.clock()
        policy = with_entry_authors(_with_empty_allowlist(draft.policy), newest.policy, self._api.user, now)
        if policy == newest.policy:
            return newest
        _check(policy, newest.policy, note)
        is_sent = not same_on_hub(policy, newest.policy)
        if is_sent:
            await self._write(draft, policy)
        by_hand = not same_recorded_by_hand(policy, newest.policy)
        saved = Revision(newest.number + 1, policy, self._api.user, now, note, origin)
        try:
            return await self._memory.keep(self._name, saved, by_hand=by_hand)
        except StoreError as error:
            if is_sent:
                error.meaning = f"{self._api.origin} has the change; the local file could not record it."
            raise

    async def _write(self, draft: Draft, policy: Policy) -> None:
        try:
            response = await self._api.put_settings(self._name, self._before, policy)
        except ConnectionFailed as error:
            if not error.sent:
                raise Unavailable(
                    error.detail, meaning=f"{NOTHING_SENT} Your changes are still staged."
                ) from error
            await self._check_after_failure(policy, error)
            return
        except UnusableAnswer as error:
            await self._check_after_failure(policy, error)
            return
        if response.status in _CONFLICT:
            raise Conflict(draft, await self._newest())
        failure = self._error_from(response)
        if isinstance(failure, Unavailable | UnusableAnswer):
            await self._check_after_failure(policy, failure)
        elif failure is not None:
            raise failure
        else:
            await self._check_saved(policy)

    def _error_from(self, response: HubResponse) -> StoreError | None:
        error = self._api.error_from(response)
        return no_such_organization(self._name, self._api.user) if isinstance(error, NotFound) else error

    async def _check_after_failure(self, policy: Policy, error: StoreError) -> None:
        """Read again after a write without a usable response; raises what is known unless it was saved."""
        try:
            now = await self._api.settings(self._name)
        except StoreError:
            raise Unavailable(
                error.detail,
                meaning=f"{OUTCOME_UNKNOWN} They are still staged here.",
                advice="Reopen the organization to see its current settings before you save again.",
            ) from error
        if same_on_hub(now.policy, policy):
            return
        kind = UnusableAnswer if isinstance(error, UnusableAnswer) else Unavailable
        raise kind(
            f"{error.detail.rstrip('. ')}; the settings were read again, and the change is not there.",
            meaning=STILL_STAGED,
            advice="Try again in a moment.",
        ) from error

    async def _check_saved(self, policy: Policy) -> None:
        """Read again after a successful write, and raise if the settings are not the ones that were sent."""
        try:
            now = await self._api.settings(self._name)
        except (Unavailable, RateLimited, UnusableAnswer) as error:
            raise Unavailable(
                f"{self._api.origin} reported that it saved, but could not be read again: {error.detail}",
                meaning="Your changes were probably saved. They are still staged here.",
                advice="Reopen the organization to see its current settings.",
            ) from error
        if same_on_hub(now.policy, policy):
            return
        await self._record(now)
        if same_on_hub(now.policy, self._before.policy):
            raise UnusableAnswer(
                f"{self._api.origin} reported that it saved, but still has the previous settings.",
                meaning=STILL_STAGED,
                advice="Check the organization in Docker Home; its plan may not include this setting.",
            )
        raise UnusableAnswer(
            f"{self._api.origin} reported that it saved, but has settings other than those sent.",
            meaning="The settings were changed, by this save or by someone else at the same time.",
            advice="Reopen the organization and compare.",
        )

    async def _newest(self) -> Revision:
        return await self._record(await self._api.settings(self._name))

    async def _record(self, settings: HubSettings) -> Revision:
        (seen,) = await self._memory.record([HubSnapshot(self._organization, self._role, settings.policy)])
        return seen.revision


def same_recorded_by_hand(one: Policy, other: Policy) -> bool:
    """Whether two policies are equal in what is only recorded by hand."""
    same_switches = all(one.setting(setting) == other.setting(setting) for setting in BY_HAND_SETTINGS)
    return same_switches and one.allowlist == other.allowlist


def _with_empty_allowlist(policy: Policy) -> Policy:
    """A policy whose allowlist switch is known and whose list is not gets an empty list."""
    listless = policy.allowlist_enabled is not None and policy.allowlist is None
    return replace(policy, allowlist=()) if listless else policy


def _check(policy: Policy, newest: Policy, note: str) -> None:
    values = [(newest.setting(setting), policy.setting(setting)) for setting in BY_HAND_SETTINGS]
    if any(was is not None and now is None for was, now in (*values, (newest.allowlist, policy.allowlist))):
        raise InvalidInput("A known setting must stay on or off; it cannot become unknown.")
    check_texts(policy, note)
