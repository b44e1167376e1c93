"""A Compose project from its files: what overrides, `extends` and `include` make of them (references 3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import dirname
from typing import NamedTuple

from iam_tui.core.usage import Usage
from iam_tui.inventory.compose.extends import Extends, Scope, Services
from iam_tui.inventory.compose.interpolation import Filled
from iam_tui.inventory.compose.values import ComposeFile, Fields, Items, Merging, Text, Value, Values
from iam_tui.inventory.environment_file import read_environment
from iam_tui.inventory.file_source import PathRefusal, Tree, is_remote, locate
from iam_tui.inventory.image_text import image_lines, unresolved
from iam_tui.inventory.yaml_nodes import Entry, Keys, NotYaml, Scalar, read_documents

MOST_FILES = 200
"""How many files one project may read; one that is included twice counts twice."""

_ENVIRONMENT = ".env"
_OTHER_KEYS = frozenset({"version", "name", "include", "networks", "volumes", "configs", "secrets", "models"})
_SERVICE_SIGNS = frozenset({"image", "build", "extends"})


@dataclass(slots=True)
class Project:
    """The services and models of a project by name, all merged.

    `problems` are the usages that nobody can tell because something is not read; `files` is what was read.
    """

    services: Services = field(default_factory=dict)
    models: Services = field(default_factory=dict)
    problems: list[Usage] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


def load_project(files: Sequence[str], tree: Tree, environment: Mapping[str, str]) -> Project:
    """The project of these files, the later ones over the earlier; never raises."""
    loader = _Loader(tree)
    loader.load(files, dirname(files[0]), environment)
    return loader.project


class _Found(NamedTuple):
    services: Services
    models: Services


class _Unread(NamedTuple):
    reason: str


class _Loader:
    def __init__(self, tree: Tree) -> None:
        self.project = Project()
        self._tree = tree
        self._merging = Merging()
        self._extends = Extends(self._merging, self._scope_of, self.project.problems)
        self._scopes: dict[tuple[str, int], tuple[Scope | str, dict[str, Filled]]] = {}
        self._including: list[tuple[str, ...]] = []
        self._loads = 0

    def load(self, files: Sequence[str], folder: str, environment: Mapping[str, str]) -> None:
        path = locate(folder, _ENVIRONMENT)
        text = self._tree.read(path)
        variables = {name: Filled(value) for name, value in environment.items()}
        if isinstance(text, str):
            variables = read_environment(text, variables) | variables
        elif text is not PathRefusal.MISSING:
            self._problem(files[0], 1, _ENVIRONMENT, path, f"{path} {text.value}")
        found = self._files(files, folder, variables, None)
        self.project.services, self.project.models = found

    def _files(
        self, files: Sequence[str], folder: str, variables: dict[str, Filled], asked_by: Text | None
    ) -> _Found:
        """The services and models of some files, later ones over earlier."""
        found = _Found({}, {})
        for file in files:
            text = self._read(file)
            if isinstance(text, _Unread):
                if asked_by:
                    self._problem_of(asked_by, text.reason)
                else:
                    self._problem(file, 1, "compose", file, text.reason)
                continue
            try:
                self._lay_file(text, ComposeFile(file, folder, variables), found)
            except NotYaml as error:
                self._broken(file, text, error)
        return found

    def _read(self, file: str) -> str | _Unread:
        """The file's text, or why it is not read."""
        self._loads += 1
        if self._loads > MOST_FILES:
            return _Unread(f"the project reads more than {MOST_FILES} files")
        found = self._tree.read(file)
        if isinstance(found, PathRefusal):
            return _Unread(f"{file} {found.value}")
        if file not in self.project.files:
            self.project.files.append(file)
        return found

    def _lay_file(self, text: str, source: ComposeFile, found: _Found) -> None:
        keys = Keys()
        for document in read_documents(text):
            entries = keys.of(document)
            _name_project(entries, source.variables)
            values = Values(source, keys)
            included = self._included(values, entries)
            self._lay(found.services, included.services)
            self._lay(found.models, included.models)
            scope = Scope(source.file, _services(values, keys, entries))
            self._lay(found.services, {name: self._extends.followed(name, scope) for name in scope.services})
            self._lay(found.models, _models(values, keys, entries))

    def _lay(self, below: Services, above: Services) -> None:
        for name, value in above.items():
            below[name] = self._merging.over(below[name], value) if name in below else value

    def _scope_of(self, path: str, asking: Text) -> Scope | str:
        """The services of a file that only `extends` leads to, with the variables of the file that asks."""
        variables = asking.source.variables
        key = (path, id(variables))
        if key not in self._scopes:
            # The variables are kept with it, so that no others can get their identity.
            self._scopes[key] = (self._scope(path, variables), variables)
        return self._scopes[key][0]

    def _scope(self, path: str, variables: dict[str, Filled]) -> Scope | str:
        text = self._read(path)
        if isinstance(text, _Unread):
            return text.reason
        keys = Keys()
        found: Services = {}
        try:
            for document in read_documents(text):
                values = Values(ComposeFile(path, dirname(path), variables), keys)
                self._lay(found, _services(values, keys, keys.of(document)))
        except NotYaml as error:
            return f"{path} is not read as YAML: line {error.line}: {error.reason}"
        return Scope(path, found)

    def _included(self, values: Values, entries: dict[str, Entry]) -> _Found:
        """What the document includes; whatever is not read becomes a problem."""
        found = _Found({}, {})
        listed = values.read(entries["include"], "include") if "include" in entries else None
        for item in listed.items if isinstance(listed, Items) else ():
            self._include(item, values.source, found)
        return found

    def _include(self, item: Value, source: ComposeFile, found: _Found) -> None:
        fields = item if isinstance(item, Fields) else None
        texts = fields.texts("path") if fields else [item] if isinstance(item, Text) else []
        files = self._included_files(texts)
        if not files:
            return
        chosen = fields.text("project_directory") if fields else None
        folder = locate(source.folder, chosen.value) if chosen else dirname(files[0])
        variables = self._included_variables(fields, folder, source)
        self._including.append(files)
        included = self._files(files, folder, variables, texts[0])
        self._including.pop()
        self._lay(found.services, included.services)
        self._lay(found.models, included.models)

    def _included_files(self, texts: Sequence[Text]) -> tuple[str, ...]:
        """Where the paths of one include lead; nothing, with a problem, if one cannot be followed."""
        for text in texts:
            if text.unknown:
                return self._problem_of(text, text.unknown)
            if is_remote(text.value):
                return self._problem_of(text, "it stands on another machine")
        files = tuple(locate(text.source.folder, text.value) for text in texts)
        if files and files in self._including:
            return self._problem_of(texts[0], "files include each other in a circle")
        return files

    def _included_variables(
        self, fields: Fields | None, folder: str, source: ComposeFile
    ) -> dict[str, Filled]:
        """The variables of what is included: those of the file that includes it win over its own."""
        named = fields.texts("env_file") if fields else []
        own: dict[str, Filled] = {}
        for text in named:
            path = locate(source.folder, text.value)
            read = self._tree.read(path)
            if isinstance(read, str):
                own |= read_environment(read, own | source.variables)
            else:
                self._problem_of(text, f"{path} {read.value}")
        read = PathRefusal.MISSING if named else self._tree.read(locate(folder, _ENVIRONMENT))
        if isinstance(read, str):
            own = read_environment(read, source.variables)
        return own | source.variables

    def _broken(self, file: str, text: str, error: NotYaml) -> None:
        problem = f"the file is not read as YAML: line {error.line}: {error.reason}"
        rows = image_lines(text, file, problem)
        self.project.problems += rows or [unresolved(file, error.line, "compose", "", problem)]

    def _problem_of(self, text: Text, reason: str) -> tuple[str, ...]:
        self._problem(text.source.file, text.line, text.place, text.written, f"it is not read: {reason}")
        return ()

    def _problem(self, file: str, line: int, place: str, text: str, problem: str) -> None:
        self.project.problems.append(unresolved(file, line, place, text, problem))


def _name_project(entries: dict[str, Entry], variables: dict[str, Filled]) -> None:
    """A file can name its project; without, the name is known only when Compose runs."""
    name = entries["name"].node if "name" in entries else None
    if isinstance(name, Scalar) and name.text and "$" not in name.text:
        variables.setdefault("COMPOSE_PROJECT_NAME", Filled(name.text))


def _services(values: Values, keys: Keys, entries: dict[str, Entry]) -> Services:
    """The services of a document; in the oldest form they stand at its top."""
    if "services" in entries:
        listed = keys.of(entries["services"].node)
        return {name: values.service(f"services.{name}", entry) for name, entry in listed.items()}
    return {
        name: values.service(name, entry)
        for name, entry in entries.items()
        if name not in _OTHER_KEYS
        and not name.startswith("x-")
        and _SERVICE_SIGNS & keys.of(entry.node).keys()
    }


def _models(values: Values, keys: Keys, entries: dict[str, Entry]) -> Services:
    models = keys.of(entries["models"].node) if "models" in entries else {}
    read = {name: values.read(entry, f"models.{name}") for name, entry in models.items()}
    return {name: value for name, value in read.items() if value is not None}
