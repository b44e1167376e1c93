"""The table of verbs: the module of each one, and its line in the help."""

from collections.abc import Mapping
from importlib import import_module
from typing import Final, NamedTuple, Protocol, cast

from iam_tui.cli.parser import Clock, Options, Parser


class Verb(NamedTuple):
    """A verb's module in `iam_tui.cli`, and what it does in a few words."""

    module: str
    summary: str


VERBS: Final[Mapping[str, Verb]] = {
    "orgs": Verb("orgs", "list your organizations and your role in each"),
    "show": Verb("show", "print an organization's policy"),
    "check": Verb("check", "print the verdict for each image"),
    "scan": Verb("scan", "list the images that a project pulls, with file and line"),
    "impact": Verb("impact", "show what changes to a policy would break"),
    "set": Verb("set", "stage changes to a policy and, with --yes, save them"),
    "org create": Verb("org", "create an organization in a local file, and the file if needed"),
    "org plan": Verb("org", "change an organization's plan, or whether sign-in is enforced"),
    "member add": Verb("member", "add a person to an organization"),
    "member remove": Verb("member", "remove a person from an organization"),
    "member role": Verb("member", "change a person's role"),
    "member sign-in": Verb("member", "record that a person signs in to Docker Desktop now"),
    "member sign-out": Verb("member", "record that a person signs out of Docker Desktop"),
    "publisher set": Verb("publisher", "record the badge of a namespace"),
    "serve": Verb("serve", "serve a local file as Docker Hub's API"),
    "token create": Verb("token", "create a personal token for the server"),
    "token list": Verb("token", "list the tokens of all users, without their secrets"),
    "token revoke": Verb("token", "revoke a token"),
    "docs": Verb("docs", "list the reference pages, or print one"),
    "config path": Verb("config", "print where the config file is"),
    "config show": Verb("config", "print every setting and where it comes from"),
    "completion": Verb("completion", "print a completion script for your shell"),
}


class VerbModule(Protocol):
    """What the module of a verb defines."""

    def configure(self, parser: Parser, verb: str) -> None:
        """Add the arguments of the verb."""

    def run(self, options: Options, clock: Clock) -> int:
        """Run the verb and return the exit code; may raise `IamError`."""
        ...


def module_of(name: str) -> VerbModule:
    """The module of this name in `iam_tui.cli`, imported now."""
    return cast("VerbModule", import_module(f"iam_tui.cli.{name}"))


def actions_of(group: str) -> dict[str, str]:
    """The actions of a first word with their summaries; empty for a verb of one word."""
    return {
        name.removeprefix(f"{group} "): verb.summary
        for name, verb in VERBS.items()
        if name.startswith(f"{group} ")
    }
