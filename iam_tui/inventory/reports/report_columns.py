"""The columns of pull reports: which sets there are, and where each column stands in a file.

Docker documents three sets, and older reports use other names for some columns:
https://docs.docker.com/docker-hub/usage/ (by mail) and https://docs.docker.com/admin/usage-reports/ (Reports
API, with short forms in its examples).
"""

import csv
import re
from typing import Final, NamedTuple

from iam_tui.core.escape_controls import escape_controls
from iam_tui.core.usage import Basis
from iam_tui.inventory.reports.report_lines import NotAReport, ReportLines

COUNTS: Final = ("pulls", "data_downloads", "pull_count")
_REPOSITORIES: Final = ("repository", "image_repository")
_NAMESPACE: Final = "namespace"
_PERSONS: Final = ("user_name", "username", "hub_username")
_AUTHORIZED_BY: Final = "auth_name"
_TOKENS: Final = ("access_token_name", "pat_name", _AUTHORIZED_BY)
_TIMES: Final = ("datehour", "day", "event_date", "date")
_TAG: Final = "tag"
_DIGESTS: Final = ("digest", "image_digest")
_CHECKS: Final = "version_checks"
_SEPARATORS: Final = (",", ";", "\t")
_SEPARATOR_LINE: Final = re.compile(r'"?sep=([^"\s\0]|\t)"?\s*', re.IGNORECASE)
_LONGEST_EXCERPT: Final = 400


class ReportColumns(NamedTuple):
    """Where the columns of a report stand; `width` is that of a column which the report does not have.

    `basis` is MAIL only if a row says everything that tells it from others. `token_may_be_person` is whether
    the column of the token repeats the person's name where no token was used.
    """

    separator: str
    width: int
    basis: Basis
    time: int
    pulls: int
    tag: int
    digest: int
    namespace: int
    repository: int
    person: int
    token: int
    checks: int
    token_may_be_person: bool

    @property
    def picked(self) -> tuple[int, ...]:
        """What to pick: namespace, repository, person, token, time, tag, digest, pulls, checks."""
        return (
            self.namespace, self.repository, self.person, self.token, self.time, self.tag, self.digest,
            self.pulls, self.checks,
        )  # fmt: skip


def read_columns(lines: ReportLines) -> ReportColumns:
    """The columns that the first line of a report names; blank lines and Excel's `sep=;` may precede it.

    Raises `NotAReport` if it names no repository or no known count of pulls; the error lists what it names.
    """
    text, separator = _first_line(lines), None
    if marked := _SEPARATOR_LINE.fullmatch(text):
        text, separator = _first_line(lines), marked[1]
    separator = separator or max(_SEPARATORS, key=text.count)
    try:
        names = next(csv.reader([text], delimiter=separator, strict=True), [])
    except csv.Error as error:
        raise NotAReport(f"The first line of the file is not readable as CSV: {error}.") from error
    return _columns([re.sub(r"[\s-]+", "_", name.strip().lower()) for name in names], separator)


def _first_line(lines: ReportLines) -> str:
    while True:
        lines.begin()
        text = next(iter(lines), None)
        if text is None:
            raise NotAReport("The file is empty.")
        if lines.long:
            raise NotAReport("The first line of the file is too long for the columns of a report.")
        if text.strip():
            return text


def _columns(names: list[str], separator: str) -> ReportColumns:
    def place(*known: str) -> int:
        found = next((name for name in known if name in names), None)
        if found is None:
            return len(names)
        if names.count(found) > 1:
            raise NotAReport(f"The file has the column `{found}` twice. {_found(names)}")
        return names.index(found)

    missing = len(names)
    namespace = place(_NAMESPACE) if "repository" not in names else missing
    repository = place(*_REPOSITORIES) if namespace != missing else place("repository")
    if repository == missing:
        raise NotAReport(
            "The file has no column that names the repository: `repository`, or `namespace` and"
            f" `image_repository`. {_found(names)}"
        )
    count = place(*COUNTS)
    if count == missing:
        raise NotAReport(
            f"The file has no column that counts pulls: {', '.join(f'`{one}`' for one in COUNTS)}."
            f" {_found(names)}"
        )
    time, person, token = place(*_TIMES), place(*_PERSONS), place(*_TOKENS)
    tag, digest = place(_TAG), place(*_DIGESTS)
    basis = Basis.SHORT
    if names[count] == "data_downloads" and time != missing:
        # All rows of a day are in one report, so nothing has to tell them apart.
        basis, tag, digest = Basis.API, missing, missing
    elif "datehour" in names and missing not in {person, token, tag, digest}:
        basis = Basis.MAIL
    repeats = token != missing and names[token] == _AUTHORIZED_BY
    return ReportColumns(
        separator, missing, basis, time, count, tag, digest, namespace, repository, person, token,
        place(_CHECKS), repeats,
    )  # fmt: skip


def _found(names: list[str]) -> str:
    text = ", ".join(names)
    more = ", …" if len(text) > _LONGEST_EXCERPT else ""
    return f"Its columns: {escape_controls(text[:_LONGEST_EXCERPT])}{more}"
