"""Manifests under other names and as JSON, and files that name images in a form that is not read."""

from collections import Counter
from pathlib import Path

import pytest

from iam_tui.inventory.disk_source import MOST_BYTES
from iam_tui.inventory.scan import scan
from tests.inventory.readings import shown
from tests.inventory.scanned import make, scanned

POD = (
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},\n'
    ' "spec":{"containers":[\n\t{"name":"a","image":"x:1"}]}}'
)


def counted(path: Path) -> dict[str, int]:
    """What a scan counts; there is no usage."""
    counts = Counter[str]()
    assert shown(scan(str(path), lambda _: None, lambda _: None, None, counts)) == []
    return dict(counts)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (POD, ["a.json:3 Pod/p spec.containers.a.image x:1"]),
        (f"\ufeff{POD}".replace("\n", "\r\n"), ["a.json:3 Pod/p spec.containers.a.image x:1"]),
        (
            f'{{"items":[\n{POD}],\n"kind":"List","apiVersion":"v1"}}',
            ["a.json:4 Pod/p spec.containers.a.image x:1"],
        ),
        (
            '{\n  "kind": "Pod",\n  "apiVersion": "v1",\n  "x": "\\ud83d\\ude00 \\ud800 \\/",\n'
            '  "spec": {"containers": [{"image": "x:1"}]}\n}\n',
            ["a.json:5 Pod/ spec.containers.image x:1"],
        ),
        ('{"apiVersion": "2016-11-15", "kind": "x", "Images": ["x"]}', []),
        ('{"name": "x", "image": "y"}', []),
    ],
    ids=["objects", "byte order mark and CRLF", "a list", "escapes", "data of another kind", "no manifest"],
)
def test_json_manifests(tmp_path: Path, text: str, rows: list[str]) -> None:
    make(tmp_path, {"a.json": text, "node_modules/b.json": text})
    assert scanned(tmp_path).rows == rows
    assert scanned(tmp_path / "a.json").rows == rows


def test_a_large_json_file_counts_only_if_it_starts_as_a_manifest(tmp_path: Path) -> None:
    blanks = " " * MOST_BYTES
    make(tmp_path, {"data.json": '{"a": 1}' + blanks, "pod.json": POD + blanks})
    assert scanned(tmp_path).files == ["pod.json"]


FORMS = {
    "cloudbuild.json": ('{"steps": [{"name": "node"}]}', "Cloud Build file"),
    ".devcontainer/devcontainer.json": ('{"image": "node" /* x */}', "devcontainer.json"),
    "chart/values.yaml": ("image:\n  repository: node\n  tag: 1", "chart values"),
    "values-prod.yaml": ("image: {repository: node}", "chart values"),
    "chart/templates/_web.tpl": ('{{ define "x" }}\n- image: {{ .x }}\n{{ end }}', "chart template"),
    "web.container": ("[Container]\nImage=node", "Quadlet file"),
    "main.tf": ('resource "docker_image" "x" {\n  name = "node"\n}', "Terraform file"),
    "web.nomad": ('config {\n  image = "node"\n}', "Nomad job"),
    "packer.pkr.hcl": ('source "docker" "x" {\n  image = "node"\n}', "HCL file"),
    "Jenkinsfile": ("pipeline { agent { docker { image 'node' } } }", "Jenkinsfile"),
    "Earthfile": ("VERSION 0.8\nFROM node", "Earthfile"),
    "Kptfile": ("pipeline:\n  mutators:\n  - image: acme/x:1", "Kptfile"),
    "fly.toml": ('[build]\nimage = "node"', "fly.toml"),
    "Makefile": ("run:\n\tdocker run --rm node", "Makefile"),
    "run.sh": ("docker pull node", "shell script"),
    "web.yaml.tmpl": ("spec:\n  image: acme/$X", "YAML template"),
    "task.json": ('{"containerDefinitions": [{"image": "node"}]}', "ECS task definition"),
    "Dockerrun.aws.json": ('{"Image": {"Name": "node"}}', "Dockerrun.aws.json"),
    "pod": (
        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    image: node",
        "manifest without .yaml",
    ),
    "playbook.yml": ("- docker_container:\n    image: acme/x:1", "other YAML file"),
}


@pytest.mark.parametrize(("name", "form"), FORMS.items(), ids=FORMS)
def test_each_form_that_is_not_read_is_counted_by_its_kind(
    tmp_path: Path, name: str, form: tuple[str, str]
) -> None:
    text, kind = form
    make(tmp_path, {name: text})
    assert counted(tmp_path) == {kind: 1}
    if "/" not in name:
        assert counted(tmp_path / name) == {kind: 1}


NO_IMAGES = {
    "values.yaml": "replicas: 1",
    "post.yml": "image: assets/photo.png\ncover_image: https://x.test/a:1\nimage: /static/a:b",
    "texts.yml": "image: Image\nwords: 'an image: one'",
    "package.json": '{"name": "x", "image": "y"}',
    "main.tf": 'image_id = "ami-1"',
    "build.sh": "echo docker running",
    "LICENSE": "an image: x/y:1",
    "binary": "\0apiVersion: v1\nimage: x:1",
}


@pytest.mark.parametrize(("name", "text"), NO_IMAGES.items(), ids=NO_IMAGES)
def test_what_names_no_image_is_not_counted(tmp_path: Path, name: str, text: str) -> None:
    assert counted(make(tmp_path, {name: text})) == {}
