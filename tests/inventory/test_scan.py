"""A scan of a folder: which files it reads, and what they come to together."""

from pathlib import Path

import pytest

from iam_tui.core.errors import InvalidInput
from iam_tui.inventory.scan import MOST_BUILDS
from tests.inventory.scanned import COMPOSE, NGINX, make, scanned

MANIFEST = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    image: nginx\n"


@pytest.mark.parametrize(
    "name",
    [
        "Dockerfile",
        "dockerfile",
        "Dockerfile.dev",
        "Dockerfile-alpine",
        "Dockerfile.php",
        "Dockerfile1",
        "Dockerfile.rs",
        "DockerFile",
        "MyDockerfile",
        "dockerfile_prod",
        "dockerfile.linux.amd64",
        "web-dockerfile",
        "web.Dockerfile",
        "web.dockerfile",
        "Containerfile",
        "app.containerfile",
        "a/very/deep/folder/Dockerfile",
    ],
)
def test_a_dockerfile_is_known_by_its_name(tmp_path: Path, name: str) -> None:
    assert scanned(make(tmp_path, {name: NGINX})).rows == [f"{name}:1 FROM nginx:latest [default]"]


@pytest.mark.parametrize(
    "name",
    [
        "Dockerfile.md",
        "Dockerfile.dockerignore",
        "Dockerfile~",
        "a.txt",
    ],
)
def test_other_names_are_no_dockerfiles(tmp_path: Path, name: str) -> None:
    assert scanned(make(tmp_path, {name: NGINX})).rows == []


@pytest.mark.parametrize(
    "name",
    [
        "compose.yaml",
        "docker-compose.yml",
        "docker-compose.prod.yml",
        "compose-dev.yaml",
        "web.compose.yml",
        "stack.yml",
    ],
)
def test_a_compose_file_is_known_by_name_or_content(tmp_path: Path, name: str) -> None:
    assert scanned(make(tmp_path, {name: COMPOSE})).rows == [f"{name}:3 services.web.image nginx:latest"]


def test_every_other_kind_has_its_reader(tmp_path: Path) -> None:
    job = "jobs:\n  test:\n    container: node:22\n"
    action = "runs:\n  using: docker\n  image: docker://alpine\n"
    files = {
        ".github/workflows/ci.yml": job,
        ".github/other/ci.yml": job,
        "act/action.yml": action,
        "pod.yaml": MANIFEST,
        "values.yaml": "image: nginx\n",
    }
    assert scanned(make(tmp_path, files)).files == [".github/workflows/ci.yml", "act/action.yml", "pod.yaml"]


def test_workflows_are_known_when_their_own_folder_is_scanned(tmp_path: Path) -> None:
    make(tmp_path, {".github/workflows/ci.yml": "jobs:\n  test:\n    container: node:22\n"})
    assert scanned(tmp_path / ".github/workflows").files == ["ci.yml"]


def test_rows_are_sorted_by_file_then_line(tmp_path: Path) -> None:
    files = {
        "b/Dockerfile": "FROM a\nFROM b\n",
        "a/compose.yml": COMPOSE,
        "b.Dockerfile": NGINX,
        "B/Dockerfile": NGINX,
    }
    found = [(usage.file, usage.line) for usage in scanned(make(tmp_path, files)).usages]
    assert found == [
        ("B/Dockerfile", 1),
        ("a/compose.yml", 3),
        ("b.Dockerfile", 1),
        ("b/Dockerfile", 1),
        ("b/Dockerfile", 2),
    ]


def test_a_dockerfile_is_reached_by_the_targets_that_compose_asks_for(tmp_path: Path) -> None:
    files = {
        "app/Dockerfile": "FROM node AS build\nFROM nginx AS tools\nFROM alpine\nCOPY --from=build / /\n",
        "z/compose.yml": "services:\n  a: {build: {context: ../app, target: tools}}\n",
    }
    assert scanned(make(tmp_path, files)).rows == [
        "app/Dockerfile:1 FROM node:latest [default]",
        "app/Dockerfile:2 FROM nginx:latest [tools]",
        "app/Dockerfile:3 FROM alpine:latest [default]",
    ]


def test_a_build_argument_of_compose_fills_in_the_dockerfile(tmp_path: Path) -> None:
    files = {
        "Dockerfile": "ARG BASE\nFROM $BASE\n",
        "compose.yml": "services:\n  a: {build: {context: ., args: {BASE: 'nginx:1.27'}}}\n",
    }
    assert scanned(make(tmp_path, files)).rows == ["Dockerfile:2 FROM nginx:1.27 [default]"]


