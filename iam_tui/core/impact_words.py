"""An impact in words: the damage in one sentence, short enough for a row of 80 cells."""

from iam_tui.core.impact import Impact
from iam_tui.core.impact_effect import Effect
from iam_tui.core.usage_index import RepositoryGroup


def damage_words(impact: Impact, *, tense: str = "Would block") -> str:
    """What a change would break, in one sentence: images, and the people and tokens that pull them."""
    counts = impact.counts
    if not counts.repositories:
        if counts.unresolved:
            places = counted(counts.unresolved, "place", "places")
            return f"Nobody can tell: {places} in use, and none names its image."
        return "Nothing is known yet of what is used."
    if counts.newly_blocked:
        return f"{tense} {_in_use(impact, Effect.NEWLY_BLOCKED, counts.newly_blocked)}."
    return f"{tense} nothing of {counted(counts.repositories, 'image', 'images')} in use{_unsure(impact)}."


def flip_words(impact: Impact) -> str:
    """What flipping a switch now would do, in one sentence."""
    counts = impact.counts
    if counts.newly_blocked or not counts.newly_allowed:
        return damage_words(impact, tense="Flipping it blocks")
    return f"Flipping it allows {_in_use(impact, Effect.NEWLY_ALLOWED, counts.newly_allowed)}."


def used_by(group: RepositoryGroup) -> str:
    """Who pulls a repository, counted; or, if nobody is known to, how many places name it."""
    told = _who(len(group.people), len(group.tokens))
    return told or f"in {counted(len(group.usages), 'place', 'places')}"


def counted(count: int, one: str, many: str) -> str:
    """So many of something, in words."""
    return f"{count:,} {one if count == 1 else many}"


def _in_use(impact: Impact, effect: Effect, count: int) -> str:
    reach = impact.reach(effect)
    who = _who(len(reach.people), len(reach.tokens))
    return f"{counted(count, 'image', 'images')} in use{f' by {who}' if who else ''}{_unsure(impact)}"


def _who(people: int, tokens: int) -> str:
    told = [counted(people, "person", "people")] if people else []
    told += [counted(tokens, "CI token", "CI tokens")] if tokens else []
    return ", ".join(told)


def _unsure(impact: Impact) -> str:
    return f"; {impact.unsure:,} unsure" if impact.unsure else ""
