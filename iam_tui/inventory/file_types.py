"""Which files of a project can name images: by their name, and a YAML file of any name by its content."""

import re
from enum import Enum


class FileType(Enum):
    """The reader that a file is for."""

    DOCKERFILE = "Dockerfile"
    COMPOSE = "compose"
    WORKFLOW = "workflow"
    ACTION = "action"
    KUBERNETES = "manifest"


YAML_ENDINGS = (".yml", ".yaml")
WORKFLOWS = "/.github/workflows/"
"""How the path of a folder ends in which every YAML file is a workflow."""

COMPOSE_FILES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
"""The names that Compose looks for by itself; the first that is there counts."""
OVERRIDE_FILES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
"""What Compose lays over that; the first that is there counts."""

_COMPOSE = re.compile(r"(?:docker-)?compose(?:[._-].*)?\.ya?ml|.+\.(?:docker-)?compose\.ya?ml", re.DOTALL)
_ACTIONS = frozenset({"action.yml", "action.yaml"})
# `dockerfile_parser.py` is a program, `Dockerfile.py` most likely too; `Dockerfile.php` is none.
_DOCKERFILE = re.compile(
    r"(?:Dockerfile|Containerfile)(?:[._-].*)?|(?:docker|container)file(?:[.-][^.]*)?"
    r"|.+\.(?:[Dd]ocker|[Cc]ontainer)file",
    re.DOTALL,
)
_NO_DOCKERFILE = re.compile(
    r".*(?:~|\.(?:dockerignore|containerignore|md|mdx|rst|adoc|html?|json|toml|ya?ml|svg|png|py|pyi|pyc|js|ts"
    r"|tsx|rs|sw[a-p]|tmLanguage|sha256|sig|asc))",
    re.DOTALL | re.IGNORECASE,
)
_SERVICES = re.compile(rb"^[\"']?services[\"']?[ \t]*:", re.MULTILINE)
_SERVICE_KEYS = re.compile(rb"[ \t{,][\"']?(?:image|build|extends)[\"']?[ \t]*:")
_API_VERSION = re.compile(rb"^[\"']?apiVersion[\"']?[ \t]*:", re.MULTILINE)
_IMAGE = re.compile(rb"[iI]mage|container")


def kind_by_name(name: str, folder: str) -> FileType | None:
    """The kind of the file of this name; `folder` is the path of its folder, with `/` at both ends."""
    if name.endswith(YAML_ENDINGS):
        if _COMPOSE.fullmatch(name):
            return FileType.COMPOSE
        if folder.endswith(WORKFLOWS):
            return FileType.WORKFLOW
        return FileType.ACTION if name in _ACTIONS else None
    if _DOCKERFILE.fullmatch(name) and not _NO_DOCKERFILE.fullmatch(name):
        return FileType.DOCKERFILE
    return None


def kind_by_content(content: bytes) -> FileType | None:
    """The kind of a YAML file, as far as a look without reading it tells."""
    if _IMAGE.search(content) and b"kind" in content and b"apiVersion" in content:
        return FileType.KUBERNETES
    if b"services" in content and _SERVICES.search(content) and _SERVICE_KEYS.search(content):
        return None if _API_VERSION.search(content) else FileType.COMPOSE
    return None
