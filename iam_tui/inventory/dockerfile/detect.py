"""How a Dockerfile is recognized: by its name or, where the name does not say enough, by its first line."""

import re

_NO_DOCKERFILE = (
    r"(?!(?i:.*(?:~|\.(?:dockerignore|containerignore|md|mdx|rst|adoc|html?|json|toml|ya?ml|svg|png|pyc"
    r"|sw[a-p]|tmLanguage|sha256|sig|asc))\Z))"
)
# `Dockerfile.go` may be the Dockerfile for Go or a program about Dockerfiles.
_PROGRAM = (
    r"(?i:.*\.(?:c|cc|cpp|cs|dart|ex|exs|go|groovy|h|hs|java|jsx?|kt|lua|mjs|php|pl|ps1|pyi?|rb|rs|scala|sh"
    r"|swift|tsx?|vue)\Z)"
)

DOCKERFILE_NAME = re.compile(
    rf"{_NO_DOCKERFILE}(?!{_PROGRAM})"
    r"(?:(?:Dockerfile|Containerfile)(?:[._-].*)?|(?:docker|container)file(?:[.-][^.]*)?"
    r"|.+\.(?:[Dd]ocker|[Cc]ontainer)file)",
    re.DOTALL,
)
"""Matches the whole name of a file that can only be a Dockerfile."""

MAYBE_DOCKERFILE = re.compile(
    rf"{_NO_DOCKERFILE}(?i:(?:docker|container)file.*|.*(?:docker|container)file)", re.DOTALL
)
"""Matches the whole name of a file that is a Dockerfile if it reads as one."""

_COMMENTS = re.compile(rb"(?:[ \t]*+(?:#[^\n]*+)?\r?\n)*+")
_FIRST_INSTRUCTION = re.compile(
    rb"[ \t]*+(?:"
    rb"FROM(?:[ \t]++--\S++)*+[ \t]++[^\s-]\S*+(?:[ \t]++AS[ \t]++\S++)?+"
    rb"|ARG(?:[ \t]++[A-Za-z_]\w*+(?:=(?:\"[^\"\n]*+\"|'[^'\n]*+'|[^\s\"'])*+)?+)++"
    rb")[ \t]*+(?:\\[ \t]*+)?+(?:\r?\n|\Z)",
    re.IGNORECASE,
)


def looks_like_dockerfile(content: bytes) -> bool:
    """Whether the first instruction, after comments and directives, is a FROM or an ARG."""
    start = _COMMENTS.match(content)
    return _FIRST_INSTRUCTION.match(content, start.end() if start else 0) is not None
