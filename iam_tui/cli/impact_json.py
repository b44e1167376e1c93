"""An impact as JSON."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from iam_tui.application.workspace import PolicyWorkspace
from iam_tui.cli.output import Json, instant
from iam_tui.cli.policy_json import policy_object
from iam_tui.core.impact import Impact, ImpactRow
from iam_tui.core.policy import Policy
from iam_tui.stores.protocol import OrganizationState

_OF_A_REVISION: Final = ("revision", "updated_by", "updated_at", "note", "origin")


def impact_object(impact: Impact, workspace: PolicyWorkspace, as_of: datetime) -> Json:
    """The two policies as in `show`, and what differs between them, worst first."""
    counts, state = impact.counts, workspace.state

    def rows(found: Iterable[ImpactRow]) -> list[Json]:
        return [_row(row, with_pullers=workspace.may_see_pullers) for row in found]

    return {
        "organization": state.organization.name,
        "before": _policy(impact.before, state, as_of),
        "after": _policy(impact.after, state, as_of),
        "newly_blocked": rows(impact.newly_blocked),
        "newly_allowed": rows(impact.newly_allowed),
        "unchanged": counts.unchanged,
        "cannot_tell": rows(impact.cannot_tell),
        "not_covered": counts.not_covered,
        "unresolved": counts.unresolved,
    }


def _policy(policy: Policy, state: OrganizationState, as_of: datetime) -> Json:
    """The object of `show`; one that nobody saved has no number, author, time, note or origin: null."""
    shown = policy_object(state._replace(revision=replace(state.revision, policy=policy)), as_of)
    return shown if policy == state.revision.policy else {**shown, **dict.fromkeys(_OF_A_REVISION)}


def _row(row: ImpactRow, *, with_pullers: bool) -> Json:
    """One repository; who pulled it how often is null for whoever may not see that."""
    group = row.group
    pullers: Json = {
        "people": group.people,
        "tokens": group.tokens,
        "pulls": group.pulls,
        "last_pull": instant(group.last_pull),
    }
    return {
        "repository": group.repository,
        "category": group.category,
        "usages": [{"file": usage.file, "line": usage.line} for usage in group.usages],
        **(pullers if with_pullers else dict.fromkeys(pullers)),
    }
