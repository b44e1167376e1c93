"""`token create|list|revoke`: the personal tokens to sign in to `iam-tui serve` with."""

import asyncio
from typing import Final

from iam_tui.cli.errors import ExitCode
from iam_tui.cli.output import instant, print_columns, print_json_list, print_json_object, say
from iam_tui.cli.parser import Clock, Options, Parser, add_json
from iam_tui.cli.profile import load_settings, local_profile, opened_file
from iam_tui.stores.local.tokens import PersonalToken, PersonalTokens

_HEADER: Final = ("ID", "USER", "CREATED")


def configure(parser: Parser, verb: str) -> None:
    """Add the user, or the token's id."""
    if verb == "token create":
        parser.add_argument("holder", metavar="USER", help="whose token it is")
    elif verb == "token revoke":
        parser.add_argument("token", metavar="ID", help="the token's id, as printed by `token list`")
    if verb != "token revoke":
        add_json(parser)


def run(options: Options, clock: Clock) -> int:
    """Create a token, list the tokens, or revoke one."""
    asyncio.run(_run(options, clock))
    return ExitCode.FINE


async def _run(options: Options, clock: Clock) -> None:
    profile = local_profile(load_settings(options))
    async with opened_file(profile, clock) as file:
        tokens = PersonalTokens(file)
        match options.verb:
            case "token create":
                _print_new(*await tokens.create(options.holder), as_json=options.json)
            case "token list":
                _print_all(list(await tokens.all()), as_json=options.json)
            case _:
                holder = await tokens.revoke(options.token)
                say(f"Revoked {options.token}; sessions of {holder} that began with it are over.")


def _print_new(token: PersonalToken, secret: str, *, as_json: bool) -> None:
    if as_json:
        print_json_object({**_row(token), "token": secret})
    else:
        print(secret)
    say(f"Keep it: it is shown only this once. Use its id, {token.id}, to revoke it.")


def _print_all(tokens: list[PersonalToken], *, as_json: bool) -> None:
    if as_json:
        print_json_list(map(_row, tokens))
    elif tokens:
        print_columns([_HEADER, *([one.id, one.user, instant(one.created_at) or ""] for one in tokens)])
    else:
        say("There are no tokens. Create one with `iam-tui token create USER`.")


def _row(token: PersonalToken) -> dict[str, object]:
    return {"id": token.id, "user": token.user, "created_at": instant(token.created_at)}
