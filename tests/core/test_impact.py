"""What an impact shows: what stops, may stop, starts and may start, and what is not known."""

from datetime import timedelta

from iam_tui.core.category import Category
from iam_tui.core.impact import Impact, ImpactCounts, Pullers, flips
from iam_tui.core.impact_effect import Effect
from iam_tui.core.organization import Organization, Plan
from iam_tui.core.policy import AllowlistEntry, Policy, Setting
from iam_tui.core.usage import Status
from iam_tui.core.verdict import Rule
from tests.core.inventories import NOON, groups, pulled, usage

OFF = Policy()
ON = Policy(enabled=True)
MIXED = groups(
    usage("nginx", line=1),
    usage("nginx:1.27", line=2),
    usage("grafana/grafana"),
    usage("mlrun/mlrun"),
    usage("nobody/knows"),
    usage("acme/tool"),
    usage("ghcr.io/mlrun/mlrun"),
    usage(None),
    usage(None, line=9),
)


def names(impact: Impact, effect: Effect) -> list[str]:
    return [row.group.repository for row in impact.rows(effect)]


def test_switching_it_on_stops_community_images_and_may_stop_unknown_ones() -> None:
    impact = Impact(MIXED, OFF, ON)
    assert impact.counts == ImpactCounts(1, 1, 0, 0, same=3, not_covered=1, unresolved=2)
    (row,) = impact.rows(Effect.STOPS)
    assert (row.group.repository, row.group.category) == ("mlrun/mlrun", Category.COMMUNITY)
    assert (row.before.rule, row.after.rule) == (Rule.DISABLED, Rule.COMMUNITY)
    (doubt,) = impact.rows(Effect.MAY_STOP)
    assert (doubt.group.repository, doubt.group.category) == ("nobody/knows", None)


def test_switching_it_off_again_is_the_other_way_round() -> None:
    impact = Impact(MIXED, ON, OFF)
    assert names(impact, Effect.STARTS) == ["mlrun/mlrun"]
    assert names(impact, Effect.MAY_START) == ["nobody/knows"]
    assert impact.rows(Effect.STOPS) == ()


def test_a_switch_that_cannot_concern_an_unknown_image_leaves_it_unchanged() -> None:
    """Whether nobody/knows is a verified publisher or not, it is not an official image."""
    impact = Impact(MIXED, ON, ON.with_setting(Setting.OFFICIAL, on=False))
    assert impact.counts == ImpactCounts(1, 0, 0, 0, same=4, not_covered=1, unresolved=2)


def test_two_switches_that_swap_may_stop_an_unknown_image() -> None:
    """It is CANNOT TELL before and after, and stops or starts: what may do both may stop."""
    swapped = ON.with_setting(Setting.COMMUNITY, on=True).with_setting(Setting.VERIFIED_PUBLISHER, on=False)
    assert names(Impact(MIXED, ON, swapped), Effect.MAY_STOP) == ["nobody/knows"]


def test_unknown_before_and_blocked_after_may_stop() -> None:
    """portainer/portainer-ce of the demo: it may work today, and is BLOCKED afterwards."""
    closed = ON.with_setting(Setting.VERIFIED_PUBLISHER, on=False)
    made = groups(usage("nobody/knows"))
    impact = Impact(made, ON, closed)
    assert impact.counts == ImpactCounts(0, 1, 0, 0, 0, 0, 0)
    assert not impact.counts.is_all_clear
    assert Impact(made, closed, ON).counts == ImpactCounts(0, 0, 0, 1, 0, 0, 0)


def test_a_value_staged_over_an_unknown_one_leaves_before_unknown() -> None:
    """Community off over `?`: what is a community image may work today."""
    unknown = ON.with_setting(Setting.COMMUNITY, on=None)
    made = groups(usage("mlrun/mlrun"))
    assert Impact(made, unknown, ON).counts == ImpactCounts(0, 1, 0, 0, 0, 0, 0)
    opened = ON.with_setting(Setting.COMMUNITY, on=True)
    assert Impact(made, unknown, opened).counts == ImpactCounts(0, 0, 0, 1, 0, 0, 0)


def test_an_unknown_allowlist_on_both_sides_is_the_same_list() -> None:
    """Nothing that hangs on it alone differs; what a switch allowed until now may stop."""
    unknown = Policy(enabled=True, community=False, allowlist_enabled=None, allowlist=None)
    closed = unknown.with_setting(Setting.VERIFIED_PUBLISHER, on=False)
    made = groups(usage("mlrun/mlrun"), usage("grafana/grafana"))
    impact = Impact(made, unknown, closed)
    assert names(impact, Effect.MAY_STOP) == ["grafana/grafana"]
    assert names(impact, Effect.SAME) == ["mlrun/mlrun"]


