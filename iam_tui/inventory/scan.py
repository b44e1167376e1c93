"""The images that a project uses: its folder is walked, its files are read, each place is listed once."""

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

from iam_tui.core.errors import InvalidInput
from iam_tui.core.usage import Usage
from iam_tui.inventory.disk_source import DiskSource, Warn
from iam_tui.inventory.dockerfile.build import DockerfileBuild
from iam_tui.inventory.image_text import unreadable
from iam_tui.inventory.merge_usages import MergedUsages
from iam_tui.inventory.readers import DOCKERFILE, READERS, Reader, ScanContext
from iam_tui.inventory.reading import BuildRequest, BuiltImages, Reading
from iam_tui.inventory.walk import FoundFile, OnStep, find, walk

MOST_BUILDS = 100
"""In how many ways one Dockerfile may be built; any others are not counted, and a warning says so."""


def scan(
    path: str,
    warn: Warn,
    on_step: OnStep,
    environment: Mapping[str, str] | None = None,
    not_read: Counter[str] | None = None,
) -> Iterator[Usage]:
    """Every place under `path`, a folder or one file, that names an image; sorted by file, then line.

    Files are relative to the folder, or to the folder of the one file. Variables come from the project's
    files and, if it is given, from the environment. What cannot be read is an unresolved usage, and `warn`
    gets a sentence about it. `on_step` is called often, with the number of files read so far. Of each file
    only its usages are kept and, if it can name images, its path. When the last usage has been taken,
    `not_read` counts by kind what can name images and is not read. Raises `InvalidInput` if there is nothing
    to read at `path`.
    """
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not a valid path"
        raise InvalidInput(f"{path} cannot be scanned: {reason}.") from None
    if stat.S_ISDIR(mode):
        source = DiskSource(path, warn)
        tree = _TreeScan(source, warn, on_step, environment, not_read)
        return tree.usages(walk(source, warn, on_step))
    if not stat.S_ISREG(mode):
        raise InvalidInput(f"{path} cannot be scanned: it is neither a file nor a folder.")
    above, name = os.path.split(os.path.realpath(path))
    source = DiskSource(above, warn)
    return _TreeScan(source, warn, on_step, environment, not_read).usages([find(source, name)])


class _TreeScan:
    """One scan. Files that say how Dockerfiles are built are read first; the others one by one, in order."""

    def __init__(
        self,
        source: DiskSource,
        warn: Warn,
        on_step: OnStep,
        environment: Mapping[str, str] | None,
        not_read: Counter[str] | None,
    ) -> None:
        self._source = source
        self._warn = warn
        self._on_step = on_step
        self._files: dict[str, dict[str, None]] = {reader.label: {} for reader in READERS}
        self._builds: dict[str, list[DockerfileBuild]] = {}
        self._with_too_many_builds: set[str] = set()
        self._usages: dict[str, MergedUsages] = {}
        self._read_alone: dict[str, list[Usage]] = {}
        self._built = BuiltImages()
        self._replaced: set[tuple[str, int, str]] = set()
        self._not_read: Counter[str] = Counter() if not_read is None else not_read
        self._context = ScanContext(source, environment, self._builds)

    def usages(self, found: Iterable[FoundFile]) -> Iterator[Usage]:
        """The usages in the files that were found."""
        for one in found:
            self._sort_in(one)
        for reader in READERS:
            if reader.requests_builds:
                self._read_first(reader, list(self._files.pop(reader.label)))
        left = chain.from_iterable(self._files.values())
        for file in sorted({*self._usages, *self._read_alone, *left}):
            self._on_step(self._source.files_read)
            yield from sorted(map(self._built.applied, self._left_in(file)), key=_line)

    def _sort_in(self, found: FoundFile) -> None:
        path, reader, refusal, kind = found
        if kind:
            self._not_read[kind] += 1
        elif refusal:
            self._keep([unreadable(path, reader.label if reader else "file", refusal)])
        elif reader:
            self._files[reader.label][path] = None

    def _read_first(self, reader: Reader, files: list[str]) -> None:
        for reading in reader.readings(files, self._context):
            self._on_step(self._source.files_read)
            if reader.read_together:
                self._keep(reading.usages, reading.files)
            else:
                for usage in reading.usages:
                    self._read_alone.setdefault(usage.file, []).append(usage)
            self._count(reading)
            self._replaced.update(reading.replaced)
            for built in reading.built:
                self._built.add(built)
            for request in reading.builds:
                self._keep_build(request)

    def _keep(self, usages: Iterable[Usage], project: Iterable[str] = ()) -> None:
        """Keep usages of files that several projects can lead to; `project` has its files."""
        files = frozenset(project)
        for usage in usages:
            self._usages.setdefault(usage.file, MergedUsages()).add([usage], files)

    def _keep_build(self, request: BuildRequest) -> None:
        path = self._source.locate(request.dockerfile)
        if not isinstance(path, str):
            return
        self._files[DOCKERFILE.label][path] = None
        builds = self._builds.setdefault(path, [])
        if len(builds) < MOST_BUILDS and request.build not in builds:
            builds.append(request.build)
        elif len(builds) == MOST_BUILDS and path not in self._with_too_many_builds:
            self._with_too_many_builds.add(path)
            self._warn(f"{path}: built in {MOST_BUILDS} different ways; any others are not counted.")

    def _left_in(self, file: str) -> Iterator[Usage]:
        """The usages of a file without those that another file replaces."""
        for usage in self._usages_of(file):
            if (usage.file, usage.line, usage.text) not in self._replaced:
                yield usage

    def _usages_of(self, file: str) -> Iterator[Usage]:
        if file in self._usages:
            yield from self._usages[file].settled()
        yield from self._read_alone.get(file, ())
        for reader in READERS:
            if file in self._files.get(reader.label, ()):
                for reading in reader.readings([file], self._context):
                    self._count(reading)
                    yield from reading.usages

    def _count(self, reading: Reading) -> None:
        self._not_read.update(reading.not_read)


def _line(usage: Usage) -> int:
    return usage.line
