"""The verbs there are: where each one is, and its line in the help."""

from collections.abc import Mapping
from importlib import import_module
from typing import Final, NamedTuple, Protocol, cast

from iam_tui.cli.parser import Clock, Options, Parser


class Verb(NamedTuple):
    """A verb's module in `iam_tui.cli` and what it does, in a few words."""

    module: str
    summary: str


VERBS: Final[Mapping[str, Verb]] = {
    "orgs": Verb("orgs", "your organizations and your role in each"),
    "show": Verb("show", "an organization's policy"),
    "check": Verb("check", "the verdict for each image"),
    "scan": Verb("scan", "the images that a project pulls, with file and line"),
    "impact": Verb("impact", "what changes to a policy would break"),
    "set": Verb("set", "stage changes to a policy and, with --yes, save them"),
    "org create": Verb("org", "a new organization in a local store"),
    "org plan": Verb("org", "another plan, or sign-in enforced or not"),
    "member add": Verb("member", "a person joins an organization"),
    "member remove": Verb("member", "a person leaves an organization"),
    "member role": Verb("member", "another role for a person"),
    "member sign-in": Verb("member", "a person signs in to Docker Desktop, now"),
    "member sign-out": Verb("member", "a person signs out of Docker Desktop"),
    "publisher set": Verb("publisher", "the badge of a namespace, set by hand"),
    "serve": Verb("serve", "Docker Hub's API over a local store"),
    "token create": Verb("token", "a personal token for somebody, to sign in at the server"),
    "token list": Verb("token", "everybody's tokens, without their secrets"),
    "token revoke": Verb("token", "a token serves no longer"),
    "docs": Verb("docs", "the reference pages, by topic"),
    "config path": Verb("config", "where the config file is"),
    "config show": Verb("config", "every setting and where it comes from"),
    "completion": Verb("completion", "a script that completes this command in your shell"),
}


class Module(Protocol):
    """What a verb's module has."""

    def configure(self, parser: Parser, verb: str) -> None:
        """Add the arguments of the verb."""

    def run(self, options: Options, clock: Clock) -> int:
        """Do it and return the exit code; may raise `IamError`."""
        ...


def module_of(name: str) -> Module:
    """The module in `iam_tui.cli` of this name, imported now."""
    return cast("Module", import_module(f"iam_tui.cli.{name}"))


def actions_of(group: str) -> dict[str, str]:
    """The second words that this first word takes, with their summaries; none if it stands alone."""
    return {
        name.removeprefix(f"{group} "): verb.summary
        for name, verb in VERBS.items()
        if name.startswith(f"{group} ")
    }
