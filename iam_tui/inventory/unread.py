"""Files that name images in a form that is not read: how a quick look recognizes them, to count them.

To read such a form, write a reader for it and remove its entry here.
"""

import re
from typing import Final, NamedTuple

YAML: Final = (".yml", ".yaml")
_HINT: Final = b"mage"
_KEY: Final = rb"^[ \t]*+(?:-[ \t]++)?+[\"']?(?:image|\w++_image|[a-z]\w*?Image)[\"']?[ \t]*+:[ \t]*+"
_PICTURE: Final = rb"(?![^\s#]*\.(?i:png|jpe?g|svg|gif|webp|ico|avif)[\"']?\s)"
_NAMES_IMAGE: Final = re.compile(
    # A key, and a value with a tag, a path or a variable in it; an address or an absolute path is no image.
    _KEY + _PICTURE + rb"(?![\"']?(?:/|\w++://))[\"']?[\w.${(][^\s:/${]*+[:/${][^\n]*+$"
    # In JSON a value without them, too.
    rb"|[\"']image[\"'][ \t]*+:[ \t]*+" + _PICTURE + rb"[\"'](?!\w++://)[\w.$]",
    re.MULTILINE,
)
_HAS_KEY: Final = re.compile(
    _KEY + rb"[^\s#]|^[ \t]*+(?:-[ \t]++)?+(?:image|services|container)[ \t]*+:", re.MULTILINE
)
_ASSIGNED: Final = rb"^[ \t]*+(?:image|\w++_image)[ \t]*+=[ \t]*+[\"\[]"
_COMMAND: Final = rb"\b(?:docker|podman|nerdctl)[ \t]++(?:run|pull|create)\b"
_VERSION: Final = b"apiVersion"
_MANIFEST: Final = re.compile(rb"^[ \t]*+apiVersion[ \t]*+:[^\n]", re.MULTILINE)


_CI: Final = re.compile(
    rb"\b(?:image|containers?|services)[\"']?[ \t]*+:|" + _COMMAND,
)
_CI_KEYS: Final = re.compile(
    rb"^(?:[\"']?(?:stages|before_script|pipelines|steps)[\"']?|[ \t]++script)[ \t]*+:", re.MULTILINE
)


class UnreadForm(NamedTuple):
    """Files whose whole name matches, a pattern, in a folder of this name, and whose content matches.

    A content without the `hint` is not searched. With `by_name` the name says enough: such a file is not read
    as another form that its content may look like.
    """

    label: str
    name: str
    content: re.Pattern[bytes] = _HAS_KEY
    hint: bytes = _HINT
    folder: str = ""
    by_name: bool = False


def _lines(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.MULTILINE)


