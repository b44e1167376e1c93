"""Failed logins: how many are answered as such, and what is said after that."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from iam_tui.server.rate_limit import ACCOUNTS, LIMIT, FailedLogins
from tests.clock import FixedClock
from tests.server.running import Running, running


@pytest.fixture
def still(tmp_path: Path, clock: FixedClock) -> Iterator[Running]:
    """A server whose clock moves only by `advance`."""
    with running(tmp_path / "w.db", clock=clock) as one:
        yield one


def log_in(server: Running, user: str, password: object, path: str = "/v2/users/login") -> httpx.Response:
    """The answer to a login."""
    names = ("username", "password") if path == "/v2/users/login" else ("identifier", "secret")
    with server.anyone() as client:
        return client.post(path, json=dict(zip(names, (user, password), strict=True)))


def test_twenty_failures_a_minute_are_answered_as_such(still: Running, clock: FixedClock) -> None:
    """Over both calls together; the next one is answered with how long to wait, in both of Docker's ways."""
    begun = clock.now
    for number in range(LIMIT):
        path = ("/v2/users/login", "/v2/auth/token")[number % 2]
        failed = log_in(still, "olivia", "wrong", path)
        assert failed.status_code == 401
        assert failed.headers["x-ratelimit-limit"] == "20"
        assert failed.headers["x-ratelimit-remaining"] == str(LIMIT - 1 - number)
        clock.advance(seconds=1)
    limited = log_in(still, "olivia", "wrong")
    assert limited.status_code == 429
    assert limited.headers["retry-after"] == "40"
    again = datetime.fromtimestamp(int(limited.headers["x-retry-after"]), UTC)
    assert (again - begun).total_seconds() == 60
    assert limited.headers["x-ratelimit-reset"] == limited.headers["x-retry-after"]
    assert limited.headers["x-ratelimit-remaining"] == "0"
    assert limited.json()["detail"] == limited.json()["message"]
    clock.advance(seconds=40)
    assert log_in(still, "olivia", "wrong").status_code == 401


def test_others_and_the_right_token_get_in_all_the_same(still: Running) -> None:
    """No one is locked out by guesses of others."""
    for _ in range(LIMIT + 5):
        limited = log_in(still, "olivia", "wrong")
    assert limited.status_code == 429
    assert log_in(still, "max", "wrong").status_code == 401
    assert log_in(still, "olivia", still.secrets["olivia"]).status_code == 200


def test_malformed_bodies_do_not_count(still: Running) -> None:
    for _ in range(LIMIT + 5):
        assert log_in(still, "olivia", None).status_code == 400
        assert log_in(still, "olivia", "").status_code == 400
    assert log_in(still, "olivia", "wrong").headers["x-ratelimit-remaining"] == "19"


def test_unknown_names_are_answered_like_any_other(still: Running) -> None:
    """Nothing tells who has an account."""
    there, nobody = log_in(still, "olivia", "wrong"), log_in(still, "nobody", "wrong")
    assert (there.status_code, there.json()) == (nobody.status_code, nobody.json())
    for _ in range(LIMIT):
        nobody = log_in(still, "nobody", "wrong")
    assert nobody.status_code == 429


def test_a_token_works_only_for_its_user(still: Running) -> None:
    assert log_in(still, "olivia", still.secrets["max"]).status_code == 401


def test_the_accounts_that_are_remembered_are_bounded(clock: FixedClock) -> None:
    """The one whose last failure is longest ago makes room."""
    failed_logins = FailedLogins(clock)
    for number in range(ACCOUNTS):
        failed_logins.record(f"user{number}")
    failed_logins.record("user0")
    failed_logins.record("one more")
    assert failed_logins.limit("user1").remaining == LIMIT
    assert failed_logins.limit("user0").remaining == LIMIT - 2
    assert failed_logins.limit("user2").remaining == LIMIT - 1
