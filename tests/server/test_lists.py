"""Organizations, people, teams and the audit log, as far as each person may see them."""

from collections.abc import Mapping

import pytest

from iam_tui.core.category import Badge
from iam_tui.stores.local import LocalAdmin, LocalFile
from tests.server.running import SETTINGS, Running, in_file, switches

MEMBERS = "/v2/orgs/acme/members"
LOG = "/v2/auditlogs/acme"


def names(server: Running, user: str, path: str, key: str = "username", **wanted: str) -> list[str]:
    """The names on a page."""
    return [one[key] for one in server.ask(user, path, params=wanted).json()["results"]]


def test_one_sees_ones_own_organizations(reading: Running) -> None:
    assert names(reading, "olivia", "/v2/user/orgs/", "orgname") == ["acme", "team"]
    assert names(reading, "zoe", "/v2/user/orgs/", "orgname") == ["other"]
    acme = reading.ask("max", "/v2/orgs/acme/").json()
    assert (acme["orgname"], acme["full_name"], acme["type"]) == ("acme", "Acme [b]Inc[/b]", "Organization")
    assert "role" not in acme


def test_a_namespace_tells_its_badge_where_one_is_known(server: Running) -> None:
    """As on Docker Hub, to anybody; of its settings and people it tells nothing."""

    async def set_badges(file: LocalFile) -> None:
        for namespace, badge in (
            ("grafana", Badge.VERIFIED_PUBLISHER),
            ("tiny", Badge.NONE),
            ("acme", Badge.OPEN_SOURCE),
        ):
            await LocalAdmin(file).set_badge(namespace, badge)

    in_file(server.path, set_badges)
    content = {
        name: server.ask("zoe", f"/v2/orgs/{name}/").json() for name in ("grafana", "tiny", "acme", "other")
    }
    assert {name: one["badge"] for name, one in content.items()} == {
        "grafana": "verified_publisher",
        "tiny": "",
        "acme": "open_source",
        "other": "",
    }
    assert (content["acme"]["full_name"], content["acme"]["date_joined"]) == ("", None)
    assert server.ask("zoe", "/v2/orgs/nothing/").status_code == 404
    assert server.ask("zoe", SETTINGS).status_code == 404
    assert server.ask("zoe", MEMBERS).status_code == 404
    assert server.ask("max", "/v2/orgs/acme/").json()["full_name"] == "Acme [b]Inc[/b]"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["eddy", "max", "olivia", "omar"]),
        ({"role": "owner"}, ["olivia", "omar"]),
        ({"role": "Editor"}, ["eddy"]),
        ({"search": "OL"}, ["olivia"]),
        ({"search": "m", "role": "owner"}, ["omar"]),
        ({"search": "%"}, []),
        ({"search": "' OR 1=1 --"}, []),
        ({"type": "invitee"}, []),
        ({"type": "member"}, ["eddy", "max", "olivia", "omar"]),
        ({"page": "2", "page_size": "3"}, ["omar"]),
        ({"page": "9"}, []),
        ({"page": "999999999", "page_size": "999999999"}, []),
    ],
)
def test_people_are_searched_filtered_and_paged(
    reading: Running, wanted: Mapping[str, str], found: list[str]
) -> None:
    assert names(reading, "max", MEMBERS, **wanted) == found


def test_roles_have_the_words_of_docker_hub(reading: Running) -> None:
    people = reading.ask("max", MEMBERS).json()["results"]
    assert {one["username"]: (one["role"], one["groups"]) for one in people} == {
        "eddy": ("Editor", []),
        "max": ("Member", []),
        "olivia": ("Owner", ["owners"]),
        "omar": ("Owner", ["owners"]),
    }


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=x",
        "page=1.5",
        "page=%D9%A1",
        "page=1_0",
        "page_size=0",
        "page=9999999999",
        "role=king",
    ],
)
def test_numbers_and_roles_that_are_none_are_refused(reading: Running, query: str) -> None:
    assert reading.ask("max", f"{MEMBERS}?{query}").status_code == 400