FORMS: Final = (
    UnreadForm(".gitlab-ci.yml", r".*[._-]?gitlab-ci(?:[._-].*)?\.ya?ml", _CI, by_name=True),
    UnreadForm(".circleci/config.yml", r".*\.ya?ml", _CI, folder="/.circleci/", by_name=True),
    UnreadForm("azure-pipelines.yml", r".*azure-pipelines?.*\.ya?ml", _CI, hint=b":", by_name=True),
    UnreadForm("bitbucket-pipelines.yml", r"bitbucket-pipelines\.ya?ml", _CI, by_name=True),
    UnreadForm(".travis.yml", r"\.travis\.ya?ml", _CI, hint=b"docker", by_name=True),
    UnreadForm(
        "cloudbuild.yaml",
        r"cloudbuild.*\.(?:ya?ml|json)",
        _lines(rb"\bname[\"']?[ \t]*+:"),
        b"steps",
        by_name=True,
    ),
    UnreadForm("devcontainer.json", r"\.?devcontainer\.json", _lines(rb"\"image\"[ \t]*+:")),
    UnreadForm("bake file", r".*bake.*\.hcl", _lines(rb"^[ \t]*+target[ \t]"), b"target"),
    UnreadForm(
        "chart values",
        r"values.*\.ya?ml|.*[._-]values\.ya?ml",
        _lines(rb"^[ \t]*+(?:repository|image|\w++Image)[ \t]*+:"),
        b":",
    ),
    UnreadForm("chart template", r".*\.tpl", _lines(rb"^[ \t]*+(?:-[ \t]++)?+image[ \t]*+:")),
    UnreadForm("Quadlet file", r".*\.(?:container|image)", _lines(rb"^Image[ \t]*+=")),
    UnreadForm("Terraform file", r".*\.tf", _lines(_ASSIGNED + rb"|^[ \t]*+resource[ \t]++\"docker_image\"")),
    UnreadForm("Nomad job", r".*\.nomad(?:\.hcl)?", _lines(_ASSIGNED)),
    UnreadForm("HCL file", r".*\.hcl", _lines(_ASSIGNED)),
    UnreadForm("Jenkinsfile", r"Jenkinsfile.*", _lines(rb"\bimage[ \t]*+[('\"]")),
    UnreadForm("Earthfile", r"Earthfile", _lines(rb"^[ \t]*+FROM[ \t]"), b"FROM"),
    UnreadForm("Kptfile", r"Kptfile"),
    UnreadForm("fly.toml", r"fly.*\.toml", _lines(_ASSIGNED)),
    UnreadForm("Makefile", r"(?:GNUm|M|m)akefile.*|.*\.mk", _lines(_COMMAND), b""),
    UnreadForm("shell script", r".*\.sh", _lines(_COMMAND + b"|" + _NAMES_IMAGE.pattern), b""),
    UnreadForm("YAML template", r".*\.ya?ml[._-].+", _NAMES_IMAGE),
    UnreadForm("Dockerrun.aws.json", r"Dockerrun\.aws\.json", _lines(rb"\"[iI]mage\"[ \t]*+:")),
    UnreadForm(
        "ECS task definition",
        r".*\.json",
        _lines(rb"\"containerDefinitions\"[ \t]*+:"),
        b"containerDefinitions",
    ),
)
"""Every form; where several names match, the first one counts."""

STARTS: Final = ("Jenkinsfile", "Earthfile", "Kptfile", "Makefile", "makefile", "GNUmakefile")
ENDINGS: Final = (
    *(".json", ".hcl", ".tf", ".nomad", ".container", ".image", "fly.toml", ".sh", ".mk"),
    *(".tpl", ".tmpl", ".gotmpl", ".j2", ".erb", ".in", ".template", ".example", ".sample", ".dist"),
)
"""How the names of these files start or end, apart from YAML."""

_BY_NAME: Final = tuple((form, re.compile(form.name, re.DOTALL).fullmatch) for form in FORMS)
_ANY_NAME: Final = re.compile("|".join(form.name for form in FORMS), re.DOTALL)


def known_form(name: str, folder: str) -> UnreadForm | None:
    """The form of a file by its name; `folder` is the path of its folder, with `/` at both ends."""
    if not _ANY_NAME.fullmatch(name):
        return None
    return next((form for form, matches in _BY_NAME if folder.endswith(form.folder) and matches(name)), None)


def unread_kind(name: str, form: UnreadForm | None, content: bytes) -> str:
    """The kind of a file that names images and that is not read; empty for other files."""
    if form:
        return form.label if form.hint in content and form.content.search(content) else ""
    if name.endswith(YAML):
        return unread_yaml(content)
    is_manifest = "." not in name and _is_manifest(content) and names_image(content)
    return "manifest without .yaml" if is_manifest else ""


def unread_yaml(content: bytes) -> str:
    """What a YAML file is counted as that no reader understands; empty if it names no image."""
    if _HINT in content and _VERSION not in content and _CI_KEYS.search(content) and _CI.search(content):
        return "CI file"
    if not names_image(content):
        return ""
    return "YAML template" if b"{{" in content else "other YAML file"


def names_image(content: bytes) -> bool:
    """Whether a line of a text has the key `image`, as in YAML or JSON, and a value that can be an image."""
    if _HINT not in content:
        return False
    if _NAMES_IMAGE.search(content):
        return True
    return _is_manifest(content) and _HAS_KEY.search(content) is not None


def _is_manifest(content: bytes) -> bool:
    return _VERSION in content and _MANIFEST.search(content) is not None
