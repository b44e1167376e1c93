"""What can go wrong with a store; every error says what became of the work and what to do (design 4)."""

from datetime import datetime

from iam_tui.core.draft import Draft
from iam_tui.core.errors import IamError
from iam_tui.core.policy import Revision


class StoreError(IamError):
    """The root of everything a store refuses or fails at."""


class NotSignedIn(StoreError):
    """Nobody is signed in, or nobody was named."""

    title = "Not signed in"
    advice = "Say who you are, then try again."


class SecondFactorNeeded(NotSignedIn):
    """The account has a second factor, and nobody could be asked for its code."""

    title = "A second factor is needed"
    advice = "Sign in where the code can be typed, or use a personal access token, which needs none."


class Forbidden(StoreError):
    """The store refuses this to whoever is asking."""

    title = "Not permitted"
    advice = "Ask an owner of the organization."


class NotFound(StoreError):
    """No such organization, person or revision, or none that you may see."""

    title = "Not found"


class Refused(StoreError):
    """The change itself cannot be, whoever asks: no owner would be left, or the plan does not include it."""

    title = "That change is not possible"


class Conflict(StoreError):
    """Somebody saved in between: `draft` is what was to be saved, `newest` what is there now."""

    title = "Changed meanwhile"
    meaning = "Nothing was saved. Your changes are still staged."
    advice = "Compare both and choose what to keep."

    def __init__(self, draft: Draft, newest: Revision) -> None:
        super().__init__(f"Revision {newest.number} was saved after you opened revision {draft.base.number}.")
        self.draft = draft
        self.newest = newest


class RateLimited(StoreError):
    """The server asks to wait; `until` says until when (timezone-aware), if it is known."""

    title = "Asked to wait"

    def __init__(self, detail: str, *, until: datetime | None = None, advice: str | None = None) -> None:
        super().__init__(detail, advice=advice)
        self.until = until


class Unavailable(StoreError):
    """The store cannot be reached."""

    title = "Not reachable"
    advice = "Try again in a moment."


class UnusableAnswer(StoreError):
    """The server answered something that makes no sense here."""

    title = "Unusable answer"


class FileLocked(StoreError):
    """Another program holds the file."""

    title = "The file is in use"
    advice = "Close the other program, or try again in a moment."


class FileReadOnly(StoreError):
    """The file, or its folder, cannot be written."""

    title = "The file cannot be written"
    advice = "Check who owns the file and its folder."


class FileFull(StoreError):
    """No room on the disk."""

    title = "The disk is full"
    advice = "Make room, then save again."


class FileCorrupt(StoreError):
    """The file is no store, or is damaged."""

    title = "The file is damaged or no store of this program"
    advice = "Open another file, or bring back a copy from a backup."


class FileNewer(StoreError):
    """A newer version of this program wrote the file."""

    title = "The file comes from a newer version"
    advice = "Update this program."
