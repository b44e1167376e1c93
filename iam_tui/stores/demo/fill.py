"""The demo's sample organizations, with every role, plan, session and kind of image, dated back from now."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from iam_tui.core.category import Badge
from iam_tui.core.draft import Draft
from iam_tui.core.organization import DesktopSession, Plan, Role
from iam_tui.core.policy import AllowlistEntry, Origin, Policy
from iam_tui.stores.demo.inventory import demo_scan, demo_sources
from iam_tui.stores.errors import Refused
from iam_tui.stores.local import sources
from iam_tui.stores.local.admin import create_organization, set_badge
from iam_tui.stores.local.badges import is_demo_file
from iam_tui.stores.local.file import Clock, LocalFile
from iam_tui.stores.local.membership import add_member, record_session
from iam_tui.stores.local.memory import keep_watch_list
from iam_tui.stores.local.revisions import newest_revision, save_revision_of
from iam_tui.stores.local.row_mapping import time_text
from iam_tui.stores.protocol import OWN_PROFILE

if TYPE_CHECKING:
    from sqlite_utils.db import Database

DEMO_USER: Final = "maya"

_BADGES: Final = {
    "bitnami": Badge.VERIFIED_PUBLISHER,
    "elastic": Badge.VERIFIED_PUBLISHER,
    "grafana": Badge.VERIFIED_PUBLISHER,
    "hashicorp": Badge.VERIFIED_PUBLISHER,
    "jenkins": Badge.OPEN_SOURCE,
    "otel": Badge.OPEN_SOURCE,
    "axllent": Badge.NONE,
    "localstack": Badge.NONE,
    "mysql": Badge.NONE,
    "openapitools": Badge.NONE,
    "testcontainers": Badge.NONE,
}
_WATCHED: Final = {
    "acme-corp": (
        "nginx:1.27",
        "grafana/grafana:11.2.0",
        "acme-corp/payments-api:2.4",
        "localstack/localstack:3.8",
        "mysql/mysql-server:8.0",
        "ghcr.io/acme-corp/deploy-tools:1.8",
        "portainer/portainer-ce:2.21.1",
    ),
    "globex": (
        "postgres:17",
        "bitnami/redis:7.2",
        "globex/warehouse-sync:0.9",
        "axllent/mailpit:v1.20",
        "jenkins/jenkins:lts-jdk21",
        "quay.io/keycloak/keycloak:26.0",
        "traefik/whoami:v1.10",
    ),
}


async def fill_demo(file: LocalFile, clock: Clock, *, profile: str = OWN_PROFILE) -> None:
    """Fill a new file with the sample organizations in one transaction; watch lists are kept for `profile`.

    A file that has them already is not changed. Raises `Refused` if the file has other organizations, and any
    error of the file.
    """
    now = clock()

    def job(database: "Database") -> None:
        if database.execute("SELECT 1 FROM sample_data").fetchone():
            return
        if database.execute("SELECT 1 FROM organizations LIMIT 1").fetchone():
            raise Refused(
                f"{file.path} already has other organizations, so it cannot be used for the demo.",
                advice="Open it without --demo, or give the path of a new file.",
            )
        for fill in (_acme_corp, _acme_labs, _globex, _initech, _northwind):
            fill(database, now)
        for namespace, badge in _BADGES.items():
            set_badge(database, namespace, badge, set_by=DEMO_USER, now=now - timedelta(days=30))
        for organization, images in _WATCHED.items():
            keep_watch_list(database, profile, organization, images)
        for source, inventory in demo_sources(now):
            sources.keep_source(database, profile, "acme-corp", source, sources.serialize(inventory))
        warehouse, inventory = demo_scan(now)
        sources.keep_source(database, profile, "globex", warehouse, sources.serialize(inventory))
        database.execute("INSERT INTO sample_data VALUES (?)", [time_text(now)])

    if not await is_demo_file(file):
        await file.write(job)


class _SampleOrganization(NamedTuple):
    """Creates one organization event by event; `days` is how long ago each event was."""

    database: "Database"
    organization: str
    now: datetime

    def begin(
        self, days: float, owner: str, full_name: str, plan: Plan, *, sign_in_enforced: bool = False
    ) -> None:
        create_organization(
            self.database,
            self.organization,
            owner,
            plan=plan,
            sign_in_enforced=sign_in_enforced,
            full_name=full_name,
            origin=Origin.CONSOLE,
            now=self._ago(days),
        )

    def join(self, role: Role, users: Sequence[str]) -> None:
        for user in users:
            add_member(self.database, self.organization, user, role)

    def save(
        self,
        days: float,
        user: str,
        note: str,
        change: Callable[[Policy], Policy],
        origin: Origin = Origin.CONSOLE,
    ) -> None:
        newest = newest_revision(self.database, self.organization)
        draft = Draft.of(newest).stage(change(newest.policy))
        save_revision_of(
            self.database, self.organization, user, draft, note=note, origin=origin, now=self._ago(days)
        )

    def sign_in(self, days: float, users: Sequence[str]) -> None:
        for user in users:
            record_session(self.database, self.organization, user, DesktopSession.SIGNED_IN, self._ago(days))

    def sign_out(self, days: float, users: Sequence[str]) -> None:
        for user in users:
            record_session(self.database, self.organization, user, DesktopSession.SIGNED_OUT, self._ago(days))

    def allow(self, repository: str, reason: str, review_in: int | None = None) -> AllowlistEntry:
        """An allowlist entry to be reviewed in so many days: negative is overdue, None has no date."""
        review_by = None if review_in is None else (self.now + timedelta(days=review_in)).date()
        return AllowlistEntry(repository, reason, review_by)

    def _ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)


def _acme_corp(database: "Database", now: datetime) -> None:
    """You are an owner; it has every feature, and members whose sign-in predates the current policy."""
    acme = _SampleOrganization(database, "acme-corp", now)
    acme.begin(410.2, "maya", "Acme Corporation", Plan.BUSINESS, sign_in_enforced=True)
    acme.join(Role.OWNER, ["ken", "priya"])
    acme.join(Role.EDITOR, ["ines", "tomas"])
    acme.join(Role.MEMBER, ["amara", "diego", "felix", "hana", "jonas", "leo", "noor", "olu", "sam", "wei"])
    acme.save(
        182.1,
        "ken",
        "Start with Docker Official Images only",
        lambda policy: replace(policy, enabled=True, verified_publisher=False),
    )
    acme.save(
        121.3,
        "priya",
        "Verified publishers are fine after the vendor review (OPS-318)",
        lambda policy: replace(policy, verified_publisher=True),
    )
    acme.save(
        92.0,
        "maya",
        "Community images on for a month, to collect what teams really need",
        lambda policy: replace(policy, community=True),
    )
    acme.sign_in(71.4, ["felix", "leo"])
    acme.save(
        63.2,
        "maya",
        "Allowlist from the trial (OPS-355)",
        lambda policy: replace(policy, allowlist_enabled=True).allow(
            [
                acme.allow("localstack/localstack", "AWS stand-in for integration tests", 120),
                acme.allow("testcontainers/ryuk", "Cleans up after Testcontainers runs", -9),
                acme.allow("openapitools/openapi-generator-cli", "Client SDKs are generated in CI"),
            ]
        ),
    )
    acme.save(
        60.9,
        "ken",
        "Trial is over: community images off, the allowlist stays",
        lambda policy: replace(policy, community=False),
    )
    acme.sign_in(20.2, ["priya", "ines", "hana", "jonas", "olu"])
    acme.save(
        12.7,
        "priya",
        "Mailpit for the staging mail tests (OPS-402)",
        lambda policy: policy.allow([acme.allow("axllent/mailpit", "Catches mail in staging", 45)]),
        Origin.CLI,
    )
    acme.sign_out(3.1, ["noor"])
    acme.sign_in(1.2, ["ken", "tomas", "amara", "diego"])
    acme.sign_in(0.2, ["maya", "sam"])


def _acme_labs(database: "Database", now: datetime) -> None:
    """You are an owner; Image Access Management was never switched on."""
    labs = _SampleOrganization(database, "acme-labs", now)
    labs.begin(88.4, "maya", "Acme Labs", Plan.BUSINESS)
    labs.join(Role.EDITOR, ["hana"])
    labs.join(Role.MEMBER, ["felix", "olu"])
    labs.sign_in(5.3, ["hana", "olu"])


def _globex(database: "Database", now: datetime) -> None:
    """You are a member; the policy is strict, and sign-in is not enforced."""
    globex = _SampleOrganization(database, "globex", now)
    globex.begin(300.5, "erik", "Globex Logistics", Plan.BUSINESS)
    globex.join(Role.OWNER, ["lucia"])
    globex.join(Role.EDITOR, ["marek"])
    globex.join(Role.MEMBER, ["anya", "maya", "rafael", "yuki"])
    globex.save(
        201.6,
        "erik",
        "Only what Docker and we ourselves build",
        lambda policy: replace(policy, enabled=True, verified_publisher=False),
    )
    globex.sign_in(160.3, ["rafael"])
    globex.save(
        34.8,
        "lucia",
        "Jenkins controllers stay on the upstream image",
        lambda policy: replace(policy, allowlist_enabled=True).allow(
            [globex.allow("jenkins/jenkins", "Build controllers", 150)]
        ),
    )
    globex.sign_in(6.4, ["erik", "maya", "yuki"])
    globex.sign_out(2.2, ["anya"])


def _initech(database: "Database", now: datetime) -> None:
    """You are an owner; the plan does not include Image Access Management."""
    initech = _SampleOrganization(database, "initech", now)
    initech.begin(530.1, "maya", "Initech", Plan.TEAM)
    initech.join(Role.MEMBER, ["bill", "milton", "peter"])


def _northwind(database: "Database", now: datetime) -> None:
    """You are an editor, who cannot change the policy either."""
    northwind = _SampleOrganization(database, "northwind", now)
    northwind.begin(240.7, "clara", "Northwind Traders", Plan.BUSINESS, sign_in_enforced=True)
    northwind.join(Role.EDITOR, ["maya"])
    northwind.join(Role.MEMBER, ["idris", "sofia"])
    northwind.save(
        150.2,
        "clara",
        "Official images and verified publishers",
        lambda policy: replace(policy, enabled=True),
    )
    northwind.sign_in(9.6, ["maya", "sofia"])
