"""Files that name images in a form that is not read: they are recognized by a quick look, and counted by kind.

To read such a form, write a reader for it and remove its entry here.
"""

import re
from typing import Final, NamedTuple

YAML: Final = (".yml", ".yaml")
_KEY: Final = rb"^[ \t]*+(?:-[ \t]++)?+[\"']?(?:image|\w++_image|[a-z]\w*?Image)[\"']?[ \t]*+:[ \t]*+"
_PICTURE: Final = rb"(?![^\s#]*\.(?i:png|jpe?g|svg|gif|webp|ico|avif)[\"']?\s)"
_NAMES_IMAGE: Final = re.compile(
    # A key, and a value with a tag, a path or a variable in it; an address or an absolute path is no image.
    _KEY + _PICTURE + rb"(?![\"']?(?:/|\w++://))[\"']?[\w.${(][^\s:/${]*+[:/${][^\n]*+$",
    re.MULTILINE,
)
_HAS_KEY: Final = re.compile(
    _KEY + rb"[^\s#]|^[ \t]*+(?:-[ \t]++)?+(?:image|services|container)[ \t]*+:", re.MULTILINE
)


class UnreadForm(NamedTuple):
    """Files with this `name`, a pattern for all of it, in a folder of this name, and with this content."""

    label: str
    name: re.Pattern[str]
    content: re.Pattern[bytes]
    folder: str = ""


def _form(
    label: str, name: str, content: bytes | re.Pattern[bytes] = _HAS_KEY, folder: str = ""
) -> UnreadForm:
    pattern = re.compile(content, re.MULTILINE) if isinstance(content, bytes) else content
    return UnreadForm(label, re.compile(name, re.DOTALL), pattern, folder)


_ASSIGNED = rb"^[ \t]*+(?:image|\w++_image)[ \t]*+=[ \t]*+[\"\[]"
FORMS: Final = (
    _form(".gitlab-ci.yml", r".*\.gitlab-ci\.ya?ml"),
    _form(".circleci/config.yml", r"config\.ya?ml", folder="/.circleci/"),
    _form(".drone.yml", r"\.drone\.ya?ml"),
    _form("azure-pipelines.yml", r".*azure-pipelines?.*\.ya?ml"),
    _form("bitbucket-pipelines.yml", r"bitbucket-pipelines\.ya?ml"),
    _form("cloudbuild.yaml", r"cloudbuild.*\.(?:ya?ml|json)", rb"^[ \t{,-]*+[\"']?name[\"']?[ \t]*+:"),
    _form("devcontainer.json", r"\.?devcontainer\.json", rb"\"image\"[ \t]*+:"),
    _form("docker-bake.hcl", r".*docker-bake.*\.hcl", rb"^[ \t]*+target[ \t]"),
    _form("docker-bake.json", r".*docker-bake.*\.json", rb"\"target\"[ \t]*+:"),
    _form(
        "chart values",
        r"values.*\.ya?ml|.*[._-]values\.ya?ml",
        rb"^[ \t]*+(?:repository|image|\w++Image)[ \t]*+:",
    ),
    _form("chart template", r".*\.tpl", rb"^[ \t]*+(?:-[ \t]++)?+image[ \t]*+:"),
    _form("Quadlet file", r".*\.(?:container|image)", rb"^Image[ \t]*+="),
    _form("Terraform file", r".*\.tf", _ASSIGNED + rb"|^[ \t]*+resource[ \t]++\"docker_image\""),
    _form("Nomad job", r".*\.nomad(?:\.hcl)?", _ASSIGNED),
    _form("HCL file", r".*\.hcl", _ASSIGNED),
    _form("Jenkinsfile", r"Jenkinsfile.*", rb"\bimage[ \t]*+[('\"]"),
    _form("Earthfile", r"Earthfile", rb"^[ \t]*+FROM[ \t]"),
    _form("Kptfile", r"Kptfile"),
    _form("fly.toml", r"fly.*\.toml", _ASSIGNED),
    _form("ECS task definition", r".*\.json", rb"\"containerDefinitions\"[ \t]*+:"),
    _form("Dockerrun.aws.json", r"Dockerrun\.aws\.json", rb"\"[iI]mage\"[ \t]*+:"),
)
STARTS: Final = ("Jenkinsfile", "Earthfile", "Kptfile")
ENDINGS: Final = (".json", ".hcl", ".tf", ".nomad", ".tpl", ".container", ".image", "fly.toml")
"""How the names of these files start or end, apart from YAML."""


def unread_kind(name: str, folder: str, content: bytes) -> str:
    """The kind of a file that names images and that no reader recognizes; empty for other files.

    `folder` is the path of its folder, with `/` at both ends.
    """
    for form in FORMS:
        if folder.endswith(form.folder) and form.name.fullmatch(name):
            return form.label if form.content.search(content) else ""
    return unread_yaml(content) if name.endswith(YAML) else ""


def unread_yaml(content: bytes) -> str:
    """What a YAML file is counted as that no reader understands; empty if it names no image."""
    if b"mage" not in content:
        return ""
    if _NAMES_IMAGE.search(content):
        return "YAML template" if b"{{" in content else "other YAML file"
    return ""
