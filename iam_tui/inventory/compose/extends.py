"""A Compose service that extends another, of its own file or of a second one (references 3)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from iam_tui.core.usage import Usage
from iam_tui.inventory.compose.values import Fields, Merging, Text, Value
from iam_tui.inventory.file_source import is_remote, locate
from iam_tui.inventory.image_text import unresolved

MOST_EXTENDS = 100
"""How many services may extend each other in a row."""

Services: TypeAlias = dict[str, Value]


@dataclass(slots=True)
class Scope:
    """The services of a file, which can extend each other; of those in `done` it has been followed."""

    file: str
    services: Services
    done: Services = field(default_factory=dict)


class Extends:
    """Lays services over those that they extend.

    `scope_of` finds the services of another file by its path, for the text that names it; if the file is
    not read it says why. What cannot be followed becomes a usage among `problems`.
    """

    def __init__(
        self,
        merging: Merging,
        scope_of: Callable[[str, Text], Scope | str],
        problems: list[Usage],
    ) -> None:
        self._merging = merging
        self._scope_of = scope_of
        self._problems = problems
        self._open: list[tuple[int, str]] = []

    def followed(self, name: str, scope: Scope) -> Value:
        """The service with all that it inherits."""
        if name in scope.done:
            return scope.done[name]
        service = scope.services[name]
        extends = service.fields("extends") if isinstance(service, Fields) else None
        if extends:
            self._open.append((id(scope), name))
            try:
                service = self._merging.over(self._base(extends, scope), service)
            except _NotFollowed as error:
                self._problems.append(error.usage)
            self._open.pop()
        scope.done[name] = service
        return service

    def _base(self, extends: Fields, scope: Scope) -> Value:
        """The service that is extended; raises `_NotFollowed`."""
        name, file = extends.text("service"), extends.text("file")
        for text in (name, file):
            if text and text.unknown:
                raise _NotFollowed(text, text.unknown)
        if name is None:
            return extends
        found = self._scope(file, scope) if file and file.value else scope
        if name.value not in found.services:
            raise _NotFollowed(name, f"{found.file} has no service {name.value}")
        if (id(found), name.value) in self._open:
            raise _NotFollowed(name, "services extend each other in a circle")
        if len(self._open) >= MOST_EXTENDS:
            raise _NotFollowed(name, f"more than {MOST_EXTENDS} services extend each other")
        return self.followed(name.value, found)

    def _scope(self, file: Text, scope: Scope) -> Scope:
        """The services of the file that is named; raises `_NotFollowed`."""
        if is_remote(file.value):
            raise _NotFollowed(file, "it stands on another machine")
        path = locate(file.source.folder, file.value)
        if path == scope.file:
            return scope
        found = self._scope_of(path, file)
        if isinstance(found, str):
            raise _NotFollowed(file, found)
        return found


class _NotFollowed(Exception):
    """A service that cannot be extended, as the usage that nobody can tell."""

    def __init__(self, text: Text, reason: str) -> None:
        super().__init__(reason)
        problem = f"what it extends is not read: {reason}"
        self.usage = unresolved(text.source.file, text.line, text.place, text.written, problem)
