"""Who pulls, signed in how, judged by which policy: in a few words."""

from datetime import datetime

from iam_tui.application.pull_scenario import PullScenario, SignInState
from iam_tui.core.organization import Member, Role
from iam_tui.ui.shared.dates import day


def who_words(who: Member, user: str) -> str:
    """Who pulls, in a few words: `a member`, `sam, member`, `you, owner`."""
    if not who.user:
        return f"a{'n' if who.role in (Role.OWNER, Role.EDITOR) else ''} {who.role}"
    return f"{'you' if who.user == user else who.user}, {who.role}"


def sign_in_words(scenario: PullScenario, now: datetime) -> str:
    """How the puller is signed in: `signed in 20 Feb under r5`."""
    if scenario.sign_in is SignInState.OUT:
        return "signed out"
    under, at = scenario.under, scenario.signed_in_at
    when = f" {day(at.astimezone().date(), now.astimezone().date())}" if at else ""
    if under is not None:
        return f"signed in{when} under r{under.number}"
    return f"signed in{when or (' after saving' if scenario.staged else ' now')}"


def policy_words(scenario: PullScenario) -> str:
    """Which policy judges: `as saved, r6`, or `as staged`."""
    return "as staged" if scenario.staged else f"as saved, r{scenario.state.revision.number}"
