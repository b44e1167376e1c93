"""Custom resources: the ways in which they name images, and which kinds are counted as not read."""

import pytest

from iam_tui.inventory.kubernetes.reader import read_kubernetes
from tests.inventory.readings import check_soundness, shown
from tests.inventory.test_kubernetes import manifest

ARGO = "argoproj.io/v1alpha1"
TEKTON = "tekton.dev/v1"
FLUX = "helm.toolkit.fluxcd.io/v2"
OPEN_REGISTRY = "the chart may take it from another registry"

CASES = {
    "KubeVirt: a container disk and a kernel": (
        manifest(
            "VirtualMachineInstance",
            "spec:\n  volumes: [{name: d, containerDisk: {image: acme/disk:40}}]\n"
            "  domain: {firmware: {kernelBoot: {container: {image: acme/kernel:1}}}}",
            "kubevirt.io/v1",
        ),
        [
            "m:5 VirtualMachineInstance/web spec.volumes.containerDisk.image acme/disk:40",
            "m:6 VirtualMachineInstance/web spec.domain.firmware.kernelBoot.container.image acme/kernel:1",
        ],
    ),
    "KubeVirt: a data volume's registry": (
        manifest(
            "VirtualMachine",
            "spec:\n  dataVolumeTemplates:\n  - spec:\n      source:\n        registry:\n"
            "          url: docker://quay.io/acme/disk:1\n  - spec: {source: {http: {url: https://x.test/d}}}",
            "kubevirt.io/v1",
        ),
        ["m:9 VirtualMachine/web spec.dataVolumeTemplates.spec.source.registry.url quay.io/acme/disk:1"],
    ),
    "an Argo rollout": (
        manifest("Rollout", "spec: {template: {spec: {containers: [{name: a, image: x}]}}}", ARGO),
        ["m:4 Rollout/web spec.template.spec.containers.a.image x:latest"],
    ),
    "an Argo workflow's init containers": (
        manifest("Workflow", "spec: {templates: [{initContainers: [{name: i, image: x}]}]}", ARGO),
        ["m:4 Workflow/web spec.templates.initContainers.i.image x:latest"],
    ),
    "Tekton: a default of the same file": (
        manifest(
            "Task",
            "spec:\n  params:\n  - name: builder\n    default: acme/builder:1\n"
            "  - {name: tag, default: 3.10}\n"
            "  steps:\n  - image: $(params.builder)\n  - image: acme/x:$(params['tag'])\n"
            "  - image: $(params.other)\n  - image: acme/y:$(steps.a.results.tag)",
            TEKTON,
        ),
        [
            "m:10 Task/web spec.steps.image acme/builder:1 doubtful",
            "m:11 Task/web spec.steps.image acme/x:3.1 doubtful",
            "m:12 Task/web spec.steps.image unresolved $(params.other)",
            "m:13 Task/web spec.steps.image acme/y doubtful",
        ],
    ),
    "Tekton: a default of the first versions": (
        manifest(
            "ClusterTask",
            "spec:\n  inputs: {params: [{name: V, default: '3'}]}\n"
            "  steps: [{image: 'x:$(inputs.params.V)'}]",
            "tekton.dev/v1alpha1",
        ),
        ["m:6 ClusterTask/web spec.steps.image x:3 doubtful"],
    ),
    "Tekton: a run gives the value": (
        manifest(
            "TaskRun",
            "spec:\n  params: [{name: image, value: acme/x:1}]\n  taskSpec:\n"
            "    params: [{name: image, default: acme/x:0}]\n    steps: [{image: $(params.image)}]",
            TEKTON,
        ),
        ["m:8 TaskRun/web spec.taskSpec.steps.image acme/x:1"],
    ),
    "Tekton: a pipeline hands its default on": (
        manifest(
            "Pipeline",
            "spec:\n  params: [{name: base, default: acme/x:1}]\n  tasks:\n"
            "  - params: [{name: image, value: $(params.base)}]\n"
            "    taskSpec: {params: [{name: image}], steps: [{image: $(params.image)}]}",
            TEKTON,
        ),
        ["m:8 Pipeline/web spec.tasks.taskSpec.steps.image acme/x:1 doubtful"],
    ),
    "Tekton: a step action": (
        manifest(
            "StepAction",
            "spec:\n  params: [{name: image, default: acme/x:1}]\n  image: $(params.image)",
            "tekton.dev/v1beta1",
        ),
        ["m:6 StepAction/web spec.image acme/x:1 doubtful"],
    ),
    "Tekton: a condition": (
        manifest("Condition", "spec: {check: {image: x}}", "tekton.dev/v1alpha1"),
        ["m:4 Condition/web spec.check.image x:latest"],
    ),
    "an OpenShift template's parameter": (
        manifest(
            "Template",
            "objects:\n- apiVersion: v1\n  kind: Pod\n  spec: {containers: [{name: a, image: 'x:${V}'}]}\n"
            "parameters: [{name: V, value: '2'}]",
            "template.openshift.io/v1",
        ),
        ["m:7 Pod/ spec.containers.a.image x:2 doubtful"],
    ),
    "an OpenShift build": (
        manifest(
            "BuildConfig",
            "spec:\n  strategy: {dockerStrategy: {from: {kind: DockerImage, name: x}}}\n"
            "  output: {to: {kind: DockerImage, name: acme/made}}",
            "build.openshift.io/v1",
        ),
        [
            "m:5 BuildConfig/web spec.strategy.dockerStrategy.from.name x:latest",
            "m:6 BuildConfig/web spec.output.image acme/made:latest built",
        ],
    ),
    "a runner without Docker in it": (
        manifest(
            "RunnerDeployment",
            "spec:\n  template:\n    spec:\n      image: acme/runner:1",
            "actions.summerwind.dev/v1alpha1",
        ),
        [
            "m:6 RunnerDeployment/web spec.template.spec (hidden pull) docker:dind doubtful",
            "m:7 RunnerDeployment/web spec.template.spec.image acme/runner:1",
        ],
    ),
    "a runner with Docker in it, and the controller's image": (
        manifest(
            "RunnerDeployment",
            "spec: {template: {spec: {dockerdWithinRunnerContainer: true}}}",
            "actions.summerwind.dev/v1alpha1",
        ),
        [
            "m:4 RunnerDeployment/web spec.template.spec (hidden pull) summerwind/actions-runner-dind:latest"
            " doubtful"
        ],
    ),
    "Strimzi": (
        manifest(
            "KafkaConnect",
            "spec:\n  image: x\n  build: {output: {type: docker, image: acme/made:1}}",
            "kafka.strimzi.io/v1beta2",
        ),
        [
            "m:5 KafkaConnect/web spec.image x:latest",
            "m:6 KafkaConnect/web spec.build.output.image acme/made:1 built",
        ],
    ),
    "Elastic": (
        manifest("Kibana", "spec: {image: x}", "kibana.k8s.elastic.co/v1"),
        ["m:4 Kibana/web spec.image x:latest"],
    ),
    "an operator's relations": (
        manifest(
            "ClusterServiceVersion",
            "spec: {relatedImages: [{name: a, image: x}]}",
            "operators.coreos.com/v1alpha1",
        ),
        ["m:4 ClusterServiceVersion/web spec.relatedImages.a.image x:latest"],
    ),
    "a policy about images": (
        manifest(
            "ClusterPolicy",
            "spec: {rules: [{validate: {pattern: {spec: {containers: [{image: '!*:latest'}]}}}}]}",
            "kyverno.io/v1",
        ),
        [],
    ),
    "chart values: repository and tag": (
        manifest(
            "HelmRelease", "spec:\n  values:\n    image:\n      repository: acme/app\n      tag: 1.20", FLUX
        ),
        ["m:7 HelmRelease/web spec.values.image.repository acme/app:1.2 doubtful"],
    ),
    "chart values: a registry, and one for all": (
        manifest(
            "HelmRelease", "spec: {values: {image: {registry: quay.io, repository: a/b, tag: v1}}}", FLUX
        )
        + "---\n"
        + manifest(
            "HelmRelease",
            "spec: {values: {global: {imageRegistry: r.test}, "
            "image: {registry: quay.io, repository: a/b, tag: v1}}}",
            FLUX,
        ),
        [
            "m:4 HelmRelease/web spec.values.image.repository quay.io/a/b:v1",
            "m:9 HelmRelease/web spec.values.image.repository r.test/a/b:v1",
        ],
    ),
    "chart values: a bare word without a tag may be anything": (
        manifest("HelmRelease", "spec: {values: {backupImage: nightly, webImage: redis}}", FLUX),
        ["m:4 HelmRelease/web spec.values.webImage redis doubtful"],
    ),
    "chart values: the chart's tag": (
        manifest("HelmRelease", "spec: {values: {webImage: quay.io/a/b, other: {image: {name: c/d}}}}", FLUX),
        [
            "m:4 HelmRelease/web spec.values.other.image.name c/d doubtful",
            "m:4 HelmRelease/web spec.values.webImage quay.io/a/b doubtful",
        ],
    ),
    "chart values: digests, and a tag in a key beside": (
        manifest(
            "HelmRelease",
            f"spec:\n  values:\n    image: {{repository: quay.io/a/b, digest: 'sha256:{'0' * 64}'}}\n"
            "    busybox: {image: quay.io/c/d, imageTag: '1'}",
            FLUX,
        ),
        [
            f"m:6 HelmRelease/web spec.values.image.repository quay.io/a/b@sha256:{'0' * 64}",
            "m:7 HelmRelease/web spec.values.busybox.image quay.io/c/d:1",
        ],
    ),
    "chart values: what only looks like an image": (
        manifest(
            "HelmRelease",
            "spec: {values: {repository: 'https://x.test/charts', useImage: true, image: '', "
            "logoImage: img/logo.png, image_path: x, image: {pullPolicy: Always}, fooImage: 3}}",
            FLUX,
        ),
        [],
    ),
    "chart values: a whole container": (
        manifest("HelmRelease", "spec: {values: {extraContainers: [{name: a, image: 'busybox:1'}]}}", FLUX),
        ["m:4 HelmRelease/web spec.values.extraContainers.image busybox:1"],
    ),
    "Argo CD: values as a text and as a mapping": (
        manifest(
            "Application",
            "spec:\n  source:\n    chart: web\n    helm:\n      values: |\n        # one\n        image:\n"
            "          repository: quay.io/a/b\n          tag: v1\n"
            "      valuesObject: {image: {repository: quay.io/c/d, tag: v2}}",
            ARGO,
        ),
        [
            "m:11 Application/web spec.source.helm.values.image.repository quay.io/a/b:v1",
            "m:13 Application/web spec.source.helm.valuesObject.image.repository quay.io/c/d:v2",
        ],
    ),
    "Argo CD: images of kustomize": (
        manifest("Application", "spec: {source: {kustomize: {images: ['x=acme/x:1', 'nginx:2']}}}", ARGO),
        [
            "m:4 Application/web spec.source.kustomize.images acme/x:1 doubtful",
            "m:4 Application/web spec.source.kustomize.images nginx:2 doubtful",
        ],
    ),
    "Flux: images of kustomize": (
        manifest(
            "Kustomization",
            "spec:\n  images:\n  - name: x\n    newName: acme/x\n    newTag: v1",
            "kustomize.toolkit.fluxcd.io/v1",
        ),
        ["m:6 Kustomization/web spec.images acme/x:v1 doubtful"],
    ),
}


