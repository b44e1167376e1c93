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

# Few projects need these; they are compiled when they do.
_MAYBE_DOCKERFILE = rf"(?s){_NO_DOCKERFILE}(?i:(?:docker|container)file.*|.*(?:docker|container)file)"
_FIRST_INSTRUCTION = (
    rb"(?i)(?:[ \t]*+(?:#[^\n]*+)?\r?\n)*+[ \t]*+(?:"
    rb"FROM(?:[ \t]++--\S++)*+[ \t]++[^\s-]\S*+(?:[ \t]++AS[ \t]++\S++)?+"
    rb"|ARG(?:[ \t]++[A-Za-z_]\w*+(?:=(?:\"[^\"\n]*+\"|'[^'\n]*+'|[^\s\"'])*+)?+)++"
    rb")[ \t]*+(?:\\[ \t]*+)?+(?:\r?\n|\Z)"
)


def looks_like_dockerfile(name: str, content: bytes) -> bool:
    """Whether the name can be that of a Dockerfile, and the first instruction is a FROM or an ARG."""
    return (
        re.fullmatch(_MAYBE_DOCKERFILE, name) is not None
        and re.match(_FIRST_INSTRUCTION, content) is not None
    )
