"""Which images are used: where a project names them, and who pulled them how often."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from iam_tui.core.reference import ImageReference


class Status(StrEnum):
    """How sure it is which image a place names."""

    RESOLVED = "resolved"
    DOUBTFUL = "doubtful"
    """It hangs on a blank or a default.

    A value that the files give is RESOLVED (`ARG V=1`, a line of `.env`, a value of Compose's `args`). In
    doubt is what stands in only because a variable is not set or is empty (`${V:-1}`, a blank), and a build
    argument that comes from the environment. The rule is one for all files.
    """
    UNRESOLVED = "unresolved"
    """Nobody can tell from the files alone; never dropped, never guessed."""
    BUILT = "built"
    """A result of this project's own build, not a pull."""


class Usage(NamedTuple):
    """One place that names an image.

    `file` is relative to the scanned path, with `/`; `line` counts from 1: the instruction's first line, or
    the line of the image's key or item. `place` says what names it (`FROM`, `COPY --from`,
    `services.web.image`, ...), `text` is as written. `reference` is None exactly when `status` is
    UNRESOLVED, and `problem` then says why; for DOUBTFUL it names the variable and what stands in. `reached`
    is whether the default target, or a target that a scanned Compose file asks for, needs it (None if
    unresolved), and `reached_by` lists those targets.
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
    """How often one person pulled one repository of Docker Hub with one token (facts 7).

    `repository` is the path on Docker Hub (`library/nginx`); `token` is empty for the one that Docker makes
    at sign-in, other names are usually CI; `last_pull` is timezone-aware, to the hour. No pulls and no
    `last_pull` are those of somebody who only asked for a version, without a download.
    """

    repository: str
    user: str
    token: str
    pulls: int
    last_pull: datetime | None


@dataclass(frozen=True, slots=True)
class Inventory:
    """What is used, as far as the sources tell."""

    usages: tuple[Usage, ...] = ()
    pulls: tuple[Pulls, ...] = ()
