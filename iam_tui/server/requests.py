"""What a request says: its body, its query, the page it wants, and the links to the pages beside it."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request

from iam_tui.server.responses import bad_request
from iam_tui.stores.local.listings import Slice

_MOST_ROWS: Final = 100
_LONGEST_NUMBER: Final = 9
_HOST: Final = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?"
)


async def json_object(request: Request) -> dict[str, Any]:
    """The request's body; `Refusal` (400) unless it is a JSON object."""
    try:
        found = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise bad_request("The body has to be JSON.") from error
    if not isinstance(found, dict):
        raise bad_request("The body has to be a JSON object.")
    return found


async def texts(request: Request, *names: str) -> list[str]:
    """The values of these keys in the request's body; `Refusal` (400) unless each is a text and not empty."""
    found = await json_object(request)
    values = [found.get(name) for name in names]
    if not all(isinstance(value, str) and value for value in values):
        raise bad_request(f"The body needs {' and '.join(names)}, each a text.")
    return [str(value) for value in values]


class Paging:
    """The page that a request wants: `page` counts from 1, `page_size` is at most 100."""

    def __init__(self, request: Request, size: int) -> None:
        self._request = request
        self.page = _number(request, "page", 1)
        self.size = min(_number(request, "page_size", size), _MOST_ROWS)

    @property
    def slice(self) -> Slice:
        """The rows of the page."""
        return Slice((self.page - 1) * self.size, self.size)

    def shown(self, rows: Sequence[Mapping[str, object]], count: int) -> dict[str, object]:
        """The page object: how many rows there are in all, the pages beside this one, and its rows."""
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


def moment_in(request: Request, name: str) -> datetime | None:
    """The time in a query parameter, timezone-aware; None without it, `Refusal` (400) if it is none."""
    text = request.query_params.get(name, "").strip()
    if "T" in text:
        # The plus sign of an offset arrives as a blank unless it was escaped.
        text = text.replace(" ", "+")
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise bad_request(f"{name} has to be a time as in RFC 3339.") from error


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, "") or str(default)
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER and int(text) > 0):
        raise bad_request(f"{name} has to be a number from 1.")
    return int(text)


def _host(request: Request) -> str:
    """The host that the client called, or this server's address if what the client calls it is no host."""
    named = request.headers.getlist("host")
    if len(named) == 1 and _HOST.fullmatch(named[0]):
        return named[0]
    host, port = request.scope["server"]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
