"""What is worth knowing about an image beside its category."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui.core.catalog import BadgeSource, Catalog, KnownBadge
from iam_tui.core.catalog_data import OFFICIAL_NAMES
from iam_tui.core.category import Badge
from iam_tui.core.reference import ImageReference
from iam_tui.core.suggestions import edits, near_misses

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
def test_there_is_nothing_to_note_about_most_images(text: str) -> None:
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
        ("ngnix", "ngnix is no official image; did you mean nginx?"),
        ("no-such-name", "No official image of the name no-such-name was listed in August 2026."),
        ("docker/x", "docker is a verified publisher, listed on 2026-06-11."),
        ("grafana/x", "grafana is a verified publisher, set by hand on 2026-08-02."),
        ("mlrun/x", "mlrun is a namespace without a badge, read from Docker Hub on 2026-08-04."),
        ("bitnami/x", "bitnami was listed as a verified publisher on 2023-01-22: not sure enough to count."),
        ("rook/x", "rook was listed as Docker-Sponsored Open Source in 2023-01: not sure enough to count."),
        (
            "jenkinsciinfra/x",
            "jenkinsciinfra was listed as a namespace without a badge on 2023-04-04: "
            "not sure enough to count.",
        ),
    ],
)
def test_one_note(text: str, note: str) -> None:
    assert notes(text) == (note,)


def test_sponsored_open_source_is_said_to_count_as_community() -> None:
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
def test_a_slip_is_answered_with_the_name_that_was_meant(typed: str, meant: str) -> None:
    assert near_misses(typed, OFFICIAL_NAMES) == (meant,)


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
def test_a_name_of_its_own_is_no_slip(typed: str) -> None:
    assert near_misses(typed, OFFICIAL_NAMES) == ()


@given(st.sampled_from(sorted(OFFICIAL_NAMES)), st.data())
def test_two_swapped_letters_are_one_edit_away(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 2))
    swapped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    assert edits(name, swapped) == (swapped != name)
    assert swapped in OFFICIAL_NAMES or name in near_misses(swapped, OFFICIAL_NAMES)


short = st.text("abc", max_size=6)


@given(short, short, short)
def test_edits_count_like_a_distance(one: str, other: str, prefix: str) -> None:
    assert edits(one, other) == edits(other, one)
    assert (edits(one, other) == 0) is (one == other)
    assert abs(len(one) - len(other)) <= edits(one, other) <= max(len(one), len(other))
    assert edits(prefix + one, prefix + other) <= edits(one, other)
