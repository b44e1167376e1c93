"""What the README says is what there is: its length, pictures, links, commands and examples."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from iam_tui.cli.docs import TOPICS
from iam_tui.cli.errors import ExitCode
from tests.documents import README, ROOT, blocks, commands, run, served_demo

MOST_WORDS = 1200
CI = ROOT / ".ci" / "run"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """The demo's organizations in the place of Docker Hub."""
    with served_demo(tmp_path_factory.mktemp("served")) as variables:
        yield variables


def test_it_is_short() -> None:
    assert len(README.split()) <= MOST_WORDS


def test_every_picture_is_there_and_says_what_it_shows() -> None:
    pictures = {path: words for words, path in re.findall(r"!\[(.*?)\]\((.*?)\)", README)}
    pictures |= dict(re.findall(r'<img src="(.*?)" alt="(.*?)"', README))
    other_themes = set(re.findall(r'srcset="(.*?)"', README))
    there = {f"screenshots/{path.name}" for path in (ROOT / "screenshots").iterdir()}
    assert pictures.keys() | other_themes == there
    assert all(len(words) > 40 for words in pictures.values())
    captions = re.findall(r"(?:^!\[.*\)|^</picture>)\n\n\*.+\*$", README, flags=re.MULTILINE)
    assert len(captions) == len(pictures)


def test_every_link_leads_to_a_file_and_every_page_is_linked() -> None:
    links = {link for link in re.findall(r"\]\(([^)]*)\)", README) if "://" not in link}
    assert {link for link in links if not (ROOT / link).exists()} == set()
    assert {f"iam_tui/docs/{topic}.md" for topic in TOPICS} <= links


@pytest.mark.parametrize("command", commands(README))
def test_every_command_does_what_it_is_there_for(
    command: str, demo_file: Path, hub: Mapping[str, str]
) -> None:
    # Docker's API does not show the allowlist, on which the answer of `check` depends.
    wanted = ExitCode.CANNOT_TELL if " check " in command else ExitCode.FINE
    assert run(command, demo_file.parent, hub) == wanted


def test_ci_runs_every_other_command() -> None:
    ci = CI.read_text(encoding="utf-8")
    others = [line for block in blocks(README, "sh") for line in block.splitlines()]
    others = [line for line in others if line not in commands(README)]
    assert len(others) == 6
    assert [line for line in others if f"'{line}'" not in ci and f'"{line}"' not in ci] == []
