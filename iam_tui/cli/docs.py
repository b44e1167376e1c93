"""`docs [TOPIC]`: the reference pages that come with the program, as Markdown."""

from collections.abc import Mapping
from importlib import resources
from typing import Final

from iam_tui.cli.errors import ExitCode
from iam_tui.cli.output import print_columns, say
from iam_tui.cli.parser import Clock, Options, Parser, unknown

TOPICS: Final[Mapping[str, str]] = {
    "docker-hub": "work on your real organizations: sign-in, tokens, what Docker's API lacks",
    "serving": "serve a local file over HTTP, as Docker Hub's API",
    "impact": "what a change would break, and the sources that say which images are in use",
    "scanning": "find the images that a project pulls",
    "command-line": "verbs, exit codes and JSON",
    "settings": "settings, environment variables, profiles and files",
    "keys": "every key, and how to change it",
    "accessibility": "colour, screen readers, slow lines, SSH and tmux",
    "security": "credentials, privacy, and who sees what",
    "changelog": "what changed in each version",
}
"""The pages in `iam_tui/docs` in the order they are listed, with a line on each."""


def configure(parser: Parser, verb: str) -> None:
    """Add the page to print."""
    del verb
    parser.add_argument(
        "topic", metavar="TOPIC", nargs="?", help="the page to print (default: list all pages)"
    )


def run(options: Options, clock: Clock) -> int:
    """List the topics or print one page; raises `WrongUsage` for a topic that does not exist."""
    del clock
    topic: str | None = options.topic
    if topic is None:
        print_columns(list(TOPICS.items()))
        say("Print a page with `iam-tui docs TOPIC`.")
        return ExitCode.FINE
    if topic not in TOPICS:
        raise unknown("topic", topic, list(TOPICS))
    page = resources.files("iam_tui").joinpath("docs", f"{topic}.md")
    print(page.read_text(encoding="utf-8"), end="")
    return ExitCode.FINE
