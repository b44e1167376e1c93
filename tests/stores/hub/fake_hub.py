"""A Docker Hub of the tests: the documented calls over a real socket, honest unless set to fail."""

import asyncio
import base64
import json
import ssl
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.clock import FixedClock
from tests.stores.hub.exchange import Reply, Request, head_of, read_request, refusal, reply

SECRET = "dckr_pat_S3cretOfOlivia"  # noqa: S105 (opens nothing)
LIFE = timedelta(minutes=10)


Act = Callable[["FakeHub", Request, asyncio.StreamWriter], Awaitable[Reply | None]]
"""Something out of the ordinary: the answer, None for the honest one, or `Hangup` to end the connection."""


class Hangup(Exception):
    """The connection ends here."""


@dataclass
class Settings:
    """An organization's settings, with a key that this program knows nothing of."""

    document: dict[str, Any] = field(
        default_factory=lambda: {
            "restricted_images": {
                "enabled": False,
                "allow_official_images": True,
                "allow_verified_publishers": True,
                "allow_the_moon": "full",
            },
            "unheard_of": {"deep": [1, None, "\u202e"]},
        }
    )
    version: int = 1

    def change(self, **flags: bool) -> None:
        """Change switches behind the client's back."""
        self.document = {
            **self.document,
            "restricted_images": {**self.document["restricted_images"], **flags},
        }
        self.version += 1