def test_a_dockerfile_of_any_name_is_read_where_compose_names_it(tmp_path: Path) -> None:
    files = {"compose.yml": "services:\n  a: {build: {dockerfile: recipe.txt}}\n", "recipe.txt": NGINX}
    assert scanned(make(tmp_path, files)).rows == ["recipe.txt:1 FROM nginx:latest [default]"]


def test_an_override_and_a_file_that_cannot_stand_alone_are_laid_over_the_first(tmp_path: Path) -> None:
    files = {
        "compose.yml": "services:\n  web:\n    build: .\n    image: acme/web\n",
        "compose.override.yml": "services:\n  web:\n    image: acme/web:dev\n",
        "compose.prod.yml": "services:\n  web:\n    ports: ['80']\n  db:\n    image: postgres\n",
        "compose.test.yml": "services:\n  web:\n    image: acme/web:test\n",
        "Dockerfile": NGINX,
    }
    assert scanned(make(tmp_path, files)).rows == [
        "Dockerfile:1 FROM nginx:latest [default]",
        "compose.override.yml:3 services.web.image acme/web:dev built",
        "compose.prod.yml:5 services.db.image postgres:latest",
        "compose.test.yml:3 services.web.image acme/web:test",
        "compose.yml:4 services.web.image acme/web:latest built",
    ]


def test_what_one_project_includes_is_no_project_of_its_own(tmp_path: Path) -> None:
    files = {
        ".env": "TAG=1.27\n",
        "compose.yml": "include: [parts/web.yml]\n",
        "parts/web.yml": "services:\n  web:\n    image: nginx:${TAG}\n",
    }
    assert scanned(make(tmp_path, files)).rows == ["parts/web.yml:3 services.web.image nginx:1.27"]


def test_what_is_unresolved_alone_gives_way_to_what_a_project_makes_of_it(tmp_path: Path) -> None:
    files = {
        ".env": "TAG=1.27\n",
        "compose.yml": "include: [web/compose.yml]\n",
        "web/compose.yml": "services:\n  web:\n    image: nginx:${TAG}\n",
    }
    assert scanned(make(tmp_path, files)).rows == ["web/compose.yml:3 services.web.image nginx:1.27"]


def test_a_dotenv_is_read_even_if_ignored_and_tells_nothing_else(tmp_path: Path) -> None:
    files = {
        ".gitignore": ".env\n",
        ".env": "TAG=1.27\nPASSWORD=hunter2\n",
        "compose.yml": "services:\n  web:\n    image: nginx:$TAG\n    environment: [PASSWORD]\n",
    }
    found = scanned(make(tmp_path, files))
    assert found.rows == ["compose.yml:3 services.web.image nginx:1.27"]
    assert "hunter2" not in repr(found)


def test_the_environment_counts_only_where_it_is_given(tmp_path: Path) -> None:
    make(tmp_path, {"compose.yml": "services:\n  web:\n    image: nginx:${TAG:?}\n"})
    assert [usage.problem for usage in scanned(tmp_path).usages] == [
        "TAG is not set, but it is required; only the repository is known"
    ]
    assert scanned(tmp_path, {"TAG": "1"}).rows == ["compose.yml:3 services.web.image nginx:1"]


@pytest.mark.parametrize(
    ("name", "content"), [("compose.yml", COMPOSE), ("any.thing", NGINX), ("k.yml", MANIFEST)]
)
def test_one_file_can_be_scanned_by_itself(tmp_path: Path, name: str, content: str) -> None:
    make(tmp_path, {name: content, "Dockerfile": NGINX})
    assert scanned(tmp_path / name).files == [name]


def test_what_one_file_asks_for_is_read_too(tmp_path: Path) -> None:
    make(
        tmp_path,
        {"compose.yml": "services: {a: {build: web}}\n", "web/Dockerfile": NGINX, "Dockerfile": NGINX},
    )
    assert scanned(tmp_path / "compose.yml").files == ["web/Dockerfile"]


def test_what_is_no_file_and_no_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", Path("/dev/null"), Path("a\0b")):
        with pytest.raises(InvalidInput, match="cannot be scanned"):
            scanned(path)


