"""Random pull reports of every documented kind, as rows of a CSV."""

import csv
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from hypothesis import strategies as st

from iam_tui.inventory.reports.pull_report import PullReport, read_report

Row = Mapping[str, str]

MAIL: Final = (
    "datehour", "user_name", "repository", "access_token_name", "ips", "repository_privacy", "tag", "digest",
    "version_checks", "pulls",
)  # fmt: skip
API: Final = (
    "day", "hub_username", "image_repository", "namespace", "tag", "image_digest", "privacy",
    "billing_entity", "auth_name", "ip_address", "os", "user_agent", "version_checks", "data_downloads",
    "event_count", "egress_size_bytes",
)  # fmt: skip
SHORT: Final = ("event_date", "repository", "tag", "pull_count")
SHORTEST: Final = ("date", "repository", "pull_count")

_MAIL_KEY: Final = ("datehour", "user_name", "repository", "access_token_name", "tag", "digest")
_NAMES: Final = ("library/nginx", "library/redis", "grafana/grafana", "acme/tool")
_PEOPLE: Final = ("max", "eddy", "olivia")
_TAGS: Final = ("", "1", "latest")
_DIGESTS: Final = ("", "sha256:" + "a" * 64, "sha256:" + "b" * 64)
_HOURS: Final = ("00", "14", "23")
DAYS: Final = ("01", "02", "03")

counts = st.integers(0, 2_000_000)


def as_csv(columns: Sequence[str], rows: Sequence[Row], separator: str = ",") -> bytes:
    """A file with these columns."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, delimiter=separator, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def read(content: bytes) -> PullReport:
    """The report in these bytes."""
    return read_report(io.BytesIO(content))


def number(text: str) -> int:
    """A count as a spreadsheet writes it."""
    return int(Decimal(text.replace(",", "")))


def sums(content: bytes, columns: Sequence[str]) -> dict[str, int]:
    """Pulls by repository, counted with `csv` and `decimal` alone; no row repeats another one."""
    found = defaultdict[str, int](int)
    counted = next(one for one in columns if one in {"pulls", "data_downloads", "pull_count"})
    for row in csv.DictReader(io.StringIO(content.decode(), newline="")):
        name = row.get("repository") or f"{row['namespace']}/{row['image_repository']}"
        found[name] += number(row[counted])
    return dict(found)


def sums_of(report: PullReport) -> dict[str, int]:
    """Pulls by repository, as the program counts them."""
    found = defaultdict[str, int](int)
    for one in report.pulls:
        found[one.repository] += one.pulls
    return dict(found)


def written(count: int) -> st.SearchStrategy[str]:
    """The same count as people and spreadsheets write it."""
    return st.sampled_from([f"{count}", f"{count:,}", f"{count}.0", f" {count} ", f"{count:.7E}"])


@st.composite
def mail_rows(draw: st.DrawFn, days: Sequence[str] = DAYS) -> list[Row]:
    """Rows of the report by mail, no two of which say the same."""
    keys = st.tuples(
        st.sampled_from([f"2026/03/{day}/{hour}" for day in days for hour in _HOURS]),
        st.sampled_from(_PEOPLE), st.sampled_from(_NAMES), st.sampled_from(["generated", "ci"]),
        st.sampled_from(_TAGS), st.sampled_from(_DIGESTS),
    )  # fmt: skip
    made = draw(st.lists(keys, unique=True, max_size=30))
    return [
        dict(
            zip(_MAIL_KEY, key, strict=True),
            ips="10.9.8.7, 10.9.8.6", repository_privacy="public", version_checks="1",
            pulls=draw(counts.flatmap(written)),
        )
        for key in made
    ]  # fmt: skip


@st.composite
def api_rows(draw: st.DrawFn) -> list[Row]:
    """Rows of the Reports API; some differ only in what is not kept."""
    rows = st.builds(
        lambda day, person, name, token, count, checks: {
            "day": f"2026-03-{day}", "hub_username": person, "namespace": name.partition("/")[0],
            "image_repository": name.partition("/")[2], "tag": "1", "image_digest": "", "privacy": "public",
            "auth_name": token or person, "ip_address": "10.9.8.7", "version_checks": str(checks),
            "data_downloads": str(count), "event_count": str(count + checks),
        },
        st.sampled_from(DAYS), st.sampled_from(_PEOPLE), st.sampled_from(_NAMES),
        st.sampled_from(["", "ci"]), counts, st.integers(0, 9),
    )  # fmt: skip
    return draw(st.lists(rows, max_size=30))


@st.composite
def short_rows(draw: st.DrawFn) -> list[Row]:
    """Rows of the short forms."""
    rows = st.builds(
        lambda day, name, tag, count: {
            "event_date": f"2026-03-{day}", "date": f"2026-03-{day}", "repository": name, "tag": tag,
            "pull_count": str(count),
        },
        st.sampled_from(DAYS), st.sampled_from(_NAMES), st.sampled_from(_TAGS), counts,
    )  # fmt: skip
    return draw(st.lists(rows, max_size=30))
