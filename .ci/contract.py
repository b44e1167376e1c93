"""Hold `iam-tui serve` and the Hub store against Docker's own description of its API.

    python .ci/contract.py HUB-OPENAPI.yaml

A server runs over a new file. Each of its endpoints is called with valid and invalid requests; the Hub store
signs in, reads and saves; generated requests of all kinds are sent. Every accepted request and every response
is validated against the description, and no response may be an error of the server.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import httpx
import schemathesis
import yaml
from description import UNDESCRIBED_PATHS, Judge, corrected
from hypothesis import HealthCheck, Phase, given, settings
from recorded import Served, now, served, sign_in
from schemathesis import GenerationMode
from schemathesis.schemas import APIOperation

from iam_tui.core.draft import Draft
from iam_tui.core.organization import Role
from iam_tui.core.policy import Origin, Setting
from iam_tui.server.routes import PUBLIC_ROUTES, ROUTES
from iam_tui.stores.errors import StoreError
from iam_tui.stores.hub import ApiOrigin, HubStore
from iam_tui.stores.local import open_file
from iam_tui.stores.protocol import Credentials

EXAMPLES: Final = 25
"""Generated requests for each operation and mode."""
GENERATED: Final = "generated requests"


def call_everything(server: Served) -> None:
    """Call each endpoint as owner, member, outsider and without signing in, some with invalid requests."""
    switches = dict.fromkeys(("enabled", "allow_official_images", "allow_verified_publishers"), True)
    bodies: dict[str, object] = {
        "/v2/auth/token": {"identifier": "max", "secret": server.tokens["max"]},
        "/v2/users/login": {"username": "max", "password": server.tokens["max"]},
        "/v2/users/2fa-login": {"login_2fa_token": "x", "code": "123456"},
        "/v2/orgs/{organization}/settings": {"restricted_images": switches},
    }
    paging = {"page": "1", "page_size": "1"}
    for headers in (sign_in(server, "olivia"), sign_in(server, "max"), {}):
        with httpx.Client(base_url=server.url, headers=headers) as client:
            for method, path, _ in (*PUBLIC_ROUTES, *ROUTES):
                for organization in ("acme", "team", "nothing"):
                    url = path.format(organization=organization, group="owners")
                    body = bodies.get(path) if method != "GET" else None
                    for form in (url, f"{url}/"):
                        client.request(method, form, json=body)
                    client.request(method, url, params=paging, json=body)
                    client.request(method, url, params={"page": "0"}, content=b"{")
            for query in ({"search": "a"}, {"role": "editor"}, {"type": "invitee"}, {"invites": "true"}):
                client.get("/v2/orgs/acme/members", params=query)
            client.get("/v2/orgs/acme/groups", params={"username": "olivia", "search": "own"})
            client.get("/v2/auditlogs/acme", params={"action": "org.create", "from": "2020-01-01T00:00:00Z"})
    wrong = {"username": "nobody", "password": "wrong"}
    for _ in range(22):
        httpx.post(f"{server.url}/v2/users/login", json=wrong)


async def use_the_hub_store(server: Served) -> None:
    """Whatever the product itself asks of Docker Hub, asked here: read, save, and be refused."""
    for user in ("olivia", "max"):
        store = await HubStore.open(
            ApiOrigin.parse(server.url),
            Credentials(user, server.tokens[user]),
            open_file(server.folder / f"{user}.db", now),
        )
        async for batch in store.organizations():
            for state in batch:
                name = state.organization.name
                await store.members(name)
                await store.members(name, Role.OWNER)
                await _tolerant(store.events(name))
                policy = state.revision.policy
                staged = policy.with_setting(Setting.OFFICIAL, on=not policy.official)
                draft = Draft.of(state.revision).stage(staged)
                await _tolerant(store.save(name, draft, note="", origin=Origin.CLI))
        await store.close()


async def _tolerant(asked: Awaitable[object]) -> None:
    try:
        await asked
    except StoreError as error:
        print(f"  the Hub store gets the error: {error}")


def throw_everything(server: Served, description: dict[str, Any]) -> int:
    """Send generated requests, right ones and wrong ones, to every described call that is served."""
    schema = schemathesis.openapi.from_dict(description)
    headers = sign_in(server, "olivia")
    thrown = 0
    served_paths = {route.path for route in (*PUBLIC_ROUTES, *ROUTES)} - UNDESCRIBED_PATHS
    for path in sorted(_as_described(served_paths, description)):
        for method in ("GET", "POST", "PUT"):
            if method.lower() not in description["paths"][path] or not _is_served(path, method):
                continue
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                for organization in (None, "acme"):
                    thrown += _throw(schema[path][method], mode, organization, server.url, headers)
    return thrown


def _throw(
    operation: APIOperation[Any, Any, Any, Any],
    mode: GenerationMode,
    organization: str | None,
    url: str,
    headers: dict[str, str],
) -> int:
    thrown = 0

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: schemathesis.Case[Any]) -> None:
        nonlocal thrown
        thrown += 1
        if organization is not None:
            known = {"name": organization, "org_name": organization, "account": organization}
            case.path_parameters = {
                name: known.get(name, value) for name, value in (case.path_parameters or {}).items()
            }
        case.call(base_url=url, headers=headers)

    send()
    return thrown


def _shape(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def _as_described(paths: set[str], description: dict[str, Any]) -> set[str]:
    """Our paths with the names that the description has for their parameters."""
    shapes = {_shape(path): path for path in description["paths"]}
    missing = {path for path in paths if _shape(path) not in shapes}
    if missing:
        raise SystemExit(f"Served, and neither described nor listed as undescribed: {sorted(missing)}")
    return {shapes[_shape(path)] for path in paths}


def _is_served(path: str, method: str) -> bool:
    return any((_shape(one.path), one.method) == (_shape(path), method) for one in (*PUBLIC_ROUTES, *ROUTES))


def main(path: str) -> list[str]:
    """What is wrong; nothing, if all of it is right."""
    description = corrected(yaml.safe_load(Path(path).read_text(encoding="utf-8")))
    judge = Judge(description)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as server:
        parts: dict[str, Callable[[], object]] = {
            "every call": lambda: call_everything(server),
            "the Hub store": lambda: asyncio.run(use_the_hub_store(server)),
            GENERATED: lambda: throw_everything(server, description),
        }
        faults: list[str] = []
        for name, part in parts.items():
            before = len(server.recorder.exchanges)
            part()
            passed = server.recorder.exchanges[before:]
            # Many generated requests are wrong in parts that are not checked, such as unknown parameters.
            generated = name == GENERATED
            found = [one for exchange in passed for one in judge.faults(exchange, generated=generated)]
            print(f"{name}: {len(passed)} exchanges, {len(found)} faults")
            faults += found
    return faults


if __name__ == "__main__":
    problems = main(sys.argv[1])
    print("\n".join(dict.fromkeys(problems)) or "Requests and answers are what Docker's description says.")
    sys.exit(bool(problems))
