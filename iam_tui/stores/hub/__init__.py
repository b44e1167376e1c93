"""The Docker Hub store, over httpx; imported only when a Hub profile is opened."""

from iam_tui.stores.hub.credentials import find_credentials
from iam_tui.stores.hub.origin import DOCKER_HUB, ApiOrigin
from iam_tui.stores.hub.retry import RequestLimits, Retry
from iam_tui.stores.hub.store import HubStore

__all__ = ["DOCKER_HUB", "ApiOrigin", "HubStore", "RequestLimits", "Retry", "find_credentials"]
