"""An impact in words: what it breaks, in one sentence that fits into a row of 80 cells."""

from iam_tui.core.impact import Impact
from iam_tui.core.impact_effect import Effect
from iam_tui.core.usage_index import RepositoryGroup


def damage_words(impact: Impact, *, tense: str = "Would block") -> str:
    """What a change would break, in one sentence: images, and the people and tokens that pull them."""
    counts = impact.counts
    if not counts.repositories:
        if counts.unresolved:
            references = counted(counts.unresolved, "reference", "references")
            return f"No image could be resolved from {references}."
        return "Nothing is known yet about the images in use."
    if counts.newly_blocked:
        return f"{tense} {_in_use(impact, Effect.NEWLY_BLOCKED, counts.newly_blocked)}."
    return f"{tense} 0 of {counted(counts.repositories, 'image', 'images')} in use{_unsure(impact)}."


def flip_words(impact: Impact) -> str:
    """What flipping a switch now would do, in one sentence."""
    counts = impact.counts
    if counts.newly_blocked or not counts.newly_allowed:
        return damage_words(impact, tense="Toggling it blocks")
    return f"Toggling it allows {_in_use(impact, Effect.NEWLY_ALLOWED, counts.newly_allowed)}."


def used_by(group: RepositoryGroup) -> str:
    """How many people and tokens pull a repository; without any, how many places name it."""
    return _who(len(group.people), len(group.tokens)) or f"in {counted(len(group.usages), 'place', 'places')}"


def counted(count: int, one: str, many: str) -> str:
    """A number with its noun in singular or plural: `1 image`, `1,200 images`."""
    return f"{count:,} {one if count == 1 else many}"


def _in_use(impact: Impact, effect: Effect, count: int) -> str:
    pullers = impact.pullers(effect)
    who = _who(len(pullers.people), len(pullers.tokens))
    return f"{counted(count, 'image', 'images')} in use{f' by {who}' if who else ''}{_unsure(impact)}"


def _who(people: int, tokens: int) -> str:
    words = [counted(people, "person", "people")] if people else []
    words += [counted(tokens, "CI token", "CI tokens")] if tokens else []
    return ", ".join(words)


def _unsure(impact: Impact) -> str:
    return f"; {impact.unsure:,} unsure" if impact.unsure else ""
