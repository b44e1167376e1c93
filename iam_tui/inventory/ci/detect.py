"""How the files of CI services are recognized, those that are read and those that are only counted."""

import re

from iam_tui.inventory.reading import Reading

PIPELINE_NAME = re.compile(r"\.(?:woodpecker|drone)(?:[._-].*)?\.ya?ml", re.DOTALL)
"""Matches the whole name of a file that can only be a pipeline of Woodpecker or Drone."""

_OTHER_CI = {
    "CircleCI file": re.compile(r"(?:.*/)?\.circleci/[^/]*", re.DOTALL),
    "GitLab CI file": re.compile(r"(?:.*[/._-])?gitlab-ci(?:[._-][^/]*)?\.ya?ml", re.DOTALL),
    "Azure pipeline": re.compile(r"(?:.*[/._-])?azure-pipelines?(?:[._-][^/]*)?\.ya?ml", re.DOTALL),
    "Bitbucket pipeline": re.compile(r"(?:.*/)?bitbucket-pipelines\.ya?ml", re.DOTALL),
    "Cloud Build file": re.compile(r"(?:.*/)?cloudbuild(?:[._-][^/]*)?\.ya?ml", re.DOTALL),
    "Travis file": re.compile(r"(?:.*/)?\.travis\.ya?ml", re.DOTALL),
}
"""CI files that can name images and are not read: what they are called, and their paths."""
OTHER_CI_NAME = re.compile("|".join(f"(?:{path.pattern})" for path in _OTHER_CI.values()), re.DOTALL)

_NAMES_IMAGES = re.compile(r"\bimage\b|docker|\bname:")
_CI_KEYS = re.compile(
    rb"^(?:[\"']?(?:stages|before_script|pipelines|steps)[\"']?|[ \t]*script)[ \t]*:", re.MULTILINE
)
_IMAGE_KEY = re.compile(rb"^[ \t-]*[\"']?image[\"']?[ \t]*:", re.MULTILINE)


def looks_like_other_ci(_: str, content: bytes) -> bool:
    """Whether a YAML file of any name has stages, steps or scripts with images, as CI files have."""
    return (
        b"image" in content
        and b"apiVersion" not in content
        and _CI_KEYS.search(content) is not None
        and _IMAGE_KEY.search(content) is not None
    )


def read_other_ci(text: str, file: str) -> Reading:
    """No images; but the kind of the file is counted as not read if it can name one."""
    kind = next((kind for kind, path in _OTHER_CI.items() if path.fullmatch(file)), "CI file")
    return Reading([], not_read=[kind] if _NAMES_IMAGES.search(text) else [])
