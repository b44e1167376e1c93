"""What the profiles screen says and draws, as functions of the profiles and what was found out about them."""

from collections.abc import Mapping, Sequence
from typing import Final

from iam_tui.core.errors import IamError
from iam_tui.stores.errors import FileCorrupt, FileLocked, FileNewer, FileReadOnly
from iam_tui.stores.protocol import Profile, StoreKind
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.text import Line, Span, Tone, line
from iam_tui.ui.shared.widgets.table import Column, TableRow

COLUMNS = (Column(12), Column(middle=True), Column(12, drop_below=66), Column(15))
TITLES = ("Profile", "Where", "You", "State")
NEW_ROW: Final = "new"
PROFILE_PREFIX: Final = "profile:"

Found = Sequence[str] | IamError
"""What was found out about a profile: who is in it, nobody if it is to be made, or why it will not open."""

_REASONS: Final[Mapping[type[IamError], str]] = {
    FileLocked: "in use",
    FileReadOnly: "no permission",
    FileCorrupt: "no store",
    FileNewer: "newer version",
}


def profile_rows(
    profiles: Sequence[Profile], found: Mapping[Profile, Found], here: Profile | None, glyphs: Glyphs
) -> list[TableRow]:
    """A row for each profile and one for any other file; `here` is the one that is open."""
    rows = [_row(profile, found.get(profile), here, glyphs) for profile in profiles]
    return [*rows, TableRow(NEW_ROW, (Span("+ open or create another file", Tone.ACCENT),))]


def profile_key(profile: Profile) -> str:
    """The key of the profile's row."""
    return f"{PROFILE_PREFIX}{profile.name}:{profile.path}"


def is_to_be_made(profile: Profile, found: Found | None) -> bool:
    """Whether opening the profile makes its file first."""
    return (
        profile.kind is StoreKind.LOCAL
        and not isinstance(found, IamError)
        and found is not None
        and not found
    )


def welcome() -> Line:
    """What this is, for whoever has nothing here yet."""
    return line(" This console shows and changes which images an organization's people may pull.")


def prospect(profile: Profile, found: Found | None, glyphs: Glyphs) -> Line:
    """What enter does on the profile's row."""
    if isinstance(found, IamError):
        return line(Span(" It cannot be opened now; enter tries again.", Tone.STAGED))
    if profile.kind is StoreKind.DEMO:
        return line(
            " Press ", Span("enter", Tone.ACCENT), " for the demo: sample organizations, nothing to set up."
        )
    if profile.kind is StoreKind.HUB:
        return line(" ", Span("enter", Tone.ACCENT), f" signs in to {profile.host}: your real organizations.")
    if found is None:
        return line(Span(f" Looking at it{glyphs.ellipsis}", Tone.MUTED))
    if is_to_be_made(profile, found):
        return line(
            " ", Span("enter", Tone.ACCENT), " makes this file, with its first organization and you as owner."
        )
    if profile.user:
        return line(" ", Span("enter", Tone.ACCENT), f" opens it as {profile.user}.")
    count = f"{len(found):,} {'person is' if len(found) == 1 else 'people are'}"
    return line(" ", Span("enter", Tone.ACCENT), f" opens it and asks who you are; {count} in it.")


def about(profile: Profile) -> tuple[Line, ...]:
    """The profile in full, where there is room for it."""
    kept = {
        StoreKind.DEMO: "Five sample organizations to try everything on. No network, no account.",
        StoreKind.LOCAL: "Organizations, policies and every saved revision, in one file that is yours.",
        StoreKind.HUB: "Your organizations on Docker Hub. What you save there holds for their people.",
    }[profile.kind]
    return (
        line(Span(profile.name, Tone.TITLE)),
        line(Span(f"  {profile.where}", Tone.PLAIN)),
        (),
        line(Span(f"  {kept}", Tone.MUTED)),
        (),
        line(Span("  Nothing is saved before you have reviewed it.", Tone.MUTED)),
    )


def _row(profile: Profile, found: Found | None, here: Profile | None, glyphs: Glyphs) -> TableRow:
    nobody = {StoreKind.DEMO: "an owner", StoreKind.LOCAL: "you choose", StoreKind.HUB: "you sign in"}[
        profile.kind
    ]
    user = profile.user or nobody
    return TableRow(
        profile_key(profile),
        (
            Span(profile.name, Tone.STRONG),
            Span(profile.where),
            Span(user, Tone.PLAIN if profile.user else Tone.MUTED),
            _state(profile, found, here, glyphs),
        ),
        COLUMNS,
    )


def _state(profile: Profile, found: Found | None, here: Profile | None, glyphs: Glyphs) -> Span:
    if isinstance(found, IamError):
        reason = next((text for kind, text in _REASONS.items() if isinstance(found, kind)), "cannot open")
        return Span(f"{glyphs.warning} {reason}", Tone.BLOCKED)
    if here is not None and profile_key(here) == profile_key(profile):
        return Span("open now", Tone.STRONG)
    if profile.kind is StoreKind.HUB:
        return Span("sign in", Tone.PLAIN)
    if is_to_be_made(profile, found):
        return Span("will be created", Tone.MUTED)
    if found is None and profile.kind is not StoreKind.DEMO:
        return Span(glyphs.ellipsis, Tone.MUTED)
    return Span("ready", Tone.ALLOWED)
