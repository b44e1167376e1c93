"""An impact in words: the damage in one sentence."""

from iam_tui.core.impact import Impact


def damage_words(impact: Impact, *, tense: str = "Would block") -> str:
    """What a change would break, in one sentence: images, and the people and tokens that pulled them."""
    counts = impact.counts
    if not counts.repositories:
        if counts.unresolved:
            return f"Nobody can tell: {_count(counts.unresolved, 'place')} in use, and none names its image."
        return "Nothing is known yet of what is used."
    if not counts.newly_blocked:
        unsure = f"; {_count(impact.unsure, 'image')} cannot be told" if impact.unsure else ""
        return f"{tense} nothing of {_count(counts.repositories, 'image')} in use{unsure}."
    reach = impact.reach()
    people, tokens = len(reach.people), len(reach.tokens)
    who = [f"{people:,} {'person' if people == 1 else 'people'}"] if people else []
    who += [_count(tokens, "CI token")] if tokens else []
    pulled = f", {reach.pulled:,} pulled by {' and '.join(who)}" if who else ""
    return f"{tense} {_count(counts.newly_blocked, 'image')}{pulled}."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
