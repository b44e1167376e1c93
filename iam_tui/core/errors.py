"""The root of every error that a user is meant to read."""

from typing import ClassVar


class IamError(Exception):
    """Something went wrong that the user can understand: what happened, what it means, what to do.

    `title` says what kind of thing happened, `str(error)` the particulars, `meaning` what became of the
    user's work, `advice` what to do next. All are plain text; whoever shows them escapes them.
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
        """The particulars of this one error, one sentence."""
        return str(self.args[0])


class InvalidInput(IamError):
    """What was typed cannot be used; nothing happened."""

    title = "That cannot be used"