@pytest.mark.parametrize(("text", "rows"), CASES.values(), ids=CASES)
def test_custom_resources(text: str, rows: list[str]) -> None:
    usages = read_kubernetes(text, "m").usages
    assert sorted(shown(usages)) == sorted(rows)
    check_soundness(usages)


NOT_READ = {
    "an image of an unknown kind": (manifest("Widget", "spec: {image: acme/x}", "acme.test/v1"), ["Widget"]),
    "a list of them": (manifest("Widget", "spec: {images: [acme/x, acme/y]}", "acme.test/v1"), ["Widget"]),
    "a repository and a tag": (
        manifest("Widget", "spec: {sidecarImage: {repository: a/b, tag: v1}}", "acme.test/v1"),
        ["Widget"],
    ),
    "several resources of a kind": (
        "---\n".join([manifest("Widget", "image: x", "acme.test/v1")] * 2),
        ["Widget", "Widget"],
    ),
    "a picture, an address, a number, a truth value and a blank": (
        manifest(
            "Widget",
            "spec: {image: logo.png, bigImage: 'https://x.test/i', image_name: 3, "
            "hasImage: true, iconImage: ''}",
            "acme.test/v1",
        ),
        [],
    ),
    "a kind of Kubernetes' own": (manifest("PersistentVolume", "spec: {rbd: {image: foo}}"), []),
    "what was read": (
        manifest("Widget", "spec: {containers: [{name: a, image: x}]}", "acme.test/v1"),
        [],
    ),
    "a chart that decides": (
        manifest("HelmRelease", "spec: {chart: {spec: {chart: x}}}", FLUX),
        ["HelmRelease"],
    ),
    "a chart's image whose tag alone is given": (
        manifest(
            "HelmRelease",
            "spec: {values: {image: {tag: v1}, b: {image: {repository: quay.io/a/b, tag: v1}}}}",
            FLUX,
        ),
        ["HelmRelease"],
    ),
    "values that are not YAML": (
        manifest("Application", "spec: {source: {helm: {values: '{{'}}}", ARGO),
        ["Application"],
    ),
    "an application without a chart": (manifest("Application", "spec: {source: {path: x}}", ARGO), []),
    "a run's parameter for a task in another file": (
        manifest("TaskRun", "spec: {params: [{name: BUILDER_IMAGE, value: acme/x:1}]}", TEKTON),
        ["TaskRun params"],
    ),
    "a script that makes a manifest": (
        manifest(
            "Task",
            "spec:\n  steps:\n  - image: x\n    script: |\n      kubectl apply -f - <<EOF\n"
            "      apiVersion: v1\n      kind: Pod\n      spec:\n        containers:\n"
            "        - name: a\n          image: docker\n      EOF",
            TEKTON,
        ),
        ["text in a Task"],
    ),
    "a script about images": (
        manifest(
            "Task", 'spec:\n  steps:\n  - image: x\n    script: |\n      echo "image: $X"\n      true', TEKTON
        ),
        [],
    ),
    "a config map's file": (
        manifest("ConfigMap", 'data:\n  a.json: |\n    {"name": "a", "image": "ubuntu"}\n'),
        ["text in a ConfigMap"],
    ),
    "patches and other parts of resources": (
        "spec:\n  template:\n    image: acme/x:1\n",
        ["other YAML file"],
    ),
    "a manifest that cannot be parsed": (
        manifest("Pod", 'spec: {\n{"containers": [{"image": "x"}]'),
        ["other YAML file"],
    ),
}


@pytest.mark.parametrize(("text", "kinds"), NOT_READ.values(), ids=NOT_READ)
def test_what_is_not_read_is_counted_by_kind(text: str, kinds: list[str]) -> None:
    assert list(read_kubernetes(text, "m").not_read) == kinds


def test_why_a_parameter_and_a_value_are_in_doubt() -> None:
    task = "spec:\n  params: [{name: b, default: acme/b:1}]\n  steps: [{image: $(params.b)}]"
    values = "spec: {values: {image: {repository: acme/app}}}"
    problems = [
        usage.problem
        for text in (manifest("Task", task, TEKTON), manifest("HelmRelease", values, FLUX))
        for usage in read_kubernetes(text, "m").usages
    ]
    assert problems == [
        "b is not set, so acme/b:1 is filled in",
        f"{OPEN_REGISTRY}; the chart decides which tag; only the repository is known",
    ]
