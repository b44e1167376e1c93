"""What a project builds is built wherever it is named; a repository alone is enough for a verdict."""

from pathlib import Path

import pytest

from tests.inventory.scanned import make, scanned

BASE = "services:\n  base:\n    image: acme/base:dev\n    build: ./base\n"
SKAFFOLD = "apiVersion: skaffold/v3\nkind: Config\nbuild:\n  artifacts:\n"


def _pod(image: str) -> str:
    return f"apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    image: {image}\n"


def test_from_names_the_image_of_another_service(tmp_path: Path) -> None:
    files = {
        "compose.yaml": BASE + "  app:\n    build: ./app\n",
        "base/Dockerfile": "FROM debian:12\n",
        "app/Dockerfile": "FROM acme/base:dev\n",
        "pod.yaml": _pod("docker.io/acme/base:dev"),
    }
    assert scanned(make(tmp_path, files)).rows == [
        "app/Dockerfile:1 FROM acme/base:dev built [default]",
        "base/Dockerfile:1 FROM debian:12 [default]",
        "compose.yaml:3 services.base.image acme/base:dev built",
        "pod.yaml:6 Pod/ spec.containers.a.image acme/base:dev built",
    ]


@pytest.mark.parametrize(
    ("image", "row"),
    [
        ("acme/db:16", "acme/db:16 built"),
        ("acme/db:15", "acme/db:15"),
        ("acme/db", "acme/db:latest"),
        ("registry.acme.io/db:16", "registry.acme.io/db:16"),
        (f"acme/db:16@sha256:{'0' * 64}", f"acme/db:16@sha256:{'0' * 64}"),
    ],
)
def test_only_the_tag_that_is_built_is_built(tmp_path: Path, image: str, row: str) -> None:
    files = {
        "compose.yaml": "services: {db: {image: 'acme/db:16', build: .}}\n",
        "Dockerfile": "FROM scratch\n",
        "pod.yaml": _pod(image),
    }
    assert scanned(make(tmp_path, files)).rows[-1] == f"pod.yaml:6 Pod/ spec.containers.a.image {row}"


@pytest.mark.parametrize("builder", ["compose.yaml", "skaffold.yaml"])
def test_the_name_of_an_official_image_is_built_only_where_it_is_built(tmp_path: Path, builder: str) -> None:
    """The build pulls what its Dockerfile names, and another project may mean the official image."""
    skaffold = "apiVersion: skaffold/v4beta11\nkind: Config\nbuild: {artifacts: [{image: postgres}]}\n"
    files = {
        "compose.yaml": "services: {db: {image: 'postgres:16', build: .}}\n",
        "skaffold.yaml": skaffold,
    }
    made = make(
        tmp_path,
        {
            builder: files[builder],
            "Dockerfile": "FROM postgres:16\n",
            "b/compose.yaml": "services: {db: {image: 'postgres:16'}}\n",
        },
    )
    rows = scanned(made).rows
    assert "Dockerfile:1 FROM postgres:16 [default]" in rows
    assert "b/compose.yaml:1 services.db.image postgres:16" in rows


def test_what_a_pull_policy_pulls_stays_a_pull(tmp_path: Path) -> None:
    files = {
        "compose.yaml": BASE + "    pull_policy: always\n",
        "base/Dockerfile": "FROM scratch\n",
        "pod.yaml": _pod("acme/base:dev"),
    }
    assert not any("built" in row for row in scanned(make(tmp_path, files)).rows)


def test_the_cache_of_a_build_is_pulled(tmp_path: Path) -> None:
    cached = "services:\n  a:\n    image: acme/a:1\n    build: {context: ., cache_from: ['acme/a:1']}\n"
    assert scanned(make(tmp_path, {"compose.yaml": cached, "Dockerfile": ""})).rows == [
        "compose.yaml:3 services.a.image acme/a:1 built",
        "compose.yaml:4 services.a.build.cache_from acme/a:1",
    ]


def test_skaffold_builds_a_name_with_every_tag(tmp_path: Path) -> None:
    artifacts = (
        "  - image: frontend\n    context: src\n"
        "    docker: {dockerfile: prod.df, target: a, buildArgs: {V: 3}}\n"
        "  - image: acme/base\n    context: base\n"
        "  - image: acme/app\n    context: app\n    requires: [{image: acme/base, alias: BASE}]\n"
        "  - image: acme/packs\n    buildpacks: {builder: gcr.io/packs/builder, runImage: acme/run:1}\n"
        "profiles:\n- build:\n    artifacts:\n    - {image: gone, context: nowhere}\n"
    )
    files = {
        "skaffold.yaml": SKAFFOLD + artifacts,
        "src/prod.df": "ARG V=2\nFROM golang:$V AS a\nFROM unneeded\n",
        "base/Dockerfile": "FROM debian:12\n",
        "app/Dockerfile": "ARG BASE\nFROM $BASE\n",
        "k/web.yaml": _pod("frontend:v1"),
        "k/gone.yaml": _pod("gone"),
    }
    found = scanned(make(tmp_path, files))
    assert found.not_read == {"Dockerfile that Skaffold builds": 1}
    assert found.rows == [
        "app/Dockerfile:2 FROM acme/base:latest built [default]",
        "base/Dockerfile:1 FROM debian:12 [default]",
        "k/gone.yaml:6 Pod/ spec.containers.a.image gone:latest built",
        "k/web.yaml:6 Pod/ spec.containers.a.image frontend:v1 built",
        "skaffold.yaml:14 build.artifacts.buildpacks.builder gcr.io/packs/builder:latest",
        "skaffold.yaml:14 build.artifacts.buildpacks.runImage acme/run:1",
        "src/prod.df:2 FROM golang:3 [a]",
        "src/prod.df:3 FROM unneeded:latest [default]",
    ]


@pytest.mark.parametrize(
    ("name", "text", "row"),
    [
        ("compose.yaml", "services: {a: {image: '${C:-acme/erp}:${T:-$V}'}}\n", "services.a.image acme/erp"),
        ("Dockerfile", "ARG V\nFROM acme/erp:$V-slim\n", "FROM acme/erp"),
        ("Dockerfile", "ARG V\nFROM acme/erp:1@$V\n", "FROM acme/erp"),
        ("pod.yaml", _pod("acme/erp:{{ .Values.tag }}"), "Pod/ spec.containers.a.image acme/erp"),
        ("pod.yaml", _pod("r.io:5000/a/erp@$(params.d/x)"), "Pod/ spec.containers.a.image r.io:5000/a/erp"),
        (
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  a:\n    container: docker://acme/tools:${{ needs.b.outputs.tag }}\n",
            "jobs.a.container acme/tools",
        ),
    ],
)
def test_a_repository_is_known_while_its_tag_is_not(tmp_path: Path, name: str, text: str, row: str) -> None:
    [usage] = scanned(make(tmp_path, {name: text})).usages
    assert usage.problem.endswith("; only the repository is known")
    [shown] = scanned(tmp_path).rows
    assert shown.partition(" ")[2].removesuffix(" [default]") == f"{row} doubtful"


@pytest.mark.parametrize("image", ["$R/erp:1", "localhost:${P}/erp", "${R:?}erp:1", "acme/$R", ":$R", "$R"])
def test_a_repository_that_hangs_on_a_variable_is_not_known(tmp_path: Path, image: str) -> None:
    text = f"services: {{a: {{image: '{image.replace('$R', '${R:?}')}'}}}}\n"
    assert [usage.reference for usage in scanned(make(tmp_path, {"compose.yaml": text})).usages] == [None]
