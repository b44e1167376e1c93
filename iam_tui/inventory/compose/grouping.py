"""Which Compose files of a folder tree form a project together, and what each project says."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from posixpath import basename, dirname

from iam_tui.inventory.compose.detect import COMPOSE_FILES, COMPOSE_NAME, OVERRIDE_FILES
from iam_tui.inventory.compose.environment_file import ENVIRONMENT_FILE, named_files
from iam_tui.inventory.compose.reader import read_compose
from iam_tui.inventory.file_source import FileSource, locate
from iam_tui.inventory.reading import Reading
from iam_tui.inventory.yaml_nodes import MappingKeys, UnreadableYaml, read_documents

_STANDARD_NAMES = frozenset((*COMPOSE_FILES, *OVERRIDE_FILES))
_COMPLETE = frozenset({"image", "build", "extends"})


def read_projects(
    files: Iterable[str], source: FileSource, environment: Mapping[str, str] | None
) -> Iterator[Reading]:
    """What each project of these Compose files says; never raises.

    A project that a `.env` file names with `COMPOSE_FILE` is read first, in place of the one that Compose
    would find in that folder. A file that an earlier project has included is not read again as a project,
    unless it has one of the names that Compose looks for.
    """
    files = list(files)
    read: set[str] = set()
    chosen: set[str] = set()
    for folder, project in _named_projects(files, source):
        reading = read_compose(project, source, environment, folder)
        read.update(reading.files)
        chosen.update(file for file in project if dirname(file) == folder)
        yield reading
    for project in _find_projects(files, source):
        if project[-1] in chosen or (project[-1] in read and basename(project[-1]) not in _STANDARD_NAMES):
            continue
        reading = read_compose(project, source, environment)
        read.update(reading.files)
        yield reading


def _named_projects(files: Sequence[str], source: FileSource) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The projects that `.env` files name, in the folders of Compose files and above, with the folders."""
    folders = {""}
    for file in files:
        folder = dirname(file)
        while folder not in folders:
            folders.add(folder)
            folder = dirname(folder)
    for folder in sorted(folders):
        text = source.read(locate(folder, ENVIRONMENT_FILE))
        paths = named_files(text) if isinstance(text, str) else []
        if paths:
            yield folder, tuple(locate(folder, path) for path in paths)


def _find_projects(files: Iterable[str], source: FileSource) -> list[tuple[str, ...]]:
    """The projects as their files, later ones merged into earlier; those that may include others come first.

    The files of one folder are seen together; one that was recognized by its content is always alone.
    """
    by_folder: dict[str, list[str]] = {}
    alone: list[tuple[str, ...]] = []
    for file in files:
        if COMPOSE_NAME.fullmatch(basename(file)):
            by_folder.setdefault(dirname(file), []).append(file)
        else:
            alone.append((file,))
    named = [project for one in by_folder.values() for project in _projects_of_folder(one, source)]
    return sorted(named, key=_depth) + sorted(alone, key=_depth)


def _projects_of_folder(files: Sequence[str], source: FileSource) -> Iterator[tuple[str, ...]]:
    """First the project that Compose finds without being given a file, with its override.

    Every other file is another project; if it cannot be used alone, as is usual for `compose.prod.yml`, it
    is merged into that first file.
    """
    by_name = {basename(file): file for file in sorted(files)}
    base = [by_name[name] for name in COMPOSE_FILES if name in by_name][:1]
    override = [by_name[name] for name in OVERRIDE_FILES if name in by_name][:1] if base else []
    if base:
        yield (*base, *override)
    for file in sorted(files):
        if file not in (*base, *override):
            yield (file,) if not base or _is_complete(file, source) else (*base, file)


def _is_complete(file: str, source: FileSource) -> bool:
    """Whether every service of the file says what it runs; true for a file that cannot be read."""
    text = source.read(file)
    if not isinstance(text, str):
        return True
    keys = MappingKeys()
    try:
        for document in read_documents(text):
            entries = keys.of(document)
            services = keys.of(entries["services"].node).values() if "services" in entries else ()
            if not all(_COMPLETE & keys.of(service.node).keys() for service in services):
                return False
    except UnreadableYaml:
        pass
    return True


def _depth(files: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    return files[-1].count("/"), files
