"""An impact in words: what it breaks and what is not known, in one sentence that fits into 80 cells."""

from typing import Final, NamedTuple

from iam_tui.core.counted import counted
from iam_tui.core.impact import Impact
from iam_tui.core.impact_effect import Effect
from iam_tui.core.usage_index import RepositoryGroup


class Tense(NamedTuple):
    """How a sentence begins, for what is certain and for what depends on an unknown; how another ends."""

    blocks: str
    may_block: str
    stop: str = "would stop"


STAGED: Final = Tense("Would block", "May block")
TODAY: Final = Tense("Today's policy blocks", "Today's policy may block", "is blocked")
_TOGGLED: Final = Tense("Toggling it blocks", "Toggling it may block")


def damage_words(impact: Impact, tense: Tense = STAGED) -> str:
    """What a change would break, in one sentence: images, and the people and tokens that pull them.

    That nothing is blocked is said only if `ImpactCounts.is_all_clear`; otherwise the sentence says what is
    not known.
    """
    counts = impact.counts
    unresolved = counted(counts.unresolved, "reference is", "references are")
    if counts.stops:
        more = f"; {counts.may_stop:,} may stop" if counts.may_stop else ""
        return f"{tense.blocks} {_in_use(impact, Effect.STOPS)}{more}."
    if counts.may_stop:
        more = f"; {unresolved} unresolved" if counts.unresolved else ""
        return f"{tense.may_block} {_in_use(impact, Effect.MAY_STOP)}{more}."
    if not counts.repositories:
        if counts.unresolved:
            return f"Not known: {unresolved} unresolved, and no image is known."
        return "No image in use was found in the sources."
    images = counted(counts.repositories, "image", "images")
    if counts.unresolved:
        return f"{unresolved} unresolved; none of {images} in use {tense.stop}."
    return f"{tense.blocks} 0 of {images} in use."


def flip_words(impact: Impact) -> str:
    """What flipping a switch now would do, in one sentence."""
    counts = impact.counts
    if counts.stops or counts.may_stop or not (counts.starts or counts.may_start):
        return damage_words(impact, _TOGGLED)
    if not counts.starts:
        return f"Toggling it may allow {_in_use(impact, Effect.MAY_START)}."
    more = f"; {counts.may_start:,} may start" if counts.may_start else ""
    return f"Toggling it allows {_in_use(impact, Effect.STARTS)}{more}."


def used_by(group: RepositoryGroup) -> str:
    """How many people and tokens pull a repository; without any, how many places name it."""
    return _who(len(group.people), len(group.tokens)) or f"in {counted(len(group.usages), 'place', 'places')}"


def _in_use(impact: Impact, effect: Effect) -> str:
    pullers = impact.pullers(effect)
    who = _who(len(pullers.people), len(pullers.tokens))
    return f"{counted(impact.counts.of(effect), 'image', 'images')} in use{f' by {who}' if who else ''}"


def _who(people: int, tokens: int) -> str:
    words = [counted(people, "person", "people")] if people else []
    words += [counted(tokens, "CI token", "CI tokens")] if tokens else []
    return ", ".join(words)
