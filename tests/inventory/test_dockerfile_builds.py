"""One Dockerfile, several builds: targets, arguments, contexts, and how their rows come together."""

import pytest

from iam_tui.core.usage import Usage
from iam_tui.inventory.dockerfile.build import DockerfileBuild
from iam_tui.inventory.dockerfile.reader import needed_contexts, read_dockerfile
from tests.inventory.dockerfile_rows import show, shown

TWO_TARGETS = """\
FROM a:1 AS tools
FROM b:1 AS test
COPY --from=tools x y
FROM c:1
"""


def _reached_by(text: str, *builds: DockerfileBuild) -> dict[int, tuple[str, ...]]:
    return {row.line: row.reached_by for row in read_dockerfile(text, "Dockerfile", builds)}


def test_a_row_says_everything_about_its_place() -> None:
    assert read_dockerfile("FROM x\n\nFROM $R", "api/Dockerfile", first_line=10)[1:] == [
        Usage(
            "api/Dockerfile",
            12,
            "FROM",
            "$R",
            None,
            status=read_dockerfile("FROM", "")[0].status,
            reached=None,
            reached_by=(),
            problem="R is not set, so nothing is filled in: the image name is empty",
        )
    ]


def test_the_default_target_is_the_last_stage() -> None:
    assert _reached_by(TWO_TARGETS) == {1: (), 2: (), 4: ("default",)}


def test_a_target_adds_what_it_needs() -> None:
    assert _reached_by(TWO_TARGETS, DockerfileBuild("test")) == {1: ("test",), 2: ("test",), 4: ("default",)}


def test_targets_are_case_blind_and_each_is_told_once() -> None:
    builds = (
        DockerfileBuild("Test"),
        DockerfileBuild("tools"),
        DockerfileBuild("tools", {"X": "1"}),
        DockerfileBuild(),
    )
    assert _reached_by(TWO_TARGETS, *builds) == {1: ("Test", "tools"), 2: ("Test",), 4: ("default",)}


def test_without_the_plain_build_only_what_is_asked_for_counts() -> None:
    rows = read_dockerfile(TWO_TARGETS, "compose.yaml", [DockerfileBuild("tools")], plain=False)
    assert [row.reached_by for row in rows] == [("tools",), (), ()]


def test_a_target_that_is_not_there_needs_nothing() -> None:
    assert _reached_by(TWO_TARGETS, DockerfileBuild("tset")) == _reached_by(TWO_TARGETS)


def test_a_number_is_no_target() -> None:
    assert _reached_by(TWO_TARGETS, DockerfileBuild("0")) == _reached_by(TWO_TARGETS)


def test_the_last_stage_of_a_name_is_the_target() -> None:
    assert _reached_by("FROM a:1 AS x\nFROM b:1 AS x\nFROM c:1", DockerfileBuild("x"))[2] == ("x",)


def test_every_target_pulls_the_syntax_image() -> None:
    assert _reached_by("# syntax=a/b\n" + TWO_TARGETS, DockerfileBuild("test"))[1] == ("default", "test")


def test_an_argument_goes_before_the_default() -> None:
    text = "ARG V=1\nARG W=$V\nFROM a:$W"
    assert shown(text, [DockerfileBuild(arguments={"V": "2"})]) == ["3 FROM a:1", "3 FROM a:2"]


def test_an_argument_that_no_arg_declares_changes_nothing() -> None:
    assert shown("FROM a:1$V", [DockerfileBuild(arguments={"V": "2"})]) == [
        "1 FROM a:1 (doubtful: V is not set, so nothing is filled in)"
    ]


def test_an_argument_of_buildkit_needs_no_declaration() -> None:
    assert shown("FROM a:$TARGETARCH", [DockerfileBuild(arguments={"TARGETARCH": "arm64"})]) == [
        "1 FROM a:amd64",
        "1 FROM a:arm64",
    ]


def test_an_empty_argument_is_a_blank() -> None:
    assert shown("ARG V=1\nFROM a:1$V", [DockerfileBuild(arguments={"V": ""})])[1] == (
        "2 FROM a:1 (doubtful: V is empty, so nothing is filled in)"
    )


def test_the_platform_is_what_is_built_for() -> None:
    (row,) = read_dockerfile("FROM a:$TARGETARCH-$TARGETVARIANT", "f", platform="linux/arm/v7")
    assert row.reference is not None
    assert row.reference.tag == "arm-v7"


def test_what_comes_from_the_environment_is_doubtful() -> None:
    builds = [DockerfileBuild("x", {"V": None})]
    assert shown("ARG V=1\nFROM a:$V AS x\nFROM b:1", builds) == [
        "2 FROM a:1 (doubtful: V comes from the build's environment, so 1 is filled in)",
        "3 FROM b:1",
    ]
    assert shown("ARG V\nFROM a:${V:-1} AS x\nFROM b:1", builds)[0] == (
        "2 FROM a:1 (doubtful: V comes from the build's environment, so 1 is filled in)"
    )


def test_builds_that_agree_share_a_row() -> None:
    builds = [DockerfileBuild(arguments={"V": "2"}), DockerfileBuild("x", {"V": "2"})]
    assert _reached_by("ARG V=2\nFROM a:$V AS x", *builds) == {2: ("default", "x")}


