"""What a Compose service's `build` leads to: a Dockerfile, and images by name (references 3)."""

from collections.abc import Callable, Iterator

from iam_tui.core.usage import Usage
from iam_tui.inventory.build_request import BuildRequest
from iam_tui.inventory.compose.interpolation import Filled
from iam_tui.inventory.compose.values import Fields, Text
from iam_tui.inventory.dockerfile.build import Build
from iam_tui.inventory.dockerfile.reader import needed_contexts, read_dockerfile
from iam_tui.inventory.file_source import PathRefusal, Tree, is_remote, locate
from iam_tui.inventory.image_text import image_usage, unresolved
from iam_tui.inventory.implicit_pulls import cached_image, sbom_scanner

_DOCKERFILE = "Dockerfile"
_IMAGE_CONTEXT = "docker-image://"


class Builds:
    """Gathers what the services of a project build; `requests` has the Dockerfiles that can be read."""

    def __init__(self, tree: Tree) -> None:
        self.requests: list[BuildRequest] = []
        self._tree = tree

    def images(self, service: Fields) -> Iterator[Usage]:
        """The images that the service's build names, and a problem if its Dockerfile is not read."""
        build = service.fields("build")
        if build is None:
            return
        yield from _settings(build)
        target = build.text("target")
        if target and target.unknown:
            yield _problem(target, target.unknown)
            return
        dockerfile = self._dockerfile(build)
        if isinstance(dockerfile, Usage):
            yield dockerfile
            yield from _context_images(build, None)
            return
        path, text_of = dockerfile
        asked = _build(build)
        if asked.contexts:
            yield from _context_images(build, needed_contexts(text_of, asked))
        if path:
            self.requests.append(BuildRequest(path, asked, build.source.file, build.line, build.place))

    def inline(self, service: Fields) -> list[Usage]:
        """What a Dockerfile written in the Compose file pulls."""
        build = service.fields("build")
        text = build.text("dockerfile_inline") if build else None
        if build is None or text is None or text.filled.value is None:
            return []
        file = text.source.file
        rows = read_dockerfile(
            text.value, file, [_build(build)], plain=False, first_line=text.block_line or 1
        )
        return rows if text.block_line else [row._replace(line=text.line) for row in rows]

    def _dockerfile(self, build: Fields) -> tuple[str, str] | Usage:
        """The Dockerfile's path (empty if it is inline) and its text, or why it is not read."""
        context, name, inline = (build.text(key) for key in ("context", "dockerfile", "dockerfile_inline"))
        if inline:
            return _problem(inline, inline.unknown) if inline.unknown else ("", inline.value)
        for text in (context, name):
            if text and text.unknown:
                return _problem(text, text.unknown)
        if context and is_remote(context.value):
            return _problem(context, "it stands on another machine")
        folder = context.source.folder if context else build.source.folder
        within = locate(folder, context.value if context else ".")
        path = locate(within, (name.value if name else "") or _DOCKERFILE)
        found = self._tree.read(path)
        if isinstance(found, PathRefusal):
            written = name or context or Text(build.source, build.line, build.place, "", Filled(""))
            return _problem(written, f"{path} {found.value}")
        return path, found


def _settings(build: Fields) -> Iterator[Usage]:
    """The images of the caches and of what lists the contents."""
    for text in build.texts("cache_from"):
        yield from _named(text, cached_image)
    sbom = build.text("sbom")
    if sbom:
        yield from _named(sbom, sbom_scanner)


def _build(build: Fields) -> Build:
    target, contexts = build.text("target"), _contexts(build)
    arguments = {name: _argument(name, text) for name, text in _texts(build.fields("args"))}
    return Build(
        (target.value or None) if target else None,
        {name: filled.value for name, filled in arguments.items()},
        {name: text.value for name, text in contexts},
        {name: filled.problem for name, filled in arguments.items() if filled.reasons},
    )


def _argument(name: str, text: Text) -> Filled:
    """A build argument's value; without one it comes from the environment, None if that is not known."""
    if text.filled == Filled(None):
        return text.source.variables.get(name, text.filled)
    return text.filled


def _contexts(build: Fields) -> list[tuple[str, Text]]:
    return _texts(build.fields("additional_contexts"))


def _texts(fields: Fields | None) -> list[tuple[str, Text]]:
    entries = fields.entries.items() if fields else ()
    return [(name, value) for name, value in entries if isinstance(value, Text)]


def _context_images(build: Fields, needed: frozenset[str] | None) -> Iterator[Usage]:
    """The contexts that are images; reached if the build needs them (`needed` is None where nobody knows)."""
    for name, text in _contexts(build):
        if text.unknown:
            yield _problem(text, text.unknown)
        elif text.value.startswith(_IMAGE_CONTEXT):
            usage = _usage(text, text.value.removeprefix(_IMAGE_CONTEXT))
            reached = usage.reached and (needed is None or name in needed)
            yield usage._replace(reached=reached)


def _named(text: Text, image_in: Callable[[str], str]) -> Iterator[Usage]:
    """The image in a setting, if there is one."""
    if text.unknown:
        yield _problem(text, text.unknown)
    elif image := image_in(text.value):
        yield _usage(text, image)


def _usage(text: Text, value: str) -> Usage:
    return image_usage(text.source.file, text.line, text.place, text.written, value, text.filled.problem)


def _problem(text: Text, reason: str) -> Usage:
    problem = f"what it builds on is not read: {reason}"
    return unresolved(text.source.file, text.line, text.place, text.written, problem)
