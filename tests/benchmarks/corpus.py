"""Image names as projects write them, and one situation to decide them in."""

import re
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Final

from iam_tui.core.organization import Organization, Plan, Puller, Role
from iam_tui.core.policy import AllowlistEntry, Policy

DIGEST: Final = "sha256:" + "3f" * 32
SHAPES: Final = (
    "nginx",
    "postgres:{n}.4-alpine",
    "grafana/grafana:11.{n}.0",
    "acme/payments-api-{n}:2.4",
    "ghcr.io/acme/deploy-tools:1.{n}",
    "docker.io/library/redis:7.{n}",
    "localhost:5000/team/app_{n}",
    f"team{{n}}/tool@{DIGEST}",
    "quay.io/keycloak/keycloak:26.{n}",
    "localstack/localstack:3.{n}",
)
"""Shapes of names, most of them on Docker Hub."""
ACME: Final = Organization("acme", Plan.BUSINESS)
MEMBER: Final = Puller(Role.MEMBER)
POLICY: Final = Policy(enabled=True, allowlist_enabled=True).allow([AllowlistEntry("localstack/localstack")])


def lines(count: int) -> Iterator[str]:
    """So many image names; a number in them differs from round to round."""
    return (shape.format(n=number % 1000) for number, shape in enumerate(islice(cycle(SHAPES), count)))


def pattern() -> re.Pattern[str]:
    """The floor of parsing: one possessive pattern of the right shape that names no parts."""
    part = r"[a-z0-9]++(?:(?:\.|__?+|-++)[a-z0-9]++)*+"
    host = r"(?:localhost|[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)++)(?::[0-9]++)?+/"
    version = r"(?::(\w[\w.-]{0,127}+))?+(?:@(sha256:[0-9a-f]{64}))?+"
    return re.compile(rf"({host})?+({part}(?:/{part})*+){version}", re.ASCII)
