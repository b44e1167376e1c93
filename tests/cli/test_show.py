"""`orgs` and `show`: the documented keys, and text that is never interpreted."""

import json

import pytest

from iam_tui.cli.show import policy_summary
from iam_tui.core.organization import Organization, role_named
from iam_tui.core.policy import Policy, Revision
from iam_tui.stores.protocol import OrganizationState
from tests.cli.conftest import NOW, Cli

KEYS = [
    "organization", "role", "plan", "sign_in_enforced", "enabled", "allow_official_images",
    "allow_verified_publishers", "allow_community_images", "allowlist_enabled", "allowlist", "revision",
    "updated_by", "updated_at", "note", "origin", "as_of",
]  # fmt: skip
EVIL = "[bold]no[/bold] \x1b]0;x\x07 \u202eexe"
SHOWN = "[bold]no[/bold] \\x1b]0;x\\x07 \\u202eexe"


def test_show_has_exactly_the_documented_keys(cli: Cli, db: str) -> None:
    shown = json.loads(cli("--db", db, "--as", "max", "show", "acme", "--json").out)
    assert list(shown) == KEYS
    assert shown == {
        "organization": "acme",
        "role": "member",
        "plan": "business",
        "sign_in_enforced": False,
        "enabled": True,
        "allow_official_images": False,
        "allow_verified_publishers": True,
        "allow_community_images": False,
        "allowlist_enabled": True,
        "allowlist": [
            {
                "repository": "library/postgres",
                "reason": "orders",
                "added_by": "olivia",
                "added_at": "2026-08-14T09:30:00Z",
                "review_by": None,
            }
        ],
        "revision": 2,
        "updated_by": "olivia",
        "updated_at": "2026-08-14T09:30:00Z",
        "note": "",
        "origin": "cli",
        "as_of": "2026-08-14T09:30:00Z",
    }


def test_orgs_is_a_list_of_the_same_without_the_allowlist(cli: Cli, db: str) -> None:
    cli("--db", db, "org", "create", "abc", "--owner", "max", "--plan", "team")
    rows = json.loads(cli("--db", db, "--as", "max", "orgs", "--json").out)
    assert [row["organization"] for row in rows] == ["abc", "acme"]
    assert all(list(row) == [key for key in KEYS if key != "allowlist"] for row in rows)
    assert [row["role"] for row in rows] == ["owner", "member"]


def test_text_names_every_switch(cli: Cli, db: str) -> None:
    lines = cli("--db", db, "--as", "max", "show", "acme").out.splitlines()
    switches = dict(line.rsplit("  ", 1) for line in lines[5:10])
    assert {name.strip(): value for name, value in switches.items()} == {
        "Image Access Management": "on",
        "Organization images": "always allowed",
        "Community images": "off",
        "Docker Verified Publisher Images": "on",
        "Docker Official Images": "off",
    }
    assert lines[-1] == "  library/postgres  by olivia  review by -  orders"
    table = cli("--db", db, "--as", "max", "orgs").out.splitlines()
    assert table[1].split() == ["acme", "member", "business", "on", "off", "on", "off", "on", "2"]


@pytest.mark.parametrize("user", ["zoe", "nobody"])
def test_a_user_who_is_in_no_organization_is_not_found(cli: Cli, db: str, user: str) -> None:
    outcome = cli("--db", db, "--as", user, "orgs", "--json")
    assert (outcome.code, outcome.out) == (4, "")
    assert outcome.err.startswith(f"iam-tui: Not found: {user} is not in any organization here.\n")


def test_a_misspelt_user_is_told_which_names_are_similar(cli: Cli, db: str) -> None:
    assert "Did you mean olivia?" in cli("--db", db, "--as", "Olivea", "orgs").err


@pytest.mark.parametrize("verb", [["show"], ["set", "--official", "on"], ["impact", "--official", "on"]])
@pytest.mark.parametrize("name", ["acm", "ACME"])
def test_a_misspelt_organization_is_told_which_names_are_similar(
    cli: Cli, db: str, verb: list[str], name: str
) -> None:
    outcome = cli("--db", db, "--as", "olivia", verb[0], name, *verb[1:])
    assert (outcome.code, outcome.out) == (4, "")
    assert "Did you mean acme?" in outcome.err
    checked = cli("--db", db, "--as", "olivia", "check", "--org", name, "nginx")
    assert (checked.code, "Did you mean acme?" in checked.err) == (4, True)


def test_no_name_is_suggested_of_an_organization_somebody_is_not_in(cli: Cli, db: str) -> None:
    assert "Did you mean" not in cli("--db", db, "--as", "zoe", "show", "acm").err


def test_an_organization_you_are_not_in_is_not_found(cli: Cli, db: str) -> None:
    for organization, user in (("acme", "zoe"), ("nowhere", "max")):
        outcome = cli("--db", db, "--as", user, "show", organization)
        assert (outcome.code, outcome.out) == (4, "")


def test_notes_and_reasons_appear_as_typed_with_their_controls_visible(cli: Cli, db: str) -> None:
    staged = ["--allow", "a/b", "--reason", EVIL, "--note", EVIL]
    outcome = cli("--db", db, "--as", "olivia", "set", "acme", *staged)
    assert SHOWN in outcome.err
    cli("--db", db, "--as", "olivia", "set", "acme", *staged, "--yes")
    outcome = cli("--db", db, "--as", "max", "show", "acme")
    assert outcome.out.count(SHOWN) == 2
    assert outcome.out.replace("\n", "").isprintable()
    as_json = cli("--db", db, "--as", "max", "show", "acme", "--json").out
    assert json.loads(as_json)["note"] == EVIL
    assert as_json.isascii()


def test_names_in_errors_have_their_controls_visible(cli: Cli, db: str) -> None:
    for line in (
        ("show", EVIL),
        ("check", "--org", EVIL, "nginx"),
        (EVIL,),
        ("check", "x", EVIL, "--wrong\x1b"),
    ):
        outcome = cli("--db", db, "--as", "max", *line)
        assert outcome.code in {2, 4}
        assert "\\x1b" in outcome.err
        assert outcome.err.replace("\n", "").isprintable()


@pytest.mark.parametrize(("role", "shown"), [("Auditor [x]", "Auditor [x]"), ("", None), ("Owner", "owner")])
def test_a_custom_role_is_the_one_hub_wrote_and_an_unsaid_one_is_null(role: str, shown: str | None) -> None:
    state = OrganizationState(Organization("acme"), role_named(role), Revision(1, Policy(), "", NOW))
    assert policy_summary(state, NOW)["role"] == shown
