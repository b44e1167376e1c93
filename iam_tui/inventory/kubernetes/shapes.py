"""Under which keys the resources of an API group name the images that their controllers pull.

Containers need no entry: they are found in every resource. To read more resources, add their API group.
"""

import re
from collections.abc import Container
from typing import NamedTuple

_IMAGE_KEY = re.compile(r"(?:(?:.*[_-])?images?|.*Images?)(?:Name|Ref|Reference|_name)?", re.DOTALL)
CONTAINERS = frozenset({"containers", "initContainers", "ephemeralContainers"})
_PLAIN_KEYS = CONTAINERS | {"volumes"}


class ResourceShape(NamedTuple):
    """Keys, wherever they are in a resource.

    The value of `containers` is a mapping with `image`; of `lists`, a list of such mappings; of `texts`, the
    image itself; of `registries`, a mapping whose `url` starts with `docker://`. What `outputs` leads to is
    built rather than pulled. The value of `charts` says which Helm chart is installed, with which values; the
    value of `kustomizations` has kustomize's `images`. `parameters` are lists of what `$(params.NAME)` or
    `${NAME}` stand for. `openshift` means that `kind: DockerImage` with a name is an image.
    """

    containers: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    registries: frozenset[str] = frozenset()
    outputs: frozenset[str] = frozenset()
    charts: frozenset[str] = frozenset()
    kustomizations: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()
    openshift: bool = False

    @property
    def keys(self) -> frozenset[str]:
        """All keys that have a meaning here, those of containers and volumes included."""
        return _PLAIN_KEYS.union(*(keys for keys in self if isinstance(keys, frozenset)))


PLAIN = ResourceShape()
_ANY_IMAGE = ResourceShape(texts=frozenset({"image"}))
_OPENSHIFT = ResourceShape(
    texts=frozenset({"dockerImageRepository"}),
    outputs=frozenset({"output"}),
    parameters=frozenset({"parameters"}),
    openshift=True,
)
_KUBEVIRT = ResourceShape(frozenset({"containerDisk", "container"}), registries=frozenset({"registry"}))

_SHAPES = {
    "actions.summerwind.dev": ResourceShape(frozenset({"spec"}), frozenset({"sidecarContainers"})),
    "argoproj.io": ResourceShape(
        frozenset({"container", "script"}),
        frozenset({"sidecars"}),
        charts=frozenset({"source", "sources"}),
        kustomizations=frozenset({"kustomize"}),
    ),
    "cdi.kubevirt.io": _KUBEVIRT,
    "helm.cattle.io": ResourceShape(charts=frozenset({"spec"})),
    "helm.toolkit.fluxcd.io": ResourceShape(charts=frozenset({"spec"})),
    "kafka.strimzi.io": ResourceShape(texts=frozenset({"image"}), outputs=frozenset({"output"})),
    "kind.x-k8s.io": ResourceShape(lists=frozenset({"nodes"})),
    "kubevirt.io": _KUBEVIRT,
    "kustomize.toolkit.fluxcd.io": ResourceShape(kustomizations=frozenset({"spec"})),
    "monitoring.coreos.com": ResourceShape(frozenset({"spec", "thanos"})),
    "openshift.io": _OPENSHIFT,
    "operators.coreos.com": ResourceShape(frozenset({"spec"}), frozenset({"relatedImages"})),
    "postgresql.cnpg.io": ResourceShape(lists=frozenset({"images"}), texts=frozenset({"imageName"})),
    "shipwright.io": ResourceShape(
        lists=frozenset({"steps", "buildSteps"}),
        outputs=frozenset({"output"}),
        parameters=frozenset({"params"}),
    ),
    "tekton.dev": ResourceShape(
        frozenset({"stepTemplate", "check"}),
        frozenset({"steps", "sidecars"}),
        parameters=frozenset({"params"}),
    ),
    "workspace.devfile.io": ResourceShape(frozenset({"container"})),
    "acid.zalan.do": ResourceShape(texts=frozenset({"dockerImage"})),
} | dict.fromkeys(
    (
        "ceph.rook.io",
        "databases.spotahome.com",
        "jaegertracing.io",
        "k3d.io",
        "k8s.elastic.co",
        "k8s.mariadb.com",
        "minio.min.io",
        "opentelemetry.io",
        "percona.com",
        "rabbitmq.com",
        "redis.redis.opstreelabs.in",
        "sparkoperator.k8s.io",
    ),
    _ANY_IMAGE,
)
_STEP_ACTION = ResourceShape(frozenset({"spec"}), parameters=frozenset({"params"}))
_TEMPLATE = _OPENSHIFT._replace(openshift=False)

_PULL_NOTHING = (
    "aquasecurity.github.io",
    "argocd-image-updater.argoproj.io",
    "gatekeeper.sh",
    "image.toolkit.fluxcd.io",
    "kyverno.io",
    "policy.sigstore.dev",
)
_DATA_KINDS = frozenset({"ConfigMap", "Secret", "CustomResourceDefinition"})


def names_no_pull(group: str, kind: str) -> bool:
    """Whether resources of this kind pull nothing, although they may name images: data, schemas, policies."""
    return kind in _DATA_KINDS or _entry_of(group, _PULL_NOTHING) is not None


def shape_of(group: str, kind: str) -> ResourceShape:
    """The shape of a resource; plain if nothing is known but containers."""
    if kind == "StepAction":
        return _STEP_ACTION
    if kind == "Template" and not is_custom(group):
        return _TEMPLATE
    known = _entry_of(group, _SHAPES)
    return _SHAPES[known] if known else PLAIN


def is_custom(group: str) -> bool:
    """Whether the API group is not Kubernetes' own."""
    return "." in group and (not group.endswith(".k8s.io") or group in _SHAPES)


def is_image_key(key: str) -> bool:
    """Whether a key of this name may have an image as its value."""
    return "mage" in key and _IMAGE_KEY.fullmatch(key) is not None


def _entry_of(group: str, entries: Container[str]) -> str | None:
    """The API group among `entries`, or the one it is a subgroup of."""
    while group not in entries:
        _, dot, group = group.partition(".")
        if not dot:
            return None
    return group