def test_without_a_business_plan_nothing_differs() -> None:
    team = groups(usage("mlrun/mlrun"), organization=Organization("acme", Plan.TEAM))
    assert Impact(team, OFF, ON).counts == ImpactCounts(0, 0, 0, 0, 1, 0, 0)


def test_every_place_and_tag_of_a_repository_is_one_row() -> None:
    impact = Impact(MIXED, ON, ON.with_setting(Setting.OFFICIAL, on=False))
    assert [one.line for one in impact.rows(Effect.STOPS)[0].group.usages] == [1, 2]


def test_doubtful_places_count_and_results_of_builds_do_not() -> None:
    doubtful = usage("mlrun/mlrun", Status.DOUBTFUL)
    made = groups(doubtful, usage("nobody/else", Status.BUILT))
    assert made.built == 1
    (row,) = Impact(made, OFF, ON).rows(Effect.STOPS)
    assert row.group.usages == (doubtful,)


def test_people_and_tokens_are_separate_and_the_last_pull_is_the_last() -> None:
    rows = (
        pulled("mlrun/mlrun", "max", pulls=3, hour=5),
        pulled("mlrun/mlrun", "acme-ci", "ci-checkout", pulls=40, hour=2),
    )
    (row,) = Impact(groups(pulls=rows), OFF, ON).rows(Effect.STOPS)
    assert row.group.people == ("acme-ci", "max")
    assert row.group.tokens == ("ci-checkout",)
    assert (row.group.pulls, row.group.last_pull) == (43, NOON + timedelta(hours=5))


def test_owners_pulls_are_left_out() -> None:
    """In upper or lower case; what others use too stays, without the owners."""
    rows = (
        pulled("mlrun/mlrun", "Olivia", pulls=7),
        pulled("nobody/else", "olivia", "laptop", pulls=2),
        pulled("mlrun/mlrun", "max"),
    )
    made = groups(pulls=rows)
    assert (made.owner_pulls, made.owners_only) == (9, 1)
    (row,) = Impact(made, OFF, ON).rows(Effect.STOPS)
    assert (row.group.people, row.group.tokens, row.group.pulls) == (("max",), (), 1)


def test_the_most_used_comes_first() -> None:
    """More people before more pulls before more places."""
    rows = (
        pulled("a/many-pulls", "max", pulls=500),
        pulled("b/two-people", "max"),
        pulled("b/two-people", "eddy"),
        pulled("c/one-pull", "max"),
    )
    places = (usage("d/two-places"), usage("d/two-places"), usage("e/one-place"))
    open_to_all = ON.with_setting(Setting.COMMUNITY, on=True)
    closed = ON.with_setting(Setting.VERIFIED_PUBLISHER, on=False)
    impact = Impact(groups(*places, pulls=rows), open_to_all, closed)
    assert [row.group.repository[0] for row in impact.rows(Effect.STOPS)] == list("bacde")


def test_an_allowlist_entry_more_or_less_changes_its_row_only() -> None:
    listing = ON.with_setting(Setting.ALLOWLIST, on=True)
    listed = listing.allow([AllowlistEntry("mlrun/mlrun"), AllowlistEntry("not/used")])
    assert names(Impact(MIXED, listing, listed), Effect.STARTS) == ["mlrun/mlrun"]
    assert names(Impact(MIXED, listed, listing), Effect.STOPS) == ["mlrun/mlrun"]
    assert Impact(MIXED, listing, listed).counts.same == 4


def test_each_switch_shows_what_flipping_it_would_do() -> None:
    listed = ON.with_setting(Setting.ALLOWLIST, on=True).allow([AllowlistEntry("mlrun/mlrun")])
    told = {setting: one.counts[:4] for setting, one in flips(MIXED, listed).items()}
    assert told == {
        Setting.ENABLED: (0, 0, 0, 1),
        Setting.COMMUNITY: (0, 0, 0, 1),
        Setting.VERIFIED_PUBLISHER: (1, 1, 0, 0),
        Setting.OFFICIAL: (1, 0, 0, 0),
        Setting.ALLOWLIST: (1, 0, 0, 0),
    }


def test_an_unknown_switch_flips_to_on() -> None:
    """As a key on it would."""
    unknown = ON.with_setting(Setting.COMMUNITY, on=None)
    flipped = flips(MIXED, unknown)[Setting.COMMUNITY]
    assert flipped.after.community is True
    assert {row.group.repository for row in flipped.rows(Effect.MAY_START)} == {"mlrun/mlrun", "nobody/knows"}


def test_the_pullers_are_those_of_what_is_newly_blocked() -> None:
    rows = (
        pulled("mlrun/mlrun", "max"),
        pulled("mlrun/other", "max", "ci"),
        pulled("mlrun/other", "eddy"),
        pulled("library/nginx", "zoe"),
    )
    made = groups(usage("mlrun/third"), pulls=rows)
    assert Impact(made, OFF, ON).pullers() == Pullers(2, frozenset({"max", "eddy"}), frozenset({"ci"}))
