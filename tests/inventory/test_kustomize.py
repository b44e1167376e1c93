"""Kustomizations: what their `images` make of the images in their resources."""

from pathlib import Path

import pytest

from iam_tui.inventory.kubernetes.image_changes import ImageChange
from tests.inventory.readings import Case
from tests.inventory.scanned import make, scanned

KUSTOMIZATION = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
POD = "resources: [pod.yaml]\n"
COMPONENT = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"


def pod(image: str) -> str:
    """A pod whose container's image is on line 4."""
    spec = f"spec: {{containers: [{{name: a, image: '{image}'}}]}}"
    return f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\n{spec}\n"


ROW = "pod.yaml:4 Pod/p spec.containers.a.image"

CASES = [
    Case(
        "a new name takes the place of the old one",
        {
            "kustomization.yaml": f"{KUSTOMIZATION}{POD}images:\n- name: app\n  newName: acme/app\n",
            "pod.yaml": pod("app:1"),
        },
        ["kustomization.yaml:5 images.app acme/app:1"],
    ),
    Case(
        "a new tag alone",
        {
            "kustomization.yml": f"{KUSTOMIZATION}{POD}images: [{{name: nginx, newTag: 1.20}}]\n",
            "pod.yaml": pod("nginx:1"),
        },
        ["kustomization.yml:4 images.nginx nginx:1.2"],
    ),
    Case(
        "other images stay",
        {
            "Kustomization": f"{KUSTOMIZATION}{POD}images: [{{name: app, newName: acme/app}}]\n",
            "pod.yaml": pod("app/app:1"),
        },
        ["Kustomization:4 images.app acme/app doubtful", f"{ROW} app/app:1"],
    ),
    Case(
        "a base that one overlay changes and another leaves",
        {
            "base/kustomization.yaml": f"{KUSTOMIZATION}resources: [../pod.yaml]\n",
            "one/kustomization.yaml": f"{KUSTOMIZATION}bases: [../base]\n"
            "images: [{name: x, newName: acme/x}]\n",
            "two/kustomization.yaml": f"{KUSTOMIZATION}resources: [../base]\n",
            "pod.yaml": pod("x"),
        },
        ["one/kustomization.yaml:4 images.x acme/x:latest", f"{ROW} x:latest"],
    ),
    Case(
        "an overlay changes what its base has changed",
        {
            "base/kustomization.yaml": f"{KUSTOMIZATION}resources: [../pod.yaml]\n"
            "images: [{name: x, newName: y}]\n",
            "kustomization.yaml": f"{KUSTOMIZATION}resources: [base]\nimages: [{{name: y, newTag: v2}}]\n",
            "pod.yaml": pod("x:v1"),
        },
        ["kustomization.yaml:4 images.y y:v2"],
    ),
    Case(
        "a component changes what includes it",
        {
            "kustomization.yaml": f"{KUSTOMIZATION}resources: [pod.yaml]\ncomponents: [part]\n",
            "part/kustomization.yaml": f"{COMPONENT}images: [{{name: x, newName: acme/x, newTag: v2}}]\n",
            "pod.yaml": pod("x:v1"),
        },
        ["part/kustomization.yaml:3 images.x acme/x:v2"],
    ),
    Case(
        "what nothing names",
        {"part/kustomization.yaml": f"{COMPONENT}images: [{{name: x, newName: acme/x, newTag: v2}}]\n"},
        ["part/kustomization.yaml:3 images.x acme/x:v2 doubtful"],
    ),
    Case(
        "patches",
        {
            "kustomization.yaml": f"{KUSTOMIZATION}patches:\n- path: operations.yaml\n"
            "- patch: |-\n    - op: replace\n      path: /spec/containers/0/image\n      value: acme/a:1\n"
            "- patch: |\n    apiVersion: v1\n    kind: Pod\n"
            "    spec: {containers: [{name: a, image: acme/b:1}]}\n"
            "- path: pod.yaml\nimages: [{name: acme/b, newTag: '2'}]\n",
            "operations.yaml": "- op: add\n  path: /spec/initContainers/-\n"
            "  value: {name: i, image: acme/c:1}\n",
            "pod.yaml": pod("acme/b:0"),
        },
        [
            "kustomization.yaml:8 patch spec.containers.0.image acme/a:1",
            "kustomization.yaml:14 images.acme/b acme/b:2",
            "operations.yaml:3 patch spec.initContainers.-.image acme/c:1",
        ],
    ),
    Case(
        "a chart's values",
        {
            "kustomization.yaml": f"{KUSTOMIZATION}helmCharts:\n- name: a\n"
            "  valuesInline: {image: {repository: quay.io/a/b, tag: v1}}\n"
        },
        ["kustomization.yaml:5 helmCharts.valuesInline.image.repository quay.io/a/b:v1"],
    ),
    Case(
        "kustomizations that lead to each other",
        {
            "a/kustomization.yaml": f"{KUSTOMIZATION}resources: [../b, ../pod.yaml]\ncomponents: [../a]\n",
            "b/kustomization.yaml": f"{KUSTOMIZATION}resources: [../a]\nimages: [{{name: x, newTag: v1}}]\n",
            "c/kustomization.yaml": f"{KUSTOMIZATION}resources: [../a, ../../out, 'https://x.test/y']\n",
            "pod.yaml": pod("x"),
        },
        [f"{ROW} x:latest", "b/kustomization.yaml:4 images.x x:v1 doubtful"],
    ),
    Case(
        "a kustomization that is not YAML",
        {"kustomization.yaml": f"{KUSTOMIZATION}images: [\n"},
        ["kustomization.yaml:4 kustomization unresolved "],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_kustomizations(tmp_path: Path, case: Case) -> None:
    assert sorted(scanned(make(tmp_path, case.files)).rows) == sorted(case.rows)


@pytest.mark.parametrize(
    ("change", "image", "result"),
    [
        (ImageChange(1, "x", "y"), "x@sha256:1", "y@sha256:1"),
        (ImageChange(1, "x", tag=":2"), "x:1@sha256:1", "x:2"),
        (ImageChange(1, "x", digest="@sha256:2"), "x:1", "x@sha256:2"),
        (ImageChange(1, "x", suffix="-slim"), "x:1", "x:1-slim"),
        (ImageChange(1, "r:5000/x", "y"), "r:5000/x:1", "y:1"),
        (ImageChange(1, "x", "y"), "x/x", "x/x"),
    ],
)
def test_a_change_of_an_image(change: ImageChange, image: str, result: str) -> None:
    assert change.applied(image) == result


def test_many_kustomizations_that_include_each_other_twice_are_survived(tmp_path: Path) -> None:
    files = {
        f"{level}{side}/kustomization.yaml": f"{COMPONENT}components: [../{level + 1}a, ../{level + 1}b]\n"
        f"images: [{{name: x, newTag: v{level}}}]\n"
        for level in range(30)
        for side in "ab"
    }
    files["kustomization.yaml"] = f"{KUSTOMIZATION}resources: [pod.yaml]\ncomponents: [0a]\n"
    files["pod.yaml"] = pod("x")
    assert scanned(make(tmp_path, files)).usages
