"""The images that a project pulls: its folder walked, its files read, each place once."""

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from posixpath import basename, dirname
from typing import TYPE_CHECKING

from iam_tui.core.errors import InvalidInput
from iam_tui.core.usage import Status, Usage
from iam_tui.inventory.disk_source import Folder, Tell
from iam_tui.inventory.dockerfile.build import Build
from iam_tui.inventory.dockerfile.reader import read_dockerfile
from iam_tui.inventory.file_source import PathRefusal
from iam_tui.inventory.file_types import COMPOSE_FILES, OVERRIDE_FILES, FileType, kind_by_name
from iam_tui.inventory.image_text import unresolved
from iam_tui.inventory.merge_usages import Rows
from iam_tui.inventory.walk import Found, Step, find, walk

if TYPE_CHECKING:
    from iam_tui.inventory.build_request import BuildRequest

MOST_BUILDS = 100
"""In how many ways a project may build one Dockerfile; more are not counted, and that is said."""

_BY_ITSELF = frozenset((*COMPOSE_FILES, *OVERRIDE_FILES))


def scan(path: str, tell: Tell, step: Step, environment: Mapping[str, str] | None = None) -> Iterator[Usage]:
    """Every place under `path`, a folder or one file, that names an image; sorted by file, then line.

    Files are relative to the folder, or to that of the one file. Variables come from the project's files
    and, where one is given, from the environment. `tell` hears of what could not be read, which is an
    unresolved usage too; `step` is called often, with how many files were read. Of a file nothing is kept but
    its usages and, if it can name images, its path. Raises `InvalidInput` if nothing is there to be read.
    """
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no path at all"
        raise InvalidInput(f"{path} cannot be scanned: {reason}.") from None
    if stat.S_ISDIR(mode):
        folder = Folder(path, tell)
        return _Scan(folder, tell, step, environment).usages(walk(folder, tell, step))
    if not stat.S_ISREG(mode):
        raise InvalidInput(f"{path} cannot be scanned: it is neither a file nor a folder.")
    above, name = os.path.split(os.path.realpath(path))
    folder = Folder(above, tell)
    return _Scan(folder, tell, step, environment).usages([find(folder, name)])


class _Scan:
    def __init__(self, folder: Folder, tell: Tell, step: Step, environment: Mapping[str, str] | None) -> None:
        self._folder = folder
        self._tell = tell
        self._step = step
        self._environment = environment
        self._compose_files: dict[str, None] = {}
        self._builds: dict[str, list[Build]] = {}
        self._others: dict[str, FileType] = {}
        self._rows: dict[str, Rows] = {}
        self._read: set[str] = set()
        self._overfull: set[str] = set()

    def usages(self, found: Iterable[Found]) -> Iterator[Usage]:
        """The usages in what was found."""
        for one in found:
            self._keep(one)
        for files in self._projects():
            self._step(self._folder.files_read)
            self._read_project(files)
        for file in [file for file, kind in self._others.items() if kind is FileType.ACTION]:
            self._read_action(file)
        for file in sorted(self._rows.keys() | self._builds.keys() | self._others.keys()):
            self._step(self._folder.files_read)
            yield from sorted(self._usages_of(file), key=_line)

    def _keep(self, found: Found) -> None:
        path, kind, refusal = found
        if refusal:
            self._add([_refused(path, kind, refusal)])
        elif kind is FileType.COMPOSE:
            self._compose_files[path] = None
        elif kind is FileType.DOCKERFILE:
            self._builds[path] = []
        elif kind:
            self._others[path] = kind

    def _projects(self) -> list[tuple[str, ...]]:
        """The Compose projects, those that may include others first."""
        if not self._compose_files:
            return []
        from iam_tui.inventory.projects import projects  # noqa: PLC0415 - only some folders have YAML

        by_folder: dict[str, list[str]] = {}
        other = []
        for file in self._compose_files:
            if kind_by_name(basename(file), "/"):
                by_folder.setdefault(dirname(file), []).append(file)
            else:
                other.append((file,))
        named = [files for one in by_folder.values() for files in projects(one, self._folder)]
        return sorted(named, key=_depth) + sorted(other, key=_depth)

    def _read_project(self, files: tuple[str, ...]) -> None:
        """Read a project, unless another one has read the file that makes it one."""
        from iam_tui.inventory.compose.reader import read_compose  # noqa: PLC0415 - only some folders have YAML

        if files[-1] in self._read and basename(files[-1]) not in _BY_ITSELF:
            return
        reading = read_compose(files, self._folder, self._environment)
        self._read.update(reading.files)
        self._add(reading.usages)
        self._ask(reading.builds)

    def _read_action(self, file: str) -> None:
        from iam_tui.inventory.ci.github_workflow import read_action  # noqa: PLC0415 - only some folders have YAML

        del self._others[file]
        text = self._folder.read_text(file)
        if isinstance(text, PathRefusal):
            self._add([_refused(file, FileType.ACTION, text)])
            return
        reading = read_action(text, file, self._folder)
        self._add(reading.usages)
        self._ask(reading.builds)

    def _ask(self, requests: "Iterable[BuildRequest]") -> None:
        """Remember which Dockerfiles are built, and how."""
        for request in requests:
            path = self._folder.locate(request.dockerfile)
            builds = self._builds.setdefault(path, []) if isinstance(path, str) else []
            if len(builds) < MOST_BUILDS and request.build not in builds:
                builds.append(request.build)
            elif len(builds) == MOST_BUILDS and path not in self._overfull:
                self._overfull.add(str(path))
                self._tell(f"{path}: built in {MOST_BUILDS} ways; if there are more, they are not counted.")

    def _add(self, usages: Iterable[Usage]) -> None:
        for usage in usages:
            self._rows.setdefault(usage.file, Rows()).add([usage])

    def _usages_of(self, file: str) -> Iterator[Usage]:
        yield from _settled(self._rows[file].usages() if file in self._rows else [])
        if file in self._builds:
            text = self._folder.read_text(file)
            if isinstance(text, PathRefusal):
                yield _refused(file, FileType.DOCKERFILE, text)
            else:
                yield from read_dockerfile(text, file, self._builds[file])
        if file in self._others:
            yield from self._usages_of_yaml(file, self._others[file])

    def _usages_of_yaml(self, file: str, kind: FileType) -> list[Usage]:
        text = self._folder.read_text(file)
        if isinstance(text, PathRefusal):
            return [_refused(file, kind, text)]
        if kind is FileType.WORKFLOW:
            from iam_tui.inventory.ci.github_workflow import read_workflow  # noqa: PLC0415 - only some folders have one

            return read_workflow(text, file)
        from iam_tui.inventory.kubernetes.reader import read_kubernetes  # noqa: PLC0415 - only some folders have one

        return read_kubernetes(text, file)


def _settled(usages: list[Usage]) -> Iterator[Usage]:
    """The usages without those that nobody can tell in one project, and somebody can in another."""
    told = {(usage.line, usage.text) for usage in usages if usage.status is not Status.UNRESOLVED}
    for usage in usages:
        if usage.status is not Status.UNRESOLVED or (usage.line, usage.text) not in told:
            yield usage


def _line(usage: Usage) -> int:
    return usage.line


def _depth(files: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    return files[-1].count("/"), files


def _refused(path: str, kind: FileType | None, refusal: PathRefusal) -> Usage:
    return unresolved(path, 1, kind.value if kind else "file", "", f"{path} {refusal.value}")
