"""The registry of readers: which files each format has, and what reads them.

To add a format, write a module that reads it and add one `Reader` to `READERS`. The functions here import
the module of a format when its first file is read: a project without YAML does not wait for the YAML parser.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from iam_tui.inventory import unread
from iam_tui.inventory.ci.detect import OTHER_CI_NAME, PIPELINE_NAME, looks_like_other_ci, read_other_ci
from iam_tui.inventory.compose.detect import COMPOSE_NAME, looks_like_compose
from iam_tui.inventory.disk_source import DiskSource
from iam_tui.inventory.dockerfile.build import DockerfileBuild
from iam_tui.inventory.dockerfile.detect import DOCKERFILE_NAME, looks_like_dockerfile
from iam_tui.inventory.file_source import PathRefusal
from iam_tui.inventory.image_text import unreadable
from iam_tui.inventory.reading import Reading


class ScanContext(NamedTuple):
    """What readers may need besides a file: the folder, the environment, and how Dockerfiles are built.

    `environment` is None where variables must not come from the environment. `builds` has, for the path of a
    Dockerfile, the ways in which other files build it.
    """

    source: DiskSource
    environment: Mapping[str, str] | None
    builds: Mapping[str, Sequence[DockerfileBuild]]


ReadText = Callable[[str, str, ScanContext], Reading]
"""Reads the text of the file at a path, in this order; never raises."""

ReadTogether = Callable[[Sequence[str], ScanContext], Iterator[Reading]]
"""Reads the files at these paths, which may belong together; never raises."""


class Reader(NamedTuple):
    """One format: how its files are recognized, and what reads them.

    A file is recognized by `name`, which matches the whole file name, in a folder whose path ends with
    `folder` (with `/` at both ends); or, if no reader knows the name, by a quick look at its `content`, which
    also gets the name. Files are looked at only if their names start with one of `starts` or end with one of
    `endings`.

    `label` is the `place` in the usage of a file that cannot be read. With `requests_builds` the files are
    read before all others, because they say what is built and how. A reader has either `read`, for one
    file, or `read_together`, for a format whose files can form projects.
    """

    label: str
    starts: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    name: re.Pattern[str] | None = None
    folder: str = ""
    content: Callable[[str, bytes], bool] | None = None
    requests_builds: bool = False
    read: ReadText | None = None
    read_together: ReadTogether | None = None

    def readings(self, files: Sequence[str], context: ScanContext) -> Iterator[Reading]:
        """What the files at these paths say, whose folders are known not to be links; never raises.

        A file that cannot be read is one unresolved usage.
        """
        if self.read_together and files:
            yield from self.read_together(files, context)
        if self.read:
            for file in files:
                text = context.source.read_text(file)
                if isinstance(text, PathRefusal):
                    yield Reading([unreadable(file, self.label, text)])
                else:
                    yield self.read(text, file, context)


def _read_compose(files: Sequence[str], context: ScanContext) -> Iterator[Reading]:
    from iam_tui.inventory.compose.grouping import read_projects  # noqa: PLC0415

    return read_projects(files, context.source, context.environment)


def _read_workflow(text: str, file: str, context: ScanContext) -> Reading:
    from iam_tui.inventory.ci.github_workflow import read_workflow  # noqa: PLC0415

    return read_workflow(text, file, context.source)


def _read_action(text: str, file: str, context: ScanContext) -> Reading:
    from iam_tui.inventory.ci.github_workflow import read_action  # noqa: PLC0415

    return read_action(text, file, context.source)


def _read_bake(files: Sequence[str], context: ScanContext) -> Iterator[Reading]:
    from iam_tui.inventory.build_tools.bake import read_bake_files  # noqa: PLC0415

    return read_bake_files(files, context.source)


def _read_pipelines(text: str, file: str, _: ScanContext) -> Reading:
    from iam_tui.inventory.ci.pipelines import read_pipelines  # noqa: PLC0415

    return read_pipelines(text, file)


def _read_other_ci(text: str, file: str, _: ScanContext) -> Reading:
    return read_other_ci(text, file)


def _read_skaffold(text: str, file: str, context: ScanContext) -> Reading:
    from iam_tui.inventory.build_tools.skaffold import read_skaffold  # noqa: PLC0415

    return read_skaffold(text, file, context.source)


def _read_kubernetes(text: str, file: str, _: ScanContext) -> Reading:
    from iam_tui.inventory.kubernetes.reader import read_kubernetes  # noqa: PLC0415

    return read_kubernetes(text, file)


def _read_kustomizations(files: Sequence[str], context: ScanContext) -> Iterator[Reading]:
    from iam_tui.inventory.kubernetes.kustomize import read_kustomizations  # noqa: PLC0415

    return read_kustomizations(files, context.source)


def _read_dockerfile(text: str, file: str, context: ScanContext) -> Reading:
    from iam_tui.inventory.dockerfile.reader import read_dockerfile  # noqa: PLC0415

    return Reading(read_dockerfile(text, file, context.builds.get(file, ())))


_YAML = (".yml", ".yaml")
_IMAGE = re.compile(rb"[iI]mage|container")
_JSON_KIND = re.compile(rb"\"kind\"\s*+:\s*+\"[A-Z]\w++\"")


def starts_manifest(name: str, start: bytes) -> bool:
    """Whether the start of a file, which may be all of it, can be that of a manifest as JSON."""
    return name.endswith(".json") and b'"apiVersion"' in start and (b'"kind"' in start or b'"items"' in start)


def _looks_like_json_manifest(name: str, content: bytes) -> bool:
    return (
        b'"kind"' in content
        and _looks_like_kubernetes(name, content)
        and _JSON_KIND.search(content) is not None
    )


def _looks_like_kubernetes(_: str, content: bytes) -> bool:
    return b"apiVersion" in content and b"kind" in content and _IMAGE.search(content) is not None


def _looks_like_skaffold(_: str, content: bytes) -> bool:
    return b"apiVersion: skaffold/" in content


DOCKERFILE = Reader(
    label="Dockerfile",
    starts=("Dockerfile", "Containerfile", "dockerfile", "containerfile", "DockerFile", "DOCKERFILE"),
    endings=("ockerfile", "ontainerfile", "ockerFile"),
    name=DOCKERFILE_NAME,
    content=looks_like_dockerfile,
    read=_read_dockerfile,
)
"""Also reads a file of any name that is scanned by itself, or that another file builds."""

READERS = (
    Reader(
        label="bake",
        starts=("docker-bake",),
        name=re.compile(r"docker-bake(?:[._-].*)?\.(?:hcl|json)", re.DOTALL),
        requests_builds=True,
        read_together=_read_bake,
    ),
    Reader(
        label="skaffold",
        endings=_YAML,
        name=re.compile(r"skaffold(?:[._-].*)?\.ya?ml", re.DOTALL),
        content=_looks_like_skaffold,
        requests_builds=True,
        read=_read_skaffold,
    ),
    Reader(
        label="kustomization",
        starts=("Kustomization",),
        endings=_YAML,
        name=re.compile(r"kustomization\.ya?ml|Kustomization"),
        requests_builds=True,
        read_together=_read_kustomizations,
    ),
    Reader(
        label="JSON manifest",
        endings=(".json",),
        content=_looks_like_json_manifest,
        read=_read_kubernetes,
    ),
    Reader(label="manifest", endings=_YAML, content=_looks_like_kubernetes, read=_read_kubernetes),
    Reader(
        label="compose",
        endings=_YAML,
        name=COMPOSE_NAME,
        content=looks_like_compose,
        requests_builds=True,
        read_together=_read_compose,
    ),
    Reader(
        label="workflow",
        endings=_YAML,
        name=re.compile(r".*\.ya?ml", re.DOTALL),
        folder="/.github/workflows/",
        requests_builds=True,
        read=_read_workflow,
    ),
    Reader(
        label="pipeline",
        endings=_YAML,
        name=PIPELINE_NAME,
        read=_read_pipelines,
    ),
    Reader(
        label="pipeline in .woodpecker",
        endings=_YAML,
        name=re.compile(r".*\.ya?ml", re.DOTALL),
        folder="/.woodpecker/",
        read=_read_pipelines,
    ),
    Reader(
        label="other CI in .circleci",
        endings=_YAML,
        name=re.compile(r".*\.ya?ml", re.DOTALL),
        folder="/.circleci/",
        read=_read_other_ci,
    ),
    Reader(
        label="other CI",
        endings=_YAML,
        name=OTHER_CI_NAME,
        content=looks_like_other_ci,
        read=_read_other_ci,
    ),
    Reader(
        label="action",
        endings=_YAML,
        name=re.compile(r"action\.ya?ml"),
        requests_builds=True,
        read=_read_action,
    ),
    DOCKERFILE,
)
"""Every format; where several recognize a file, the first one reads it."""

STARTS = (*(start for reader in READERS for start in reader.starts), *unread.STARTS)
ENDINGS = tuple(
    dict.fromkeys((*(ending for reader in READERS for ending in reader.endings), *unread.ENDINGS))
)
"""How the names of all files start or end that any reader may recognize, or that are counted."""

_BY_NAME = tuple((reader.name.fullmatch, reader.folder, reader) for reader in READERS if reader.name)
_NAME_STARTS = tuple(start for reader in READERS if reader.name for start in reader.starts)
_NAME_ENDINGS = tuple({ending for reader in READERS if reader.name for ending in reader.endings})
_BY_CONTENT = tuple(
    (reader.content, reader.starts, reader.endings, reader) for reader in READERS if reader.content
)
_STARTS_BY_CONTENT = tuple({*unread.STARTS, *chain.from_iterable(one[1] for one in _BY_CONTENT)})
_ENDINGS_BY_CONTENT = tuple({*unread.ENDINGS, *chain.from_iterable(one[2] for one in _BY_CONTENT)})


def reader_by_name(name: str, folder: str) -> Reader | None:
    """The reader for a file of this name; `folder` is the path of its folder, with `/` at both ends."""
    if not (name.endswith(_NAME_ENDINGS) or name.startswith(_NAME_STARTS)):
        return None
    for matches, inside, reader in _BY_NAME:
        if (not inside or folder.endswith(inside)) and matches(name):
            return reader
    return None


def has_telling_content(name: str) -> bool:
    """Whether a file whose name no reader knows may be recognized or counted by its content."""
    return name.endswith(_ENDINGS_BY_CONTENT) or name.startswith(_STARTS_BY_CONTENT) or "." not in name


def reader_by_content(name: str, content: bytes) -> Reader | None:
    """The reader for a file with this content, as far as a quick look at it can say."""
    for matches, starts, endings, reader in _BY_CONTENT:
        if (name.endswith(endings) or name.startswith(starts)) and matches(name, content):
            return reader
    return None
