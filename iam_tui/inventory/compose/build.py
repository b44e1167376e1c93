"""The `build` of a Compose service: its Dockerfile, and the images that it names."""

from collections.abc import Callable, Iterator

from iam_tui.core.usage import Usage
from iam_tui.inventory.compose.values import ComposeMapping, ComposeText
from iam_tui.inventory.dockerfile.build import DockerfileBuild
from iam_tui.inventory.dockerfile.reader import needed_contexts, read_dockerfile
from iam_tui.inventory.file_source import FileSource, PathRefusal, is_remote, locate
from iam_tui.inventory.image_text import image_usage, unresolved
from iam_tui.inventory.implicit_pulls import cached_image, sbom_scanner
from iam_tui.inventory.reading import BuildRequest
from iam_tui.inventory.uncertainty import UNKNOWN, FilledText

_DOCKERFILE = "Dockerfile"
_IMAGE_CONTEXT = "docker-image://"
_UNKNOWN_PULLS = "what this build pulls is unknown"


class ServiceBuilds:
    """Collects what the services of a project build; `requests` has the Dockerfiles that can be read."""

    def __init__(self, source: FileSource) -> None:
        self.requests: list[BuildRequest] = []
        self._source = source

    def images(self, service: ComposeMapping) -> Iterator[Usage]:
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
        path, dockerfile_text = dockerfile
        options = _build(build)
        if options.contexts:
            yield from _context_images(build, needed_contexts(dockerfile_text, options))
        if path:
            self.requests.append(BuildRequest(path, options))

    def inline(self, service: ComposeMapping) -> list[Usage]:
        """What a Dockerfile pulls that is written in the Compose file."""
        build = service.fields("build")
        text = build.text("dockerfile_inline") if build else None
        if build is None or text is None or text.filled.value is None:
            return []
        file = text.source.file
        usages = read_dockerfile(
            text.value, file, [_build(build)], plain=False, first_line=text.block_line or 1
        )
        return usages if text.block_line else [usage._replace(line=text.line) for usage in usages]

    def _dockerfile(self, build: ComposeMapping) -> tuple[str, str] | Usage:
        """The Dockerfile's path (empty if it is inline) and its text, or why it is not read."""
        context, name, inline = (build.text(key) for key in ("context", "dockerfile", "dockerfile_inline"))
        if inline:
            return _problem(inline, inline.unknown) if inline.unknown else ("", inline.value)
        for text in (context, name):
            if text and text.unknown:
                return _problem(text, text.unknown)
        if context and is_remote(context.value):
            return _problem(context, "the context is on another machine")
        folder = context.source.folder if context else build.source.folder
        within = locate(folder, context.value if context else ".")
        path = locate(within, (name.value if name else "") or _DOCKERFILE)
        found = self._source.read(path)
        if isinstance(found, PathRefusal):
            written = (
                name or context or ComposeText(build.source, build.line, build.place, "", FilledText(""))
            )
            return _problem(written, f"{path} {found.value}")
        return path, found


def _settings(build: ComposeMapping) -> Iterator[Usage]:
    """The images of the build caches and of the scanner for the software bill of materials."""
    for text in build.texts("cache_from"):
        yield from _named(text, cached_image)
    sbom = build.text("sbom")
    if sbom:
        yield from _named(sbom, sbom_scanner)


def _build(build: ComposeMapping) -> DockerfileBuild:
    target, contexts = build.text("target"), _contexts(build)
    arguments = {name: _argument(name, text) for name, text in _texts(build.fields("args"))}
    return DockerfileBuild(
        (target.value or None) if target else None,
        {name: _value_or_outline(filled) for name, filled in arguments.items()},
        {name: text.value for name, text in contexts},
        {name: filled.problem for name, filled in arguments.items() if filled.reasons},
    )


def _argument(name: str, text: ComposeText) -> FilledText:
    """A build argument's value; without a value it is the variable of that name, if there is one."""
    if text.filled == FilledText(None):
        return text.source.variables.get(name, text.filled)
    return text.filled


def _value_or_outline(filled: FilledText) -> str | None:
    return filled.outline if filled.value is None and filled.reasons else filled.value


def _contexts(build: ComposeMapping) -> list[tuple[str, ComposeText]]:
    return _texts(build.fields("additional_contexts"))


def _texts(fields: ComposeMapping | None) -> list[tuple[str, ComposeText]]:
    entries = fields.entries.items() if fields else ()
    return [(name, value) for name, value in entries if isinstance(value, ComposeText)]


def _context_images(build: ComposeMapping, needed: frozenset[str] | None) -> Iterator[Usage]:
    """The contexts that are images, reached if the build needs them; `needed` is None if that is unknown."""
    for name, text in _contexts(build):
        for usage in _named(text, _context_image):
            reached = usage.reached and (needed is None or name in needed)
            yield usage._replace(reached=reached)


def _context_image(context: str) -> str:
    return context.removeprefix(_IMAGE_CONTEXT) if context.startswith(_IMAGE_CONTEXT) else ""


def _named(text: ComposeText, image_in: Callable[[str], str]) -> Iterator[Usage]:
    """The image in a setting, if there is one."""
    value, _, outline = filled = text.filled.mapped(image_in)
    if value or text.unknown:
        problem = filled.problem if value else f"{_UNKNOWN_PULLS}: {text.unknown}"
        yield image_usage(
            text.source.file, text.line, text.place, text.written, value, problem, outline=outline or UNKNOWN
        )


def _problem(text: ComposeText, reason: str) -> Usage:
    problem = f"{_UNKNOWN_PULLS}: {reason}"
    return unresolved(text.source.file, text.line, text.place, text.written, problem)
