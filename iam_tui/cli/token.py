"""`token create|list|revoke`: the personal tokens that people sign in with at `iam-tui serve`."""

import asyncio

from iam_tui.cli.errors import ExitCode
from iam_tui.cli.output import instant, print_columns, print_row, print_rows, say
from iam_tui.cli.parser import Clock, Options, Parser, add_json
from iam_tui.cli.profile import chosen_target, load_settings, opened_file
from iam_tui.stores.local.tokens import PersonalToken, PersonalTokens

_HEADER = ("ID", "USER", "CREATED")


def configure(parser: Parser, verb: str) -> None:
    """The person, or the token's id."""
    if verb == "token create":
        parser.add_argument("holder", metavar="USER", help="whose token it is")
    elif verb == "token revoke":
        parser.add_argument("token", metavar="ID", help="the token's id, as `token list` has it")
    if verb != "token revoke":
        add_json(parser)


def run(options: Options, clock: Clock) -> int:
    """Make a token, list them, or revoke one."""
    asyncio.run(_run(options, clock))
    return ExitCode.FINE


async def _run(options: Options, clock: Clock) -> None:
    target = chosen_target(load_settings(options))
    async with opened_file(target.path, clock) as file:
        tokens = PersonalTokens(file)
        match options.verb:
            case "token create":
                _print_new(*await tokens.create(options.holder), as_json=options.json)
            case "token list":
                _print_all(list(await tokens.all()), as_json=options.json)
            case _:
                holder = await tokens.revoke(options.token)
                say(f"{options.token} is revoked; whoever signed in as {holder} with it is signed out.")


def _print_new(token: PersonalToken, secret: str, *, as_json: bool) -> None:
    if as_json:
        print_row({**_row(token), "token": secret})
    else:
        print(secret)
    say(f"Keep it: it is shown this once. Its id is {token.id}, by which it can be revoked.")


def _print_all(tokens: list[PersonalToken], *, as_json: bool) -> None:
    if as_json:
        print_rows(map(_row, tokens))
    elif tokens:
        print_columns([_HEADER, *([one.id, one.user, instant(one.created_at) or ""] for one in tokens)])
    else:
        say("There is no token. `iam-tui token create USER` makes one.")


def _row(token: PersonalToken) -> dict[str, object]:
    return {"id": token.id, "user": token.user, "created_at": instant(token.created_at)}
