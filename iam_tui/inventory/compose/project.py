"""A Compose project from its files, with everything that overrides, `extends` and `include` merge.

See https://docs.docker.com/compose/how-tos/multiple-compose-files/
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import dirname
from typing import NamedTuple

from iam_tui.core.usage import Usage
from iam_tui.inventory.compose.environment_file import ENVIRONMENT_FILE, read_environment
from iam_tui.inventory.compose.extends import ExtendsResolver, Services, ServiceScope
from iam_tui.inventory.compose.values import (
    ComposeFile,
    ComposeList,
    ComposeMapping,
    ComposeText,
    ComposeValue,
    ComposeValueReader,
    ValueMerger,
)
from iam_tui.inventory.file_source import FileSource, PathRefusal, is_remote, locate
from iam_tui.inventory.image_text import broken_yaml, unresolved
from iam_tui.inventory.uncertainty import FilledText
from iam_tui.inventory.yaml_nodes import MappingKeys, ScalarNode, UnreadableYaml, YamlEntry, read_documents

MOST_FILES = 200
"""How many files one project may read; a file that is included twice counts twice."""

_PROFILES = "COMPOSE_PROFILES"
_OTHER_KEYS = frozenset({"version", "name", "include", "networks", "volumes", "configs", "secrets", "models"})
_SERVICE_SIGNS = frozenset({"image", "build", "extends"})


@dataclass(slots=True)
class ComposeProject:
    """The services and models of a project by name, all merged.

    `problems` are unresolved usages, for what could not be read; `files` are the paths of what was read.
    """

    services: Services = field(default_factory=dict)
    models: Services = field(default_factory=dict)
    problems: list[Usage] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    profiles: frozenset[str] = frozenset()


def load_project(
    files: Sequence[str],
    source: FileSource,
    environment: Mapping[str, str],
    named_by: str | None = None,
) -> ComposeProject:
    """The project of these files, later ones merged into earlier ones; never raises.

    `named_by` is the folder whose `.env` names the files, if there is one; its variables win over those
    beside the first file. `profiles` are those that the variables make active.
    """
    folder = dirname(files[0])
    loader = _ProjectLoader(source)
    loader.load(files, [folder] if named_by is None else [named_by, folder], environment)
    return loader.project


class _LoadedServices(NamedTuple):
    services: Services
    models: Services


class _UnreadFile(NamedTuple):
    reason: str


class _ProjectLoader:
    def __init__(self, source: FileSource) -> None:
        self.project = ComposeProject()
        self._source = source
        self._merger = ValueMerger()
        self._extends = ExtendsResolver(self._merger, self._scope_of, self.project.problems)
        self._scopes: dict[tuple[str, int], tuple[ServiceScope | str, dict[str, FilledText]]] = {}
        self._including: list[tuple[str, ...]] = []
        self._loads = 0

    def load(self, files: Sequence[str], folders: Sequence[str], environment: Mapping[str, str]) -> None:
        variables = {name: FilledText(value) for name, value in environment.items()}
        for path in dict.fromkeys(locate(folder, ENVIRONMENT_FILE) for folder in folders):
            text = self._source.read(path)
            if isinstance(text, str):
                variables = read_environment(text, variables) | variables
            elif text is not PathRefusal.MISSING:
                self._problem(files[0], 1, ENVIRONMENT_FILE, path, f"{path} {text.value}")
        active = variables.get(_PROFILES, FilledText(None)).value or ""
        self.project.profiles = frozenset(name.strip() for name in active.split(",") if name.strip())
        found = self._files(files, folders[-1], variables, None)
        self.project.services, self.project.models = found

    def _files(
        self,
        files: Sequence[str],
        folder: str,
        variables: dict[str, FilledText],
        asked_by: ComposeText | None,
    ) -> _LoadedServices:
        """The services and models of some files, later ones merged into earlier ones."""
        found = _LoadedServices({}, {})
        for file in files:
            text = self._read(file)
            if isinstance(text, _UnreadFile):
                if asked_by:
                    self._problem_of(asked_by, text.reason)
                else:
                    self._problem(file, 1, "compose", file, text.reason)
                continue
            try:
                self._merge_file(text, ComposeFile(file, folder, variables), found)
            except UnreadableYaml as error:
                self._broken(file, text, error)
        return found

    def _read(self, file: str) -> str | _UnreadFile:
        """The file's text, or why it is not read."""
        self._loads += 1
        if self._loads > MOST_FILES:
            return _UnreadFile(f"the project reads more than {MOST_FILES} files")
        found = self._source.read(file)
        if isinstance(found, PathRefusal):
            return _UnreadFile(f"{file} {found.value}")
        if file not in self.project.files:
            self.project.files.append(file)
        return found

    def _merge_file(self, text: str, source: ComposeFile, found: _LoadedServices) -> None:
        keys = MappingKeys()
        for document in read_documents(text):
            entries = keys.of(document)
            _name_project(entries, source.variables)
            values = ComposeValueReader(source, keys)
            included = self._included(values, entries)
            self._merge(found.services, included.services)
            self._merge(found.models, included.models)
            scope = ServiceScope(source.file, _services(values, keys, entries))
            self._merge(
                found.services, {name: self._extends.followed(name, scope) for name in scope.services}
            )
            self._merge(found.models, _models(values, keys, entries))

    def _merge(self, below: Services, above: Services) -> None:
        for name, value in above.items():
            below[name] = self._merger.merge(below[name], value) if name in below else value

    def _scope_of(self, path: str, asking: ComposeText) -> ServiceScope | str:
        """The services of a file that only `extends` leads to, with the variables of the file that asks."""
        variables = asking.source.variables
        key = (path, id(variables))
        if key not in self._scopes:
            # Keeping the variables here makes sure that no other object can get their id.
            self._scopes[key] = (self._scope(path, variables), variables)
        return self._scopes[key][0]

    def _scope(self, path: str, variables: dict[str, FilledText]) -> ServiceScope | str:
        text = self._read(path)
        if isinstance(text, _UnreadFile):
            return text.reason
        keys = MappingKeys()
        found: Services = {}
        try:
            for document in read_documents(text):
                values = ComposeValueReader(ComposeFile(path, dirname(path), variables), keys)
                self._merge(found, _services(values, keys, keys.of(document)))
        except UnreadableYaml as error:
            return f"{path} cannot be read as YAML: line {error.line}: {error.reason}"
        return ServiceScope(path, found)

    def _included(self, values: ComposeValueReader, entries: dict[str, YamlEntry]) -> _LoadedServices:
        """What the document includes; a file that is not read becomes a problem."""
        found = _LoadedServices({}, {})
        listed = values.read(entries["include"], "include") if "include" in entries else None
        for item in listed.items if isinstance(listed, ComposeList) else ():
            self._include(item, values.source, found)
        return found

    def _include(self, item: ComposeValue, source: ComposeFile, found: _LoadedServices) -> None:
        fields = item if isinstance(item, ComposeMapping) else None
        texts = fields.texts("path") if fields else [item] if isinstance(item, ComposeText) else []
        files = self._included_files(texts)
        if not files:
            return
        chosen = fields.text("project_directory") if fields else None
        folder = locate(source.folder, chosen.value) if chosen else dirname(files[0])
        variables = self._included_variables(fields, folder, source)
        self._including.append(files)
        included = self._files(files, folder, variables, texts[0])
        self._including.pop()
        self._merge(found.services, included.services)
        self._merge(found.models, included.models)

    def _included_files(self, texts: Sequence[ComposeText]) -> tuple[str, ...]:
        """The files of one include; none, but a problem, if one of them cannot be followed."""
        for text in texts:
            if text.unknown:
                return self._problem_of(text, text.unknown)
            if is_remote(text.value):
                return self._problem_of(text, "the file is on another machine")
        files = tuple(locate(text.source.folder, text.value) for text in texts)
        if files and files in self._including:
            return self._problem_of(texts[0], "files include each other in a circle")
        return files

    def _included_variables(
        self, fields: ComposeMapping | None, folder: str, source: ComposeFile
    ) -> dict[str, FilledText]:
        """The variables of the included files: those of the including file win over their own."""
        named = fields.texts("env_file") if fields else []
        own: dict[str, FilledText] = {}
        for text in named:
            path = locate(source.folder, text.value)
            read = self._source.read(path)
            if isinstance(read, str):
                own |= read_environment(read, own | source.variables)
            else:
                self._problem_of(text, f"{path} {read.value}", "its variables are unknown")
        read = PathRefusal.MISSING if named else self._source.read(locate(folder, ENVIRONMENT_FILE))
        if isinstance(read, str):
            own = read_environment(read, source.variables)
        return own | source.variables

    def _broken(self, file: str, text: str, error: UnreadableYaml) -> None:
        self.project.problems += broken_yaml(text, file, "compose", error)

    def _problem_of(
        self, text: ComposeText, reason: str, what: str = "what it includes is unknown"
    ) -> tuple[str, ...]:
        self._problem(text.source.file, text.line, text.place, text.written, f"{what}: {reason}")
        return ()

    def _problem(self, file: str, line: int, place: str, text: str, problem: str) -> None:
        self.project.problems.append(unresolved(file, line, place, text, problem))


def _name_project(entries: dict[str, YamlEntry], variables: dict[str, FilledText]) -> None:
    """Set the variable for the project's name, if the file names it; else only Compose knows the name."""
    name = entries["name"].node if "name" in entries else None
    if isinstance(name, ScalarNode) and name.text and "$" not in name.text:
        variables.setdefault("COMPOSE_PROJECT_NAME", FilledText(name.text))


def _services(values: ComposeValueReader, keys: MappingKeys, entries: dict[str, YamlEntry]) -> Services:
    """The services of a document; in the oldest format they are its top-level keys."""
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


def _models(values: ComposeValueReader, keys: MappingKeys, entries: dict[str, YamlEntry]) -> Services:
    models = keys.of(entries["models"].node) if "models" in entries else {}
    read = {name: values.read(entry, f"models.{name}") for name, entry in models.items()}
    return {name: value for name, value in read.items() if value is not None}
