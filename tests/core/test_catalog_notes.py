"""Notes about an image besides its category."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui.core.catalog import BadgeSource, Catalog, KnownBadge
from iam_tui.core.catalog_data import OFFICIAL_NAMES
from iam_tui.core.category import Badge
from iam_tui.core.reference import ImageReference
from iam_tui.core.suggestions import suggest

CATALOG = Catalog(
    {
        "grafana": KnownBadge(Badge.VERIFIED_PUBLISHER, date(2026, 8, 2), BadgeSource.HAND),
        "localai": KnownBadge(Badge.OPEN_SOURCE, date(2026, 8, 3), BadgeSource.LIVE),
        "mlrun": KnownBadge(Badge.NONE, date(2026, 8, 4), BadgeSource.LIVE),
    },
    today=date(2026, 9, 1),
)


def notes(text: str) -> tuple[str, ...]:
    return CATALOG.notes(ImageReference.parse(text))


@pytest.mark.parametrize("text", ["nginx", "library/nginx:1.27", "nobody/knows", "ghcr.io/library/ngnix"])
def test_most_images_have_no_notes(text: str) -> None:
    assert notes(text) == ()


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("centos:7", "centos was removed from the official images on 2024-07-29: no updates."),
        (
            "vault",
            "vault was removed from the official images on 2024-07-29: no updates. "
            "In its place: hashicorp/vault.",
        ),
        (
            "openjdk",
            "openjdk is deprecated, though still listed (2026-08-21). "
            "In its place: eclipse-temurin or amazoncorretto.",
        ),
        ("plone", "plone is deprecated, though still listed (2026-08-21)."),
        ("gazebo", "gazebo is listed, but no tags are built any more (2026-08-21)."),
        ("ngnix", "ngnix is not an official image; did you mean nginx?"),
        ("no-such-name", "No official image named no-such-name was listed in August 2026."),
        ("docker/x", "docker is a verified publisher, listed on 2026-06-11."),
        ("grafana/x", "grafana is a verified publisher, recorded by hand on 2026-08-02."),
        ("mlrun/x", "mlrun is a namespace without a badge, read from Docker Hub on 2026-08-04."),
        (
            "bitnami/x",
            "bitnami was listed as a verified publisher on 2023-01-22: not reliable enough to use.",
        ),
        (
            "rook/x",
            "rook was listed as Docker-Sponsored Open Source in 2023-01: not reliable enough to use.",
        ),
        (
            "jenkinsciinfra/x",
            "jenkinsciinfra was listed as a namespace without a badge on 2023-04-04: "
            "not reliable enough to use.",
        ),
    ],
)
def test_one_note(text: str, note: str) -> None:
    assert notes(text) == (note,)


def test_a_note_says_that_sponsored_open_source_counts_as_community() -> None:
    assert notes("localai/x") == (
        "localai is Docker-Sponsored Open Source, read from Docker Hub on 2026-08-03.",
        "Docker-Sponsored Open Source counts as community.",
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pyhton", "python"),
        ("ubunut", "ubuntu"),
        ("redi", "redis"),
        ("postgresql", "postgres"),
        ("mongodb", "mongo"),
        ("nodejs", "node"),
        ("python3", "python"),
        ("gninx", "nginx"),
        ("alpne", "alpine"),
    ],
)
def test_a_typing_mistake_is_answered_with_the_name_that_was_meant(typed: str, meant: str) -> None:
    assert suggest(typed, OFFICIAL_NAMES)[0] == meant


@pytest.mark.parametrize(
    "typed",
    [
        "a",
        "ab",
        "app",
        "api",
        "web",
        "test",
        "foo",
        "cli",
        "vim",
        "worker",
        "server",
        "builder",
        "backend",
        "frontend",
        "grafana",
        "kafka",
    ],
)
def test_another_name_is_not_a_typing_mistake(typed: str) -> None:
    assert suggest(typed, OFFICIAL_NAMES) == []


@given(st.sampled_from(sorted(name for name in OFFICIAL_NAMES if len(name) > 4)), st.data())
def test_the_name_is_suggested_for_two_swapped_letters(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 2))
    swapped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    assert name in suggest(swapped, OFFICIAL_NAMES)


@given(st.text(max_size=20), st.lists(st.text(max_size=20)))
def test_whatever_is_typed_at_most_three_names_are_suggested(typed: str, names: list[str]) -> None:
    found = suggest(typed, names)
    assert len(found) <= 3
    assert set(found) <= set(names)
