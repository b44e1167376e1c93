"""Which images are in use: where a project names them, and who pulled them how often."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from iam_tui.core.reference import ImageReference

HOUR_BITS: Final = 5
"""How many bits of a place in `PullDay` are its hour."""
NO_HOUR: Final = 24
"""The hour of pulls of which only the day is known."""


class Status(StrEnum):
    """How certain it is which image a place names."""

    RESOLVED = "resolved"
    DOUBTFUL = "doubtful"
    """It depends on a default or a blank that a variable can replace.

    A value in the files is RESOLVED (`ARG V=1`, a line of `.env`, a value of Compose's `args`). DOUBTFUL is a
    value that applies only because a variable is unset or empty (`${V:-1}`, a blank), and a build argument
    that is taken from the environment. Where only the tag or digest cannot be known, the reference has
    neither. This is the same for all kinds of files.
    """
    UNRESOLVED = "unresolved"
    """The files alone do not say which image it is. It is never dropped, and never guessed."""
    BUILT = "built"
    """An image that this project builds itself, not a pull."""


class Usage(NamedTuple):
    """One place that names an image.

    - `file` is relative to the scanned path, with `/`. `line` counts from 1: the instruction's first line, or
      the line of the image's key or list item.
    - `place` says what names it: `FROM`, `COPY --from`, `services.web.image`, ... `text` is what is written.
    - `reference` is None exactly if `status` is UNRESOLVED. `problem` then says why; for DOUBTFUL it names
      the variable and the value used instead; else it is empty.
    - `reached` is whether the default target needs it, or a target that a scanned Compose file builds; it is
      None if unresolved. `reached_by` lists those targets.
    """

    file: str
    line: int
    place: str
    text: str
    reference: ImageReference | None
    status: Status = Status.RESOLVED
    reached: bool | None = True
    reached_by: tuple[str, ...] = ()
    problem: str = ""


class Pulls(NamedTuple):
    """How often one person pulled one repository of Docker Hub with one access token.

    `repository` is the path on Docker Hub (`library/nginx`). `token` is the token's name, empty for the one
    that Docker makes at sign-in; named tokens are usually used in CI. `last_pull` is timezone-aware and exact
    to the hour, or the start of the day where a report says no hour. A person who only checked for a new
    version has no pulls and no `last_pull`.
    """

    repository: str
    user: str
    token: str
    pulls: int
    last_pull: datetime | None


class Basis(StrEnum):
    """How much the rows of a report say, and so how they are merged with other rows of the same day."""

    API = "api"
    """Whole days of Docker's Reports API."""
    MAIL = "mail"
    """Each row names hour, person, token, repository, tag and digest."""
    SHORT = "short"
    """Some of that is missing, so different pulls may look the same: rows of one report are added up."""


class PullDay(NamedTuple):
    """The pulls of one day in one report, in columns of the same length; nobody changes them.

    `day` is None for rows without a day. Of a row, `places` has the index of its puller and repository in the
    report's `pulls`, shifted by `HOUR_BITS`, plus the hour; `images` a 64-bit number that stands for tag and
    digest; `counts` the number of pulls, 0 for a check without a download. Places and images are unique
    together.
    """

    day: date | None
    basis: Basis
    places: Sequence[int]
    images: Sequence[int]
    counts: Sequence[int]


@dataclass(frozen=True, slots=True)
class Inventory:
    """The images in use, as far as the sources show.

    `days` are the pulls of one report by day; empty for what several sources contain together.
    """

    usages: tuple[Usage, ...] = ()
    pulls: tuple[Pulls, ...] = ()
    days: tuple[PullDay, ...] = ()
