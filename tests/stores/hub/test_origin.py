"""Which addresses a token may be sent to."""

import pytest

from iam_tui.core.errors import InvalidInput
from iam_tui.stores.hub import ApiOrigin


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://hub.docker.com", "not encrypted"),
        ("ftp://127.0.0.1", "not a valid URL"),
        ("hub.docker.com", "not a valid URL"),
        ("https://", "not a valid URL"),
        ("https://a b", "not a valid URL"),
        ("https://hub.docker.com\\@evil.example", "not a valid URL"),
        ("https://user:pw@hub.docker.com", "contains a user name or password"),
        ("https://hub.docker.com/v2", "has a path or query"),
        ("https://hub.docker.com:99999", "not a valid URL"),
        ("http://127.0.0.1.evil.example", "not encrypted"),
        ("https://\u202ehub.docker.com", r"\\u202e"),
    ],
)
def test_an_address_that_cannot_be_used(url: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as error:
        ApiOrigin.parse(url)
    assert "pw" not in str(error.value).replace("password", "")


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://hub.docker.com/", "https://hub.docker.com"),
        ("HTTPS://HUB.docker.com:443", "https://hub.docker.com"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("http://127.0.0.1", "http://127.0.0.1"),
    ],
)
def test_an_address(url: str, origin: str) -> None:
    assert str(ApiOrigin.parse(url)) == origin
