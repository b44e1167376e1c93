"""Makes responses: JSON, errors with the two keys that clients read, times and ids."""

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
_MAX_DETAIL: Final = 500


class ErrorResponse(Exception):
    """Raised to answer a request with an error; `detail` is a sentence for the client."""

    def __init__(self, status: HTTPStatus, detail: str, headers: Mapping[str, str] = _NO_HEADERS) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers

    def response(self) -> Response:
        """The JSON object with the detail as `detail` and `message`: clients read one or the other."""
        detail = escape_controls(self.detail)[:_MAX_DETAIL]
        return json_response({"detail": detail, "message": detail}, self.status, self.headers)


def json_response(
    content: object, status: HTTPStatus = HTTPStatus.OK, headers: Mapping[str, str] = _NO_HEADERS
) -> Response:
    """A JSON response, in ASCII: names may contain any character."""
    return Response(
        json.dumps(content, allow_nan=False), status, dict(headers), media_type="application/json"
    )


def bad_request(detail: str) -> ErrorResponse:
    """The error for an invalid request (400)."""
    return ErrorResponse(HTTPStatus.BAD_REQUEST, detail)


def rfc3339(time: datetime) -> str:
    """A timezone-aware time as RFC 3339 in UTC."""
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def stable_id(kind: str, name: str) -> str:
    """The id of a thing: 32 hexadecimal digits, always the same for the same kind and name."""
    return uuid.uuid5(_IDS, f"{kind}:{name}").hex