class FakeHub:
    """Serves acme and team (olivia owns both; omar owns, eddy edits, max is in acme) and zoe's other."""

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock
        self.people = {
            "acme": {"olivia": "Owner", "omar": "Owner", "eddy": "Editor", "max": "Member", "ivy": "Invitee"},
            "team": {"olivia": "Owner"},
            "other": {"zoe": "Owner"},
        }
        self.settings = {name: Settings() for name in self.people}
        self.secrets = {name: SECRET for people in self.people.values() for name in people}
        self.second_factor: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        self.seen: list[Request] = []
        self.acts: dict[str, deque[Act]] = {}
        self.always: dict[str, Act] = {}
        self.allowed_to_save: set[str] = set()
        self.page = 100
        self.etags = False
        self.connections = 0
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def start(self, tls: ssl.SSLContext | None = None) -> None:
        """Listen on a free port of this machine."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls)
        self.port = self._server.sockets[0].getsockname()[1]

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.port}"

    async def stop(self) -> None:
        """Stop listening and hang up on everyone."""
        if self._server is not None:
            self._server.close()
            for writer in self._writers:
                writer.transport.abort()
            await self._server.wait_closed()
            self._server = None

    def refuse(self) -> None:
        """Take no more connections."""
        if self._server is not None:
            self._server.close()

    def next(self, call: str, *acts: Act) -> None:
        """What the next requests like `GET /v2/user/` meet; slashes at the end do not matter."""
        self.acts.setdefault(_key(call), deque()).extend(acts)

    def calls(self, call: str) -> list[Request]:
        """The requests like this that arrived."""
        return [one for one in self.seen if _key(f"{one.method} {one.path}") == _key(call)]

    def expire(self) -> None:
        """Forget every token."""
        self.tokens.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        self.connections += 1
        try:
            while (request := await read_request(reader)) is not None:
                self.seen.append(request)
                await self._answer(request, writer)
        except (Hangup, ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        key = _key(f"{request.method} {request.path}")
        waiting = self.acts.get(key)
        act = waiting.popleft() if waiting else self.always.get(key)
        given = await act(self, request, writer) if act else None
        answer = given if given is not None else self.honest(request)
        writer.write(head_of(answer, len(answer.body)) + answer.body)
        await writer.drain()

    def honest(self, request: Request) -> Reply:
        """What Docker Hub would answer."""
        parts = [part for part in request.path.split("/") if part]
        if request.method == "POST":
            return self._sign_in(parts[-1], request.json)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        user = self.tokens.get(token)
        if user is None:
            return refusal(401, "token expired or invalid")
        if parts == ["v2", "user"]:
            return reply({"id": "1", "username": user, "type": "User"})
        if parts == ["v2", "user", "orgs"]:
            mine = [name for name, people in self.people.items() if user in people]
            return self._listed(request, [self._organization(name) for name in mine])
        return self._of_organization(request, parts[2], parts[3:], user)

    def _of_organization(self, request: Request, name: str, rest: list[str], user: str) -> Reply:
        if request.path.startswith("/v2/auditlogs/"):
            name = request.path.split("/")[3]
            rest = ["auditlogs"]
        role = self.people.get(name, {}).get(user)
        if role is None:
            return refusal(404, "Object not found")
        match (request.method, rest):
            case ("GET", []):
                return reply(self._organization(name))
            case ("GET", ["settings"]):
                return self._with_etag(name)
            case ("PUT", ["settings"]):
                return self._put(request, name, role)
            case ("GET", ["members"]):
                return self._members(request, name)
            case ("GET", ["groups"]):
                return self._listed(request, [{"name": "owners"}] if role == "Owner" else [])
            case ("GET", ["auditlogs"]):
                return self._logs(name)
        return refusal(404, "Not found")

    def _sign_in(self, call: str, body: dict[str, str]) -> Reply:
        if call == "2fa-login":
            user = body["login_2fa_token"].removeprefix("ticket-")
            fits = body["code"] == self.second_factor.get(user)
            return reply({"token": self.token(user)}) if fits else refusal(401, "Incorrect code")
        user = body.get("identifier") or body["username"]
        secret = body.get("secret") or body["password"]
        if self.secrets.get(user) != secret:
            return refusal(401, f"Incorrect authentication credentials {secret}")
        if user in self.second_factor and call == "login":
            detail = "Require secondary authentication on MFA enabled account"
            return reply({"detail": detail, "login_2fa_token": f"ticket-{user}"}, 401)
        if user in self.second_factor:
            return refusal(401, "Incorrect authentication credentials")
        return reply({"access_token" if call == "token" else "token": self.token(user)})

    def token(self, user: str, **claims: object) -> str:
        """A new token, with these claims instead of ordinary ones."""
        now = self.clock().timestamp()
        content = {"iat": now, "exp": now + LIFE.total_seconds(), "n": len(self.seen), **claims}
        content = {name: value for name, value in content.items() if value is not None}
        payload = base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
        self.tokens[token := f"e30.{payload}.TokenSignature"] = user
        return token

    def _organization(self, name: str) -> dict[str, object]:
        return {
            "id": "1",
            "orgname": name,
            "full_name": f"{name.title()} [b]",
            "date_joined": "2020-01-02T03:04:05Z",
        }

    def _with_etag(self, name: str) -> Reply:
        settings = self.settings[name]
        answer = reply(settings.document)
        return answer._replace(headers=(("ETag", f'"{settings.version}"'),)) if self.etags else answer

    def _put(self, request: Request, name: str, role: str) -> Reply:
        if role != "Owner" and role not in self.allowed_to_save:
            return refusal(403, "You do not have permission")
        wanted = request.headers.get("if-match")
        if self.etags and wanted != f'"{self.settings[name].version}"':
            return refusal(412, "Precondition failed")
        self.settings[name].document = request.json
        self.settings[name].version += 1
        return self._with_etag(name)

    def _members(self, request: Request, name: str) -> Reply:
        search, role = request.query.get("search", ""), request.query.get("role", "")
        rows = [
            {"id": "1", "username": user, "role": theirs}
            for user, theirs in self.people[name].items()
            if search in user and role in ("", theirs.lower())
        ]
        return self._listed(request, rows)

    def _logs(self, name: str) -> Reply:
        event = {
            "account": name,
            "action": "org.settings.update",
            "name": name,
            "actor": "omar",
            "data": {},
            "timestamp": "2026-03-01T10:00:00Z",
            "action_description": "Organization Settings Updated\n",
        }
        return reply({"logs": [event]})

    def _listed(self, request: Request, rows: Sequence[Mapping[str, object]]) -> Reply:
        number, size = int(request.query.get("page", "1")), min(int(request.query["page_size"]), self.page)
        page = rows[(number - 1) * size : number * size]
        rest = "&".join(f"{key}={value}" for key, value in request.query.items() if key != "page")
        following = (
            f"{self.url}{request.path}?page={number + 1}&{rest}" if number * size < len(rows) else None
        )
        return reply({"count": len(rows), "next": following, "previous": None, "results": page})


def _key(call: str) -> str:
    return call.rstrip("/")
