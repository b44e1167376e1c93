"""What an organization's members may pull: the settings, the allowlist, and their saved revisions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from iam_tui.core.category import Category, Names


class Setting(StrEnum):
    """Everything in a policy that is switched on or off, in the order of Docker's console.

    The value is the name of the field in `Policy` and of the column in a local file.
    """

    ENABLED = "enabled"
    COMMUNITY = "community"
    VERIFIED_PUBLISHER = "verified_publisher"
    OFFICIAL = "official"
    ALLOWLIST = "allowlist_enabled"

    @property
    def facts(self) -> "SettingFacts":
        """Its row in `SETTINGS`."""
        return SETTINGS[self]

    @property
    def label(self) -> str:
        """Docker's full name for it."""
        return self.facts.names.full


class SettingFacts(NamedTuple):
    """How one setting is called everywhere."""

    names: Names
    meaning: str
    """What it does, in one or two sentences."""
    json_key: str
    """Its key in the JSON of `show` and `orgs`."""
    option: str | None
    """The option that takes `on` or `off`; None is `--enable` and `--disable`."""
    hub_key: str | None
    """Its key in the settings of Docker Hub's API; None if the API lacks it, and its value can be unknown.

    See https://docs.docker.com/reference/api/hub/latest/.
    """
    category: Category | None = None
    """The category that it switches, if it switches one."""


SETTINGS: Final[Mapping[Setting, SettingFacts]] = MappingProxyType(
    {
        Setting.ENABLED: SettingFacts(
            Names("Image Access Management", "Image Access Management", "IAM", "IAM"),
            "Restricts what members pull from Docker Hub. Owners are never restricted. "
            "It takes effect at each member's next sign-in to Docker Desktop.",
            json_key="enabled",
            option=None,
            hub_key="enabled",
        ),
        Setting.OFFICIAL: SettingFacts(
            Category.OFFICIAL.names,
            Category.OFFICIAL.meaning,
            json_key="allow_official_images",
            option="--official",
            hub_key="allow_official_images",
            category=Category.OFFICIAL,
        ),
        Setting.VERIFIED_PUBLISHER: SettingFacts(
            Category.VERIFIED_PUBLISHER.names,
            Category.VERIFIED_PUBLISHER.meaning,
            json_key="allow_verified_publishers",
            option="--verified-publishers",
            hub_key="allow_verified_publishers",
            category=Category.VERIFIED_PUBLISHER,
        ),
        Setting.COMMUNITY: SettingFacts(
            Category.COMMUNITY.names,
            Category.COMMUNITY.meaning,
            json_key="allow_community_images",
            option="--community",
            hub_key=None,
            category=Category.COMMUNITY,
        ),
        Setting.ALLOWLIST: SettingFacts(
            Names("Repository allowlist", "Allowlist", "Allowlist", "List"),
            "Single repositories that every member may pull, whatever the switches say.",
            json_key="allowlist_enabled",
            option="--allowlist",
            hub_key=None,
        ),
    }
)
"""Everything about each setting, in the order of JSON, options, columns and Docker Hub's API."""

HUB_SETTINGS: Final = tuple(setting for setting, facts in SETTINGS.items() if facts.hub_key is not None)
"""The settings that Docker Hub's API has."""
BY_HAND_SETTINGS: Final = tuple(setting for setting, facts in SETTINGS.items() if facts.hub_key is None)
"""The settings that Docker Hub's API lacks. They are recorded by hand for an organization there."""


class AllowlistEntry(NamedTuple):
    """One allowed repository, as its path on Docker Hub (`library/nginx`), and why it is allowed.

    The store sets `added_by` and `added_at` (timezone-aware) when the entry is first saved.
    """

    repository: str
    reason: str = ""
    review_by: date | None = None
    added_by: str = ""
    added_at: datetime | None = None

    def says_the_same(self, other: "AllowlistEntry | None") -> bool:
        """Whether repository, reason and review date are the same; who added it, and when, may differ."""
        return other is not None and self[:3] == other[:3]


Allowlist = tuple[AllowlistEntry, ...]


@dataclass(frozen=True)
class Policy:
    """Which images members may pull. None is unknown, which only `community` and the allowlist can be.

    The defaults are those of a new organization: Image Access Management off, official and verified publisher
    images on, community images off, the allowlist off and empty. `allowlist` is sorted, without duplicates.
    """

    enabled: bool = False
    official: bool = True
    verified_publisher: bool = True
    community: bool | None = False
    allowlist_enabled: bool | None = False
    allowlist: Allowlist | None = ()

    def switch(self, category: Category) -> bool | None:
        """The category's switch; the organization's own images are always allowed."""
        return category is Category.ORGANIZATION or self.setting(Setting(category.value))

    def setting(self, setting: Setting) -> bool | None:
        """The value of one setting; None is unknown."""
        value: bool | None = getattr(self, setting.value)
        return value

    def with_setting(self, setting: Setting, *, on: bool | None) -> "Policy":
        """The same policy with one setting changed; None is unknown."""
        value: dict[str, Any] = {setting.value: on}
        return replace(self, **value)

    @cached_property
    def _entries(self) -> dict[str, AllowlistEntry]:
        return {entry.repository: entry for entry in self.allowlist or ()}

    def entry(self, repository: str) -> AllowlistEntry | None:
        """The allowlist's entry for a repository path; None if there is none."""
        return self._entries.get(repository)

    def lists(self, repository: str) -> bool:
        """Whether the allowlist has a repository path; an unknown allowlist has none."""
        return repository in self._entries

    def with_allowlist(self, entries: Allowlist) -> "Policy":
        """The same policy with another allowlist. Faster than `replace`: an impact makes many of these."""
        return Policy(
            self.enabled,
            self.official,
            self.verified_publisher,
            self.community,
            self.allowlist_enabled,
            entries,
        )

    def allow(self, entries: Iterable[AllowlistEntry]) -> "Policy":
        """The same policy with these entries in its allowlist, in place of those for the same repository."""
        listed = self._entries | {entry.repository: entry for entry in entries}
        if listed == self._entries:
            return self
        return self.with_allowlist(tuple(listed[name] for name in sorted(listed)))

    def disallow(self, repository: str) -> "Policy":
        """The same policy without this repository in its allowlist."""
        if not self.lists(repository):
            return self
        kept = tuple(entry for entry in self.allowlist or () if entry.repository != repository)
        return self.with_allowlist(kept)


class Origin(StrEnum):
    """Where a revision was made; drift is a change that was made elsewhere and found later."""

    CONSOLE = "console"
    CLI = "cli"
    SERVER = "server"
    DRIFT = "drift"


@dataclass(frozen=True, slots=True)
class Revision:
    """A saved policy. `number` counts from 1 in each organization; `saved_at` is timezone-aware."""

    number: int
    policy: Policy
    author: str
    saved_at: datetime
    note: str = ""
    origin: Origin = Origin.CONSOLE
