"""Manifests and Compose projects that are given as a list: `kubectl get -o json`, `docker compose config`."""

from collections.abc import Mapping

from iam_tui.core.usage import Usage
from iam_tui.inventory.file_source import PathRefusal
from iam_tui.inventory.lists.cells import FILE, odd_usage


class _OneText:
    """A `FileSource` that has the text of the list, and no other file."""

    def __init__(self, text: str) -> None:
        self._text = text

    def read(self, path: str) -> str | PathRefusal:
        if path == FILE:
            return self._text
        return PathRefusal.OUTSIDE if path.startswith(("/", "..")) else PathRefusal.MISSING


def is_manifest_object(value: object) -> bool:
    """Whether an object is a resource of Kubernetes."""
    return isinstance(value, Mapping) and all(
        isinstance(value.get(key), str) for key in ("apiVersion", "kind")
    )


def is_empty_list(value: object) -> bool:
    """Whether an object is a list of resources that has none: `kubectl get` found nothing."""
    return isinstance(value, Mapping) and value.get("items") == []


def is_project_object(value: object) -> bool:
    """Whether an object is a Compose project: it has services by name."""
    services = value.get("services") if isinstance(value, Mapping) else None
    return isinstance(services, Mapping) and all(isinstance(one, Mapping) for one in services.values())


def read_manifests(text: str, line: int = 1) -> list[Usage]:
    """The images in manifests, as JSON or YAML, whose first line is `line` of the list."""
    from iam_tui.inventory.kubernetes.reader import read_kubernetes  # noqa: PLC0415 (needs the YAML parser)

    # YAML does not allow all tabs that JSON does; within JSON's strings there are none.
    readable = text.replace("\t", " ") if text.startswith("{") else text
    reading = read_kubernetes(readable, FILE)
    unread = (odd_usage(1, kind, "images of this kind are not read") for kind in reading.not_read)
    return _moved([*reading.usages, *unread], line)


def read_project(text: str, line: int = 1) -> list[Usage]:
    """The images in a Compose project, whose first line is `line` of the list."""
    from iam_tui.inventory.compose.reader import read_compose  # noqa: PLC0415 (needs the YAML parser)

    readable = text.replace("\t", " ") if text.startswith("{") else text
    return _moved(list(read_compose([FILE], _OneText(readable)).usages), line)


def _moved(usages: list[Usage], line: int) -> list[Usage]:
    return [usage._replace(line=usage.line + line - 1) for usage in usages] if line > 1 else usages
