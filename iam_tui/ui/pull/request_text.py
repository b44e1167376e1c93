"""The request for access that a member sends to the owners, as escaped Markdown."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from iam_tui.application.pull_scenario import PullScenario
from iam_tui.core.decision import Decision
from iam_tui.core.escape_controls import escape_controls
from iam_tui.core.verdict import Verdict
from iam_tui.stores.protocol import OrganizationState
from iam_tui.ui.pull.scenario_words import policy_words, sign_in_words

_SPECIAL = re.compile(r"[\\`*_\[\]<>|~#&!$@{}()]")


class Wish(NamedTuple):
    """What the member fills in; any of it may be empty."""

    image: str = ""
    purpose: str = ""
    until: str = ""


def escaped(text: str) -> str:
    """Text from outside for a line of Markdown: controls visible, nothing read as markup."""
    return _SPECIAL.sub(lambda found: f"\\{found[0]}", escape_controls(text))


def code(text: str) -> str:
    """Text from outside as inline code; the fence is longer than any run of backticks in it."""
    shown = escape_controls(text)
    fence = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    blank = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{blank}{shown}{blank}{fence}"


def request(
    wish: Wish, decision: Decision | None, scenario: PullScenario, owners: Sequence[str], now: datetime
) -> str:
    """The request as Markdown; without an image `decision` is None."""
    state = scenario.state
    lines = [
        f"## Image access request for {escaped(state.organization.name)}",
        "",
        f"To {_names(owners)}, from {escaped(scenario.you.user)} ({state.role}).",
        "",
        f"- **Image:** {code(wish.image) if wish.image else '(none yet)'}",
    ]
    if decision is not None:
        lines += _verdict_lines(decision, state)
    lines += [
        f"- **What for:** {escaped(wish.purpose) or '(not given)'}",
        f"- **Until:** {escaped(wish.until) or '(not given)'}",
        f"- **Judged:** {now:%Y-%m-%d}, {sign_in_words(scenario, now)}, {policy_words(scenario)}",
    ]
    if decision is not None and decision.docker_error:
        lines += ["", "Docker prints:", "", f"    {escape_controls(decision.docker_error)}"]
    return "\n".join(lines)


def _verdict_lines(decision: Decision, state: OrganizationState) -> list[str]:
    category = decision.category.label if decision.category else "not known"
    lines = []
    if decision.verdict is not Verdict.INVALID:
        lines.append(f"- **Category:** {category}")
    lines.append(f"- **Now:** {decision.verdict.words}. {escaped(decision.reason)}")
    if decision.remedy:
        lines.append(f"- **Remedy:** {escaped(decision.remedy)}")
    return lines


def _names(owners: Sequence[str]) -> str:
    names = ", ".join(escaped(owner) for owner in owners)
    return f"{names} (owner{'' if len(owners) == 1 else 's'})" if names else "the owners"
