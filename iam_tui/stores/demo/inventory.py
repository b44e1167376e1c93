"""The sources of the demo's inventories: a pull report and scans of projects; dated back from now."""

from array import array
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from iam_tui.core.reference import ImageReference
from iam_tui.core.usage import HOUR_BITS, Basis, Inventory, PullDay, Pulls, Status, Usage
from iam_tui.stores.protocol import Source, SourceKind

REPORT_DAYS: Final = 30
_CI: Final = ("ci-checkout", "ci-search", "ci-nightly")


class _SamplePulls(NamedTuple):
    """Pulls of a repository: by whom, with which CI tokens, how many, and hours since the last one."""

    repository: str
    people: tuple[str, ...]
    tokens: tuple[str, ...]
    pulls: int
    hours: int


_EVERYBODY: Final = (
    "tomas",
    "ines",
    "noor",
    "felix",
    "amara",
    "sam",
    "diego",
    "hana",
    "olu",
    "wei",
    "leo",
    "jonas",
)
_REPORT: Final = (
    _SamplePulls("library/nginx", (*_EVERYBODY, "maya", "ken"), ("ci-checkout",), 412, 1),
    _SamplePulls("library/postgres", _EVERYBODY[:8], ("ci-checkout", "ci-search"), 388, 2),
    _SamplePulls("library/python", _EVERYBODY[1:9], _CI, 351, 1),
    _SamplePulls("library/node", _EVERYBODY[:7], _CI, 297, 3),
    _SamplePulls("library/redis", _EVERYBODY[2:8], (), 120, 5),
    _SamplePulls("library/alpine", _EVERYBODY[3:7], _CI, 640, 1),
    _SamplePulls("acme-corp/payments-api", _EVERYBODY[:9], ("ci-checkout",), 233, 2),
    _SamplePulls("acme-corp/web", _EVERYBODY[1:6], ("ci-checkout",), 198, 4),
    _SamplePulls("bitnami/redis", _EVERYBODY[:6], ("ci-checkout",), 161, 6),
    _SamplePulls("grafana/grafana", _EVERYBODY[1:6], (), 74, 30),
    _SamplePulls("bitnami/kafka", _EVERYBODY[4:8], ("ci-search",), 66, 20),
    _SamplePulls("hashicorp/vault", _EVERYBODY[2:5], (), 31, 120),
    _SamplePulls("elastic/elasticsearch", _EVERYBODY[5:7], ("ci-search",), 58, 200),
    _SamplePulls("grafana/loki", _EVERYBODY[1:3], (), 19, 260),
    _SamplePulls("hashicorp/terraform", _EVERYBODY[:1], ("ci-nightly",), 44, 9),
    _SamplePulls("localstack/localstack", _EVERYBODY[3:10], ("ci-checkout",), 142, 3),
    _SamplePulls("testcontainers/ryuk", _EVERYBODY[:8], _CI, 505, 1),
    _SamplePulls("axllent/mailpit", _EVERYBODY[6:9], (), 27, 44),
    _SamplePulls("mysql/mysql-server", _EVERYBODY[7:9], (), 12, 400),
    _SamplePulls("portainer/portainer-ce", _EVERYBODY[9:], (), 6, 510),
    _SamplePulls("docker/dockerfile", _EVERYBODY[:9], _CI, 290, 1),
)


class _SampleUsage(NamedTuple):
    file: str
    line: int
    place: str
    text: str
    reached_by: str = "default"


