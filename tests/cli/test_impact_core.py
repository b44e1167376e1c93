"""`impact` prints what core's `Impact` computes, for every kind of change, from both kinds of sources."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from iam_tui.core.catalog import BadgeSource, Catalog, KnownBadge
from iam_tui.core.category import Badge
from iam_tui.core.impact import Impact, ImpactRow
from iam_tui.core.impact_effect import Effect
from iam_tui.core.organization import Organization
from iam_tui.core.policy import AllowlistEntry, Policy, Setting
from iam_tui.core.reference import ImageReference
from iam_tui.core.usage import Inventory, Pulls, Usage
from iam_tui.core.usage_index import UsageIndex
from tests.cli.conftest import NOW, Cli
from tests.cli.impacts import DOCKERFILE, impact, project, report

TODAY = Policy(
    enabled=True,
    official=False,
    allowlist_enabled=True,
    allowlist=(AllowlistEntry("library/postgres", "orders"),),
)
GROUPS = {
    "newly_blocked": Effect.STOPS,
    "may_stop": Effect.MAY_STOP,
    "newly_allowed": Effect.STARTS,
    "may_start": Effect.MAY_START,
}
TINY = AllowlistEntry("tiny/tool")
CHANGES: list[tuple[tuple[str, ...], Policy]] = [
    (("--disable",), TODAY.with_setting(Setting.ENABLED, on=False)),
    (("--enable", "--official", "on"), TODAY.with_setting(Setting.OFFICIAL, on=True)),
    (("--verified-publishers", "off"), TODAY.with_setting(Setting.VERIFIED_PUBLISHER, on=False)),
    (("--community", "on"), TODAY.with_setting(Setting.COMMUNITY, on=True)),
    (("--allowlist", "off"), TODAY.with_setting(Setting.ALLOWLIST, on=False)),
    (("--allow", "tiny/tool"), TODAY.allow([TINY])),
    (("--disallow", "postgres"), TODAY.disallow("library/postgres")),
    (
        ("--verified-publishers", "off", "--allow", "tiny/tool", "--disallow", "postgres"),
        TODAY.with_setting(Setting.VERIFIED_PUBLISHER, on=False).allow([TINY]).disallow("library/postgres"),
    ),
]


def hour(day: int, of_day: int) -> datetime:
    return datetime(2026, 8, day, of_day, tzinfo=UTC)


def usage_index() -> UsageIndex:
    """What the project and the report contain, written out."""
    images = [line.removeprefix("FROM ") for line in DOCKERFILE.splitlines()]
    usages = [
        Usage("Dockerfile", line, "FROM", image, ImageReference.parse(image))
        for line, image in enumerate(images, start=1)
    ]
    pulls = (
        Pulls("grafana/grafana", "max", "", 3, hour(1, 10)),
        Pulls("grafana/grafana", "eddie", "ci-build", 40, hour(2, 11)),
        Pulls("grafana/grafana", "olivia", "", 500, hour(3, 12)),
        Pulls("tiny/else", "olivia", "", 7, hour(3, 12)),
        Pulls("library/postgres", "max", "", 1, hour(1, 10)),
    )
    known = {"grafana": Badge.VERIFIED_PUBLISHER, "tiny": Badge.NONE}
    badges = {name: KnownBadge(badge, NOW.date(), BadgeSource.HAND) for name, badge in known.items()}
    catalog = Catalog(badges, today=NOW.date())
    return UsageIndex(Inventory(tuple(usages), pulls), catalog, Organization("acme"), ["olivia"])


def as_json(row: ImpactRow) -> dict[str, Any]:
    group = row.group
    return {
        "repository": group.repository,
        "category": group.category,
        "usages": [{"file": usage.file, "line": usage.line} for usage in group.usages],
        "people": list(group.people),
        "tokens": list(group.tokens),
        "pulls": group.pulls,
        "last_pull": group.last_pull and f"{group.last_pull:%Y-%m-%dT%H:%M:%SZ}",
    }


@pytest.mark.parametrize(("changes", "after"), CHANGES, ids=[" ".join(words) for words, _ in CHANGES])
def test_it_prints_what_core_computes(
    cli: Cli, db: str, tmp_path: Path, changes: tuple[str, ...], after: Policy
) -> None:
    found = impact(cli, db, *changes, "--pulls", report(tmp_path), "--scan", project(tmp_path))
    expected = Impact(usage_index(), TODAY, after)
    for name, effect in GROUPS.items():
        assert found[name] == [as_json(row) for row in expected.rows(effect)]
    assert found["cannot_tell"] == found["may_stop"] + found["may_start"]
    for name, count in (("unchanged", "same"), ("not_covered", "not_covered"), ("unresolved", "unresolved")):
        assert found[name] == getattr(expected.counts, count)


def test_todays_policy_is_compared_with_none(cli: Cli, db: str, tmp_path: Path) -> None:
    found = impact(cli, db, "--pulls", report(tmp_path), "--scan", project(tmp_path))
    expected = Impact(usage_index(), TODAY.with_setting(Setting.ENABLED, on=False), TODAY)
    assert found["newly_blocked"] == [as_json(row) for row in expected.rows(Effect.STOPS)]
    assert found["may_stop"] == [as_json(row) for row in expected.rows(Effect.MAY_STOP)]
