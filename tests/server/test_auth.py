"""Who gets in: forged, stale and revoked tokens do not, and rights are those of the moment."""

import asyncio
import base64
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import httpx
import jwt
import pytest

from iam_tui.core.organization import Role
from iam_tui.stores.local import LocalAdmin, LocalFile
from iam_tui.stores.local.tokens import PersonalTokens
from tests.server.running import KEY, SETTINGS, Running, in_file, now, running, switches

NONE: Final[Mapping[str, object]] = MappingProxyType({})
CLAIMS: Final = ("iss", "aud", "sub", "iat", "nbf", "exp", "token")


def asked(server: Running, *authorization: str) -> httpx.Response:
    """The response to a request with these headers."""
    with server.anyone() as client:
        return client.get("/v2/user/", headers=[("Authorization", one) for one in authorization])


def altered(
    server: Running, claims: Mapping[str, object] = NONE, *, key: bytes = KEY, algorithm: str = "HS256"
) -> str:
    """The token of olivia with other claims, signed anew; a claim that is None is left out."""
    read = {**jwt.decode(server.signed("olivia"), options={"verify_signature": False}), **claims}
    return jwt.encode({k: v for k, v in read.items() if v is not None}, key, algorithm=algorithm)


def seconds(number: int) -> int:
    """A moment so many seconds from now, as tokens have it."""
    return int(now().timestamp()) + number


FORGED: Final[dict[str, Callable[[Running], str]]] = {
    "another key": lambda server: altered(server, key=secrets.token_bytes(32)),
    "no token at all": lambda _: "a.b.c",
    "another algorithm": lambda server: altered(server, key=KEY * 2, algorithm="HS512"),
    "expired": lambda server: altered(server, {"exp": seconds(-60)}),
    "not yet valid": lambda server: altered(server, {"nbf": seconds(600)}),
    "from the future": lambda server: altered(server, {"iat": seconds(600)}),
    "another audience": lambda server: altered(server, {"aud": "hub"}),
    "another issuer": lambda server: altered(server, {"iss": "hub"}),
    "another user": lambda server: altered(server, {"sub": "omar"}),
    "a user that is no text": lambda server: altered(server, {"sub": ["olivia"]}),
    "a personal token there is not": lambda server: altered(server, {"token": "0" * 12}),
    "a personal token that is no text": lambda server: altered(server, {"token": 1}),
    "the personal token itself": lambda server: server.secrets["olivia"],
    **{f"without {claim}": partial(altered, claims={claim: None}) for claim in CLAIMS},
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_and_stale_tokens_are_refused(reading: Running, name: str) -> None:
    refused = asked(reading, f"Bearer {FORGED[name](reading)}")
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"


def test_a_token_altered_by_nothing_is_taken(reading: Running) -> None:
    """So it is the alteration that is refused above."""
    assert asked(reading, f"Bearer {altered(reading)}").status_code == 200


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "HS256"])
def test_unsigned_tokens_are_refused(reading: Running, algorithm: str) -> None:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    claims = jwt.decode(reading.signed("olivia"), options={"verify_signature": False})
    unsigned = f"{part({'alg': algorithm, 'typ': 'JWT'})}.{part(claims)}."
    assert asked(reading, f"Bearer {unsigned}").status_code == 401


def test_one_header_with_a_known_scheme_is_needed(reading: Running) -> None:
    token = reading.signed("olivia")
    basic = base64.b64encode(f"olivia:{reading.secrets['olivia']}".encode()).decode()
    for headers in ([], [f"Basic {basic}"], [token], [f"Bearer {token}", f"Bearer {token}"], ["Bearer"]):
        assert asked(reading, *headers).status_code == 401


def test_a_token_ends_with_its_time(tmp_path: Path) -> None:
    """A server whose clock is an hour behind makes tokens that are over by the time they are used."""
    with running(tmp_path / "w.db", clock=lambda: now() - timedelta(hours=1)) as server:
        refused = server.ask("olivia", "/v2/user/")
    assert (refused.status_code, refused.json()["detail"]) == (401, "This token has expired.")


