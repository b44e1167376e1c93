"""What signing in to Docker Hub says: which token works, what it allows, and how long to wait."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from iam_tui.core.organization import CustomRole, Role
from iam_tui.stores.protocol import Credentials, OrganizationState, Profile, Waiting
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.text import Line, Span, Tone, line

ORGANIZATION_TOKEN = (
    "This is an organization's access token. Image Access Management does not work with those.",
    "Use an owner's personal access token.",
)
"""Why such a token is not tried, and what to use instead."""
DOCKER_HUB = "hub.docker.com"


class Probe(NamedTuple):
    """What a sign-in allows, as far as it was tried."""

    organizations: int = 0
    readable: int = 0
    owned: Sequence[str] = ()
    maybe: Sequence[str] = ()
    """Organizations where the role is not one of Docker's own, and may include changing the policy."""
    is_whole: bool = False

    def plus(self, batch: Sequence[OrganizationState]) -> "Probe":
        """With these organizations counted as well."""
        owned = [one.organization.name for one in batch if one.role is Role.OWNER]
        maybe = [one.organization.name for one in batch if isinstance(one.role, CustomRole)]
        readable = sum(one.error is None and one.as_of is None for one in batch)
        return Probe(
            self.organizations + len(batch),
            self.readable + readable,
            (*self.owned, *owned),
            (*self.maybe, *maybe),
            self.is_whole,
        )


def asked_lines(profile: Profile) -> tuple[Line, ...]:
    """Which token to type, and where else it can come from."""
    host = profile.host
    own = host == DOCKER_HUB
    elsewhere = "IAM_TUI_USERNAME and IAM_TUI_TOKEN in the environment"
    elsewhere += ", or what `docker login` stored" if own else f", with IAM_TUI_API={profile.where}"
    return (
        line(" Your personal access token or password. Owners can change policies, others read them."),
        line(Span(f" It stays in memory and is sent only to {host}.", Tone.MUTED)),
        line(Span(f" Instead of typing: {elsewhere}.", Tone.MUTED)),
    )


def organization_token_lines(glyphs: Glyphs) -> tuple[Line, ...]:
    """Why an organization's token is refused before it is sent."""
    why, instead = ORGANIZATION_TOKEN
    return (
        line(Span(f" {glyphs.warning} ", Tone.BLOCKED), why),
        line(Span(f"   {instead} Nothing was sent.", Tone.MUTED)),
    )


def length_words(secret: str) -> Line:
    """The length of what was typed, which is all that a masked field shows."""
    count = len(secret)
    words = f"  {count} character{'' if count == 1 else 's'}" if count else ""
    return line(Span(words, Tone.MUTED))


def signing_in_words(credentials: Credentials, glyphs: Glyphs) -> Line:
    """Which sign-in is under way."""
    words = f" Signing in as {credentials.username} ({credentials.source}){glyphs.ellipsis}"
    return line(Span(words, Tone.STAGED))


def wait_words(waiting: Waiting, now: datetime) -> str:
    """What is waited for, and how many seconds more."""
    left = max(round((waiting.until - now).total_seconds()), 0)
    return f"{waiting.reason} {left:,} s left."


def probe_lines(probe: Probe, user: str, glyphs: Glyphs) -> tuple[Line, ...]:
    """What the sign-in allows, as far as it was tried."""
    more = "" if probe.is_whole else f" so far{glyphs.ellipsis}"
    yes, no, unknown = (
        Span(f"   {glyphs.allowed} ", Tone.ALLOWED),
        Span(f"   {glyphs.blocked} ", Tone.BLOCKED),
        Span(f"   {glyphs.unknown} ", Tone.STAGED),
    )
    refused = probe.organizations - probe.readable
    reads = f"read their settings: {probe.readable:,} of {probe.organizations:,}{more}"
    owned = _few(probe.owned)
    changes = (
        f"change settings: you own {owned}{more}; not tested, so that nothing changes"
        if probe.owned
        else f"change settings: you own none of them{more}"
    )
    if probe.maybe:
        changes += f"; your role in {_few(probe.maybe)} may include it"
    return (
        line(Span(" What this sign-in allows, as just tested", Tone.TITLE)),
        (),
        line(yes, f"sign in as {user}"),
        line(yes if probe.organizations else unknown, f"list organizations: {probe.organizations:,}{more}"),
        line(yes if probe.readable and not refused else unknown if probe.readable else no, reads),
        line(unknown if probe.owned or probe.maybe else no, changes),
        line(no, "community images and the allowlist: not in Docker's API; record them by hand"),
    )


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")
