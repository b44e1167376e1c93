"""Reads requests: the body, query parameters, and the page of a list with links to its neighbors."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request

from iam_tui.server.hosts import HOST
from iam_tui.server.responses import bad_request
from iam_tui.stores.local.listings import RowRange

_MAX_PAGE_SIZE: Final = 100
_MAX_DIGITS: Final = 9


async def json_object(request: Request) -> dict[str, Any]:
    """The JSON object in the body; `ErrorResponse` (400) for anything else."""
    try:
        found = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise bad_request("The body must be JSON.") from error
    if not isinstance(found, dict):
        raise bad_request("The body must be a JSON object.")
    return found


async def required_strings(request: Request, *names: str) -> list[str]:
    """The values of these keys in the body; `ErrorResponse` (400) unless each is a non-empty string."""
    found = await json_object(request)
    values = [found.get(name) for name in names]
    if not all(isinstance(value, str) and value for value in values):
        raise bad_request(f"The body must have {' and '.join(names)}, each a non-empty string.")
    return [str(value) for value in values]


class Paging:
    """The page that a request asks for: `page` counts from 1, `page_size` is at most 100."""

    def __init__(self, request: Request, size: int) -> None:
        self._request = request
        self.page = _number(request, "page", 1)
        self.size = min(_number(request, "page_size", size), _MAX_PAGE_SIZE)

    @property
    def row_range(self) -> RowRange:
        """The rows of the page."""
        return RowRange((self.page - 1) * self.size, self.size)

    def page_object(self, rows: Sequence[Mapping[str, object]], count: int) -> dict[str, object]:
        """The page object: the number of all rows, links to the next and previous page, and the rows."""
        last = max(1, -(-count // self.size))
        return {
            "count": count,
            "next": self._link(self.page + 1) if self.page < last else None,
            "previous": self._link(min(self.page - 1, last)) if self.page > 1 else None,
            "results": rows,
        }

    def _link(self, page: int) -> str:
        query = [pair for pair in self._request.query_params.multi_items() if pair[0] != "page"]
        scope = self._request.scope
        path = scope["raw_path"].decode("ascii")
        return f"{scope['scheme']}://{_host(self._request)}{path}?{urlencode([*query, ('page', str(page))])}"


def time_parameter(request: Request, name: str) -> datetime | None:
    """The time in a query parameter, in UTC; None without it, `ErrorResponse` (400) if it is invalid."""
    text = request.query_params.get(name, "").strip()
    if "T" in text:
        # The plus sign of an offset arrives as a space unless it was escaped.
        text = text.replace(" ", "+")
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise bad_request(f"{name} must be a time as in RFC 3339.") from error


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, "") or str(default)
    if not (text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS and int(text) > 0):
        raise bad_request(f"{name} must be a number of at least 1.")
    return int(text)


def _host(request: Request) -> str:
    """The host in the request, or this server's address if that is not a valid host."""
    named = request.headers.getlist("host")
    if len(named) == 1 and HOST.fullmatch(named[0]):
        return named[0]
    host, port = request.scope["server"]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
