"""Which Compose files of a folder belong together (references 3)."""

from collections.abc import Iterator, Sequence
from posixpath import basename

from iam_tui.inventory.file_source import Tree
from iam_tui.inventory.file_types import COMPOSE_FILES, OVERRIDE_FILES
from iam_tui.inventory.yaml_nodes import Keys, NotYaml, read_documents

_WHOLE = frozenset({"image", "build", "extends"})


def projects(files: Sequence[str], tree: Tree) -> Iterator[tuple[str, ...]]:
    """The projects that the Compose files of one folder make, each as its files, later ones over earlier.

    First the one that Compose finds by itself, with its override. Every other file is a project of its own,
    or laid over that first file where it cannot stand alone, as `compose.prod.yml` mostly cannot.
    """
    by_name = {basename(file): file for file in sorted(files)}
    base = [by_name[name] for name in COMPOSE_FILES if name in by_name][:1]
    override = [by_name[name] for name in OVERRIDE_FILES if name in by_name][:1] if base else []
    if base:
        yield (*base, *override)
    for file in sorted(files):
        if file not in (*base, *override):
            yield (file,) if not base or _stands_alone(file, tree) else (*base, file)


def _stands_alone(file: str, tree: Tree) -> bool:
    """Whether every service of the file says what it runs; so, too, where the file cannot be read."""
    text = tree.read(file)
    if not isinstance(text, str):
        return True
    keys = Keys()
    try:
        for document in read_documents(text):
            entries = keys.of(document)
            services = keys.of(entries["services"].node).values() if "services" in entries else ()
            if not all(_WHOLE & keys.of(service.node).keys() for service in services):
                return False
    except NotYaml:
        pass
    return True
