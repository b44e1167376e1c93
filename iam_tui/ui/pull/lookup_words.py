"""What a look-up of one namespace found, in a sentence."""

from iam_tui.core.category import Badge
from iam_tui.stores.protocol import LookedUp

_BADGES = {
    Badge.VERIFIED_PUBLISHER: "is a verified publisher",
    Badge.OPEN_SOURCE: "is Docker-Sponsored Open Source",
    Badge.NONE: "has no badge",
}


def looked_up_words(found: LookedUp, namespace: str) -> str:
    """What is known now, or why it is not."""
    if namespace in found.missing:
        return f"There is no {namespace} on Docker Hub."
    if namespace in found.unanswered or namespace not in found.known:
        return f"{namespace} was not looked up. {found.error.detail if found.error else ''}".rstrip()
    return f"Looked up: {namespace} {_BADGES[found.known[namespace].badge]}."
