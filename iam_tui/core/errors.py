"""The base classes of all errors that users read."""

from typing import ClassVar


class IamError(Exception):
    """An error that a user reads: what happened, what it means for their work, what to do next.

    `title` names the kind of error, `detail` says what happened, `meaning` what it means for the user's work,
    `advice` what to do next. All are plain text, which must be escaped before it is shown.
    """

    title: ClassVar[str] = "Something went wrong"
    meaning: str = "Nothing was changed."
    advice: str = ""

    def __init__(self, detail: str, *, meaning: str | None = None, advice: str | None = None) -> None:
        super().__init__(detail)
        if meaning is not None:
            self.meaning = meaning
        if advice is not None:
            self.advice = advice

    @property
    def detail(self) -> str:
        """What happened, in one sentence."""
        return str(self.args[0])


class InvalidInput(IamError):
    """Something that was typed or given is invalid; nothing was changed."""

    title = "That cannot be used"


class NothingUsable(InvalidInput):
    """A source was read, and nothing in it can be used; nothing was kept."""

    title = "Nothing usable was read"
    meaning = "Nothing was kept."
