"""What the demo's people pulled and where its projects name images: a report and scans, dated from now."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from iam_tui.core.reference import ImageReference
from iam_tui.core.usage import Inventory, Pulls, Status, Usage
from iam_tui.stores.protocol import Source, SourceKind

REPORT_DAYS: Final = 30
_CI: Final = ("ci-checkout", "ci-search", "ci-nightly")


class _Used(NamedTuple):
    """A repository as the report has it: people who pulled it, CI tokens, pulls, hours since the last one."""

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
    _Used("library/nginx", (*_EVERYBODY, "maya", "ken"), ("ci-checkout",), 412, 1),
    _Used("library/postgres", _EVERYBODY[:8], ("ci-checkout", "ci-search"), 388, 2),
    _Used("library/python", _EVERYBODY[1:9], _CI, 351, 1),
    _Used("library/node", _EVERYBODY[:7], _CI, 297, 3),
    _Used("library/redis", _EVERYBODY[2:8], (), 120, 5),
    _Used("library/alpine", _EVERYBODY[3:7], _CI, 640, 1),
    _Used("acme-corp/payments-api", _EVERYBODY[:9], ("ci-checkout",), 233, 2),
    _Used("acme-corp/web", _EVERYBODY[1:6], ("ci-checkout",), 198, 4),
    _Used("bitnami/redis", _EVERYBODY[:6], ("ci-checkout",), 161, 6),
    _Used("grafana/grafana", _EVERYBODY[1:6], (), 74, 30),
    _Used("bitnami/kafka", _EVERYBODY[4:8], ("ci-search",), 66, 20),
    _Used("hashicorp/vault", _EVERYBODY[2:5], (), 31, 120),
    _Used("elastic/elasticsearch", _EVERYBODY[5:7], ("ci-search",), 58, 200),
    _Used("grafana/loki", _EVERYBODY[1:3], (), 19, 260),
    _Used("hashicorp/terraform", _EVERYBODY[:1], ("ci-nightly",), 44, 9),
    _Used("localstack/localstack", _EVERYBODY[3:10], ("ci-checkout",), 142, 3),
    _Used("testcontainers/ryuk", _EVERYBODY[:8], _CI, 505, 1),
    _Used("axllent/mailpit", _EVERYBODY[6:9], (), 27, 44),
    _Used("mysql/mysql-server", _EVERYBODY[7:9], (), 12, 400),
    _Used("portainer/portainer-ce", _EVERYBODY[9:], (), 6, 510),
    _Used("docker/dockerfile", _EVERYBODY[:9], _CI, 290, 1),
)


class _Place(NamedTuple):
    file: str
    line: int
    place: str
    text: str
    reached_by: str = "default"


_SCAN: Final = (
    _Place("checkout/Dockerfile", 1, "syntax", "docker/dockerfile:1"),
    _Place("checkout/Dockerfile", 3, "FROM", "node:22-alpine"),
    _Place("checkout/Dockerfile", 17, "FROM", "nginx:1.27"),
    _Place("checkout/compose.yaml", 4, "services.cache.image", "bitnami/redis:7.2", "services.cache"),
    _Place("checkout/compose.yaml", 12, "services.db.image", "postgres:17", "services.db"),
    _Place("checkout/compose.yaml", 21, "services.mail.image", "axllent/mailpit:v1.20", "services.mail"),
    _Place("search/Dockerfile", 1, "FROM", "python:3.13-slim"),
    _Place(
        "search/compose.yaml", 5, "services.index.image", "elastic/elasticsearch:8.15.0", "services.index"
    ),
    _Place("search/compose.yaml", 18, "services.queue.image", "bitnami/kafka:3.8", "services.queue"),
    _Place("platform/k8s/grafana.yaml", 22, "containers.grafana.image", "grafana/grafana:11.2.0"),
    _Place("platform/k8s/vault.yaml", 31, "containers.vault.image", "hashicorp/vault:1.17"),
    _Place("platform/k8s/edge.yaml", 16, "containers.proxy.image", "ghcr.io/acme-corp/edge:4"),
)
_WAREHOUSE: Final = (
    _Place("warehouse/Dockerfile", 1, "FROM", "eclipse-temurin:21-jre"),
    _Place("warehouse/compose.yaml", 4, "services.db.image", "postgres:17", "services.db"),
    _Place("warehouse/compose.yaml", 11, "services.cache.image", "bitnami/redis:7.2", "services.cache"),
    _Place("warehouse/compose.yaml", 19, "services.mail.image", "axllent/mailpit:v1.20", "services.mail"),
    _Place(
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
    problem="AGENT_VERSION is set nowhere in these files, and the file demands it.",
)


def demo_sources(now: datetime) -> tuple[tuple[Source, Inventory], ...]:
    """The sample pull report and the sample scan of acme-corp, each with what it holds."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    pulls = tuple(pull for used in _REPORT for pull in _pulls(used, hour))
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
    return (report, Inventory(pulls=pulls)), (scan, Inventory(usages=usages))


def demo_scan(now: datetime) -> tuple[Source, Inventory]:
    """The sample scan of globex, where its reader is a member."""
    usages = tuple(_usage(place) for place in _WAREHOUSE)
    source = Source(
        SourceKind.SCAN, "globex/warehouse", now, len(usages), f"{len(usages)} places in 2 files."
    )
    return source, Inventory(usages=usages)


def _pulls(used: _Used, hour: datetime) -> list[Pulls]:
    """The pulls of a repository, spread over who pulled it; the first person pulled it last."""
    pullers = [*((user, "") for user in used.people), *((used.people[0], token) for token in used.tokens)]
    share, rest = divmod(used.pulls, len(pullers))
    return [
        Pulls(
            used.repository,
            user,
            token,
            share + (number < rest),
            hour - timedelta(hours=used.hours + 7 * number),
        )
        for number, (user, token) in enumerate(pullers)
    ]


def _usage(place: _Place) -> Usage:
    reference = ImageReference.parse(place.text)
    return Usage(place.file, place.line, place.place, place.text, reference, reached_by=(place.reached_by,))
