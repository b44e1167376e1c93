"""`iam-tui serve --demo` in one process and consoles on it, over real HTTP."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from iam_tui.application.open_profile import StoreOpener
from iam_tui.stores.local import open_file
from iam_tui.stores.local.tokens import Tokens
from iam_tui.stores.protocol import Profile, StoreKind
from iam_tui.ui.app import IamApp
from iam_tui.ui.shared.options import ConsoleOptions
from tests.ui.conftest import on_top, paste, rest, rows, said, settled

PUBLISHERS_OFF = ("down",) * 3 + ("space",)


class Served(NamedTuple):
    """The demo as it is served: where, from which file, and maya's token."""

    url: str
    path: Path
    token: str

    def console(self, folder: Path, user: str | None = None, token: str = "", name: str = "memory") -> IamApp:
        """A console whose user, if one is named, has a token in the environment."""
        found = {"IAM_TUI_API": self.url, "IAM_TUI_USERNAME": user, "IAM_TUI_TOKEN": token} if user else {}
        profile = Profile("work", StoreKind.HUB, folder / f"{name}.db", None, self.url)
        return IamApp(StoreOpener([profile], now, found), clock=now, options=ConsoleOptions(profile=profile))

    async def token_of(self, user: str) -> str:
        """A new token for somebody of the demo."""
        file = open_file(self.path, now)
        try:
            _, secret = await Tokens(file).create(user)
        finally:
            await file.close()
        return secret


def now() -> datetime:
    """The real time, which the server's tokens are made for."""
    return datetime.now(UTC)


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """The server, as long as the test lasts."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    path = tmp_path / "demo.db"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("IAM_TUI_")}
    with subprocess.Popen(
        [sys.executable, "-m", "iam_tui", "--db", str(path), "serve", "--demo", "--port", "0", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**clean, "PYTHONPATH": str(Path(__file__).parents[1])},
    ) as process:
        try:
            assert process.stdout is not None
            lines = iter(process.stdout.readline, "")
            text = ""
            while not text.rstrip().endswith("}"):
                text += next(lines)
            told = json.loads(text)
            yield Served(told["url"], path, told["token"])
        finally:
            process.terminate()


async def test_sign_in_pick_stage_review_save_and_see_it_through_a_second_client(
    served: Served, tmp_path: Path
) -> None:
    app = served.console(tmp_path)
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        await rest(pilot)
        await pilot.press(*"maya", "enter")
        await paste(pilot, served.token)
        await pilot.press("enter")
        await rest(pilot)
        assert "✓ list organizations: 5" in said(app, "#notes")
        await pilot.press("enter")
        await rest(pilot)
        assert rows(app, "#organizations")[0].startswith("acme-corp OWNER ● on ?")
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press(*PUBLISHERS_OFF, "w")
        await rest(pilot)
        await pilot.press(*"audit", "enter", *"acme-corp", "enter")
        await rest(pilot)
        assert on_top(app) == "AccessScreen"
        assert "r2" in said(app, "#top")
    other = served.console(tmp_path, "maya", served.token, name="other")
    async with other.run_test(size=(100, 40)) as pilot:
        await rest(pilot)
        assert rows(other, "#organizations")[0].startswith("acme-corp OWNER ● on ? no yes ?")


async def test_a_member_reads_and_a_put_made_by_hand_is_refused(served: Served, tmp_path: Path) -> None:
    token = await served.token_of("sam")
    app = served.console(tmp_path, "sam", token)
    async with app.run_test(size=(100, 40)) as pilot:
        await rest(pilot)
        assert "you can edit 0" in said(app, "#first")
        name = rows(app, "#organizations")[0].split()[0]
        await pilot.press("enter")
        await settled(pilot)
        assert "READ-ONLY member sam" in said(app, "#top")
        await pilot.press("space")
        assert "Read-only: you are member" in said(app, "#second")
    async with httpx.AsyncClient(base_url=served.url) as client:
        signed = await client.post("/v2/auth/token", json={"identifier": "sam", "secret": token})
        headers = {"Authorization": f"Bearer {signed.json()['access_token']}"}
        flags = {"enabled": False, "allow_official_images": True, "allow_verified_publishers": True}
        path = f"/v2/orgs/{name}/settings"
        before = (await client.get(path, headers=headers)).json()
        answer = await client.put(path, json={"restricted_images": flags}, headers=headers)
        assert answer.status_code == 403
        assert (await client.get(path, headers=headers)).json() == before


async def test_of_two_consoles_one_wins_and_the_other_compares(served: Served, tmp_path: Path) -> None:
    token = await served.token_of("ken")
    one = served.console(tmp_path, "maya", served.token)
    other = served.console(tmp_path, "ken", token, name="other")
    async with one.run_test(size=(100, 40)) as first, other.run_test(size=(100, 40)) as second:
        for pilot in (first, second):
            await rest(pilot)
            await pilot.press("enter")
            await settled(pilot)
        await first.press(*PUBLISHERS_OFF, "w")
        await second.press("down", *PUBLISHERS_OFF, "w")
        for pilot in (first, second):
            await rest(pilot)
            await pilot.press("enter", *"acme-corp")
        await first.press("enter")
        await rest(first)
        assert on_top(one) == "AccessScreen"
        await second.press("enter")
        await rest(second)
        assert on_top(other) == "ConflictScreen"
        assert rows(other, "#conflict")[1:] == [
            "Docker Verified Publisher Images ● on ○ off ● on theirs",
            "Docker Official Images ● on ● on ○ off yours",
        ]
