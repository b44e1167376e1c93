"""What the server answers: JSON, errors with the two keys that clients read, times and ids (facts 9)."""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from starlette.responses import Response

from iam_tui.core.escape_controls import escape_controls

_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})
_IDS: Final = uuid.uuid5(uuid.NAMESPACE_URL, "https://hub.docker.com/")
_LONGEST_DETAIL: Final = 500


class ErrorResponse(Exception):
    """A request that is answered with an error; `detail` is a sentence for whoever sent it."""

    def __init__(self, status: HTTPStatus, detail: str, headers: Mapping[str, str] = _NO_HEADERS) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers


def answer(
    content: object, status: HTTPStatus = HTTPStatus.OK, headers: Mapping[str, str] = _NO_HEADERS
) -> Response:
    """A JSON answer, in ASCII: names may hold anything."""
    return Response(
        json.dumps(content, allow_nan=False), status, dict(headers), media_type="application/json"
    )


def refused(refusal: ErrorResponse) -> Response:
    """The answer of a refusal: an object whose values are strings, with both `detail` and `message`."""
    told = escape_controls(refusal.detail)[:_LONGEST_DETAIL]
    return answer({"detail": told, "message": told}, refusal.status, refusal.headers)


def bad_request(detail: str) -> ErrorResponse:
    """The refusal of a request that makes no sense."""
    return ErrorResponse(HTTPStatus.BAD_REQUEST, detail)


def moment(time: datetime) -> str:
    """A timezone-aware time as RFC 3339 in UTC."""
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def identifier(kind: str, name: str) -> str:
    """The id of a thing: 32 hexadecimal digits, the same wherever and whenever it is asked for."""
    return uuid.uuid5(_IDS, f"{kind}:{name}").hex
