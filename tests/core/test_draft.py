"""Drafts: staging, undo and redo, and rebasing when another person has saved."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from iam_tui.core.draft import Draft, EntryChange, SettingChange, apply_change, changes_between
from iam_tui.core.policy import AllowlistEntry, Policy, Setting
from tests.core.situations import revision

SAVED = datetime(2026, 8, 1, tzinfo=UTC)
names = st.sampled_from(["a/a", "b/b", "library/nginx"])
entries = st.builds(
    AllowlistEntry,
    names,
    st.sampled_from(["", "needed"]),
    st.sampled_from([None, date(2027, 1, 1)]),
    st.sampled_from(["", "olivia"]),
)
lists = st.lists(entries, max_size=3).map(lambda many: Policy().allow(many).allowlist)
policies = st.builds(Policy, st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans(), lists)


def staged(first: Policy, then: list[Policy]) -> Draft:
    draft = Draft.of(revision(first))
    for policy in then:
        draft = draft.stage(policy)
    return draft


some_drafts = st.builds(staged, policies, st.lists(policies, max_size=5))


def test_a_draft_begins_with_nothing_staged() -> None:
    draft = Draft.of(revision(Policy()))
    assert draft.is_clean
    assert draft.changes == ()
    assert (draft.undo(), draft.redo(), draft.discard()) == (draft, draft, draft)


def test_changes_are_in_the_console_s_order_and_then_by_repository() -> None:
    old = AllowlistEntry("b/b", "for a while")
    new = AllowlistEntry("a/a")
    before = Policy(community=None).allow([old])
    after = Policy(enabled=True, official=False, community=True).allow([new])
    assert changes_between(before, after) == (
        SettingChange(Setting.ENABLED, False, True),
        SettingChange(Setting.COMMUNITY, None, True),
        SettingChange(Setting.OFFICIAL, True, False),
        EntryChange("a/a", None, new),
        EntryChange("b/b", old, None),
    )


def test_another_reason_or_review_date_is_a_change() -> None:
    old, new = AllowlistEntry("a/a", "why"), AllowlistEntry("a/a", "why", date(2027, 1, 1))
    before, after = Policy().allow([old]), Policy().allow([new])
    assert changes_between(before, after) == (EntryChange("a/a", old, new),)


def test_removing_an_entry_and_adding_it_again_changes_nothing() -> None:
    base = revision(Policy().allow([AllowlistEntry("a/a", "why", None, "olivia", SAVED)]))
    removed = Draft.of(base).stage(base.policy.disallow("a/a"))
    again = removed.stage(removed.policy.allow([AllowlistEntry("a/a", "why")]))
    assert not removed.is_clean
    assert again.is_clean
    assert again.undo().changes == removed.changes


@given(some_drafts, policies)
def test_undo_takes_back_exactly_one_step_and_redo_brings_it_again(draft: Draft, policy: Policy) -> None:
    next_one = draft.stage(policy)
    if next_one is not draft:
        assert (next_one.undo().policy, next_one.undo().past) == (draft.policy, draft.past)
        assert next_one.undo().redo() == next_one


@given(some_drafts)
def test_undoing_everything_ends_at_the_base_and_redoing_everything_returns(draft: Draft) -> None:
    undone = draft
    for _ in draft.past:
        undone = undone.undo()
    assert undone.policy == draft.base.policy
    for _ in draft.past:
        undone = undone.redo()
    assert undone == draft


@given(some_drafts, policies)
def test_a_new_step_leaves_nothing_to_redo(draft: Draft, policy: Policy) -> None:
    undone = draft.undo()
    after = undone.stage(policy)
    assert after is undone or after.future == ()


@given(some_drafts)
def test_discarding_leaves_nothing_staged_and_can_be_undone(draft: Draft) -> None:
    discarded = draft.discard()
    assert discarded.is_clean
    if not draft.is_clean:
        assert discarded.undo().policy == draft.policy


@given(some_drafts)
def test_a_draft_is_clean_exactly_when_it_has_no_changes(draft: Draft) -> None:
    assert draft.is_clean is (draft.changes == ())


@given(policies, policies)
def test_applying_the_changes_between_two_policies_leads_from_one_to_the_other(
    before: Policy, after: Policy
) -> None:
    policy = before
    for change in changes_between(before, after):
        policy = apply_change(policy, change)
    assert changes_between(policy, after) == ()


@given(some_drafts, policies)
def test_over_a_newer_revision_what_is_mine_wins_and_the_rest_is_theirs(draft: Draft, theirs: Policy) -> None:
    rebased = draft.rebase(revision(theirs, 2))
    mine = draft.changes
    assert rebased.base.policy == theirs
    for change in mine:
        if isinstance(change, SettingChange):
            assert rebased.policy.setting(change.setting) == change.after
        else:
            kept = rebased.policy.entry(change.repository)
            assert (kept and kept[:3]) == (change.after and change.after[:3])
    switched = {change.setting for change in mine if isinstance(change, SettingChange)}
    listed = {change.repository for change in mine if isinstance(change, EntryChange)}
    assert all(rebased.policy.setting(one) == theirs.setting(one) for one in Setting if one not in switched)
    untouched = [entry for entry in theirs.allowlist or () if entry.repository not in listed]
    assert [entry for entry in rebased.policy.allowlist or () if entry.repository not in listed] == untouched


@given(some_drafts)
def test_over_the_same_policy_the_changes_stay_the_same(draft: Draft) -> None:
    rebased = draft.rebase(revision(draft.base.policy, 2))
    assert rebased.changes == draft.changes
    assert rebased.undo().is_clean


def test_what_both_changed_alike_is_not_a_change() -> None:
    mine = Draft.of(revision(Policy())).stage(Policy(enabled=True).allow([AllowlistEntry("a/a", "why")]))
    theirs = Policy(enabled=True).allow([AllowlistEntry("a/a", "why", None, "otto", SAVED)])
    rebased = mine.rebase(revision(theirs, 2))
    assert rebased.is_clean
    assert rebased.policy == theirs


def test_an_entry_that_both_added_keeps_who_added_it_first() -> None:
    mine = Draft.of(revision(Policy())).stage(Policy(enabled=True).allow([AllowlistEntry("a/a", "why")]))
    theirs = AllowlistEntry("a/a", "why", None, "otto", SAVED)
    rebased = mine.rebase(revision(Policy().allow([theirs]), 2))
    assert rebased.changes == (SettingChange(Setting.ENABLED, False, True),)
    assert rebased.policy.entry("a/a") == theirs
