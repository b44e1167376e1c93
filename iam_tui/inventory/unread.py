"""Files that name images in a form that is not read: how a quick look recognizes them, to count them.

To read such a form, write a reader for it and remove its entry here.
"""

import re
from typing import Final, NamedTuple

YAML: Final = (".yml", ".yaml")
_HINTS: Final = (b"mage",)
_KEY: Final = rb"^[ \t]*+(?:-[ \t]++)?+[\"']?(?:image|\w++_image|[a-z]\w*?Image)[\"']?[ \t]*+:[ \t]*+"
_PICTURE: Final = rb"(?![^\s#]*\.(?i:png|jpe?g|svg|gif|webp|ico|avif)[\"']?\s)"
_NAMES_IMAGE: Final = (
    # A key, and a value with a tag, a path or a variable in it; an address or an absolute path is no image.
    _KEY + _PICTURE + rb"(?![\"']?(?:/|\w++://))[\"']?[\w.${(][^\s:/${]*+[:/${][^\n]*+$"
    # In JSON a value without them, too.
    rb"|[\"']image[\"'][ \t]*+:[ \t]*+" + _PICTURE + rb"[\"'](?!\w++://)[\w.$]"
)
_HAS_KEY: Final = _KEY + rb"[^\s#]|^[ \t]*+(?:-[ \t]++)?+(?:image|services|container)[ \t]*+:"
_ASSIGNED: Final = rb"^[ \t]*+(?:image|\w++_image)[ \t]*+=[ \t]*+[\"\[]"
_COMMANDS: Final = (b"docker", b"podman", b"nerdctl")
_COMMAND: Final = rb"\b(?:docker|podman|nerdctl)[ \t]++(?:run|pull|create)\b"
_VERSION: Final = b"apiVersion"
_MANIFEST: Final = rb"^[ \t]*+apiVersion[ \t]*+:[^\n]"


class UnreadForm(NamedTuple):
    """Files whose whole name matches, and whose content does.

    A content without any of the `hints` is not searched.
    """

    label: str
    name: str
    content: bytes = _HAS_KEY
    hints: tuple[bytes, ...] = _HINTS


FORMS: Final = (
    UnreadForm("Cloud Build file", r"cloudbuild.*\.json", rb"\bname[\"']?[ \t]*+:", (b"steps",)),
    UnreadForm("devcontainer.json", r"\.?devcontainer\.json", rb"\"image\"[ \t]*+:"),
    UnreadForm("bake file", r".*bake.*\.hcl", rb"^[ \t]*+target[ \t]", (b"target",)),
    UnreadForm(
        "chart values",
        r"values.*\.ya?ml|.*[._-]values\.ya?ml",
        rb"^[ \t]*+(?:repository|image|\w++Image)[ \t]*+:",
        (b"mage", b"repository"),
    ),
    UnreadForm("chart template", r".*\.tpl", rb"^[ \t]*+(?:-[ \t]++)?+image[ \t]*+:"),
    UnreadForm("Quadlet file", r".*\.(?:container|image)", rb"^Image[ \t]*+="),
    UnreadForm("Terraform file", r".*\.tf", _ASSIGNED + rb"|^[ \t]*+resource[ \t]++\"docker_image\""),
    UnreadForm("Nomad job", r".*\.nomad(?:\.hcl)?", _ASSIGNED),
    UnreadForm("HCL file", r".*\.hcl", _ASSIGNED),
    UnreadForm("Jenkinsfile", r"Jenkinsfile.*", rb"\bimage[ \t]*+[('\"]"),
    UnreadForm("Earthfile", r"Earthfile", rb"^[ \t]*+FROM[ \t]", (b"FROM",)),
    UnreadForm("Kptfile", r"Kptfile"),
    UnreadForm("fly.toml", r"fly.*\.toml", _ASSIGNED),
    UnreadForm("Makefile", r"(?:GNUm|M|m)akefile.*|.*\.mk", _COMMAND, _COMMANDS),
    UnreadForm("shell script", r".*\.sh", _COMMAND + b"|" + _NAMES_IMAGE, (b"mage", *_COMMANDS)),
    UnreadForm("YAML template", r".*\.ya?ml[._-].+", _NAMES_IMAGE),
    UnreadForm("Dockerrun.aws.json", r"Dockerrun\.aws\.json", rb"\"[iI]mage\"[ \t]*+:"),
    UnreadForm(
        "ECS task definition",
        r".*\.json",
        rb"\"containerDefinitions\"[ \t]*+:",
        (b"containerDefinitions",),
    ),
)
"""Every form; where several names match, the first one counts."""

STARTS: Final = ("Jenkinsfile", "Earthfile", "Kptfile", "Makefile", "makefile", "GNUmakefile")
ENDINGS: Final = (
    *(".json", ".hcl", ".tf", ".nomad", ".container", ".image", "fly.toml", ".sh", ".mk"),
    *(".tpl", ".tmpl", ".gotmpl", ".j2", ".erb", ".in", ".template", ".example", ".sample", ".dist"),
)
"""How the names of these files start or end, apart from YAML."""

_COMMON: Final = (*YAML, ".json")
_COMMON_HINTS: Final = (b"mage", b"container", b"repository", b"steps")
"""One of these is in every content that counts, of the most frequent kinds of files."""
_ANY_NAME: Final = "|".join(f"(?P<f{number}>{form.name})" for number, form in enumerate(FORMS))


def unread_kind(name: str, content: bytes) -> str:
    """The kind of a file that names images and that no reader recognizes; empty for other files."""
    if "." not in name and not name.startswith(STARTS):
        return "manifest without .yaml" if _is_manifest(content) and names_image(content) else ""
    if name.endswith(_COMMON) and not _has_any(_COMMON_HINTS, content):
        return ""
    match = re.fullmatch(_ANY_NAME, name, re.DOTALL)
    form = FORMS[int((match.lastgroup or "f0")[1:])] if match else None
    if form:
        return form.label if _has_any(form.hints, content) and _matches(form.content, content) else ""
    return unread_yaml(content) if name.endswith(YAML) else ""


def unread_yaml(content: bytes) -> str:
    """What a YAML file is counted as that no reader understands; empty if it names no image."""
    if not names_image(content):
        return ""
    return "YAML template" if b"{{" in content else "other YAML file"


def names_image(content: bytes) -> bool:
    """Whether a line of a text has the key `image`, as in YAML or JSON, and a value that can be an image."""
    if not _has_any(_HINTS, content):
        return False
    if _matches(_NAMES_IMAGE, content):
        return True
    return _is_manifest(content) and _matches(_HAS_KEY, content)


def _has_any(hints: tuple[bytes, ...], content: bytes) -> bool:
    return any(hint in content for hint in hints)


def _matches(pattern: bytes, content: bytes) -> bool:
    """Whether a line matches. Most scans need few of the patterns, so each is compiled when it is used."""
    return re.search(pattern, content, re.MULTILINE) is not None


def _is_manifest(content: bytes) -> bool:
    return _VERSION in content and _matches(_MANIFEST, content)