def test_revoking_a_personal_token_ends_what_was_got_with_it(server: Running) -> None:
    olivia, max_ = server.signed("olivia"), server.signed("max")

    async def revoke(file: LocalFile) -> None:
        (token,) = [one for one in await PersonalTokens(file).all() if one.user == "olivia"]
        await PersonalTokens(file).revoke(token.id)

    in_file(server.path, revoke)
    assert asked(server, f"Bearer {olivia}").status_code == 401
    assert asked(server, f"Bearer {max_}").status_code == 200
    with server.anyone() as client:
        body = {"identifier": "olivia", "secret": server.secrets["olivia"]}
        assert client.post("/v2/auth/token", json=body).status_code == 401


def test_leaving_ends_access_and_coming_back_takes_a_new_token(server: Running) -> None:
    token = server.signed("max")

    async def leave(file: LocalFile) -> None:
        await LocalAdmin(file, "olivia").remove_member("acme", "max")

    async def come_back(file: LocalFile) -> None:
        await LocalAdmin(file, "olivia").add_member("acme", "max", Role.OWNER)

    in_file(server.path, leave)
    assert asked(server, f"Bearer {token}").status_code == 401
    in_file(server.path, come_back)
    assert asked(server, f"Bearer {token}").status_code == 401


def test_rights_are_those_of_the_moment(server: Running) -> None:
    """A token got as an owner is a member's once its holder is one, and the other way round."""
    headers = {"Authorization": f"Bearer {server.signed('omar')}"}

    def demote(role: Role) -> None:
        async def job(file: LocalFile) -> None:
            await LocalAdmin(file, "olivia").set_role("acme", "omar", role)

        in_file(server.path, job)

    with server.anyone() as client:
        assert client.put(SETTINGS, json=switches(official=False), headers=headers).status_code == 200
        demote(Role.MEMBER)
        before = server.newest()
        assert client.put(SETTINGS, json=switches(), headers=headers).status_code == 403
        assert server.newest() == before
        demote(Role.OWNER)
        assert client.put(SETTINGS, json=switches(), headers=headers).status_code == 200


def test_the_file_holds_no_secret(server: Running) -> None:
    """Neither personal tokens nor signed ones can be found in the file or its log."""
    signed = [server.signed(user) for user in server.secrets]
    written = b"".join(path.read_bytes() for path in server.path.parent.iterdir() if path.is_file())
    assert b"olivia" in written
    assert not [one for one in (*server.secrets.values(), *signed, KEY.decode()) if one.encode() in written]


def test_personal_tokens_are_long_and_never_the_same(server: Running) -> None:
    secrets_ = [server.secrets[user] for user in server.secrets]

    async def more(file: LocalFile) -> list[str]:
        return [(await PersonalTokens(file).create("olivia"))[1] for _ in range(20)]

    secrets_ += in_file(server.path, more)
    assert len(set(secrets_)) == 25
    assert all(one.startswith("iamt_") and len(one) == 48 for one in secrets_)


def test_a_token_of_another_file_with_the_same_key_is_refused(server: Running, tmp_path: Path) -> None:
    """Two files may be served with one signing key; people of the same name are not the same people."""
    with running(tmp_path / "other.db") as other:
        assert asked(server, f"Bearer {other.signed('olivia')}").status_code == 401


def test_signing_in_at_the_same_time_is_fine(server: Running) -> None:
    async def many() -> list[int]:
        async with httpx.AsyncClient(base_url=server.url, timeout=30) as client:
            body = {"identifier": "olivia", "secret": server.secrets["olivia"]}
            answers = await asyncio.gather(*(client.post("/v2/auth/token", json=body) for _ in range(50)))
            return [one.status_code for one in answers]

    assert asyncio.run(many()) == [200] * 50
