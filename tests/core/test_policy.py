"""Policies: the defaults, the switches, and the allowlist."""

from datetime import date
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui.core.category import Category
from iam_tui.core.policy import HUB_SETTINGS, SETTINGS, AllowlistEntry, Policy, Setting

repositories = st.sampled_from(["a/a", "a/b", "b/a", "library/nginx", "z/z"])
entries = st.builds(AllowlistEntry, repositories, st.sampled_from(["", "needed"]))


def test_a_new_policy_is_off_with_official_and_verified_publishers_on() -> None:
    policy = Policy()
    assert [policy.setting(setting) for setting in Setting] == [False, False, True, True, False]
    assert policy.allowlist == ()


def test_settings_are_in_the_order_of_docker_s_console() -> None:
    assert [setting.label for setting in Setting] == [
        "Image Access Management",
        "Community images",
        "Docker Verified Publisher Images",
        "Docker Official Images",
        "Repository allowlist",
    ]


def test_the_table_has_every_setting_and_every_switchable_category_once() -> None:
    assert set(SETTINGS) == set(Setting)
    switched = [facts.category for facts in SETTINGS.values() if facts.category]
    assert sorted(switched) == sorted(set(Category) - {Category.ORGANIZATION})
    assert all(Policy().switch(one) == Policy().setting(Setting(one.value)) for one in switched)


def test_no_two_settings_share_a_key_or_an_option() -> None:
    for shared in ("json_key", "option", "hub_key"):
        used = [value for facts in SETTINGS.values() if (value := getattr(facts, shared)) is not None]
        assert len(set(used)) == len(used)


def test_names_fit_the_columns_that_they_are_for() -> None:
    for names in (*(one.names for one in Category), *(facts.names for facts in SETTINGS.values())):
        assert len(names.narrow) <= 9
        assert len(names.heading) <= 4


def test_only_what_docker_hub_s_api_lacks_can_be_unknown() -> None:
    assert HUB_SETTINGS == (Setting.ENABLED, Setting.OFFICIAL, Setting.VERIFIED_PUBLISHER)


@given(st.sampled_from(Setting), st.booleans())
def test_switching_one_setting_leaves_the_others(setting: Setting, on: bool) -> None:
    policy = Policy().with_setting(setting, on=on)
    assert policy.setting(setting) is on
    assert all(policy.setting(one) == Policy().setting(one) for one in Setting if one is not setting)


def test_the_organization_s_own_images_have_no_switch() -> None:
    everything_off = Policy(enabled=True, official=False, verified_publisher=False)
    assert everything_off.switch(Category.ORGANIZATION) is True
    assert everything_off.switch(Category.OFFICIAL) is False


@given(st.lists(st.tuples(st.booleans(), entries)))
def test_the_allowlist_stays_sorted_with_each_repository_once(
    edits: list[tuple[bool, AllowlistEntry]],
) -> None:
    policy, expected = Policy(), dict[str, AllowlistEntry]()
    for add, entry in edits:
        if add:
            policy = policy.allow([entry])
            expected[entry.repository] = entry
        else:
            policy = policy.disallow(entry.repository)
            expected.pop(entry.repository, None)
    assert policy.allowlist == tuple(expected[name] for name in sorted(expected))
    assert all(policy.entry(name) == entry for name, entry in expected.items())


@given(st.lists(entries))
def test_allowing_many_at_once_is_allowing_one_after_the_other(many: list[AllowlistEntry]) -> None:
    one_by_one = Policy()
    for entry in many:
        one_by_one = one_by_one.allow([entry])
    assert Policy().allow(many) == one_by_one


def test_editing_never_changes_the_policy_it_began_with() -> None:
    first = Policy().allow([AllowlistEntry("a/a", "needed", date(2027, 1, 1))])
    assert not first.lists("b/b")
    second = first.allow([AllowlistEntry("b/b")]).disallow("a/a")
    assert (first.lists("a/a"), first.lists("b/b")) == (True, False)
    assert (second.lists("a/a"), second.lists("b/b")) == (False, True)


@pytest.mark.parametrize("policy", [Policy(allowlist=None), Policy().allow([AllowlistEntry("a/a")])])
def test_an_edit_without_effect_gives_the_same_policy(policy: Policy) -> None:
    assert policy.disallow("b/b") is policy
    assert policy.allow(policy.allowlist or ()) is policy


def test_looking_up_costs_the_same_in_a_long_allowlist() -> None:
    def cost(policy: Policy) -> float:
        policy.lists("none/such")
        began = perf_counter()
        for _ in range(1000):
            policy.lists("none/such")
        return perf_counter() - began

    short = Policy().allow([AllowlistEntry("a/a")])
    long = Policy().allow([AllowlistEntry(f"a/{number}") for number in range(10_000)])
    assert min(cost(long) for _ in range(5)) < 20 * min(cost(short) for _ in range(5))
