"""Skaffold files: the images that they build, with their Dockerfiles, and the builders that they pull.

See https://skaffold.dev/docs/references/yaml/
"""

from collections.abc import Iterator
from posixpath import dirname

from iam_tui.core.reference import ImageReference, InvalidReference
from iam_tui.core.usage import Usage
from iam_tui.inventory.build_tools.dockerfile_path import find_dockerfile
from iam_tui.inventory.dockerfile.build import DockerfileBuild
from iam_tui.inventory.file_source import FileSource
from iam_tui.inventory.image_text import broken_yaml, image_usage
from iam_tui.inventory.reading import BuildRequest, BuiltImage, Reading
from iam_tui.inventory.uncertainty import UNKNOWN
from iam_tui.inventory.yaml_nodes import (
    MappingKeys,
    SequenceNode,
    UnreadableYaml,
    YamlEntry,
    YamlNode,
    read_documents,
    text_of,
    text_of_entry,
)

NOT_READ = "Dockerfile that Skaffold builds"
_PULLED_BY = {"buildpacks": ("builder", "runImage"), "ko": ("fromImage",), "kaniko": ("image", "initImage")}
"""By builder, the keys that name images which it pulls."""
_OTHER_BUILDERS = frozenset({"bazel", "jib", "custom", *_PULLED_BY}) - {"kaniko"}
"""Builders without a Dockerfile."""


def read_skaffold(text: str, file: str, source: FileSource) -> Reading:
    """What the artifacts of a Skaffold file, those of its profiles included, build and pull; never raises."""
    reader = _SkaffoldReader(file, source)
    try:
        for document in read_documents(text):
            reader.read(document)
    except UnreadableYaml as error:
        usages = broken_yaml(text, file, "skaffold", error)
        return Reading([usage for usage in usages if usage.reference is None])
    return Reading(reader.usages, reader.requests, built=reader.built, not_read=reader.not_read)


class _SkaffoldReader:
    def __init__(self, file: str, source: FileSource) -> None:
        self.usages: list[Usage] = []
        self.requests: list[BuildRequest] = []
        self.built: list[BuiltImage] = []
        self.not_read: list[str] = []
        self._file = file
        self._source = source
        self._keys = MappingKeys()

    def read(self, document: YamlNode) -> None:
        entries = self._keys.of(document)
        configurations = [entries, *(self._keys.of(item) for item in self._items(entries.get("profiles")))]
        for configuration in configurations:
            build = self._entries(configuration.get("build"))
            for artifact in self._items(build.get("artifacts")):
                self._artifact(self._keys.of(artifact))

    def _artifact(self, artifact: dict[str, YamlEntry]) -> None:
        name = text_of(artifact, "image")
        if not name:
            return
        try:
            self.built.append(BuiltImage(ImageReference.parse(name), any_tag=True))
        except InvalidReference:
            usage = image_usage(self._file, artifact["image"].line, "build.artifacts.image", name, name)
            self.usages.append(usage)
        self.usages += self._pulled(artifact)
        if not _OTHER_BUILDERS & artifact.keys():
            self._dockerfile(artifact)

    def _pulled(self, artifact: dict[str, YamlEntry]) -> Iterator[Usage]:
        for builder, keys in _PULLED_BY.items():
            entries = self._entries(artifact.get(builder))
            for key in keys:
                if text := text_of(entries, key):
                    place = f"build.artifacts.{builder}.{key}"
                    yield image_usage(self._file, entries[key].line, place, text, text)

    def _dockerfile(self, artifact: dict[str, YamlEntry]) -> None:
        docker = self._entries(artifact.get("docker") or artifact.get("kaniko"))
        context, name = text_of(artifact, "context"), text_of(docker, "dockerfile")
        path, problem = find_dockerfile(self._source, dirname(self._file), context, name)
        if problem:
            self.not_read.append(NOT_READ)
            return
        arguments = self._arguments(artifact, docker)
        unknown = "a template in the Skaffold file sets it"
        problems = {name: unknown for name, value in arguments.items() if value == UNKNOWN}
        target = text_of(docker, "target") or None
        self.requests.append(BuildRequest(path, DockerfileBuild(target, arguments, problems=problems)))

    def _arguments(
        self, artifact: dict[str, YamlEntry], docker: dict[str, YamlEntry]
    ) -> dict[str, str | None]:
        """The build arguments; images that the artifact requires are given by their aliases."""
        required = [self._keys.of(item) for item in self._items(artifact.get("requires"))]
        aliases = {text_of(one, "alias") or text_of(one, "image"): text_of(one, "image") for one in required}
        listed = self._entries(docker.get("buildArgs"))
        given = {name: text_of_entry(entry) for name, entry in listed.items()}
        return {name: UNKNOWN if "{{" in value else value for name, value in (aliases | given).items()}

    def _entries(self, entry: YamlEntry | None) -> dict[str, YamlEntry]:
        return self._keys.of(entry.node) if entry else {}

    def _items(self, entry: YamlEntry | None) -> list[YamlNode]:
        return entry.node.items if entry and isinstance(entry.node, SequenceNode) else []