def test_owners_are_the_team_of_that_name(reading: Running) -> None:
    """To clients, being in it is being an owner: so it is listed for those in it."""
    (team,) = reading.ask("olivia", "/v2/orgs/acme/groups").json()["results"]
    assert (team["name"], team["member_count"]) == ("owners", 2)
    assert names(reading, "max", "/v2/orgs/acme/groups", "name") == []
    assert names(reading, "max", "/v2/orgs/acme/groups", "name", username="omar") == ["owners"]
    assert names(reading, "olivia", "/v2/orgs/acme/groups", "name", username="max") == []
    assert names(reading, "olivia", "/v2/orgs/acme/groups", "name", username="nobody") == []
    assert names(reading, "olivia", "/v2/orgs/acme/groups", "name", search="dev") == []
    assert names(reading, "max", "/v2/orgs/acme/groups/owners/members") == ["olivia", "omar"]
    assert reading.ask("max", "/v2/orgs/acme/groups/devs/members").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/v2/orgs/acme",
        MEMBERS,
        "/v2/orgs/acme/groups",
        "/v2/orgs/acme/groups/owners/members",
        LOG,
        f"{LOG}/actions",
    ],
)
def test_outsiders_see_nothing(reading: Running, path: str) -> None:
    assert reading.ask("zoe", path).status_code == 404
    with reading.anyone() as client:
        assert client.get(path).status_code == 401


def test_the_log_tells_owners_who_changed_what_and_when(server: Running) -> None:
    server.put("omar", switches(official=False))
    saved = server.newest()
    logs = server.ask("olivia", LOG).json()["logs"]
    assert [one["action"] for one in logs] == ["org.settings.update", "org.settings.update", "org.create"]
    assert logs[0] == {
        "account": "acme",
        "action": "org.settings.update",
        "name": "acme",
        "actor": "omar",
        "data": {"revision": "3", "origin": "server", "note": ""},
        "timestamp": saved.saved_at.isoformat().replace("+00:00", "Z"),
        "action_description": (
            "updated the settings of acme: Image Access Management on, Docker Official Images off"
        ),
    }


def test_neither_community_nor_allowlist_is_shown(reading: Running) -> None:
    """Revision 2 changed only those."""
    answers = [reading.ask("olivia", path).text.lower() for path in (LOG, SETTINGS, "/v2/orgs/acme/")]
    assert not [text for text in answers if "redis" in text or "community" in text or "allowlist" in text]


def test_the_log_is_for_owners(reading: Running) -> None:
    for user in ("max", "eddy"):
        assert reading.ask(user, LOG).status_code == 403
        assert reading.ask(user, f"{LOG}/actions").status_code == 403


def test_what_the_log_is_filtered_by_is_listed(reading: Running) -> None:
    (group,) = reading.ask("olivia", f"{LOG}/actions").json()["actions"].items()
    assert group[0] == "org"
    listed = {f"org.{one['name']}": one["label"] for one in group[1]["actions"]}
    assert listed["org.settings.update"] == "Organization Settings Updated"
    logs = [reading.ask("olivia", LOG, params={"action": action}).json()["logs"] for action in listed]
    assert [len(one) for one in logs] == [1, 1]


@pytest.mark.parametrize(
    ("wanted", "revisions"),
    [
        ({}, ["3", "2", "1"]),
        ({"action": "org.settings.update"}, ["3", "2"]),
        ({"action": "repo.tag.push"}, []),
        ({"actor": "omar"}, ["3"]),
        ({"actor": "oma"}, []),
        ({"name": "acme", "action": "org.create"}, ["1"]),
        ({"name": "other"}, []),
        ({"page_size": "1"}, ["3"]),
        ({"page_size": "1", "page": "2"}, ["2"]),
        ({"page_size": "2", "page": "2"}, ["1"]),
        ({"from": "2001-01-01T00:00:00Z", "to": "2999-12-31T00:00:00+02:00"}, ["3", "2", "1"]),
        ({"from": "2999-01-01"}, []),
        ({"to": "2001-01-01T00:00:00"}, []),
    ],
)
def test_the_log_is_filtered_and_paged(
    server: Running, wanted: Mapping[str, str], revisions: list[str]
) -> None:
    server.put("omar", switches())
    logs = server.ask("olivia", LOG, params=wanted).json()["logs"]
    assert [one["data"]["revision"] for one in logs] == revisions


def test_the_bounds_of_time_are_included(server: Running) -> None:
    server.put("omar", switches())
    logs = server.ask("olivia", LOG).json()["logs"]
    at = logs[1]["timestamp"]
    assert server.ask("olivia", LOG, params={"from": at, "to": at}).json()["logs"] == [logs[1]]
    # The plus sign of an offset, not escaped.
    assert server.ask("olivia", f"{LOG}?from=2001-01-01T00:00:00+00:00").json()["logs"] == logs


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "0001-01-01T00:00:00+23:59", "1"])
def test_a_time_that_is_none_is_refused(reading: Running, text: str) -> None:
    assert reading.ask("olivia", LOG, params={"from": text}).status_code == 400
