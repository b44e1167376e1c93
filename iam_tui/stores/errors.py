"""What can go wrong with a store; every error says what it means for the user's work and what to do."""

from collections.abc import Sequence
from datetime import datetime

from iam_tui.core.draft import Draft
from iam_tui.core.errors import IamError
from iam_tui.core.organization import AnyRole
from iam_tui.core.policy import Revision


class StoreError(IamError):
    """The base of every error that a store raises."""


class NotSignedIn(StoreError):
    """No one is signed in, or no user was named."""

    title = "Not signed in"
    advice = "Sign in or name a user, then try again."


class SecondFactorNeeded(NotSignedIn):
    """The account has a second factor, and there was no way to ask for its code."""

    title = "Second factor needed"
    advice = "Sign in where you can enter the code, or use a personal access token, which needs no code."


class Forbidden(StoreError):
    """The user does not have permission."""

    title = "Not permitted"
    advice = "Ask an owner of the organization."


class NotFound(StoreError):
    """No such organization, person or revision, or none that the user may see."""

    title = "Not found"


class Refused(StoreError):
    """The change is not possible for anyone: it would leave no owner, or the plan does not include it."""

    title = "That change is not possible"


class Conflict(StoreError):
    """Someone else saved first: `draft` is what was to be saved, `newest` the revision that is there now."""

    title = "Changed meanwhile"
    meaning = "Nothing was saved. Your changes are still staged."
    advice = "Compare the two and choose what to keep."

    def __init__(self, draft: Draft, newest: Revision) -> None:
        opened = draft.base.number
        after = f"Revision {newest.number} was saved after you opened revision {opened}."
        other = f"You opened revision {opened}; the newest is another revision {newest.number} now."
        super().__init__(after if newest.number > opened else other)
        self.draft = draft
        self.newest = newest


class RateLimited(StoreError):
    """The server asks to wait; `until` is when the wait ends (timezone-aware), if that is known."""

    title = "Rate limit reached"

    def __init__(self, detail: str, *, until: datetime | None = None, advice: str | None = None) -> None:
        super().__init__(detail, advice=advice)
        self.until = until


class Unavailable(StoreError):
    """The store cannot be reached."""

    title = "Not available"
    advice = "Try again in a moment."


class NetworkSetup(StoreError):
    """Proxy or certificate settings of this machine cannot be used; trying again changes nothing."""

    title = "The network settings cannot be used"
    meaning = "Nothing was sent."


class UnusableAnswer(StoreError):
    """The server's response does not make sense."""

    title = "Unusable response"


class FileLocked(StoreError):
    """Another program is writing to the file."""

    title = "The file is in use"
    advice = "Close the other program, or try again in a moment."


class FileUnreadable(StoreError):
    """The file cannot be opened: a folder may not be entered, a link leads nowhere, a name is too long."""

    title = "The file cannot be opened"
    advice = "Check the path, and the permissions of the file and its folders."


class FileReadOnly(StoreError):
    """The file or its folder cannot be written to; it can still be read."""

    title = "The file cannot be written"
    advice = "Check the permissions of the file and its folder."


class FileFull(StoreError):
    """There is no space left for the file; it can still be read."""

    title = "The disk is full"
    advice = "Free some space, then save again."


class FileCorrupt(StoreError):
    """The file is damaged, or was not made by this program."""

    title = "The file is damaged or is not an iam-tui file"
    advice = "Restore it from a backup, or try to save its data: `sqlite3 FILE .recover | sqlite3 NEW_FILE`."


class FileEmpty(FileCorrupt):
    """The file has no content at all."""

    title = "The file is empty"
    advice = "Restore it from a backup; for a new one, use `iam-tui org create NAME --owner USER`."


class FileReplaced(StoreError):
    """The file was deleted, replaced or overwritten while it was open; what is there now is another file."""

    title = "The file was replaced"
    meaning = "Nothing was saved. What is staged in the console is still there, but not in the file."
    advice = "Open it again to see what it has now."


class FileNewer(StoreError):
    """A newer version of this program wrote the file."""

    title = "The file was written by a newer version"
    advice = "Update iam-tui."


def no_such_organization(organization: str, user: str) -> NotFound:
    """No such organization, or the user is not in it: the message does not reveal which."""
    return NotFound(
        f"There is no organization {organization} with {user} in it.",
        advice="Check the organization's name and your user name.",
    )


def only_owners(organization: str, user: str, role: AnyRole, owners: Sequence[str]) -> Forbidden:
    """Only owners change an organization; `owners` are whom to ask, as far as they are known."""
    return Forbidden(
        f"{user} is {role} in {organization}; only owners can change it.",
        advice=f"Ask an owner: {', '.join(owners)}." if owners else None,
    )
