"""Which categories an image could be in, and which source of a badge counts."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui.core.catalog import BadgeSource, Catalog, KnownBadge
from iam_tui.core.catalog_data import OFFICIAL_NAMES, PUBLISHERS, RETIRED
from iam_tui.core.category import Badge, Category
from iam_tui.core.reference import ImageReference

TODAY = date(2026, 9, 1)
UNKNOWN = {Category.VERIFIED_PUBLISHER, Category.COMMUNITY}


def categories(text: str, catalog: Catalog | None = None) -> set[Category]:
    return set((catalog or Catalog(today=TODAY)).classify(ImageReference.parse(text)))


def known(namespace: str, badge: Badge, source: BadgeSource = BadgeSource.LIVE) -> Catalog:
    return Catalog({namespace: KnownBadge(badge, date(2020, 1, 1), source)}, today=TODAY)


@pytest.mark.parametrize(
    "text", ["nginx", "library/nginx:1", "index.docker.io/nginx", "centos", "no-such-name"]
)
def test_everything_in_library_is_official(text: str) -> None:
    assert categories(text) == {Category.OFFICIAL}


def test_no_badge_makes_library_anything_else() -> None:
    assert categories("nginx", known("library", Badge.NONE)) == {Category.OFFICIAL}


@pytest.mark.parametrize("text", ["ghcr.io/library/nginx", "localhost:5000/docker/x", "quay.io/docker/x"])
def test_another_registry_has_no_categories(text: str) -> None:
    assert categories(text) == set()


@pytest.mark.parametrize(
    ("badge", "category"),
    [
        (Badge.VERIFIED_PUBLISHER, Category.VERIFIED_PUBLISHER),
        (Badge.OPEN_SOURCE, Category.COMMUNITY),
        (Badge.NONE, Category.COMMUNITY),
    ],
)
@pytest.mark.parametrize("source", [BadgeSource.HAND, BadgeSource.LIVE])
def test_a_known_badge_decides_however_old_it_is(
    badge: Badge, category: Category, source: BadgeSource
) -> None:
    assert categories("grafana/grafana", known("grafana", badge, source)) == {category}


def test_an_unknown_namespace_is_never_silently_community() -> None:
    assert categories("nobody/knows") == UNKNOWN


def test_what_a_store_knows_wins_over_the_shipped_list() -> None:
    assert categories("docker/x") == {Category.VERIFIED_PUBLISHER}
    assert categories("docker/x", known("docker", Badge.NONE)) == {Category.COMMUNITY}


def test_a_shipped_row_of_less_than_high_confidence_leaves_the_badge_unknown() -> None:
    assert categories("ultralytics/x", Catalog(today=date(2025, 2, 1))) == UNKNOWN


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 22), {Category.COMMUNITY}),
        (date(2026, 11, 23), UNKNOWN),
        (date(2030, 1, 1), UNKNOWN),
    ],
)
def test_a_shipped_row_counts_for_eighteen_months(today: date, expected: set[Category]) -> None:
    # firebirdsql: high confidence, 2025-05-22; 18 months later is 2026-11-22.
    assert categories("firebirdsql/x", Catalog(today=today)) == expected


@pytest.mark.parametrize(
    ("today", "expected"), [(date(2026, 7, 1), {Category.VERIFIED_PUBLISHER}), (TODAY, UNKNOWN)]
)
def test_a_year_counts_as_its_first_day(today: date, expected: set[Category]) -> None:
    # chainguard: high confidence, "2025".
    assert categories("chainguard/x", Catalog(today=today)) == expected


def test_a_sponsored_namespace_without_badge_is_community() -> None:
    assert categories("jenkins4eval/x", Catalog(today=date(2023, 5, 1))) == {Category.COMMUNITY}


@given(st.dates(min_value=date(2000, 1, 1)))
def test_a_catalog_can_be_made_on_any_day(today: date) -> None:
    assert categories("library/nginx", Catalog(today=today)) == {Category.OFFICIAL}


def test_changing_what_a_store_knew_leaves_the_catalog_as_it_was() -> None:
    badges = {"grafana": KnownBadge(Badge.NONE, TODAY, BadgeSource.HAND)}
    catalog = Catalog(badges, today=TODAY)
    badges.clear()
    assert categories("grafana/grafana", catalog) == {Category.COMMUNITY}


def test_the_shipped_data_is_whole() -> None:
    assert (len(OFFICIAL_NAMES), len(RETIRED), len(PUBLISHERS)) == (144, 54, 39)
    assert {one.name for one in RETIRED if one.state == "removed"}.isdisjoint(OFFICIAL_NAMES)
    assert {one.name for one in RETIRED if one.state != "removed"} <= OFFICIAL_NAMES
    for name in OFFICIAL_NAMES:
        assert ImageReference.parse(name).repository == f"library/{name}"
    for row in PUBLISHERS:
        assert ImageReference.parse(f"{row.namespace}/x").namespace == row.namespace
        assert row.evidence
