"""How the files of CI services are recognized, those that are read and those that are only counted."""

import re

from iam_tui.inventory.reading import Reading

PIPELINE_NAME = re.compile(r"\.(?:woodpecker|drone)(?:[._-].*)?\.ya?ml", re.DOTALL)
"""Matches the whole name of a file that can only be a pipeline of Woodpecker or Drone."""

OTHER_CI_NAME = re.compile(
    r"(?:.*[/._-])?(?:(?P<GitLab_CI_file>gitlab-ci)|(?P<Azure_pipeline>azure-pipelines?))(?:[._-][^/]*)?\.ya?ml"
    r"|(?:.*/)?(?:(?P<CircleCI_file>\.circleci/[^/]*)|(?P<Bitbucket_pipeline>bitbucket-pipelines\.ya?ml)"
    r"|(?P<Cloud_Build_file>cloudbuild(?:[._-][^/]*)?\.ya?ml)|(?P<Travis_file>\.travis\.ya?ml))",
    re.DOTALL,
)
"""Matches the paths of CI files that can name images and are not read; the group says what kind."""

# Few projects need these; they are compiled when they do.
_CI_KEYS = rb"^(?:[\"']?(?:stages|before_script|pipelines|steps)[\"']?|[ \t]*script)[ \t]*:"
_IMAGE_KEY = rb"^[ \t-]*[\"']?image[\"']?[ \t]*:"


def looks_like_other_ci(_: str, content: bytes) -> bool:
    """Whether a YAML file of any name has stages, steps or scripts with images, as CI files have."""
    return (
        b"image" in content
        and b"apiVersion" not in content
        and re.search(_CI_KEYS, content, re.MULTILINE) is not None
        and re.search(_IMAGE_KEY, content, re.MULTILINE) is not None
    )


def read_other_ci(text: str, file: str) -> Reading:
    """No images; but the kind of the file is counted as not read if it can name one."""
    known = OTHER_CI_NAME.fullmatch(file)
    kind = (known.lastgroup if known else None) or "CI file"
    names_images = re.search(r"\bimage\b|docker|\bname:", text)
    return Reading([], not_read=[kind.replace("_", " ")] if names_images else [])
