"""What the Image access screen says, as functions of revision and draft."""

from collections.abc import Sequence

from iam_tui.core.category import Category
from iam_tui.core.draft import Change, Draft, SettingChange
from iam_tui.core.organization import Role
from iam_tui.core.policy import Policy
from iam_tui.stores.protocol import OrganizationState
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.text import Line, Span, Tone, line


def truth(state: OrganizationState) -> Line:
    """What is true now, in one sentence: what the newest revision lets the reader, or the members, pull."""
    who = "Members" if state.role is Role.OWNER else "You"
    if not state.organization.has_image_access:
        return line(f" No Docker Business plan: {who.lower()} may pull anything from Docker Hub.")
    if not state.revision.policy.enabled:
        return line(
            " Image Access Management is ", Span("OFF", Tone.STRONG), f": {who.lower()} may pull anything."
        )
    return line(f" {who} may pull {allowed_words(state.revision.policy)}.")


def allowed_words(policy: Policy) -> str:
    """What a policy lets members pull: `Organization and Official images, 4 repositories`."""
    allowed = [category.names.short for category in Category if policy.switch(category)]
    if len(allowed) == len(Category):
        return "images of every category"
    words = f"{_listed(allowed)} images"
    count = len(policy.allowlist or ())
    if policy.allowlist_enabled and count:
        words += f", {count} {'repository' if count == 1 else 'repositories'}"
    if policy.community is None or policy.allowlist_enabled is None:
        words += "; more is not known"
    return words


def staged_words(draft: Draft, glyphs: Glyphs, by_hand: int = 0) -> Line:
    """What is staged, in one sentence; `by_hand` counts what the store only records."""
    count = len(draft.changes)
    if not count:
        return line(Span(" Nothing staged.", Tone.MUTED))
    what = "; ".join(change_words(change) for change in draft.changes)
    hands = f" ({by_hand} by hand in Docker Home)" if by_hand else ""
    return line(Span(f" {glyphs.staged} {count} staged{hands}, nothing saved yet: {what}", Tone.STAGED))


def change_words(change: Change) -> str:
    """One change in a few words."""
    if isinstance(change, SettingChange):
        return f"{change.setting.facts.names.short} {on_off(change.after)}"
    if change.after is None:
        return f"- {change.repository}"
    return f"{'+' if change.before is None else 'edit'} {change.repository}"


def on_off(value: bool | None) -> str:
    """A switch in one word."""
    return "unknown" if value is None else ("on" if value else "off")


def owners_words(owners: Sequence[str]) -> str:
    """The owners' names for a sentence, a few of them."""
    if len(owners) <= 3:
        return ", ".join(owners) or "unknown"
    return f"{', '.join(owners[:3])} and {len(owners) - 3} more"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
