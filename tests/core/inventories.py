"""Random inventories: repositories of every category, places that name them, and people who pull them."""

from datetime import UTC, datetime, timedelta
from typing import Final

from hypothesis import strategies as st

from iam_tui.core.impact import Impact
from iam_tui.core.organization import Organization, Plan
from iam_tui.core.policy import AllowlistEntry, Policy
from iam_tui.core.reference import ImageReference
from iam_tui.core.usage import Inventory, Pulls, Status, Usage
from iam_tui.core.usage_index import UsageIndex
from tests.core.situations import CATALOG

ACME: Final = Organization("acme")
OWNERS: Final = frozenset({"olivia", "omar"})
REPOSITORIES: Final = (
    "library/nginx",
    "library/redis",
    "grafana/grafana",
    "mlrun/mlrun",
    "nobody/knows",
    "nobody/else",
    "acme/tool",
)
TEXTS: Final = (
    *(name.removeprefix("library/") for name in REPOSITORIES),
    "mlrun/mlrun:2",
    "docker.io/library/nginx:1.27",
    "ghcr.io/mlrun/mlrun",
    "ghcr.io/library/nginx",
)
NOON: Final = datetime(2026, 8, 1, 12, tzinfo=UTC)


def usage(text: str | None, status: Status = Status.RESOLVED, line: int = 1) -> Usage:
    """A place in a Dockerfile that names this image; without a text, a place that is not resolved."""
    if text is None:
        return Usage(
            "Dockerfile", line, "FROM", "$BASE", None, Status.UNRESOLVED, None, problem="BASE is blank"
        )
    return Usage("Dockerfile", line, "FROM", text, ImageReference.parse(text), status)


def pulled(repository: str, user: str, token: str = "", pulls: int = 1, hour: int = 0) -> Pulls:
    """A number of pulls by one person, so many hours after noon."""
    return Pulls(repository, user, token, pulls, NOON + timedelta(hours=hour))


def groups(*usages: Usage, pulls: tuple[Pulls, ...] = (), organization: Organization = ACME) -> UsageIndex:
    """The groups of these usages and pulls; olivia and omar are owners."""
    return UsageIndex(Inventory(usages, pulls), CATALOG, organization, OWNERS)


def made(inventory: Inventory, organization: Organization, before: Policy, after: Policy) -> Impact:
    """The impact on an inventory in which olivia and omar are owners."""
    return Impact(UsageIndex(inventory, CATALOG, organization, OWNERS), before, after)


usages = st.builds(
    usage, st.sampled_from(TEXTS), st.sampled_from([Status.RESOLVED, Status.DOUBTFUL, Status.BUILT])
) | st.just(usage(None))
pulls = st.builds(
    pulled,
    st.sampled_from(REPOSITORIES),
    st.sampled_from(["olivia", "Omar", "max", "eddy", ""]),
    st.sampled_from(["", "ci"]),
    st.integers(0, 9),
    st.integers(0, 9),
)
inventories = st.builds(Inventory, st.lists(usages).map(tuple), st.lists(pulls).map(tuple))
organizations = st.builds(Organization, st.just("Acme"), st.sampled_from([Plan.BUSINESS, *Plan]))
allowlists = st.none() | st.sets(st.sampled_from([*REPOSITORIES, "some/other"])).map(
    lambda names: tuple(AllowlistEntry(name) for name in sorted(names))
)
unknowable = st.sampled_from([False, True, None])
enabled = st.sampled_from([True, True, False])
policies = st.builds(Policy, enabled, st.booleans(), st.booleans(), unknowable, unknowable, allowlists)
