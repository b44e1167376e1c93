"""The few signs beside the words, in Unicode or in plain ASCII."""

from typing import NamedTuple


class Glyphs(NamedTuple):
    """A set of signs; each is one cell wide, except in ASCII where switches take three."""

    allowed: str = "✓"
    blocked: str = "✗"
    outside: str = "○"
    unknown: str = "?"
    warning: str = "!"
    staged: str = "Δ"
    locked: str = "="
    on: str = "●"
    off: str = "○"
    cursor: str = "›"
    crumb: str = "›"
    ellipsis: str = "…"
    arrow: str = "→"
    dot: str = "·"
    rule: str = "─"
    done: str = "━"


UNICODE = Glyphs()
ASCII = Glyphs(
    allowed="+",
    blocked="x",
    outside="o",
    staged="*",
    on="(*)",
    off="( )",
    cursor=">",
    crumb=">",
    ellipsis="...",
    arrow="->",
    dot="-",
    rule="-",
    done="#",
)
