"""Kubernetes manifests: where images are, and what only looks like one."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui.inventory.kubernetes.reader import read_kubernetes
from tests.inventory.readings import check_soundness, shown

SECONDS = 20


def manifest(kind: str, body: str, version: str = "v1") -> str:
    """An object named `web`, whose body begins on line 4."""
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: web}}\n{body}\n"


CASES = {
    "a pod": (
        manifest("Pod", "spec:\n  containers:\n  - name: app\n    image: nginx:1"),
        ["m:7 Pod/web spec.containers.app.image nginx:1"],
    ),
    "init and ephemeral containers": (
        manifest(
            "Pod",
            "spec:\n  initContainers: [{name: a, image: x}]\n  ephemeralContainers: [{name: b, image: y}]",
        ),
        [
            "m:5 Pod/web spec.initContainers.a.image x:latest",
            "m:6 Pod/web spec.ephemeralContainers.b.image y:latest",
        ],
    ),
    "a pod template": (
        manifest("Deployment", "spec: {template: {spec: {containers: [{name: a, image: x}]}}}", "apps/v1"),
        ["m:4 Deployment/web spec.template.spec.containers.a.image x:latest"],
    ),
    "a cron job": (
        manifest(
            "CronJob", "spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: a, image: x}]}}}}}"
        ),
        ["m:4 CronJob/web spec.jobTemplate.spec.template.spec.containers.a.image x:latest"],
    ),
    "a list of objects": (
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: p}\n"
        "  spec: {containers: [{name: a, image: x}]}\n",
        ["m:7 Pod/p spec.containers.a.image x:latest"],
    ),
    "several documents, some of them none": (
        "# only a comment\n---\n"
        + manifest("Pod", "spec: {containers: [{name: a, image: x}]}")
        + "---\nimage: y\ncontainers: [{name: b, image: z}]\n",
        ["m:6 Pod/web spec.containers.a.image x:latest"],
    ),
    "a custom resource with a pod in it, its container without a name": (
        manifest("Service", "spec: {template: {spec: {containers: [{image: x}]}}}", "serving.knative.dev/v1"),
        ["m:4 Service/web spec.template.spec.containers.image x:latest"],
    ),
    "an image volume": (
        manifest("Pod", "spec:\n  volumes:\n  - name: v\n    image:\n      reference: acme/data:1"),
        ["m:8 Pod/web spec.volumes.image.reference acme/data:1"],
    ),
    "pull policy Never": (
        manifest(
            "Pod",
            "spec:\n  containers: [{name: a, image: x, imagePullPolicy: Never}]\n"
            "  volumes: [{name: v, image: {reference: y, pullPolicy: Never}}]",
        ),
        [],
    ),
    "other pull policies": (
        manifest("Pod", "spec: {containers: [{name: a, image: x, imagePullPolicy: IfNotPresent}]}"),
        ["m:4 Pod/web spec.containers.a.image x:latest"],
    ),
    "a digest": (
        manifest("Pod", f"spec: {{containers: [{{name: a, image: 'x:1@sha256:{'0' * 64}'}}]}}"),
        [f"m:4 Pod/web spec.containers.a.image x:1@sha256:{'0' * 64}"],
    ),
    "a config map's data": (
        manifest("ConfigMap", "data:\n  image: x\n  pod.yaml: |\n    containers:\n    - image: y"),
        [],
    ),
    "an annotation": (
        "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations: {image: x, containers: [{image: x}]}\n",
        [],
    ),
    "a definition's schema": (
        manifest(
            "CustomResourceDefinition", "spec: {schema: {default: {containers: [{name: a, image: x}]}}}"
        ),
        [],
    ),
    "an image that is no container's": (
        manifest("Widget", "spec: {image: x, logo: {image: y}}", "acme.test/v1"),
        [],
    ),
    "an Argo workflow": (
        manifest(
            "Workflow",
            "spec:\n  templates:\n  - name: a\n    container: {image: x}\n"
            "    sidecars: [{name: s, image: y}]\n"
            "  - name: b\n    script:\n      image: '{{inputs.parameters.image}}'",
            "argoproj.io/v1alpha1",
        ),
        [
            "m:7 Workflow/web spec.templates.container.image x:latest",
            "m:8 Workflow/web spec.templates.sidecars.s.image y:latest",
            "m:11 Workflow/web spec.templates.script.image unresolved {{inputs.parameters.image}}",
        ],
    ),
    "a Tekton task": (
        manifest(
            "Task",
            "spec:\n  stepTemplate: {image: x}\n  steps:\n"
            "  - name: a\n    image: y\n  - image: $(params.image)",
            "tekton.dev/v1",
        ),
        [
            "m:5 Task/web spec.stepTemplate.image x:latest",
            "m:8 Task/web spec.steps.a.image y:latest",
            "m:9 Task/web spec.steps.image unresolved $(params.image)",
        ],
    ),
    "steps of what is no Tekton task": (manifest("Thing", "steps: [{image: x}]", "acme.test/v1"), []),
    "Prometheus": (
        manifest("Prometheus", "spec:\n  image: x\n  thanos: {image: y}", "monitoring.coreos.com/v1"),
        ["m:5 Prometheus/web spec.image x:latest", "m:6 Prometheus/web spec.thanos.image y:latest"],
    ),
    "CloudNativePG": (
        manifest("Cluster", "spec: {imageName: ghcr.io/a/postgresql:16}", "postgresql.cnpg.io/v1")
        + "---\n"
        + manifest("ImageCatalog", "spec: {images: [{major: 16, image: x}]}", "postgresql.cnpg.io/v1"),
        [
            "m:4 Cluster/web spec.imageName ghcr.io/a/postgresql:16",
            "m:9 ImageCatalog/web spec.images.image x:latest",
        ],
    ),
    "a template that is YAML": (
        manifest(
            "Pod",
            'spec:\n  containers:\n  - name: a\n    image: "{{ .Values.image }}:1"\n  - image: {{ .V }}',
        ),
        [
            "m:7 Pod/web spec.containers.a.image unresolved {{ .Values.image }}:1",
            "m:8 Pod/web spec.containers.image unresolved {{ .V }}",
        ],
    ),
    "a template that is not YAML": (
        manifest(
            "Pod",
            "spec:\n  containers:\n  {{- range .x }}\n  - image: {{ .i }}\n  {{- end }}\n  - image: x # y",
        ),
        ["m:7 image unresolved {{ .i }}", "m:9 image x:latest doubtful"],
    ),
    "JSON": (
        '{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"name": "a", "image": "x"}]}}',
        ["m:1 Pod/ spec.containers.a.image x:latest"],
    ),
    "aliases": (
        manifest("Pod", "spec:\n  containers: &c\n  - {name: a, image: x}\n  initContainers: *c"),
        ["m:6 Pod/web spec.containers.a.image x:latest"],
    ),
    "no image, or a blank one": (
        manifest("Pod", "spec: {containers: [{name: a}, {name: b, image: }, {name: c, image: ''}]}"),
        ["m:4 Pod/web spec.containers.c.image unresolved "],
    ),
    "an image that is a mapping": (
        manifest("Pod", "spec:\n  containers:\n  - image: {repository: x}"),
        ["m:6 Pod/web spec.containers.image unresolved {repository: x}"],
    ),
    "a file of something else": ("image: x\nkind: y\n", []),
}


@pytest.mark.parametrize(("text", "rows"), CASES.values(), ids=CASES)
def test_manifests(text: str, rows: list[str]) -> None:
    usages = read_kubernetes(text, "m").usages
    assert shown(usages) == rows
    check_soundness(usages)


KINDS = [
    ("Pod", "v1"),
    ("HelmRelease", "helm.toolkit.fluxcd.io/v2"),
    ("Application", "argoproj.io/v1alpha1"),
    ("Task", "tekton.dev/v1"),
    ("BuildConfig", "build.openshift.io/v1"),
    ("Widget", "acme.test/v1"),
]


HOSTILE = {
    "nested lists": "spec: " + "[" * 200_000,
    "an alias bomb": "a0: &a0 {image: x}\n"
    + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 60))
    + "containers: *a59",
    "containers that many share": "c: &c ["
    + "{name: a, image: x}, " * 3_000
    + "]\n"
    + "".join(f"k{i}: {{containers: *c}}\n" for i in range(3_000)),
    "an anchor in itself": "spec: &s {containers: [*s], volumes: [*s], template: *s, image: *s}",
    "a chain": "a0: &a0 {containers: [{name: a, image: x}]}\n"
    + "".join(f"a{i}: &a{i} {{k: *a{i - 1}}}\n" for i in range(1, 20_000)),
    "many images on one line": "spec: {containers: [" + "{image: {}}, " * 20_000 + "]}",
    "values that are YAML in YAML": "spec: {values: |\n" + "  a: &a {b: *a}\n" * 1_000,
    "parameters that double": "spec:\n"
    + "".join(
        f"{' ' * d}params: [{{name: p, value: $(params.p)$(params.p)}}]\n{' ' * d}a:\n" for d in range(1, 90)
    ),
    "no YAML": "spec: {{ x }}\n" + "- image: y\n" * 50_000,
}


SMALL = ("an alias bomb", "an anchor in itself", "values that are YAML in YAML", "parameters that double")


@pytest.mark.parametrize(
    ("kind", "name"),
    [*((KINDS[0], name) for name in HOSTILE), *((kind, name) for kind in KINDS[1:] for name in SMALL)],
)
def test_hostile_manifests_are_survived(kind: tuple[str, str], name: str) -> None:
    start = process_time()
    check_soundness(read_kubernetes(manifest(kind[0], HOSTILE[name], kind[1]), "m").usages)
    assert process_time() - start < SECONDS


WORDS = ["containers", "image", "spec", "nginx:1", "{{ x }}", "${X}", "volumes", "reference", "name"]
WORDS += ["params", "values", "helm", "source", "$(params.name)", "repository", "tag", "output", "steps"]
MARKS = [
    ": ",
    "\n",
    "\n  ",
    "\n    ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    ", ",
    "'",
    '"',
    "|\n",
    "#",
    "\t",
    "&a ",
    "*a",
]


@given(
    st.sampled_from(KINDS),
    st.lists(st.sampled_from(WORDS + MARKS), max_size=40).map("".join) | st.text(max_size=200),
)
def test_any_text_is_read(kind: tuple[str, str], body: str) -> None:
    check_soundness(read_kubernetes(manifest(kind[0], body, kind[1]), "m").usages)