def test_more_builds_than_are_counted_are_said(tmp_path: Path) -> None:
    services = "".join(f"  s{n}: {{build: {{args: {{N: '{n}'}}}}}}\n" for n in range(MOST_BUILDS + 5))
    found = scanned(
        make(tmp_path, {"compose.yml": f"services:\n{services}", "Dockerfile": "ARG N\nFROM x:$N\n"})
    )
    assert len(found.usages) == MOST_BUILDS
    assert [line.partition(":")[0] for line in found.warnings] == ["Dockerfile"]


@pytest.mark.parametrize("name", ["Dockerfile.cs", "Dockerfile.java", "dockerfile_parser.py"])
def test_a_program_named_dockerfile_is_none(tmp_path: Path, name: str) -> None:
    program = "using System.Linq;\nclass Q {\n  object Q(int[] xs) =>\n    from x in xs\n    select x;\n}\n"
    assert scanned(make(tmp_path, {name: program})).rows == []


@pytest.mark.parametrize(
    ("name", "text", "row"),
    [
        ("Dockerfile", NGINX, "Dockerfile:1 FROM nginx:latest [default]"),
        ("Dockerfile1", NGINX, "Dockerfile1:1 FROM nginx:latest [default]"),
        ("compose.yaml", COMPOSE, "compose.yaml:3 services.web.image nginx:latest"),
        ("stack.yml", COMPOSE, "stack.yml:3 services.web.image nginx:latest"),
        ("compose-old.yml", "web:\n  image: nginx\n", "compose-old.yml:2 web.image nginx:latest"),
        ("pod.yaml", MANIFEST, "pod.yaml:6 Pod/ spec.containers.a.image nginx:latest"),
        (
            ".github/workflows/ci.yml",
            "jobs:\n  a:\n    container: nginx\n",
            ".github/workflows/ci.yml:3 jobs.a.container nginx:latest",
        ),
        (
            "action.yml",
            "runs:\n  using: docker\n  image: docker://nginx\n",
            "action.yml:3 runs.image nginx:latest",
        ),
        (
            "skaffold.yaml",
            "build:\n  artifacts:\n  - image: a\n    ko: {fromImage: nginx}\n",
            "skaffold.yaml:4 build.artifacts.ko.fromImage nginx:latest",
        ),
        (
            "docker-bake.hcl",
            'target "a" {\n  contexts = {b = "docker-image://nginx"}\n}\n',
            "docker-bake.hcl:2 target.a.contexts.b nginx:latest",
        ),
    ],
)
def test_a_byte_order_mark_and_crlf_change_nothing(tmp_path: Path, name: str, text: str, row: str) -> None:
    content = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    assert scanned(make(tmp_path, {name: content})).rows == [row]


def test_a_byte_order_mark_in_dotenv_and_gitignore_changes_nothing(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        ".env": b"\xef\xbb\xbfTAG=1\r\n",
        ".gitignore": b"\xef\xbb\xbf/a\r\nb/\r\n",
        "compose.yml": "services: {a: {image: 'nginx:$TAG'}}\n",
        "a/Dockerfile": NGINX,
        "b/Dockerfile": NGINX,
    }
    (tmp_path / ".git").mkdir()
    assert scanned(make(tmp_path, files)).rows == ["compose.yml:1 services.a.image nginx:1"]


BUILD = """\
on: {{push: , workflow_call: {{inputs: {{base: {{default: "acme/base:1"}}}}}}}}
jobs:
  b:
    strategy: {{matrix: {{v: [1, 2]}}}}
    steps:
    - uses: docker/build-push-action@v6
      with:
{}
"""