_SCAN: Final = (
    _SampleUsage("checkout/Dockerfile", 1, "syntax", "docker/dockerfile:1"),
    _SampleUsage("checkout/Dockerfile", 3, "FROM", "node:22-alpine"),
    _SampleUsage("checkout/Dockerfile", 17, "FROM", "nginx:1.27"),
    _SampleUsage("checkout/compose.yaml", 4, "services.cache.image", "bitnami/redis:7.2", "services.cache"),
    _SampleUsage("checkout/compose.yaml", 12, "services.db.image", "postgres:17", "services.db"),
    _SampleUsage(
        "checkout/compose.yaml", 21, "services.mail.image", "axllent/mailpit:v1.20", "services.mail"
    ),
    _SampleUsage("search/Dockerfile", 1, "FROM", "python:3.13-slim"),
    _SampleUsage(
        "search/compose.yaml", 5, "services.index.image", "elastic/elasticsearch:8.15.0", "services.index"
    ),
    _SampleUsage("search/compose.yaml", 18, "services.queue.image", "bitnami/kafka:3.8", "services.queue"),
    _SampleUsage("platform/k8s/grafana.yaml", 22, "containers.grafana.image", "grafana/grafana:11.2.0"),
    _SampleUsage("platform/k8s/vault.yaml", 31, "containers.vault.image", "hashicorp/vault:1.17"),
    _SampleUsage("platform/k8s/edge.yaml", 16, "containers.proxy.image", "ghcr.io/acme-corp/edge:4"),
)
_WAREHOUSE: Final = (
    _SampleUsage("warehouse/Dockerfile", 1, "FROM", "eclipse-temurin:21-jre"),
    _SampleUsage("warehouse/compose.yaml", 4, "services.db.image", "postgres:17", "services.db"),
    _SampleUsage("warehouse/compose.yaml", 11, "services.cache.image", "bitnami/redis:7.2", "services.cache"),
    _SampleUsage(
        "warehouse/compose.yaml", 19, "services.mail.image", "axllent/mailpit:v1.20", "services.mail"
    ),
    _SampleUsage(
        "warehouse/compose.yaml", 26, "services.sso.image", "quay.io/keycloak/keycloak:26.0", "services.sso"
    ),
)
_UNRESOLVED: Final = Usage(
    "platform/compose.yaml",
    9,
    "services.agent.image",
    "acme-corp/agent:${AGENT_VERSION:?}",
    None,
    Status.UNRESOLVED,
    None,
    problem="AGENT_VERSION is not set in these files, and the file requires it.",
)


def demo_sources(now: datetime) -> tuple[tuple[Source, Inventory], ...]:
    """The sample pull report and the sample scan of acme-corp, each with its inventory."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    pulls = tuple(pull for sample in _REPORT for pull in _pulls(sample, hour))
    usages = (*(_usage(place) for place in _SCAN), _UNRESOLVED)
    report = Source(
        SourceKind.REPORT,
        "pulls.csv",
        now,
        len(pulls),
        f"{len(pulls)} of {len(pulls)} rows kept.",
        hour - timedelta(days=REPORT_DAYS),
        hour - timedelta(hours=1),
    )
    scan = Source(
        SourceKind.SCAN, "acme-corp/services", now, len(usages), f"{len(usages)} places in 8 files."
    )
    return (report, Inventory(pulls=pulls, days=_days(pulls))), (scan, Inventory(usages=usages))


def demo_scan(now: datetime) -> tuple[Source, Inventory]:
    """The sample scan of globex, where the demo's user is a member."""
    usages = tuple(_usage(place) for place in _WAREHOUSE)
    source = Source(
        SourceKind.SCAN, "globex/warehouse", now, len(usages), f"{len(usages)} places in 2 files."
    )
    return source, Inventory(usages=usages)


def _pulls(sample: _SamplePulls, hour: datetime) -> list[Pulls]:
    """The pulls of a repository, divided among its pullers; the first one pulled last."""
    pullers = [
        *((user, "") for user in sample.people),
        *((sample.people[0], token) for token in sample.tokens),
    ]
    share, rest = divmod(sample.pulls, len(pullers))
    return [
        Pulls(
            sample.repository,
            user,
            token,
            share + (number < rest),
            hour - timedelta(hours=sample.hours + 7 * number),
        )
        for number, (user, token) in enumerate(pullers)
    ]


def _days(pulls: Sequence[Pulls]) -> tuple[PullDay, ...]:
    """The same pulls by day, all of them in the hour of the last one."""
    rows = defaultdict[date, list[tuple[int, int]]](list)
    for number, one in enumerate(pulls):
        if one.last_pull:
            rows[one.last_pull.date()].append((number << HOUR_BITS | one.last_pull.hour, one.pulls))
    return tuple(
        PullDay(
            day,
            Basis.MAIL,
            array("Q", (place for place, _ in found)),
            array("Q", bytes(8 * len(found))),
            array("Q", (count for _, count in found)),
        )
        for day, found in rows.items()
    )


def _usage(place: _SampleUsage) -> Usage:
    reference = ImageReference.parse(place.text)
    return Usage(place.file, place.line, place.place, place.text, reference, reached_by=(place.reached_by,))
