"""Reading a report or a folder: all of it, an error, or stopped with nothing kept."""

import os
from collections import Counter
from pathlib import Path
from threading import Event

import pytest

from iam_tui.application.not_read_words import MOST_KINDS, not_read_words
from iam_tui.application.source_import import ImportProgress, SourceImport, Stopped
from iam_tui.core.errors import InvalidInput
from iam_tui.stores.protocol import SourceKind
from tests.clock import FixedClock

CLOCK = FixedClock()


def source_import(
    kind: SourceKind, path: Path | str, told: list[ImportProgress], stop: Event | None = None
) -> SourceImport:
    """A reading that records its progress."""
    return SourceImport(kind, str(path), CLOCK(), told.append, stop or Event())


def test_a_report_tells_its_size_and_comes_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text("repository,pulls\n" + "library/nginx,1\n" * 200_000, encoding="utf-8")
    told: list[ImportProgress] = []
    source, inventory = source_import(SourceKind.REPORT, path, told).read()
    assert (source.name, source.rows, source.imported_at) == (str(path), 200_000, CLOCK())
    assert inventory.pulls[0].pulls == 200_000
    assert [one.part for one in told] == sorted(one.part or 0 for one in told)
    assert told[-1] == ImportProgress("3 of 3 MB", 1)


def test_a_folder_tells_how_many_files_it_read_and_what_it_could_not(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.Dockerfile").write_text("FROM nginx\n", encoding="utf-8")
    told: list[ImportProgress] = []
    source, inventory = source_import(SourceKind.SCAN, tmp_path, told).read()
    assert len(inventory.usages) == source.rows == 5
    assert source.summary == "5 places in 5 files."
    assert told
    assert all(one.part is None for one in told)


def test_a_folder_tells_what_names_images_in_a_form_that_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM nginx\n", encoding="utf-8")
    (tmp_path / "Earthfile").write_text("FROM nginx\n", encoding="utf-8")
    source, _ = source_import(SourceKind.SCAN, tmp_path, []).read()
    assert source.summary == "1 place in 1 file. Not read: 1 Earthfile."


def test_most_kinds_that_are_not_read_are_counted_together() -> None:
    counts = Counter({f"kind {number}": number for number in range(1, MOST_KINDS + 3)})
    assert not_read_words(counts).startswith("Not read: 10 kind 10, 9 kind 9, ")
    assert not_read_words(counts).endswith(", 3 kind 3, 3 of other kinds.")


@pytest.mark.parametrize("kind", [SourceKind.REPORT, SourceKind.SCAN])
def test_stopping_leaves_nothing(tmp_path: Path, kind: SourceKind) -> None:
    (tmp_path / "report.csv").write_text("repository,pulls\nlibrary/nginx,1\n", encoding="utf-8")
    stop = Event()
    stop.set()
    with pytest.raises(Stopped):
        source_import(
            kind, tmp_path / "report.csv" if kind is SourceKind.REPORT else tmp_path, [], stop
        ).read()


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for kind in (SourceKind.REPORT, SourceKind.SCAN):
        with pytest.raises(InvalidInput, match=r"neither|not a regular file"):
            source_import(kind, pipe, []).read()


@pytest.mark.parametrize("kind", [SourceKind.REPORT, SourceKind.SCAN])
@pytest.mark.parametrize("name", ["missing", "x" * 300, "a\0b"])
def test_a_path_that_no_file_can_have_is_refused(tmp_path: Path, kind: SourceKind, name: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be"):
        source_import(kind, tmp_path / name, []).read()


def test_a_report_in_a_folder_that_may_not_be_searched_is_refused(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    try:
        with pytest.raises(InvalidInput, match="cannot be read"):
            source_import(SourceKind.REPORT, closed / "report.csv", []).read()
    finally:
        closed.chmod(0o700)


def test_the_home_folder_may_be_written_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "report.csv").write_text("repository,pulls\nlibrary/nginx,1\n", encoding="utf-8")
    assert source_import(SourceKind.REPORT, "~/report.csv", []).read().source.name == "~/report.csv"
