"""What comes of two people's changes to one policy."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from iam_tui.core.draft import Draft
from iam_tui.core.policy import AllowlistEntry, Policy, Revision
from iam_tui.ui.review.conflict_rows import disputed, merged, own_changes
from iam_tui.ui.shared.change_rows import key_of
from tests.clock import FixedClock

NAMES = ("library/nginx", "grafana/grafana", "bitnami/redis")
entries = st.builds(AllowlistEntry, st.sampled_from(NAMES), st.sampled_from(("", "why", "[b]because[/b]")))
policies = st.builds(
    lambda on, listed: Policy(*on).allow(listed),
    st.tuples(*[st.booleans()] * 5),
    st.lists(entries, max_size=3),
)


def trio(opened: Policy, theirs: Policy, mine: Policy) -> tuple[Draft, Revision]:
    """A draft over revision 1, and the revision 2 that somebody else saved."""
    now = FixedClock()()
    return Draft.of(Revision(1, opened, "maya", now)).stage(mine), Revision(2, theirs, "ken", now)


@given(policies, policies, policies)
def test_what_is_kept_by_itself_is_the_draft_rebased(opened: Policy, theirs: Policy, mine: Policy) -> None:
    draft, newest = trio(opened, theirs, mine)
    assert merged(draft, newest, own_changes(draft)) == draft.rebase(newest)


@given(policies, policies, policies)
def test_keeping_all_of_theirs_leaves_nothing_staged(opened: Policy, theirs: Policy, mine: Policy) -> None:
    draft, newest = trio(opened, theirs, mine)
    assert merged(draft, newest, frozenset()) == Draft.of(newest)


@given(policies, policies, policies)
def test_keeping_all_of_yours_is_yours(opened: Policy, theirs: Policy, mine: Policy) -> None:
    draft, newest = trio(opened, theirs, mine)
    kept = {key_of(change) for change in disputed(draft, newest)}
    outcome = merged(draft, newest, kept)
    assert disputed(outcome, replace(newest, policy=mine)) == ()
    assert outcome.base == newest
