"""Files that name images in a form that is not read: how a quick look recognizes them, to count them.

To read such a form, write a reader for it and remove its entry here.
"""

import re
from typing import Final, NamedTuple

from iam_tui.inventory.image_text import PICTURES

YAML: Final = (".yml", ".yaml")
_HINTS: Final = (b"mage",)
_KEY: Final = rb"^[ \t]*+(?:-[ \t]++)?+[\"']?(?:image|\w++_image|[a-z]\w*?Image)[\"']?[ \t]*+:[ \t]*+"
_PICTURE: Final = rf"(?![^\s#]*\.(?i:{PICTURES})[\"']?\s)".encode()
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
_CI: Final = rb"\b(?:image|containers?|services)[\"']?[ \t]*+:|" + _COMMAND
_CI_HINTS: Final = (b"image", b"container", b"services", *_COMMANDS)
_CI_KEYS: Final = rb"^(?:[\"']?(?:stages|before_script|pipelines|steps)[\"']?|[ \t]++script)[ \t]*+:"
_VERSION: Final = b"apiVersion"
_MANIFEST: Final = rb"^[ \t]*+apiVersion[ \t]*+:[^\n]"


class UnreadForm(NamedTuple):
    """Files whose whole name matches, a pattern, in a folder of this name, and whose content matches.

    A content without any of the `hints` is not searched.
    """

    label: str
    name: str
    content: bytes = _HAS_KEY
    hints: tuple[bytes, ...] = _HINTS
    folder: str = ""


CI_FORMS: Final = (
    UnreadForm(".gitlab-ci.yml", r".*gitlab-ci(?:[._-].*)?\.ya?ml", _CI, _CI_HINTS),
    UnreadForm(".circleci/config.yml", r".*\.ya?ml", _CI, _CI_HINTS, folder="/.circleci/"),
    UnreadForm("azure-pipelines.yml", r".*azure-pipelines?.*\.ya?ml", _CI, _CI_HINTS),
    UnreadForm("bitbucket-pipelines.yml", r"bitbucket-pipelines\.ya?ml", _CI, _CI_HINTS),
    UnreadForm(".travis.yml", r"\.travis\.ya?ml", _CI, _CI_HINTS),
    UnreadForm("cloudbuild.yaml", r"cloudbuild.*\.(?:ya?ml|json)", rb"\bname[\"']?[ \t]*+:", (b"steps",)),
)
"""What the name alone says: such a file is not read as another form that its content may look like."""

FORMS: Final = (
    *CI_FORMS,
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
_COMMON_HINTS: Final = (b"mage", b"container", b"repository", b"steps", *_COMMANDS)
"""One of these is in every content that counts, of the most frequent kinds of files."""
_CI_NAME: Final = "|".join(form.name for form in CI_FORMS if not form.folder)
_CI_FOLDERS: Final = tuple(form.folder for form in CI_FORMS if form.folder)
_ANY_NAME: Final = "|".join(form.name for form in FORMS)


def ci_form(name: str, folder: str) -> UnreadForm | None:
    """The form of a file that can only be a CI file, by its name; `folder` has `/` at both ends."""
    if not name.endswith(_COMMON) or not (
        re.fullmatch(_CI_NAME, name, re.DOTALL) or folder.endswith(_CI_FOLDERS)
    ):
        return None
    return next((one for one in CI_FORMS if _is_named(one, name, folder)), None)


def unread_kind(name: str, folder: str, content: bytes) -> str:
    """The kind of a file that names images and that no reader recognizes; empty for other files.

    `folder` is the path of its folder, with `/` at both ends.
    """
    if "." not in name and not name.startswith(STARTS):
        return "manifest without .yaml" if _is_manifest(content) and names_image(content) else ""
    if name.endswith(_COMMON) and not _has_any(_COMMON_HINTS, content):
        return ""
    if re.fullmatch(_ANY_NAME, name, re.DOTALL):
        form = next((one for one in FORMS if _is_named(one, name, folder)), None)
        if form:
            return form.label if _has_any(form.hints, content) and _matches(form.content, content) else ""
    return unread_yaml(content) if name.endswith(YAML) else ""


def _is_named(form: UnreadForm, name: str, folder: str) -> bool:
    return folder.endswith(form.folder) and re.fullmatch(form.name, name, re.DOTALL) is not None


def unread_yaml(content: bytes) -> str:
    """What a YAML file is counted as that no reader understands; empty if it names no image."""
    if (
        b"image" in content
        and _VERSION not in content
        and _matches(_CI_KEYS, content)
        and _matches(_CI, content)
    ):
        return "CI file"
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
    """Whether a line of the content matches. Few scans need all patterns, so each is compiled late."""
    return re.search(pattern, content, re.MULTILINE) is not None


def _is_manifest(content: bytes) -> bool:
    return _VERSION in content and _matches(_MANIFEST, content)
