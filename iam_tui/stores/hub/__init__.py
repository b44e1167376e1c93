"""Docker Hub as a store, through httpx: imported only when a Hub profile opens."""

from iam_tui.stores.hub.credentials import find_credentials
from iam_tui.stores.hub.origin import DOCKER_HUB, ApiOrigin
from iam_tui.stores.hub.retry import Limits, Retry
from iam_tui.stores.hub.store import HubStore

__all__ = ["DOCKER_HUB", "ApiOrigin", "HubStore", "Limits", "Retry", "find_credentials"]
