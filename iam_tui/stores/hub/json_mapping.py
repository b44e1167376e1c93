"""Maps the API's JSON to core's values and back; JSON that does not fit raises `UnusableAnswer`."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from iam_tui.core.organization import Member, Organization, role_named
from iam_tui.core.policy import BY_HAND_SETTINGS, SETTINGS, Policy
from iam_tui.stores.hub.origin import is_slug
from iam_tui.stores.hub.response import HubResponse, Json
from iam_tui.stores.protocol import AuditEvent

_MAX_TEXT: Final = 2_000
_RESTRICTED: Final = "restricted_images"
_SWITCHES: Final = {setting: facts.hub_key for setting, facts in SETTINGS.items() if facts.hub_key}
_UNKNOWN: Final[Mapping[str, Any]] = dict.fromkeys([*(one.value for one in BY_HAND_SETTINGS), "allowlist"])
NEVER_READ: Final = Policy(**_UNKNOWN)
"""A policy of which nothing is known: what the API lacks is unknown, and the switches have no meaning."""
_INVITED: Final = "invitee"
OWNERS_TEAM: Final = "owners"


class JsonPage(NamedTuple):
    """A page of a list: its rows, and the URL of the next page, if there is one."""

    response: HubResponse
    rows: list[Json]
    next_url: str | None


class HubSettings(NamedTuple):
    """An organization's settings: the whole document as received, the policy in it, and the `ETag` or ""."""

    document: Json
    policy: Policy
    etag: str

    def with_policy(self, policy: Policy) -> dict[str, Any]:
        """The document to send for a policy; unknown settings are sent back unchanged."""
        switches = {key: policy.setting(setting) for setting, key in _SWITCHES.items()}
        return {**self.document, _RESTRICTED: {**self.document[_RESTRICTED], **switches}}


def same_on_hub(one: Policy, other: Policy) -> bool:
    """Whether two policies are equal in the three switches that the API has."""
    return all(one.setting(setting) == other.setting(setting) for setting in _SWITCHES)


def read_settings(response: HubResponse) -> HubSettings:
    """The settings; the community switch and the allowlist are not among them, hence unknown."""
    document = response.json_object()
    found = document.get(_RESTRICTED)
    values: dict[str, Any] = {}
    if isinstance(found, dict):
        values = {setting.value: found.get(key) for setting, key in _SWITCHES.items()}
    if not values or not all(isinstance(value, bool) for value in values.values()):
        raise response.unusable("has no Image Access Management settings")
    etag = response.header("etag")
    return HubSettings(
        document,
        Policy(**values, **_UNKNOWN),
        etag if etag.isascii() and etag.isprintable() else "",
    )


def read_page(response: HubResponse) -> JsonPage:
    """A page of a list.

    Docker's API reference describes the members list as an array of pages; real servers send one page.
    """
    found = response.json_value()
    pages = found if isinstance(found, list) else [found]
    rows: list[Json] = []
    next_url = None
    for page in pages:
        results = page.get("results") if isinstance(page, dict) else None
        next_url = page.get("next") if isinstance(page, dict) else None
        if not isinstance(results, list) or not all(isinstance(row, dict) for row in results):
            raise response.unusable("is not a page of a list")
        if next_url is not None and not isinstance(next_url, str):
            raise response.unusable("has an unusable link to the next page")
        rows += results
    return JsonPage(response, rows, next_url or None)


def read_organizations(page: JsonPage) -> list[Organization]:
    """The organizations on a page."""
    return [_organization(row, page.response) for row in page.rows]


def _organization(row: Json, response: HubResponse) -> Organization:
    name = row.get("orgname")
    if not isinstance(name, str) or not is_slug(name):
        raise response.unusable("contains an invalid organization name")
    return Organization(name, full_name=_text(row, "full_name"), created_at=_time(row.get("date_joined")))


def read_members(page: JsonPage) -> Iterator[Member]:
    """The members on a page, without people who were invited and have not accepted: they have no rights.

    Somebody invited by email has no user name yet.
    """
    for row in page.rows:
        role, user = _text(row, "role"), _text(row, "username")
        if not user and not {"username", "email"} & row.keys():
            raise page.response.unusable("contains a member without a name")
        if user and role.strip().lower() != _INVITED:
            yield Member(user, role_named(role))


def has_owners_team(page: JsonPage) -> bool:
    """Whether a page of a person's teams has the team `owners`, whose members own the organization."""
    return any(row.get("name") == OWNERS_TEAM for row in page.rows)


def read_events(response: HubResponse) -> list[AuditEvent]:
    """The events of the audit log; those without a valid time are left out."""
    logs = response.json_object().get("logs")
    if not isinstance(logs, list) or not all(isinstance(row, dict) for row in logs):
        raise response.unusable("is not a list of events")
    return [event for row in logs if (event := _event(row)) is not None]


def _event(row: Json) -> AuditEvent | None:
    at = _time(row.get("timestamp"))
    if at is None:
        return None
    return AuditEvent(at, *(_text(row, key).strip() for key in ("action", "actor", "action_description")))


def read_user_name(response: HubResponse) -> tuple[str, bool]:
    """The name of the signed-in account, and whether it is an organization rather than a person."""
    found = response.json_object()
    name = _text(found, "username") or _text(found, "orgname")
    if not is_slug(name):
        raise response.unusable("does not name the signed-in user")
    return name, _text(found, "type").lower() == "organization" or (
        "orgname" in found and not found.get("username")
    )


def _text(row: Json, key: str) -> str:
    """A text that can be stored: of bounded length, and without lone surrogates."""
    value = row.get(key)
    text = value[:_MAX_TEXT] if isinstance(value, str) else ""
    return text.encode(errors="backslashreplace").decode()


def _time(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None
