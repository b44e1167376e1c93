"""`iam-tui docs`: the reference pages are listed, printed as they are, and suggested for a typing mistake."""

from importlib import resources

import pytest

from iam_tui.cli.docs import TOPICS
from tests.cli.conftest import Cli


def test_without_a_topic_every_topic_has_a_line(cli: Cli) -> None:
    outcome = cli("docs")
    assert outcome.code == 0
    assert [line.split("  ")[0] for line in outcome.out.splitlines()] == list(TOPICS)
    assert all(
        line.endswith(about) for line, about in zip(outcome.out.splitlines(), TOPICS.values(), strict=True)
    )
    assert "iam-tui docs TOPIC" in outcome.err


def test_every_page_has_a_topic() -> None:
    pages = {page.name for page in resources.files("iam_tui").joinpath("docs").iterdir()}
    assert pages == {f"{topic}.md" for topic in TOPICS}


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_prints_its_page_as_it_is(cli: Cli, topic: str) -> None:
    page = resources.files("iam_tui").joinpath("docs", f"{topic}.md").read_text(encoding="utf-8")
    assert cli("docs", topic) == (0, page, "")
    assert page.startswith("# ")
    assert page.isascii(), "a terminal of any encoding can print it"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("setings", "Did you mean settings?"),
        ("docker", "docker-hub"),
        ("../changelog", "Did you mean changelog?"),
        ("", "Use one of: "),
    ],
)
def test_an_unknown_topic_is_wrong_usage_and_names_those_that_exist(
    cli: Cli, typed: str, message: str
) -> None:
    outcome = cli("docs", typed)
    assert (outcome.code, outcome.out) == (2, "")
    assert "topic" in outcome.err
    assert message in outcome.err


@pytest.mark.parametrize("line", ["docs keys settings", "--json docs", "docs --json"])
def test_what_does_not_go_with_it_is_wrong_usage(cli: Cli, line: str) -> None:
    assert cli(*line.split()).code == 2


def test_the_help_mentions_it(cli: Cli) -> None:
    assert "  docs " in cli("--help").out
