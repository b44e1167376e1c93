"""Words for policies: what a policy lets people pull, switches, staged changes, repositories and owners."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from iam_tui.core.category import Category
from iam_tui.core.draft import Change, Draft, SettingChange
from iam_tui.core.organization import Role
from iam_tui.core.policy import BY_HAND_SETTINGS, Policy
from iam_tui.core.reference import HUB
from iam_tui.stores.protocol import OrganizationState
from iam_tui.ui.shared.dates import stamp
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.text import Line, Span, Tone, line

if TYPE_CHECKING:
    from iam_tui.core.usage_index import RepositoryGroup


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
    """What a policy lets members pull: `Organization and Official images, 4 repositories`.

    Short enough for a window of 80 columns, unless a setting is unknown.
    """
    allowed = [category.names.short for category in Category if policy.switch(category)]
    blocked = [category.names.short for category in Category if policy.switch(category) is False]
    if len(allowed) == len(Category):
        return "images of every category"
    only_one = len(allowed) + 1 == len(Category) and len(blocked) == 1
    words = f"all but {blocked[0]} images" if only_one else f"{_listed(allowed)} images"
    count = len(policy.allowlist or ())
    if policy.allowlist_enabled and count:
        words += f", {'plus ' if only_one else ''}{count} {'repository' if count == 1 else 'repositories'}"
    if any(policy.setting(setting) is None for setting in BY_HAND_SETTINGS):
        words = f"at least {words}"
    return words


def last_known_words(state: OrganizationState, now: datetime, glyphs: Glyphs) -> Line:
    """The organization is shown in its last known state, and why; nothing can be staged."""
    when = f", as of {stamp(state.as_of, now)}" if state.as_of else ""
    words = f" {glyphs.warning} It cannot be read now{when}; read-only. "
    why = f" {state.error.detail}" if state.error else ""
    return line(Span(words, Tone.BLOCKED), Span(f"r tries again.{why}"))


def staged_words(draft: Draft, glyphs: Glyphs, by_hand: int = 0) -> Line:
    """What is staged, in one sentence; `by_hand` counts what the store only records."""
    count = len(draft.changes)
    if not count:
        return line(Span(" Nothing staged.", Tone.MUTED))
    what = "; ".join(change_words(change) for change in draft.changes)
    hands = f" ({by_hand} by hand in Docker Home)" if by_hand else ""
    return line(Span(f" {glyphs.staged} {count} staged{hands}, nothing saved yet: {what}", Tone.STAGED))


def change_words(change: Change) -> str:
    """One change in a few words: `Official off`, `+ grafana/grafana`."""
    if isinstance(change, SettingChange):
        return f"{change.setting.facts.names.short} {on_off(change.after)}"
    if change.after is None:
        return f"- {change.repository}"
    return f"{'+' if change.before is None else 'edit'} {change.repository}"


def category_words(category: Category | None) -> str:
    """A category in at most 9 cells, for narrow columns; `unknown` for None."""
    return category.names.narrow if category else "unknown"


def on_off(value: bool | None) -> str:
    """A switch in one word."""
    return "unknown" if value is None else ("on" if value else "off")


def switch_span(value: bool | None, glyphs: Glyphs) -> Span:
    """A switch as a sign and a word."""
    if value is None:
        return Span(f"{glyphs.unknown} unknown", Tone.STAGED)
    return Span(f"{glyphs.on} on" if value else f"{glyphs.off} off", Tone.STRONG if value else Tone.MUTED)


def short_repository(repository: str) -> str:
    """A repository of Docker Hub as people write it: `nginx` for `library/nginx`."""
    return repository.removeprefix("library/")


def name_of(group: "RepositoryGroup") -> str:
    """The repository of a group as people write it, with its registry if that is not Docker Hub."""
    if group.registry == HUB:
        return short_repository(group.repository)
    return f"{group.registry}/{group.repository}"


def owners_words(owners: Sequence[str]) -> str:
    """The owners' names for a sentence, three of them at most."""
    if len(owners) <= 3:
        return ", ".join(owners) or "unknown"
    return f"{', '.join(owners[:3])} and {len(owners) - 3} more"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
