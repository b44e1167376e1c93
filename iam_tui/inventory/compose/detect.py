"""How a Compose file is recognized: by its name, or by a quick look at its content."""

import re

COMPOSE_FILES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
"""The names that Compose looks for when it is not given any; it takes the first file that exists."""
OVERRIDE_FILES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
"""What Compose merges into that file; again the first that exists."""

COMPOSE_NAME = re.compile(r"(?:docker-)?compose(?:[._-].*)?\.ya?ml|.+\.(?:docker-)?compose\.ya?ml", re.DOTALL)
"""Matches the whole name of a file that can only be a Compose file."""

_SERVICES = re.compile(rb"^[\"']?services[\"']?[ \t]*:", re.MULTILINE)
_SERVICE_KEYS = re.compile(rb"[ \t{,][\"']?(?:image|build|extends)[\"']?[ \t]*:")
_API_VERSION = re.compile(rb"^[\"']?apiVersion[\"']?[ \t]*:", re.MULTILINE)


def looks_like_compose(content: bytes) -> bool:
    """Whether a YAML file of any name has services with images, and is not a Kubernetes manifest."""
    return (
        b"services" in content
        and _SERVICES.search(content) is not None
        and _SERVICE_KEYS.search(content) is not None
        and _API_VERSION.search(content) is None
    )
