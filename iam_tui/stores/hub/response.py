"""A response of the API, read in full and limited in size."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from iam_tui.core.escape_controls import escape_controls
from iam_tui.stores.errors import UnusableAnswer

_MAX_QUOTE: Final = 200

Json = Mapping[str, Any]


class HubResponse(NamedTuple):
    """A response; `purpose` says what its request was for, as in `reading the settings of acme`."""

    purpose: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        # The body may contain a token.
        return f"HubResponse({self.purpose!r}, {self.status})"

    def header(self, name: str) -> str:
        """A header by its lower-case name; empty if there is none."""
        return self.headers.get(name, "")

    def json_object(self) -> Json:
        """The JSON object in the body; `UnusableAnswer` for anything else."""
        found = self.json_value()
        if not isinstance(found, dict):
            raise self.unusable("is not a JSON object")
        return found

    def json_value(self) -> object:
        """The JSON value in the body; `UnusableAnswer` if it is not JSON."""
        kind = self.header("content-type").partition(";")[0].strip().lower()
        if not kind.endswith(("/json", "+json")):
            raise self.unusable(f"is {_quoted(kind) or 'of unknown type'} instead of JSON")
        try:
            found: object = json.loads(self.body)
        except (ValueError, RecursionError):
            raise self.unusable("is not valid JSON") from None
        return found

    def unusable(self, why: str) -> UnusableAnswer:
        """The error for an unusable response; `why` completes the sentence, and the body is never quoted."""
        return UnusableAnswer(
            f"The response when {self.purpose} {why}.",
            advice="A proxy or a network sign-in page may have answered instead. Check the API's URL too.",
        )

    def error_detail(self, hide: Sequence[str] = ()) -> str:
        """The `detail` or `message` of an error, shortened, escaped, and with the texts in `hide` removed."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return ""
        texts = [found.get(key) for key in ("detail", "message")] if isinstance(found, dict) else []
        output = next((text for text in texts if isinstance(text, str) and text), "")
        for secret in filter(None, hide):
            output = output.replace(secret, "(hidden)")
        return _quoted(output)


def sentence(text: str) -> str:
    """The text with one full stop at its end, whatever quoted words it ends with."""
    return text if text.endswith("...") else f"{text.rstrip('. ')}."


def _quoted(text: str) -> str:
    shown = escape_controls(text[: _MAX_QUOTE + 1]).strip()
    return shown if len(shown) <= _MAX_QUOTE else f"{shown[:_MAX_QUOTE]}..."