def test_a_value_that_somebody_gives_settles_what_the_plain_build_cannot() -> None:
    assert shown("ARG V\nFROM a:$V", [DockerfileBuild(arguments={"V": "2"})]) == ["2 FROM a:2"]
    assert shown("ARG V\nFROM a:1$V", [DockerfileBuild(arguments={"V": "2"})]) == ["2 FROM a:12"]
    assert shown("ARG V\nFROM a:${V:-1}", [DockerfileBuild(arguments={"V": "2"})]) == ["2 FROM a:2"]
    assert shown("ARG V=1\nFROM a:$V", [DockerfileBuild(arguments={"V": "2"})]) == [
        "2 FROM a:1",
        "2 FROM a:2",
    ]


def test_what_an_asked_build_cannot_resolve_stays() -> None:
    builds = [DockerfileBuild(arguments={"V": "2"}), DockerfileBuild()]
    rows = read_dockerfile("ARG V\nFROM a:$V", "f", builds)
    assert [row.problem.partition(",")[0] for row in rows] == ["V is not set", ""]


def test_what_no_build_needs_is_told_once() -> None:
    text = "ARG V=1\nFROM a:$V AS x\nFROM b:1"
    assert shown(text, [DockerfileBuild(arguments={"V": "2"})]) == ["2 FROM a:1 (not reached)", "3 FROM b:1"]


def test_a_stage_chosen_by_an_argument_is_needed() -> None:
    text = "ARG KIND=slim\nFROM a:1 AS slim\nFROM b:1 AS full\nFROM $KIND"
    assert _reached_by(text, DockerfileBuild(arguments={"KIND": "full"})) == {
        2: ("default",),
        3: ("default",),
    }


def test_buildkit_syntax_goes_before_the_directive() -> None:
    builds = [DockerfileBuild(arguments={"BUILDKIT_SYNTAX": "c/d:2 --x"})]
    rows = read_dockerfile("# syntax=a/b:1\nFROM scratch", "f", builds, plain=False)
    assert [(row.place, row.text, row.line) for row in rows] == [("syntax", "c/d:2", 1)]


def test_a_context_replaces_an_image() -> None:
    text = "FROM docker.io/library/nginx:latest\nCOPY --from=bitnami/git:2 x y\nFROM nginx:1.25"
    build = DockerfileBuild(contexts={"nginx": "docker-image://acme/nginx", "bitnami/git:2": "../git"})
    assert read_dockerfile(text, "f", [build], plain=False)[0].line == 3
    assert needed_contexts(text, build) == frozenset()
    text = "FROM nginx AS x\nCOPY --from=bitnami/git:2 x y"
    assert needed_contexts(text, build) == {"nginx", "bitnami/git:2"}


def test_a_context_replaces_a_stage_and_what_it_builds_on() -> None:
    text = "FROM a:1 AS base\nFROM base AS app\nFROM scratch\nCOPY --from=app x y"
    build = DockerfileBuild(contexts={"base": "./base", "other": "./other"})
    assert read_dockerfile(text, "f", [build], plain=False) == []
    assert needed_contexts(text, build) == {"base"}
    assert shown(text, [build]) == ["1 FROM a:1"]


def test_a_context_cannot_stand_in_for_scratch() -> None:
    build = DockerfileBuild(contexts={"scratch": "docker-image://a", "context": "docker-image://b"})
    assert needed_contexts("FROM scratch AS context\nCOPY --from=scratch x y", build) == frozenset()


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("COPY --from=${tool} / /t", "5 COPY --from quay.io/acme/tool:1"),
        ("RUN --mount=type=bind,from=${tool},target=/t true", "5 RUN --mount quay.io/acme/tool:1"),
        ("COPY --from=$other:2 / /t", "5 COPY --from acme/other:2"),
        (
            "COPY --from=$late / /t",
            "5 COPY --from ? late is not set, so nothing is filled in: the image name is empty",
        ),
        (
            "COPY --from=acme/x:$late / /t",
            "5 COPY --from acme/x (doubtful: late is not set, so nothing is filled in; "
            "only the repository is known)",
        ),
        ("COPY --from=${stage} / /t", None),
        ("COPY --from=${number} / /t", None),
    ],
)
def test_a_containerfile_expands_arguments_in_from(line: str, row: str | None) -> None:
    text = (
        "ARG tool=quay.io/acme/tool:1 stage=Base\nFROM alpine:3.20 AS base\nFROM base\n"
        f"ARG tool stage other=acme/other number=0\n{line}\nARG late=x\n"
    )
    rows = [show(usage) for usage in read_dockerfile(text, "a/Containerfile.x")]
    assert rows == ["2 FROM alpine:3.20", *([row] if row else [])]


def test_in_a_dockerfile_such_a_variable_is_an_error() -> None:
    text = "ARG tool=acme/tool\nFROM alpine\nARG tool\nCOPY --from=${tool} / /t\n"
    rows = [show(usage) for usage in read_dockerfile(text, "Dockerfile")]
    assert rows[1] == "4 COPY --from ? --from cannot have variables"
