"""An organization and its policy as JSON, in the shape that `show` documents (design 6)."""

from datetime import datetime
from typing import Final

from iam_tui.cli.output import Json, day, instant
from iam_tui.core.policy import SETTINGS, Allowlist, Setting
from iam_tui.stores.protocol import OrganizationState

_OF_POLICY: Final = (
    *(facts.json_key for facts in SETTINGS.values()),
    "revision",
    "updated_by",
    "updated_at",
    "note",
    "origin",
)


def policy_summary(state: OrganizationState, as_of: datetime) -> Json:
    """A row of `orgs`: everything but the allowlist; unknown is null.

    `as_of` is when it was read; what could not be read now was last known before that.
    """
    organization, revision = state.organization, state.revision
    policy = revision.policy
    summary: dict[str, object] = {
        "organization": organization.name,
        "role": state.role.value,
        "plan": organization.plan.value,
        "sign_in_enforced": organization.sign_in_enforced,
        **{facts.json_key: policy.setting(setting) for setting, facts in SETTINGS.items()},
        "revision": revision.number,
        "updated_by": revision.author or None,
        "updated_at": instant(revision.saved_at),
        "note": revision.note,
        "origin": revision.origin.value,
        "as_of": instant(state.as_of or as_of),
    }
    # A revision numbered 0 stands for a policy that could not be read.
    return summary if revision.number else {**summary, **dict.fromkeys(_OF_POLICY)}


def policy_object(state: OrganizationState, as_of: datetime) -> Json:
    """The object of `show`: the summary with the allowlist after its switch."""
    summary = policy_summary(state, as_of)
    whole: dict[str, object] = {}
    for key, value in summary.items():
        whole[key] = value
        if key == Setting.ALLOWLIST.facts.json_key:
            whole["allowlist"] = _entries(state.revision.policy.allowlist)
    return whole


def _entries(allowlist: Allowlist | None) -> list[Json] | None:
    if allowlist is None:
        return None
    return [
        {
            "repository": entry.repository,
            "reason": entry.reason,
            "added_by": entry.added_by,
            "added_at": instant(entry.added_at),
            "review_by": day(entry.review_by),
        }
        for entry in allowlist
    ]
