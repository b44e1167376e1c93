"""What the profiles screen shows and says of the profiles."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from iam_tui.core.errors import IamError
from iam_tui.stores.errors import (
    FileCorrupt,
    FileEmpty,
    FileFull,
    FileLocked,
    FileNewer,
    FileReadOnly,
    FileReplaced,
    FileUnreadable,
)
from iam_tui.stores.protocol import Profile, StoreKind
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.table_rows import Column, TableRow, row_of
from iam_tui.ui.shared.text import Line, Span, Tone, line

NEW_ROW: Final = "new"
PROFILE_PREFIX: Final = "profile:"

Found = Sequence[str] | IamError
"""The people in a profile, none if its file is to be created; or why it cannot be opened."""

_REASONS: Final[Mapping[type[IamError], str]] = {
    FileLocked: "in use",
    FileReadOnly: "cannot be written",
    FileUnreadable: "cannot be opened",
    FileFull: "disk is full",
    FileReplaced: "was replaced",
    FileEmpty: "empty",
    FileCorrupt: "not a store",
    FileNewer: "newer version",
}


class ProfileItem(NamedTuple):
    """A profile, what was found in it, and what its cells are made with."""

    profile: Profile
    found: Found | None
    """None while it is not known yet."""
    is_open: bool
    glyphs: Glyphs


def _user(one: ProfileItem) -> Span:
    if one.profile.user:
        return Span(one.profile.user)
    words = {StoreKind.DEMO: "an owner", StoreKind.LOCAL: "you choose", StoreKind.HUB: "you sign in"}
    return Span(words[one.profile.kind], Tone.MUTED)


def _state(one: ProfileItem) -> Span:
    if isinstance(one.found, IamError):
        reason = next((text for kind, text in _REASONS.items() if isinstance(one.found, kind)), "cannot open")
        return Span(f"{one.glyphs.warning} {reason}", Tone.BLOCKED)
    if one.is_open:
        return Span("open now", Tone.STRONG)
    if one.profile.kind is StoreKind.HUB:
        return Span("sign in")
    if is_to_be_made(one.profile, one.found):
        return Span("will be created", Tone.MUTED)
    if one.found is None and one.profile.kind is not StoreKind.DEMO:
        return Span(one.glyphs.ellipsis, Tone.MUTED)
    return Span("ready", Tone.ALLOWED)


COLUMNS: Final[Sequence[Column[ProfileItem]]] = (
    Column("Profile", 12, lambda one: Span(one.profile.name, Tone.STRONG)),
    Column("Where", 0, lambda one: Span(one.profile.where), middle=True),
    Column("You", 12, _user, drop_below=66),
    Column("State", 15, _state),
)


def profile_rows(
    profiles: Sequence[Profile], found: Mapping[Profile, Found], here: Profile | None, glyphs: Glyphs
) -> list[TableRow]:
    """A row for each profile and one for any other file; `here` is the one that is open."""
    rows = [
        row_of(
            profile_key(profile),
            ProfileItem(
                profile,
                found.get(profile),
                here is not None and profile_key(here) == profile_key(profile),
                glyphs,
            ),
            COLUMNS,
        )
        for profile in profiles
    ]
    return [*rows, TableRow(NEW_ROW, (Span("+ open or create another file", Tone.ACCENT),))]


def profile_key(profile: Profile) -> str:
    """The key of the profile's row."""
    return f"{PROFILE_PREFIX}{profile.name}:{profile.path}"


def is_to_be_made(profile: Profile, found: Found | None) -> bool:
    """Whether opening the profile creates its file first."""
    return (
        profile.kind is StoreKind.LOCAL
        and not isinstance(found, IamError)
        and found is not None
        and not found
    )


def welcome() -> Line:
    """What the console is for, at the first start."""
    return line(" See and change which Docker Hub images an organization's members may pull.")


def prospect(profile: Profile, found: Found | None, glyphs: Glyphs) -> Line:
    """What enter does on the profile's row."""
    if isinstance(found, IamError):
        return line(Span(" Cannot be opened now; enter tries again.", Tone.STAGED))
    if profile.kind is StoreKind.DEMO:
        return line(
            " Press ", Span("enter", Tone.ACCENT), " for the demo: sample organizations, nothing to set up."
        )
    if profile.kind is StoreKind.HUB:
        return line(" ", Span("enter", Tone.ACCENT), f" signs in to {profile.host}: your real organizations.")
    if found is None:
        return line(Span(f" Reading it{glyphs.ellipsis}", Tone.MUTED))
    if is_to_be_made(profile, found):
        return line(
            " ",
            Span("enter", Tone.ACCENT),
            " creates this file, with its first organization and you as owner.",
        )
    if profile.user:
        return line(" ", Span("enter", Tone.ACCENT), f" opens it as {profile.user}.")
    people = "person" if len(found) == 1 else "people"
    return line(" ", Span("enter", Tone.ACCENT), f" opens it ({len(found):,} {people}) and asks who you are.")


def about(profile: Profile) -> tuple[Line, ...]:
    """The profile in full, where there is room for it."""
    kept = {
        StoreKind.DEMO: "Five sample organizations to try everything with. No network, no account.",
        StoreKind.LOCAL: "Organizations, policies and every saved revision, in one file on this machine.",
        StoreKind.HUB: "Your organizations on Docker Hub. What you save there applies to their members.",
    }[profile.kind]
    return (
        line(Span(profile.name, Tone.TITLE)),
        line(Span(f"  {profile.where}", Tone.PLAIN)),
        (),
        line(Span(f"  {kept}", Tone.MUTED)),
        (),
        line(Span("  Nothing is saved before you review it.", Tone.MUTED)),
    )
