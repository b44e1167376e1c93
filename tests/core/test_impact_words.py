"""The one sentence of an impact: it says that nothing is blocked only where that is known."""

import pytest

from iam_tui.core.impact import Impact
from iam_tui.core.impact_words import TODAY, damage_words, flip_words
from iam_tui.core.policy import Policy, Setting
from tests.core.inventories import groups, pulled, usage

ON = Policy(enabled=True)
CLOSED = ON.with_setting(Setting.VERIFIED_PUBLISHER, on=False)
STOPS, MAY_STOP, SAME, UNRESOLVED = "grafana/grafana", "nobody/knows", "nginx", None


@pytest.mark.parametrize(
    ("images", "words"),
    [
        ((STOPS, SAME), "Would block 1 image in use."),
        ((STOPS, MAY_STOP, UNRESOLVED), "Would block 1 image in use; 1 may stop."),
        ((MAY_STOP, SAME), "May block 1 image in use."),
        ((MAY_STOP, UNRESOLVED), "May block 1 image in use; 1 reference is unresolved."),
        ((SAME, UNRESOLVED), "1 reference is unresolved; none of 1 image in use would stop."),
        ((UNRESOLVED, UNRESOLVED), "Not known: 2 references are unresolved, and no image is known."),
        ((SAME,), "Would block 0 of 1 image in use."),
        ((), "No image in use was found in the sources."),
    ],
)
def test_what_stops_comes_first_then_what_is_not_known(images: tuple[str | None, ...], words: str) -> None:
    assert damage_words(Impact(groups(*map(usage, images)), ON, CLOSED)) == words


def test_people_are_counted_for_what_may_stop_too() -> None:
    impact = Impact(groups(pulls=(pulled(MAY_STOP, "max"), pulled(MAY_STOP, "eddy", "ci"))), ON, CLOSED)
    assert damage_words(impact, TODAY) == "Today's policy may block 1 image in use by 2 people, 1 CI token."


def test_a_toggle_that_may_only_allow_says_so() -> None:
    made = groups(usage(MAY_STOP), usage(STOPS))
    assert flip_words(Impact(made, CLOSED, ON)) == "Toggling it allows 1 image in use; 1 may start."
    assert flip_words(Impact(groups(usage(MAY_STOP)), CLOSED, ON)) == "Toggling it may allow 1 image in use."
    assert flip_words(Impact(groups(usage(SAME)), CLOSED, ON)) == "Toggling it blocks 0 of 1 image in use."
