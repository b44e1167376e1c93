"""Reading and writing settings: three switches, owners only, and nothing else is touched."""

import asyncio
from dataclasses import replace

import httpx
import pytest

from iam_tui.core.policy import Origin
from tests.server.running import SETTINGS, Running, switches


def test_everyone_inside_reads_the_three_switches_and_nothing_else(reading: Running) -> None:
    for user in ("olivia", "eddy", "max"):
        answered = reading.ask(user, SETTINGS)
        assert (answered.status_code, answered.json()) == (200, switches(enabled=False))
        assert answered.headers["etag"] == '"2"'


def test_a_save_is_a_revision_of_the_callers(server: Running) -> None:
    """Community switch, allowlist and everything else of the policy stay as they were."""
    before = server.newest()
    answered = server.put("omar", switches(publishers=False))
    saved = server.newest()
    assert (answered.status_code, answered.headers["etag"]) == (200, '"3"')
    assert (saved.number, saved.author, saved.origin) == (3, "omar", Origin.SERVER)
    assert saved.policy == replace(before.policy, enabled=True, verified_publisher=False)
    assert saved.policy.community is True
    assert saved.policy.lists("library/redis")


def test_saving_what_is_there_saves_nothing(reading: Running) -> None:
    before = reading.newest()
    answered = reading.put("olivia", switches(enabled=False))
    assert (answered.status_code, answered.headers["etag"]) == (200, '"2"')
    assert reading.newest() == before


@pytest.mark.parametrize("user", ["max", "eddy"])
@pytest.mark.parametrize("body", [switches(), {}, None])
def test_a_user_who_is_not_an_owner_changes_nothing(reading: Running, user: str, body: object) -> None:
    """They are refused before anything else about the request is looked at."""
    before = reading.newest()
    refused = reading.put(user, body)
    assert refused.status_code == 403
    assert "only owners" in refused.json()["detail"]
    assert reading.newest() == before


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("organization", ["acme", "nothing"])
def test_outsiders_do_not_learn_what_there_is(reading: Running, method: str, organization: str) -> None:
    body = switches() if method == "PUT" else None
    refused = reading.ask("zoe", f"/v2/orgs/{organization}/settings", method, json=body)
    assert refused.status_code == 404
    assert refused.json()["detail"] == f"There is no organization {organization} with zoe in it."


def test_image_access_management_needs_the_plan(reading: Running) -> None:
    refused = reading.ask("olivia", "/v2/orgs/team/settings", "PUT", json=switches())
    assert refused.status_code == 422
    assert "Business" in refused.json()["detail"]
    assert reading.newest("team").number == 1


@pytest.mark.parametrize("tag", ['"2"', "*", '"1", "2"'])
def test_a_save_over_the_revision_it_names_is_done(server: Running, tag: str) -> None:
    assert server.put("olivia", switches(), if_match=tag).status_code == 200
    assert server.newest().number == 3


@pytest.mark.parametrize("tag", ['"1"', '"3"', 'W/"2"', '""', '"1", "3"'])
def test_a_save_over_another_revision_is_refused_with_the_newest(reading: Running, tag: str) -> None:
    refused = reading.put("olivia", switches(), if_match=tag)
    assert (refused.status_code, refused.headers["etag"]) == (412, '"2"')
    assert "revision 2, saved by olivia" in refused.json()["detail"]
    assert reading.newest().number == 2


@pytest.mark.parametrize("tag", ["2", '"2', "2, 3", '"2" "3"', "**"])
def test_an_invalid_tag_is_refused(reading: Running, tag: str) -> None:
    assert reading.put("olivia", switches(), if_match=tag).status_code == 400
    assert reading.newest().number == 2


async def both(server: Running, bodies: list[object], headers: dict[str, str]) -> list[httpx.Response]:
    """Several PUTs at the same time, by olivia and omar in turn."""
    signed = [await asyncio.to_thread(server.signed, user) for user in ("olivia", "omar")]
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as client:
        return await asyncio.gather(
            *(
                client.put(
                    SETTINGS,
                    json=body,
                    headers={**headers, "Authorization": f"Bearer {signed[number % 2]}"},
                )
                for number, body in enumerate(bodies)
            )
        )


async def test_of_two_saves_over_one_revision_exactly_one_wins(server: Running) -> None:
    """Time after time; the other one learns the newest revision."""
    for number in range(2, 12):
        bodies: list[object] = [
            switches(enabled=number % 2 == 0, official=True),
            switches(enabled=number % 2 == 0, official=False),
        ]
        answers = await both(server, bodies, {"If-Match": f'"{number}"'})
        assert sorted(one.status_code for one in answers) == [200, 412]
        assert {one.headers["etag"] for one in answers} == {f'"{number + 1}"'}
        (winner,) = [one for one in answers if one.status_code == 200]
        newest = await asyncio.to_thread(server.newest)
        assert newest.number == number + 1
        assert winner.json() == switches(enabled=newest.policy.enabled, official=newest.policy.official)


async def test_without_a_tag_every_save_is_done_and_the_last_one_holds(server: Running) -> None:
    bodies: list[object] = [switches(official=number % 2 == 0) for number in range(6)]
    answers = await both(server, bodies, {})
    assert [one.status_code for one in answers] == [200] * 6
    newest = await asyncio.to_thread(server.newest)
    (last,) = [one for one in answers if one.headers["etag"] == f'"{newest.number}"'][-1:]
    assert last.json() == switches(official=newest.policy.official)
