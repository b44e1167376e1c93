"""One rule for what is uncertain in Compose files and Dockerfiles, and from the one to the other."""

from typing import NamedTuple

import pytest

from iam_tui.inventory.compose.reader import read_compose
from iam_tui.inventory.dockerfile.build import DockerfileBuild
from iam_tui.inventory.dockerfile.reader import read_dockerfile
from tests.inventory.dockerfile_rows import show
from tests.inventory.readings import MemorySource, check_soundness

NO_TAG = "T is not set, so nothing is filled in"
ONLY = "; only the repository is known"


class Case(NamedTuple):
    """`given` is the Compose file's `args`; `rows` are those of the Dockerfile in that build."""

    rule: str
    given: str
    dockerfile: str
    rows: list[str]
    environment_file: str = "E=2\nB=\nD=${U:-7}\nR=${U:?}\n"


PLAIN = "ARG V\nFROM a:$V\n"
SUFFIX = "ARG V\nFROM a:1$V\n"

CASES = [
    Case("a value", "{V: 2}", PLAIN, ["2 FROM a:2"]),
    Case("a value from .env", "{V: $E}", PLAIN, ["2 FROM a:2"]),
    Case("a value of that name in .env", "[E]", "ARG E\nFROM a:$E\n", ["2 FROM a:2"]),
    Case("a default that is not needed", "{V: '${E:-3}'}", PLAIN, ["2 FROM a:2"]),
    Case(
        "a default",
        "{V: '${T:-3}'}",
        PLAIN,
        ["2 FROM a:3 (doubtful: build argument V: T is not set, so 3 is filled in)"],
    ),
    Case(
        "a default, in a list",
        "['V=${T-3}']",
        PLAIN,
        ["2 FROM a:3 (doubtful: build argument V: T is not set, so 3 is filled in)"],
    ),
    Case(
        "a default for a blank in .env",
        "{V: '${B:-3}'}",
        PLAIN,
        ["2 FROM a:3 (doubtful: build argument V: B is empty, so 3 is filled in)"],
    ),
    Case(
        "a default in .env",
        "[D]",
        "ARG D\nFROM a:$D\n",
        ["2 FROM a:7 (doubtful: build argument D: U is not set, so 7 is filled in)"],
    ),
    Case("a blank", "{V: $T}", SUFFIX, [f"2 FROM a:1 (doubtful: build argument V: {NO_TAG})"]),
    Case(
        "a blank that spoils it", "{V: $T}", PLAIN, [f"2 FROM a (doubtful: build argument V: {NO_TAG}{ONLY})"]
    ),
    Case(
        "a blank and the Dockerfile's own default",
        "{V: $T}",
        "ARG V\nFROM a:${V:-4}\n",
        [f"2 FROM a:4 (doubtful: V is empty, so 4 is filled in; build argument V: {NO_TAG})"],
    ),
    Case(
        "an empty value",
        "{V: ''}",
        SUFFIX,
        ["2 FROM a:1 (doubtful: V is empty, so nothing is filled in)"],
    ),
    Case(
        "a value through another ARG",
        "{V: '${T:-3}'}",
        "ARG V\nARG W=x$V\nFROM a:$W\n",
        ["3 FROM a:x3 (doubtful: build argument V: T is not set, so 3 is filled in)"],
    ),
    Case(
        "no value",
        "[V]",
        "ARG V=5\nFROM a:$V\n",
        ["2 FROM a:5 (doubtful: V comes from the build's environment, so 5 is filled in)"],
    ),
    Case(
        "no value, nor a default",
        "{V: }",
        SUFFIX,
        ["2 FROM a:1 (doubtful: V comes from the build's environment, so nothing is filled in)"],
    ),
    Case(
        "a value that cannot be known",
        "{V: '${T:?which one}'}",
        "ARG V=5\nFROM a:${V:-6}\n",
        [f"2 FROM a (doubtful: build argument V: T is not set, but it is required: which one{ONLY})"],
    ),
    Case(
        "a value that cannot be known, through another ARG",
        "{V: '${T:?}'}",
        "ARG V\nARG W=x$V\nFROM a:$W\n",
        [f"3 FROM a (doubtful: build argument V: T is not set, but it is required{ONLY})"],
    ),
    Case(
        "a value that cannot be known in .env",
        "[R]",
        "ARG R\nFROM a:1$R\n",
        [f"2 FROM a (doubtful: build argument R: U is not set, but it is required{ONLY})"],
    ),
    Case(
        "an unknown value that no image needs",
        "{V: '${T:?}'}",
        "ARG V\nFROM a:1\n",
        ["2 FROM a:1"],
    ),
    Case(
        "BuildKit's own argument",
        "{TARGETARCH: '${T:-arm64}', TARGETOS: }",
        "FROM a:$TARGETARCH\nFROM b:$TARGETOS\nCOPY --from=0 x y\n",
        [
            "1 FROM a:arm64 (doubtful: build argument TARGETARCH: T is not set, so arm64 is filled in)",
            "2 FROM b:linux (doubtful: TARGETOS comes from the build's environment, so linux is filled in)",
        ],
    ),
    Case(
        "the image that reads the file",
        "{BUILDKIT_SYNTAX: 'c/d:${T:-3}'}",
        "# syntax=a/b:1\nFROM scratch\n",
        ["1 syntax c/d:3 (doubtful: build argument BUILDKIT_SYNTAX: T is not set, so 3 is filled in)"],
    ),
    Case(
        "the image that reads the file, from the environment",
        "[BUILDKIT_SYNTAX]",
        "# syntax=a/b:1\nFROM scratch\n",
        [
            "1 syntax a/b:1 (doubtful: BUILDKIT_SYNTAX comes from the build's environment, "
            "so a/b:1 is filled in)"
        ],
    ),
    Case(
        "the image that reads the file, which cannot be known",
        "{BUILDKIT_SYNTAX: '${T:?}'}",
        "FROM scratch\n",
        ["1 syntax ? build argument BUILDKIT_SYNTAX: T is not set, but it is required"],
    ),
]


