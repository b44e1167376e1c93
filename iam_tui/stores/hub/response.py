"""One answer of the API, whole and bounded, and what can be asked of it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from iam_tui.core.escape_controls import escape_controls
from iam_tui.stores.errors import UnusableAnswer

_LONGEST_QUOTE: Final = 200

Json = Mapping[str, Any]


class Response(NamedTuple):
    """What came back for a call; `what` says what the call was for, as a part of a sentence."""

    what: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        # The body may hold a token.
        return f"Answer({self.what!r}, {self.status})"

    def header(self, name: str) -> str:
        """A header by its lower-case name; empty without one."""
        return self.headers.get(name, "")

    def mapping(self) -> Json:
        """The JSON object it holds; `UnusableAnswer` for anything else."""
        found = self.value()
        if not isinstance(found, dict):
            raise self.unusable("is JSON of another shape")
        return found

    def value(self) -> object:
        """The JSON value it holds; `UnusableAnswer` if it holds none."""
        kind = self.header("content-type").partition(";")[0].strip().lower()
        if not kind.endswith(("/json", "+json")):
            raise self.unusable(f"is {_quoted(kind) or 'of no stated type'} instead of JSON")
        try:
            found: object = json.loads(self.body)
        except (ValueError, RecursionError):
            raise self.unusable("is no valid JSON") from None
        return found

    def unusable(self, why: str) -> UnusableAnswer:
        """The error for an answer that cannot be used; the body itself is never quoted."""
        return UnusableAnswer(
            f"The answer to {self.what} {why}.",
            advice="A proxy or a sign-in page of the network may stand in between; check the address too.",
        )

    def complaint(self, hide: Sequence[str] = ()) -> str:
        """What an error says of itself (`detail` or `message`, facts 4), short, visible, without secrets."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return ""
        texts = [found.get(key) for key in ("detail", "message")] if isinstance(found, dict) else []
        said = next((text for text in texts if isinstance(text, str) and text), "")
        for secret in filter(None, hide):
            said = said.replace(secret, "(hidden)")
        return _quoted(said.strip().removesuffix("."))


def _quoted(text: str) -> str:
    shown = escape_controls(text[: _LONGEST_QUOTE + 1]).strip()
    return shown if len(shown) <= _LONGEST_QUOTE else f"{shown[:_LONGEST_QUOTE]}..."
