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

_MOST_BYTES = 100_000
"""How large a file in the oldest form may be, which takes more than a quick look to recognize."""

COMPOSE_NAME = re.compile(r"(?:docker-)?compose(?:[._-].*)?\.ya?ml|.+\.(?:docker-)?compose\.ya?ml", re.DOTALL)
"""Matches the whole name of a file that can only be a Compose file."""

# Few projects need these; they are compiled when they do.
_OLD_SERVICE = (
    rb"(?m)^[ \t]+[\"']?(?:image|build)[\"']?[ \t]*:[ \t]*[^\s#]|[{,][ \t]*[\"']?image[\"']?[ \t]*:"
)
_OTHER_FORMS = (
    rb"(?m)^[\"']?(?:apiVersion|services|jobs|steps|stages|pipelines?|default|before_script|image|build)"
    rb"[\"']?[ \t]*:"
)
_NAMED_FOR_IT = r"(?i)docker|compose"
_OTHER_CI = rb"(?m)^[\"']?(?:steps|stages|jobs|pipelines?|before_script)[\"']?[ \t]*:"
_SERVICES = re.compile(rb"^[\"']?services[\"']?[ \t]*:", re.MULTILINE)
_SERVICE_KEYS = re.compile(rb"[ \t{,][\"']?(?:image|build|extends)[\"']?[ \t]*:")
_API_VERSION = re.compile(rb"^[\"']?apiVersion[\"']?[ \t]*:", re.MULTILINE)


def looks_like_compose(name: str, content: bytes) -> bool:
    """Whether a YAML file of this name has services with images, and is no manifest and no CI file."""
    if b"image" not in content and b"build" not in content and b"extends" not in content:
        return False
    if b"services" in content and _SERVICES.search(content) is not None:
        return (
            _SERVICE_KEYS.search(content) is not None
            and _API_VERSION.search(content) is None
            and re.search(_OTHER_CI, content) is None
        )
    return _looks_like_old_form(name, content)


def _looks_like_old_form(name: str, content: bytes) -> bool:
    if (
        len(content) > _MOST_BYTES
        or re.search(_OLD_SERVICE, content) is None
        or re.search(_OTHER_FORMS, content) is not None
    ):
        return False
    from iam_tui.inventory.compose.old_form import is_old_form  # noqa: PLC0415

    named_for_it = re.search(_NAMED_FOR_IT, name) is not None
    return is_old_form(content.decode(errors="replace"), named_for_it=named_for_it)
