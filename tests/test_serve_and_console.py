"""`iam-tui serve --demo` in one process, and consoles that talk to it over HTTP."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from iam_tui.application.open_profile import StoreOpener
from iam_tui.stores.local import open_file
from iam_tui.stores.local.tokens import PersonalTokens
from iam_tui.stores.protocol import Profile, StoreKind
from iam_tui.ui.app import IamApp
from iam_tui.ui.shared.options import ConsoleOptions
from tests.ui.driver import ConsoleDriver

PUBLISHERS_OFF = ("down",) * 3 + ("space",)


class Served(NamedTuple):
    """The demo as it is served: where, from which file, and maya's token."""

    url: str
    path: Path
    token: str

    def console(
        self, folder: Path, user: str | None = None, token: str = "", name: str = "memory"
    ) -> AbstractAsyncContextManager[ConsoleDriver]:
        """A console; the user, if there is one, has a token in the environment."""
        found = {"IAM_TUI_API": self.url, "IAM_TUI_USERNAME": user, "IAM_TUI_TOKEN": token} if user else {}
        profile = Profile("work", StoreKind.HUB, folder / f"{name}.db", None, self.url)
        app = IamApp(StoreOpener([profile], now, found), clock=now, options=ConsoleOptions(profile=profile))
        return ConsoleDriver.run(app, (100, 40))

    async def token_of(self, user: str) -> str:
        """A new token for a user of the demo."""
        file = open_file(self.path, now)
        try:
            _, secret = await PersonalTokens(file).create(user)
        finally:
            await file.close()
        return secret


def now() -> datetime:
    """The real time, because the server checks when its tokens expire."""
    return datetime.now(UTC)


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A running server."""
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
    async with served.console(tmp_path) as c:
        await c.sign_in("maya", served.token)
        assert "✓ list organizations: 5" in c.text("#told")
        await c.press("enter")
        assert c.rows("#organizations")[0].startswith("acme-corp OWNER ● on ?")
        await c.press("enter", *PUBLISHERS_OFF, "w", *"audit", "enter", *"acme-corp", "enter")
        assert c.screen == "AccessScreen"
        assert "r2" in c.top
    async with served.console(tmp_path, "maya", served.token, name="other") as c:
        assert c.rows("#organizations")[0].startswith("acme-corp OWNER ● on ? no yes ?")


async def test_a_member_reads_and_a_put_made_by_hand_is_refused(served: Served, tmp_path: Path) -> None:
    token = await served.token_of("sam")
    async with served.console(tmp_path, "sam", token) as c:
        assert "you can edit 0" in c.first
        name = c.rows("#organizations")[0].split()[0]
        await c.press("enter")
        assert "READ-ONLY member sam" in c.top
        await c.press("space")
        assert "Read-only: your role is member" in c.second
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
    async with (
        served.console(tmp_path, "maya", served.token) as one,
        served.console(tmp_path, "ken", token, name="other") as other,
    ):
        await one.press("enter", *PUBLISHERS_OFF, "w")
        await other.press("enter", "down", *PUBLISHERS_OFF, "w")
        await one.press("enter", *"acme-corp", "enter")
        assert one.screen == "AccessScreen"
        await other.press("enter", *"acme-corp", "enter")
        assert other.screen == "ConflictScreen"
        assert other.rows("#conflict")[1:] == [
            "Docker Verified Publisher Images ● on ○ off ● on theirs",
            "Docker Official Images ● on ● on ○ off yours",
        ]