def _tree(case: Case) -> MemorySource:
    compose = f"services:\n  web:\n    build:\n      context: .\n      args: {case.given}\n"
    return MemorySource(
        {"compose.yaml": compose, "Dockerfile": case.dockerfile, ".env": case.environment_file}
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_a_build_argument_keeps_its_assumptions(case: Case) -> None:
    reading = read_compose(["compose.yaml"], _tree(case))
    assert reading.usages == []
    builds = [request.build for request in reading.builds]
    rows = read_dockerfile(case.dockerfile, "Dockerfile", builds, plain=False)
    assert [show(row) for row in rows] == case.rows
    check_soundness(rows)


def test_an_inline_dockerfile_too() -> None:
    text = (
        "services:\n  web:\n    build:\n      args: {V: '${T:-3}', W: '${T:?}'}\n"
        "      dockerfile_inline: |\n"
        "        ARG V W\n        FROM a:$$V AS a\n        FROM b:1$$W\n        COPY --from=a x y\n"
    )
    rows = read_compose(["compose.yaml"], MemorySource({"compose.yaml": text})).usages
    assert [show(row) for row in rows] == [
        "7 FROM a:3 (doubtful: build argument V: T is not set, so 3 is filled in)",
        f"8 FROM b (doubtful: build argument W: T is not set, but it is required{ONLY})",
    ]


def test_the_plain_build_gives_way_to_what_is_surer() -> None:
    doubtful = DockerfileBuild(arguments={"V": "3"}, problems={"V": "why"})
    asked = "2 FROM a:3 (doubtful: build argument V: why)"
    plain = "2 FROM a:1 (doubtful: V is not set, so 1 is filled in)"
    assert [show(row) for row in read_dockerfile("ARG V\nFROM a:$V", "f", [doubtful])] == [asked]
    rows = read_dockerfile("ARG V\nFROM a:${V:-1}", "f", [doubtful])
    assert [show(row) for row in rows] == [plain, asked]
    rows = read_dockerfile("ARG V=1\nFROM a:$V", "f", [doubtful])
    assert [show(row) for row in rows] == ["2 FROM a:1", asked]


def test_assumptions_about_assumptions_stay_few() -> None:
    lines = [f"A{i}=$A{i - 1}${{A{i // 2}:+}}${{X{i}:+y}}\n" for i in range(1, 5_000)]
    dotenv = "A0=${X0:-x}\n" + "".join(lines)
    source = MemorySource({"compose.yaml": "services: {web: {image: 'a:$A4999'}}\n", ".env": dotenv})
    [usage] = read_compose(["compose.yaml"], source).usages
    assert show(usage).startswith("1 services.web.image a:x (doubtful: X0 is not set, so x is filled in; ")
    assert usage.problem.count(" is filled in") == 5
