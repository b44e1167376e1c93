"""Docker's description of its API: where it is known to be wrong, and judging exchanges by it."""

from collections.abc import Iterator
from copy import deepcopy
from http import HTTPStatus
from typing import Any, Final, NamedTuple

import httpx
from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse
from recorded import Exchange

HUB: Final = "https://hub.docker.com"
_NULLABLE: Final = {"type": "string", "nullable": True}
_MEMBERS: Final = ("paths", "/v2/orgs/{org_name}/members", "get")
_GROUPS: Final = "/v2/orgs/{org_name}/groups"
_GROUP_MEMBERS: Final = f"{_GROUPS}/{{group_name}}/members"
_JSON: Final = ("content", "application/json", "schema")
_OK: Final = ("responses", "200")


class Defect(NamedTuple):
    """A place where the description is wrong, what belongs there, and how that is known."""

    place: tuple[str, ...]
    right: object
    known: str


DEFECTS: Final = (
    Defect(
        (*_MEMBERS, *_OK, *_JSON),
        {"$ref": "#/components/schemas/org_member_paginated"},
        "described as an array of pages; the real response is one page",
    ),
    Defect(
        ("components", "schemas", "org_member_paginated", "properties", "next"),
        _NULLABLE,
        "the last page has no next one, so it is null",
    ),
    Defect(
        ("components", "schemas", "org_member_paginated", "properties", "previous"),
        _NULLABLE,
        "the first page has no previous one, so it is null",
    ),
    *(
        Defect(
            ("paths", path, "get", *_OK, *_JSON, "properties", key),
            _NULLABLE,
            "its own example is null, which a text cannot be",
        )
        for path in (_GROUPS, _GROUP_MEMBERS)
        for key in ("next", "previous")
    ),
    Defect(
        ("components", "schemas", "org_member", "properties", "role", "enum"),
        ["Owner", "Editor", "Member", "Invitee"],
        "editors are missing; the query parameter of the same call has them",
    ),
    Defect(
        ("components", "parameters", "search", "schema"),
        {"type": "string"},
        "a search term is a text, not a number",
    ),
)
UNDESCRIBED_PATHS: Final = {"/v2/user", "/v2/user/orgs", "/v2/orgs/{organization}"}
"""Calls that real clients make and the description lacks."""
UNDESCRIBED_STATUSES: Final = {400, 401, 404, 405, 408, 409, 412, 413, 422, 429, 431}
"""Errors of ours that the description lacks at some of its calls; they look like those it has."""


def corrected(description: dict[str, Any]) -> dict[str, Any]:
    """The description without its known defects; a defect that is not there any more is an error."""
    right = deepcopy(description)
    for defect in DEFECTS:
        place = right
        for key in defect.place[:-1]:
            place = place[key]
        if place[defect.place[-1]] == defect.right:
            raise SystemExit(f"No defect any more, take it off the list: {'/'.join(defect.place)}")
        place[defect.place[-1]] = defect.right
    return right


class Judge:
    """Says what is wrong with an exchange, by the description."""

    def __init__(self, description: dict[str, Any]) -> None:
        self._api = OpenAPI.from_dict(description, Config(spec_validator_cls=None))

    def faults(self, exchange: Exchange, *, generated: bool) -> Iterator[str]:
        """What is wrong with it. A request has to be right if it was answered well and was not generated."""
        if exchange.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            yield f"{exchange}: {exchange.content[:200]!r}"
        yield from _error_faults(exchange)
        if not self._is_described(exchange):
            return
        kind = exchange.headers.get("content-type", "application/json")
        path = exchange.path.removesuffix("/")
        request = MockRequest(
            HUB, exchange.method.lower(), path, args=dict(httpx.QueryParams(exchange.query)),
            headers=exchange.headers, data=exchange.body or None, content_type=kind,
        )  # fmt: skip
        response = MockResponse(
            exchange.content, exchange.status, exchange.answered, exchange.answered["content-type"]
        )
        try:
            if exchange.status < HTTPStatus.BAD_REQUEST and not generated:
                self._api.validate_request(request)
            if self._is_described_status(exchange):
                self._api.validate_response(request, response)
            elif exchange.status not in UNDESCRIBED_STATUSES:
                yield f"{exchange}: an unexpected status"
        except OpenAPIError as error:
            yield f"{exchange}: {error} {error.__cause__ or ''}"

    def _is_described(self, exchange: Exchange) -> bool:
        return exchange.method != "HEAD" and self._operation(exchange) is not None

    def _is_described_status(self, exchange: Exchange) -> bool:
        described = (self._operation(exchange) or {}).get("responses", {})
        return str(exchange.status) in described or "default" in described

    def _operation(self, exchange: Exchange) -> dict[str, Any] | None:
        described = self._api.spec.read_value()["paths"]
        segments = exchange.path.removesuffix("/").split("/")
        for path, item in described.items():
            pattern = path.split("/")
            if len(pattern) == len(segments) and all(
                one == other or one.startswith("{") for one, other in zip(pattern, segments, strict=True)
            ):
                found: dict[str, Any] | None = item.get(exchange.method.lower())
                return found
        return None


def _error_faults(exchange: Exchange) -> Iterator[str]:
    """Clients expect every error to be a JSON object of strings, with `detail` and `message`."""
    if exchange.status >= HTTPStatus.BAD_REQUEST and exchange.method != "HEAD":
        content = httpx.Response(200, content=exchange.content).json()
        if not {"detail", "message"} <= set(content) or not all(
            isinstance(one, str) for one in content.values()
        ):
            yield f"{exchange}: an error that is not an object of strings: {content}"
