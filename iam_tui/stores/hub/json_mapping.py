"""The API's JSON as core's values, and back (facts 4). What does not fit is `UnusableAnswer`."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from iam_tui.core.organization import Member, Organization, Role
from iam_tui.core.policy import SETTINGS, Policy
from iam_tui.stores.hub.origin import is_slug
from iam_tui.stores.hub.response import Json, Response
from iam_tui.stores.protocol import AuditEvent

_LONGEST_TEXT: Final = 2_000
_RESTRICTED: Final = "restricted_images"
_SWITCHES: Final = {setting: facts.hub_key for setting, facts in SETTINGS.items() if facts.hub_key}
_ROLES: Final = {"owner": Role.OWNER, "editor": Role.EDITOR, "member": Role.MEMBER}
_INVITED: Final = "invitee"
OWNERS_TEAM: Final = "owners"


class Page(NamedTuple):
    """A page of a list: its rows, and the URL of the next one, if there is one."""

    answer: Response
    rows: list[Json]
    next: str | None


class HubSettings(NamedTuple):
    """An organization's settings as they came: the whole document, the policy in it, and its `ETag`."""

    document: Json
    policy: Policy
    etag: str

    def with_policy(self, policy: Policy) -> dict[str, Any]:
        """The document to send for a policy; whatever else stood in it goes back as it came."""
        switches = {key: policy.setting(setting) for setting, key in _SWITCHES.items()}
        return {**self.document, _RESTRICTED: {**self.document[_RESTRICTED], **switches}}


def same_on_hub(one: Policy, other: Policy) -> bool:
    """Whether the API would tell two policies apart: it has three switches of them."""
    return all(one.setting(setting) == other.setting(setting) for setting in _SWITCHES)


def read_settings(answer: Response) -> HubSettings:
    """The settings; community switch and allowlist are unknown in them (facts 4)."""
    document = answer.mapping()
    found = document.get(_RESTRICTED)
    values: dict[str, Any] = {}
    if isinstance(found, dict):
        values = {setting.value: found.get(key) for setting, key in _SWITCHES.items()}
    if not values or not all(isinstance(value, bool) for value in values.values()):
        raise answer.unusable("lacks the switches of Image Access Management")
    etag = answer.header("etag")
    return HubSettings(
        document,
        Policy(**values, community=None, allowlist_enabled=None, allowlist=None),
        etag if etag.isascii() and etag.isprintable() else "",
    )


def read_page(answer: Response) -> Page:
    """A page of a list, alone or as the only one of an array, as the document has it (facts 4)."""
    found = answer.value()
    pages = found if isinstance(found, list) else [found]
    rows: list[Json] = []
    following = None
    for page in pages:
        results = page.get("results") if isinstance(page, dict) else None
        following = page.get("next") if isinstance(page, dict) else None
        if not isinstance(results, list) or not all(isinstance(row, dict) for row in results):
            raise answer.unusable("is no page of a list")
        if following is not None and not isinstance(following, str):
            raise answer.unusable("names no usable next page")
        rows += results
    return Page(answer, rows, following or None)


def read_organizations(page: Page) -> list[Organization]:
    """The organizations on a page."""
    return [_organization(row, page.answer) for row in page.rows]


def _organization(row: Json, answer: Response) -> Organization:
    name = row.get("orgname")
    if not isinstance(name, str) or not is_slug(name):
        raise answer.unusable("names an impossible organization")
    return Organization(name, full_name=_text(row, "full_name"), created_at=_moment(row.get("date_joined")))


def read_members(page: Page) -> Iterator[Member]:
    """The people on a page, but for those who have been invited and not accepted yet: they have no rights."""
    for row in page.rows:
        role = _text(row, "role").lower()
        user = _text(row, "username")
        if not user:
            raise page.answer.unusable("names nobody")
        if role != _INVITED:
            # A role that nobody has heard of has the fewest rights.
            yield Member(user, _ROLES.get(role, Role.MEMBER))


def has_owners_team(page: Page) -> bool:
    """Whether a page of one's teams has the one whose members are owners (facts 4)."""
    return any(row.get("name") == OWNERS_TEAM for row in page.rows)


def read_events(answer: Response) -> list[AuditEvent]:
    """Events of the audit log, as they came."""
    logs = answer.mapping().get("logs")
    if not isinstance(logs, list) or not all(isinstance(row, dict) for row in logs):
        raise answer.unusable("is no list of events")
    return [event for row in logs if (event := _event(row)) is not None]


def _event(row: Json) -> AuditEvent | None:
    at = _moment(row.get("timestamp"))
    if at is None:
        return None
    return AuditEvent(at, *(_text(row, key).strip() for key in ("action", "actor", "action_description")))


def read_user_name(answer: Response) -> tuple[str, bool]:
    """Who is signed in, and whether that is an organization rather than a person."""
    found = answer.mapping()
    name = _text(found, "username") or _text(found, "orgname")
    if not is_slug(name):
        raise answer.unusable("does not say who is signed in")
    return name, _text(found, "type").lower() == "organization" or (
        "orgname" in found and not found.get("username")
    )


def _text(row: Json, key: str) -> str:
    """A text that can be kept: not endless, and with no half characters in it."""
    value = row.get(key)
    text = value[:_LONGEST_TEXT] if isinstance(value, str) else ""
    return text.encode(errors="backslashreplace").decode()


def _moment(value: object) -> datetime | None:
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