@pytest.mark.parametrize(
    ("inputs", "rows"),
    [
        (
            "context: .\nbuild-args: |\n  BASE=bioconductor/bioconductor_docker:latest\n  V=1",
            ["Dockerfile:2 FROM bioconductor/bioconductor_docker:latest [default]"],
        ),
        (
            "build-args: BASE=acme/base:${{ matrix.v }}",
            [f"Dockerfile:2 FROM acme/base:{v} [default]" for v in (1, 2)],
        ),
        ("build-args: BASE=${{ inputs.base }}", ["Dockerfile:2 FROM acme/base:1 doubtful [default]"]),
        ("build-args: BASE=acme/a:${{ github.sha }}", ["Dockerfile:2 FROM acme/a doubtful [default]"]),
        (
            "context: ${{ github.workspace }}/sub\ntarget: a\nbuild-args: BASE=a/b:1",
            ["Dockerfile:2 FROM unresolved ${BASE}", "sub/Dockerfile:2 FROM a/b:1 [a]"],
        ),
        (
            "context: elsewhere\nfile: sub/Dockerfile\nbuild-args: BASE=a/b:1\nbuild-contexts: x=docker-image://c/d",
            [
                ".github/workflows/ci.yml:11 jobs.b.steps.with.build-contexts c/d:latest",
                "Dockerfile:2 FROM unresolved ${BASE}",
                "sub/Dockerfile:2 FROM a/b:1 [default]",
            ],
        ),
    ],
)
def test_build_push_action_builds_with_its_arguments(tmp_path: Path, inputs: str, rows: list[str]) -> None:
    indented = "".join(f"        {line}\n" for line in inputs.split("\n"))
    files = {
        ".github/workflows/ci.yml": BUILD.format(indented),
        "Dockerfile": "ARG BASE\nFROM ${BASE}\n",
        "sub/Dockerfile": "ARG BASE=x.io/y\nFROM $BASE AS a\n",
    }
    found = scanned(make(tmp_path, files))
    assert [row for row in found.rows if "x.io" not in row] == rows


def test_what_is_not_read_is_counted(tmp_path: Path) -> None:
    steps = BUILD.format("        context: https://github.com/acme/app.git")
    found = scanned(make(tmp_path, {".github/workflows/ci.yml": steps}))
    assert (found.rows, found.not_read) == ([], {"Dockerfile that a workflow builds": 1})


@pytest.mark.parametrize(
    ("dotenv", "rows"),
    [
        (
            "COMPOSE_FILE=sub/base.yml:sub/tools.yml\nTAG=1.27\n",
            [
                "compose.yaml:1 services.web.image nginx:1",
                "sub/base.yml:1 services.web.image nginx:1.27",
                "sub/tools.yml:1 services.x.image alpine:1.27",
            ],
        ),
        (
            "COMPOSE_FILE=compose.yaml|sub/base.yml\nCOMPOSE_PATH_SEPARATOR=|\nTAG=2\n",
            [
                "sub/base.yml:1 services.web.image nginx:2",
                "sub/tools.yml:1 services.x.image alpine doubtful [p]",
            ],
        ),
        (
            "COMPOSE_FILE=sub/tools.yml;gone.yml\nCOMPOSE_PROFILES=a,p\n",
            [
                "compose.yaml:1 services.web.image nginx:1",
                "gone.yml:1 compose unresolved gone.yml",
                "sub/base.yml:1 services.web.image nginx:3",
                "sub/tools.yml:1 services.x.image alpine:3",
            ],
        ),
    ],
)
def test_compose_file_in_dotenv_makes_one_project(tmp_path: Path, dotenv: str, rows: list[str]) -> None:
    files = {
        ".env": dotenv,
        "compose.yaml": "services: {web: {image: 'nginx:1'}}\n",
        "sub/base.yml": "services: {web: {image: 'nginx:${TAG}'}}\n",
        "sub/tools.yml": "services: {x: {image: 'alpine:${TAG}', profiles: [p]}}\n",
    }
    if "gone" in dotenv:
        files["sub/.env"] = "TAG=3\n"
    if "tools" in dotenv and "PROFILES" not in dotenv:
        files["sub/tools.yml"] = files["sub/tools.yml"].replace(", profiles: [p]", "")
    assert scanned(make(tmp_path, files)).rows == rows


def test_what_one_project_knows_is_not_known_in_another(tmp_path: Path) -> None:
    including = "include: [{path: ../common.yml, env_file: .env}]\n"
    files = {
        "common.yml": "services: {x: {image: '${REPO}'}}\n",
        "a/compose.yml": including,
        "a/.env": "REPO=ghcr.io/x/y\n",
        "b/compose.yml": including,
        "b/.env": "",
    }
    assert scanned(make(tmp_path, files)).rows == [
        "common.yml:1 services.x.image ghcr.io/x/y:latest",
        "common.yml:1 services.x.image unresolved ${REPO}",
    ]


def test_an_alternative_that_is_not_known_stays_beside_one_that_is(tmp_path: Path) -> None:
    text = "jobs: {a: {container: \"${{ vars.IMAGE || 'node' }}\"}}\n"
    path = ".github/workflows/ci.yml"
    assert scanned(make(tmp_path, {path: text})).rows == [
        f"{path}:1 jobs.a.container unresolved ${{{{ vars.IMAGE || 'node' }}}}",
        f"{path}:1 jobs.a.container node:latest doubtful",
    ]
