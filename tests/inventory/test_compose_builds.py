"""Compose services that build: what is pulled all the same, what goes on to a Dockerfile."""

import pytest

from iam_tui.inventory.compose.reader import read_compose
from iam_tui.inventory.dockerfile.build import DockerfileBuild
from iam_tui.inventory.dockerfile.reader import read_dockerfile
from tests.inventory.readings import Case, MemorySource, check_soundness, shown

MAIN = "compose.yaml"
DOCKERFILE = "FROM base AS build\nFROM nginx AS web\n"


def build(*lines: str, image: str = "") -> dict[str, str]:
    """A project of one service whose `build` is on line 3, with these lines in it, beside a Dockerfile."""
    inner = "".join(f"      {line}\n" for line in lines)
    named = f"    image: {image}\n" if image else ""
    return {MAIN: f"services:\n  web:\n    build:\n{inner}{named}", "Dockerfile": DOCKERFILE}


def row(line: int, text: str) -> list[str]:
    return [f"{MAIN}:{line} services.web.{text}"]


CASES = [
    Case(
        "an image with build is a name for the result",
        build("context: .", image="a"),
        row(5, "image a:latest built"),
    ),
    Case(
        "unless its policy pulls first",
        build("context: .", image="a\n    pull_policy: always"),
        row(5, "image a:latest"),
    ),
    Case("a result's unknown tag is no pull", build("context: .", image="a:${T}"), row(5, "image a built")),
    Case("a result's unknown name is no pull", build("context: .", image="${T}"), []),
    Case("build without image is no pull", build("context: ."), []),
    Case(
        "what another service builds is not pulled",
        {MAIN: "services:\n  a:\n    build: .\n    image: x\n  b:\n    image: x\n", "Dockerfile": ""},
        [f"{MAIN}:4 services.a.image x:latest built", f"{MAIN}:6 services.b.image x:latest built"],
    ),
    Case("pull policy never", {MAIN: "services: {a: {image: x, pull_policy: never}}\n"}, []),
    Case(
        "pull policy build without build pulls",
        {MAIN: "services: {a: {image: x, pull_policy: missing}}\n"},
        [f"{MAIN}:1 services.a.image x:latest"],
    ),
    Case(
        "an additional context that is needed",
        build("context: .", "target: build", "additional_contexts:", "  base: docker-image://alpine:3"),
        row(7, "build.additional_contexts.base alpine:3"),
    ),
    Case(
        "one that the target does not need",
        build("context: .", "additional_contexts:", "  base: docker-image://alpine:3"),
        row(6, "build.additional_contexts.base alpine:3 unreached"),
    ),
    Case(
        "additional contexts as a list, with a variable",
        build("context: .", "additional_contexts:", "  - nginx=docker-image://nginx:${T:-1}", "  - x=./x"),
        row(6, "build.additional_contexts.nginx nginx:1 doubtful"),
    ),
    Case(
        "cache sources",
        build("context: .", "cache_from:", "  - a/cache", "  - type=registry,ref=b/cache:1", "  - type=gha"),
        [*row(6, "build.cache_from a/cache:latest"), *row(7, "build.cache_from b/cache:1")],
    ),
    Case(
        "a list of contents is made by an image",
        build("context: .", "sbom: true"),
        row(5, "build.sbom docker/buildkit-syft-scanner:stable-1"),
    ),
    Case("or is not made", build("context: .", "sbom: false"), []),
    Case(
        "an inline Dockerfile's lines",
        build("dockerfile_inline: |", "  FROM alpine:3", "", "  RUN --mount=from=busybox true"),
        [f"{MAIN}:5 FROM alpine:3 [default]", f"{MAIN}:7 RUN --mount busybox:latest [default]"],
    ),
    Case(
        "an inline Dockerfile with target and args; $$ is one dollar",
        build(
            "target: a",
            "args: {V: 3}",
            "dockerfile_inline: |",
            "  ARG V",
            "  FROM alpine:$$V AS a",
            "  FROM b",
        ),
        [f"{MAIN}:8 FROM alpine:3 [a]", f"{MAIN}:9 FROM b:latest unreached"],
    ),
    Case(
        "an inline Dockerfile in quotes has the line of its key",
        build("context: .", 'dockerfile_inline: "FROM alpine:3\\nRUN --mount=from=busybox true\\n"'),
        [f"{MAIN}:5 FROM alpine:3 [default]", f"{MAIN}:5 RUN --mount busybox:latest [default]"],
    ),
    Case(
        "a context on another machine",
        build("context: https://github.com/acme/app.git#main", image="a"),
        [
            *row(5, "image a:latest built"),
            *row(4, "build.context unresolved https://github.com/acme/app.git#main"),
        ],
    ),
    Case("a context out of the folder", build("context: .."), row(4, "build.context unresolved ..")),
    Case("a Dockerfile that is not there", build("dockerfile: x"), row(4, "build.dockerfile unresolved x")),
    Case(
        "no Dockerfile at all", {MAIN: "services: {web: {build: ./web}}\n"}, row(1, "build unresolved ./web")
    ),
    Case("an unknown context", build("context: ${D:?}"), row(4, "build.context unresolved ${D:?}")),
    Case(
        "null says nothing",
        build("target:", "sbom:", "dockerfile:", "args:", "cache_from:", image="a"),
        row(9, "image a:latest built"),
    ),
    Case("an unknown target", build("target: ${T:?}"), row(4, "build.target unresolved ${T:?}")),
    Case(
        "an image volume",
        {
            MAIN: "services:\n  web:\n    image: i\n    volumes:\n"
            "      - type: image\n        source: a\n        target: /x\n"
        },
        [*row(3, "image i:latest"), *row(6, "volumes.source a:latest")],
    ),
    Case(
        "an image volume that gives way",
        {
            MAIN: "services:\n  base:\n    image: i\n    volumes: [{type: image, source: a, target: /x}]\n"
            "  web:\n    image: i\n    volumes: [{type: image, source: b, target: /x}, './d:/x']\n"
        },
        [
            f"{MAIN}:3 services.base.image i:latest",
            f"{MAIN}:4 services.base.volumes.source a:latest",
            f"{MAIN}:6 services.web.image i:latest",
        ],
    ),
    Case(
        "what runs before a service",
        {
            MAIN: "services:\n  web:\n    pre_start:\n"
            "      - image: a\n        command: x\n      - command: y\n"
        },
        row(4, "pre_start.image a:latest"),
    ),
    Case(
        "models",
        {
            MAIN: "models:\n  m:\n    model: ai/smollm2\n  n: {model: gemma3:4B-Q4_0}\n"
            "services: {a: {image: i, models: [m]}}\n"
        },
        [
            f"{MAIN}:5 services.a.image i:latest",
            f"{MAIN}:3 models.m.model ai/smollm2:latest",
            f"{MAIN}:4 models.n.model ai/gemma3:4B-Q4_0",
        ],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_builds(case: Case) -> None:
    usages = read_compose([MAIN], MemorySource(case.files)).usages
    assert shown(usages) == case.rows
    check_soundness(usages)


REQUESTS = [
    ("short form", "build: ./web", "web/Dockerfile", DockerfileBuild()),
    ("target", "build: {context: web, target: t}", "web/Dockerfile", DockerfileBuild("t")),
    ("dockerfile beside", "build: {context: web, dockerfile: ../web/D}", "web/D", DockerfileBuild()),
    (
        "args as a mapping",
        "build: {context: web, args: {A: 1, B: }}",
        "web/Dockerfile",
        DockerfileBuild(None, {"A": "1", "B": None}),
    ),
    (
        "args as a list",
        "build: {context: web, args: [A=1=2, B]}",
        "web/Dockerfile",
        DockerfileBuild(None, {"A": "1=2", "B": None}),
    ),
    (
        "args from .env",
        "build: {context: web, args: [T, 'A=$T']}",
        "web/Dockerfile",
        DockerfileBuild(None, {"T": "7", "A": "7"}),
    ),
    (
        "a number",
        "build: {context: web, args: {V: 3.10}}",
        "web/Dockerfile",
        DockerfileBuild(None, {"V": "3.1"}),
    ),
    (
        "a text of digits",
        "build: {context: web, args: {V: '3.10'}}",
        "web/Dockerfile",
        DockerfileBuild(None, {"V": "3.10"}),
    ),
    (
        "contexts",
        "build: {context: web, additional_contexts: [a=service:b, c=../c]}",
        "web/Dockerfile",
        DockerfileBuild(None, {}, {"a": "service:b", "c": "../c"}),
    ),
]


@pytest.mark.parametrize(
    ("line", "dockerfile", "expected"), [r[1:] for r in REQUESTS], ids=[r[0] for r in REQUESTS]
)
def test_what_goes_on_to_the_dockerfile(line: str, dockerfile: str, expected: DockerfileBuild) -> None:
    files = {MAIN: f"services:\n  web:\n    {line}\n", "web/Dockerfile": "", "web/D": "", ".env": "T=7\n"}
    [request] = read_compose([MAIN], MemorySource(files)).builds
    assert (request.dockerfile, request.build) == (dockerfile, expected)


def test_later_files_lay_over_a_build_key_by_key() -> None:
    files = {
        MAIN: "services: {web: {build: ./web}}\n",
        "over/o.yaml": "services: {web: {build: {target: t, args: [A=1, B=2]}}}\n",
        "over/p.yaml": "services: {web: {build: {args: {A: 3}, dockerfile: D}}}\n",
        "web/D": "",
    }
    [request] = read_compose([MAIN, "over/o.yaml", "over/p.yaml"], MemorySource(files)).builds
    assert (request.dockerfile, request.build) == ("web/D", DockerfileBuild("t", {"A": "3", "B": "2"}))


def test_an_extended_build_keeps_the_folder_of_its_file() -> None:
    files = {
        MAIN: "services: {web: {extends: {file: lib/base.yaml, service: app}, build: {target: t}}}\n",
        "lib/base.yaml": "services: {app: {build: .}}\n",
        "lib/Dockerfile": "FROM a AS t\n",
    }
    [request] = read_compose([MAIN], MemorySource(files)).builds
    assert (request.dockerfile, request.build) == ("lib/Dockerfile", DockerfileBuild("t"))


def test_five_services_on_one_dockerfile_come_to_one_row_a_place() -> None:
    services = "".join(
        f"  s{i}: {{build: {{context: ., target: web, args: {{N: {i}}}}}}}\n" for i in range(5)
    )
    source = MemorySource({MAIN: f"services:\n{services}", "Dockerfile": DOCKERFILE})
    builds = [request.build for request in read_compose([MAIN], source).builds]
    rows = read_dockerfile(DOCKERFILE, "Dockerfile", builds, plain=False)
    assert shown(rows) == ["Dockerfile:1 FROM base:latest unreached", "Dockerfile:2 FROM nginx:latest [web]"]
