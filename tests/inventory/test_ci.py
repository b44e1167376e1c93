"""Pipelines of Woodpecker and Drone; and other CI files, which are counted."""

from pathlib import Path

import pytest

from iam_tui.inventory.ci.pipelines import read_pipelines
from tests.inventory.readings import check_soundness, shown
from tests.inventory.scanned import make, scanned

WOODPECKER = (
    "steps:\n  lint:\n    image: golangci/golangci-lint:v2\nservices:\n  db:\n    image: postgres:18\n"
)


@pytest.mark.parametrize("name", [".woodpecker/test.yaml", ".woodpecker.yml", "sub/.woodpecker/a.yml"])
def test_woodpecker_is_read_whole(tmp_path: Path, name: str) -> None:
    assert scanned(make(tmp_path, {name: WOODPECKER})).rows == [
        f"{name}:3 steps.lint.image golangci/golangci-lint:v2",
        f"{name}:6 services.db.image postgres:18",
    ]


CASES = {
    "lists": (
        "clone: [{image: a}]\nsteps:\n- name: b\n  image: c:1\n- {image: d, commands: [x]}\n"
        "services: [{image: e}]\n",
        [
            "w:1 clone.image a:latest",
            "w:4 steps.b.image c:1",
            "w:5 steps.image d:latest",
            "w:6 services.image e:latest",
        ],
    ),
    "an older name, and anchors": (
        "variables: [&i a:1]\npipeline:\n  x: &x {image: *i}\n  y: {<<: *x}\n",
        ["w:3 pipeline.x.image a:1", "w:3 pipeline.y.image a:1"],
    ),
    "a matrix": (
        "matrix:\n  V: [1, 2]\n  I: [x]\nsteps: {a: {image: '$I:${V}'}}\n",
        ["w:4 steps.a.image x:1", "w:4 steps.a.image x:2"],
    ),
    "a matrix that is listed": (
        "matrix: {include: [{V: 1.20}, {V: 2}]}\nsteps: {a: {image: 'go:${V}'}}\n",
        ["w:2 steps.a.image go:1.2", "w:2 steps.a.image go:2"],
    ),
    "variables of the run": (
        "steps:\n- image: a/b:${CI_COMMIT_SHA}\n- image: ${X}/b\n- image: a/b:${V##v}\n",
        ["w:2 steps.image a/b doubtful", "w:3 steps.image unresolved ${X}/b", "w:4 steps.image a/b doubtful"],
    ),
    "Drone's documents": (
        "kind: pipeline\nsteps: [{name: a, image: b}]\n---\nkind: x\nservices: [{name: c, image: d}]\n",
        ["w:2 steps.a.image b:latest", "w:5 services.c.image d:latest"],
    ),
    "no images": ("steps: {a: {image: }, b: x, c: {image: [x]}}\nservices:\n", []),
    "no YAML": ("steps:\n[", ["w:3 pipeline unresolved "]),
    "a huge matrix": (
        "matrix: {" + ", ".join(f"k{i}: [1, 2, 3, 4]" for i in range(20)) + "}\nsteps: [{image: 'a:$k1'}]\n",
        ["w:2 steps.image a doubtful"],
    ),
    "a long list of combinations": (
        "matrix: {include: [" + "{V: 1}, " * 256 + "{V: 2}]}\nsteps: [{image: 'a:$V'}]\n",
        ["w:2 steps.image a doubtful"],
    ),
    "no combinations": (
        "matrix: {include: [], V: [1]}\nsteps: [{image: 'a:$V'}]\n",
        ["w:2 steps.image a doubtful"],
    ),
}


@pytest.mark.parametrize(("text", "rows"), CASES.values(), ids=CASES)
def test_pipelines(text: str, rows: list[str]) -> None:
    usages = read_pipelines(text, "w").usages
    assert shown(usages) == rows
    check_soundness(usages)


def test_a_matrix_that_is_too_large_is_said() -> None:
    text, _ = CASES["a long list of combinations"]
    [usage] = read_pipelines(text, "w").usages
    assert usage.problem.startswith(
        "the matrix has more than 256 combinations, so no variable is filled in; "
    )


OTHERS = {
    ".gitlab-ci.yml": ("services: [postgres]\ntest:\n  image: ruby:3\n  script: [x]\n", ".gitlab-ci.yml"),
    "ci/build.yml": ("test:\n  image: ruby:3\n  script: [x]\n", "CI file"),
    "ci/stages.yml": ("services: {a: {image: x}}\nstages: [x]\na: {image: y}\nb:\n  image: z\n", "CI file"),
    ".circleci/config.yml": ("jobs: {a: {docker: [{image: cimg/go:1}]}}\n", ".circleci/config.yml"),
    "azure-pipelines.yml": (
        "resources:\n  containers:\n  - {image: b}\n",
        "azure-pipelines.yml",
    ),
    "bitbucket-pipelines.yml": ("image: node:20\npipelines: {default: []}\n", "bitbucket-pipelines.yml"),
    "cloudbuild.yaml": ("steps:\n- name: gcr.io/cloud-builders/docker\n", "cloudbuild.yaml"),
    ".travis.yml": ("language: go\nscript: docker run x\n", ".travis.yml"),
}


@pytest.mark.parametrize(("name", "text", "kind"), [(name, *rest) for name, rest in OTHERS.items()])
def test_other_ci_files_are_not_half_read_but_counted(
    tmp_path: Path, name: str, text: str, kind: str
) -> None:
    found = scanned(make(tmp_path, {name: text}))
    assert (found.rows, found.not_read) == ([], {kind: 1})


def test_a_ci_file_without_images_is_not_counted(tmp_path: Path) -> None:
    found = scanned(make(tmp_path, {".travis.yml": "language: go\n", "a.yml": "stages: [x]\n"}))
    assert (found.rows, found.not_read) == ([], {})
