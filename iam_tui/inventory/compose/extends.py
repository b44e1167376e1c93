"""Compose services that extend another service, of the same file or of another one.

See https://docs.docker.com/reference/compose-file/services/#extends
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from iam_tui.core.usage import Usage
from iam_tui.inventory.compose.values import ComposeMapping, ComposeText, ComposeValue, ValueMerger
from iam_tui.inventory.file_source import is_remote, locate
from iam_tui.inventory.image_text import unresolved

MOST_EXTENDS = 100
"""How long a chain of services that extend each other may be."""

Services: TypeAlias = dict[str, ComposeValue]


@dataclass(slots=True)
class ServiceScope:
    """The services of a file, which can extend each other; `done` has those with all that they inherit."""

    file: str
    services: Services
    done: Services = field(default_factory=dict)


class ExtendsResolver:
    """Merges services into those that they extend.

    `scope_of` returns the services of another file by its path, for the text that names it, or why the file
    is not read. An `extends` that cannot be followed becomes an unresolved usage in `problems`.
    """

    def __init__(
        self,
        merger: ValueMerger,
        scope_of: Callable[[str, ComposeText], ServiceScope | str],
        problems: list[Usage],
    ) -> None:
        self._merger = merger
        self._scope_of = scope_of
        self._problems = problems
        self._open: list[tuple[int, str]] = []

    def followed(self, name: str, scope: ServiceScope) -> ComposeValue:
        """The service with all that it inherits."""
        if name in scope.done:
            return scope.done[name]
        service = scope.services[name]
        extends = service.fields("extends") if isinstance(service, ComposeMapping) else None
        if extends:
            self._open.append((id(scope), name))
            try:
                service = self._merger.merge(self._base(extends, scope), service)
            except _CannotExtend as error:
                self._problems.append(error.usage)
            self._open.pop()
        scope.done[name] = service
        return service

    def _base(self, extends: ComposeMapping, scope: ServiceScope) -> ComposeValue:
        """The extended service; raises `_CannotExtend`."""
        name, file = extends.text("service"), extends.text("file")
        for text in (name, file):
            if text and text.unknown:
                raise _CannotExtend(text, text.unknown)
        if name is None:
            return extends
        found = self._scope(file, scope) if file and file.value else scope
        if name.value not in found.services:
            raise _CannotExtend(name, f"{found.file} has no service {name.value}")
        if (id(found), name.value) in self._open:
            raise _CannotExtend(name, "services extend each other in a circle")
        if len(self._open) >= MOST_EXTENDS:
            raise _CannotExtend(name, f"more than {MOST_EXTENDS} services extend each other")
        return self.followed(name.value, found)

    def _scope(self, file: ComposeText, scope: ServiceScope) -> ServiceScope:
        """The services of the named file; raises `_CannotExtend`."""
        if is_remote(file.value):
            raise _CannotExtend(file, "the file is on another machine")
        path = locate(file.source.folder, file.value)
        if path == scope.file:
            return scope
        found = self._scope_of(path, file)
        if isinstance(found, str):
            raise _CannotExtend(file, found)
        return found


class _CannotExtend(Exception):
    """An `extends` that cannot be followed; `usage` says why."""

    def __init__(self, text: ComposeText, reason: str) -> None:
        super().__init__(reason)
        problem = f"the service that it extends is unknown: {reason}"
        self.usage = unresolved(text.source.file, text.line, text.place, text.written, problem)
