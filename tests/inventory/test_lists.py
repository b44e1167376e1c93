"""Lists on standard input: every form that is read, and texts that are no list."""

import io
import json

import pytest

from iam_tui.inventory.lists.cells import FILE
from iam_tui.inventory.lists.image_list import MOST_BYTES, NotAList, read_list
from tests.inventory.readings import check_soundness, shown

HEX = "0123456789abcdef" * 4
DIGEST = f"sha256:{HEX}"
NOT_A_LIST = ["not a list"]
LEGEND = " " * 123 + "i Info →   U  In Use\n"
DOCKER_29 = "IMAGE          ID             DISK USAGE   CONTENT SIZE   EXTRA\n"
PODS = (
    "NAMESPACE     NAME                       READY   STATUS    RESTARTS   AGE\n"
    "kube-system   coredns-86c58d9df4-5gpqn   1/1     Running   0          25m\n"
    "kube-system   etcd-node1                 1/1     Running   0          24m\n"
)
POD = {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"name": "a", "image": "nginx:1.27"}]}}


def rows(text: str | bytes) -> list[str]:
    """What the list says, each row without what is the same in all."""
    try:
        usages = read_list(
            io.BytesIO(text if isinstance(text, bytes) else text.encode(errors="surrogatepass"))
        )
    except NotAList:
        return NOT_A_LIST
    check_soundness(usages)
    assert all(usage.file == FILE for usage in usages)
    return [row.removeprefix("-:").replace(" stdin ", " ") for row in shown(usages)]


NAMES = [
    ("one image a line", "nginx\nredis:7\n", ["1 nginx:latest", "2 redis:7"]),
    ("the last line may lack its end", "nginx", ["1 nginx:latest"]),
    ("ends of lines that Windows writes", "nginx\r\n", ["1 nginx:latest"]),
    (
        "the encoding that PowerShell writes",
        "nginx\r\nredis:7\r\n".encode("utf-16"),
        ["1 nginx:latest", "2 redis:7"],
    ),
    ("a byte order mark", "\ufeffnginx\n", ["1 nginx:latest"]),
    ("blank lines and comments are none", "\n  \n# redis\n// x\nnginx # web\n", ["5 nginx:latest"]),
    ("twice is two rows", "nginx\nnginx\n", ["1 nginx:latest", "2 nginx:latest"]),
    (
        "items, quotes and commas",
        '- nginx\n* redis:7\n"a/b",\n',
        ["1 nginx:latest", "2 redis:7", "3 a/b:latest"],
    ),
    (
        "words of a JSON path",
        "nginx:1 redis\tquay.io/a/b",
        ["1 nginx:1", "1 redis:latest", "1 quay.io/a/b:latest"],
    ),
    (
        "a bare word among those of a JSON path could be anything",
        "nginx:1 redis:7 a/b:1 myapp",
        ["1 nginx:1", "1 redis:7", "1 a/b:1", "1 unresolved myapp"],
    ),
    (
        "a mistake among names",
        "nginx\na/b\nFoo:x\n",
        ["1 nginx:latest", "2 a/b:latest", "3 unresolved Foo:x"],
    ),
    (
        "beside a mistake, a bare word says nothing",
        "nginx:1\nHello\nworld\n",
        ["1 nginx:1", "2 unresolved Hello", "3 unresolved world"],
    ),
    (
        "docker images --format",
        "nginx:1.27\n<none>:<none>\nacme/web:<none>\n",
        ["1 nginx:1.27", "2 unresolved <none>:<none>", "3 acme/web doubtful"],
    ),
    ("an image id", f"{DIGEST}\n", [f"1 unresolved {DIGEST}"]),
    (
        "docker images -q",
        "d2f69c7c0b14\n168606be2319\n",
        ["1 unresolved d2f69c7c0b14", "2 unresolved 168606be2319"],
    ),
    ("ctr images ls -q", f"docker.io/library/a:1\n{DIGEST}\n", ["1 a:1", f"2 unresolved {DIGEST}"]),
    (
        "a name that is an id by chance",
        f"acme/{'0' * 12}\nnginx:{'0' * 12}\n",
        [f"1 acme/{'0' * 12}:latest", f"2 nginx:{'0' * 12}"],
    ),
    (
        "a bare word that is no official image",
        "nginx\nmyapp\nredis\n",
        ["1 nginx:latest", "2 unresolved myapp", "3 redis:latest"],
    ),
    (
        "beside a name that nothing else looks like, half may be bare words",
        "nginx:1.27\nproject-web\n",
        ["1 nginx:1.27", "2 unresolved project-web"],
    ),
    ("bare names beside a whole one", "nginx\nbitnami/redis:7\n", ["1 nginx:latest", "2 bitnami/redis:7"]),
    (
        "a branch may look like a repository",
        "src/main\nfeature/x\n",
        ["1 src/main:latest doubtful", "2 feature/x:latest doubtful"],
    ),
    ("one of them beside a name", "src/main\nnginx\n", ["1 src/main:latest", "2 nginx:latest"]),
    ("a name of Docker Hub with its host", "docker.io/tiny/tool\n", ["1 tiny/tool:latest"]),
    (
        "an address may look like a tag of an official image",
        "db:5432\nname:value\n",
        ["1 unresolved db:5432", "2 unresolved name:value"],
    ),
    ("a name of one's own with a tag, beside a name", "myapp:1\nnginx:2\n", ["1 myapp:1", "2 nginx:2"]),
    (
        "a byte that is not UTF-8",
        b"nginx\nacme/\xff\nredis\n",
        ["1 nginx:latest", "2 unresolved acme/\ufffd", "3 redis:latest"],
    ),
    ("nothing", "", []),
    ("nothing but blanks", "\ufeff \n\t\r\n", []),
]
COUNTS = [
    (
        "uniq -c",
        "      2 nginx:1.27\n     14 registry.k8s.io/pause:3.9\n",
        ["1 nginx:1.27", "2 registry.k8s.io/pause:3.9"],
    ),
    ("uniq -c of macOS", "   1 nginx\n  12 redis\n", ["1 nginx:latest", "2 redis:latest"]),
    ("the count of a blank line", "      1 \n      2 nginx:1.27\n", ["2 nginx:1.27"]),
    (
        "a mistake among them",
        "  1 nginx:1\n  2 a/b\n  3 Foo\n  4 bar\n",
        ["1 nginx:1", "2 a/b:latest", "3 unresolved Foo", "4 unresolved bar"],
    ),
    ("ids among them", f"  1 nginx:1\n  1 {DIGEST}\n", ["1 nginx:1", f"2 unresolved {DIGEST}"]),
]
BY_POD = [
    (
        "the documentation of Kubernetes",
        "web-6d4cf56db6-x2x5l:\tnginx:1.27, envoyproxy/envoy:v1.31, \ncache-0:\tredis, \n\ndone:\t\n",
        ["1 nginx:1.27", "1 envoyproxy/envoy:v1.31", "2 redis:latest"],
    ),
    ("copied from a terminal", "web-0:     nginx:1.27, \n", ["1 nginx:1.27"]),
    ("with a tab", "web-0\tnginx:1.27 a/b\nx\tredis:7\n", ["1 nginx:1.27", "1 a/b:latest", "2 redis:7"]),
    ("with a namespace", "default\tweb-0\tnginx:1.27 \n", ["1 nginx:1.27"]),
]
TABLES = [
    (
        "docker image ls",
        "REPOSITORY   TAG       IMAGE ID       CREATED        SIZE\n"
        "nginx        1.27      0123456789ab   2 weeks ago    192MB\n"
        "acme/web     <none>    0123456789ab   2 weeks ago    1GB\n"
        "<none>       <none>    0123456789ab   2 weeks ago    1GB\n",
        ["2 nginx:1.27", "3 acme/web doubtful", "4 unresolved <none>"],
    ),
    (
        "docker image ls --digests",
        "REPOSITORY   TAG       DIGEST" + " " * 69 + "IMAGE ID\n"
        f"nginx        1.27      {DIGEST}    0123456789ab\n"
        f"redis        <none>    {DIGEST}    0123456789ab\n",
        [f"2 nginx:1.27@{DIGEST}", f"3 redis@{DIGEST}"],
    ),
    (
        "docker image ls of version 29, with its legend",
        LEGEND + DOCKER_29 + "nginx:1.27     0123456789ab        192MB         72MB    U\n"
        "<untagged>     0123456789ab        192MB         72MB\n"
        "├─ linux/amd64 0123456789ab        192MB         72MB\n",
        ["3 nginx:1.27", "4 unresolved <untagged>"],
    ),
    (
        "a name that is cut on a narrow terminal",
        DOCKER_29 + "registry.exa…  0123456789ab        192MB         72MB\n",
        ["2 unresolved registry.exa…"],
    ),
    (
        "docker image ls --tree, with blank lines and names below each other",
        DOCKER_29 + "alpine:3       0123456789ab        192MB         72MB\n"
        "├─ linux/amd64 0123456789ab           0B           0B\n\n"
        "hello:latest\n"
        "hello:2        0123456789ab        192MB         72MB\n",
        ["2 alpine:3", "5 hello:latest", "6 hello:2"],
    ),
    (
        "docker ps shows the id where no name is known",
        "CONTAINER ID   IMAGE          COMMAND                  STATUS\n"
        '0123456789ab   nginx:1.27     "/docker-entrypoint.…"   Up 2 hours\n'
        'e960727b0ffb   d2f69c7c0b14   "/bin/sh"                Up 8 days\n'
        'e960727b0ffc   <no image>     "/bin/sh"                Up 8 days\n',
        ["2 nginx:1.27", "3 unresolved d2f69c7c0b14", "4 unresolved <no image>"],
    ),
    (
        "podman images",
        "REPOSITORY               TAG         IMAGE ID      CREATED      SIZE        R/O\n"
        "docker.io/library/nginx  1.27        39286ab8a5e1  4 weeks ago  192 MB      true\n"
        "localhost/x              latest      39286ab8a5e1  4 weeks ago  192 MB      false\n",
        ["2 nginx:1.27", "3 localhost/x:latest"],
    ),
    (
        "podman ps",
        "CONTAINER ID  IMAGE                           COMMAND               CREATED        STATUS\n"
        "1234567890ab  docker.io/library/nginx:latest  nginx -g daemon o...  8 seconds ago  Up 8 seconds\n",
        ["2 nginx:latest"],
    ),
    (
        "nerdctl images --names",
        "NAME                           IMAGE ID        CREATED       PLATFORM\n"
        "docker.io/library/alpine:3     beefdbd8a1da    3 days ago    linux/amd64\n",
        ["2 alpine:3"],
    ),
    (
        "crictl images --digests cuts the digest",
        "IMAGE                       TAG       DIGEST          IMAGE ID        SIZE\n"
        "docker.io/library/busybox   1.36      6d9ac9237a84a   3f57d9401f8d4   4.26MB\n"
        "docker.io/library/nginx     <none>    6d9ac9237a84a   3f57d9401f8d4   4.26MB\n",
        ["2 busybox:1.36", "3 nginx doubtful"],
    ),
    (
        "crictl ps shows ids of 13 digits",
        "CONTAINER           IMAGE               CREATED             STATE\n"
        "1f73f2d81bf98       141fe141fe141       7 minutes ago       Running\n",
        ["2 unresolved 141fe141fe141"],
    ),
    (
        "ctr images ls has one blank between columns",
        "REF                           TYPE                                       DIGEST"
        + " " * 66
        + "SIZE     PLATFORMS   LABELS\n"
        f"docker.io/library/redis:7     application/vnd.oci.image.index.v1+json    {DIGEST} "
        "12.4 MiB linux/amd64 -\n",
        ["2 redis:7"],
    ),
    ("ctr images ls without any", "REF TYPE DIGEST SIZE PLATFORMS LABELS \n", []),
    (
        "ctr containers ls",
        "CONTAINER    IMAGE                      RUNTIME\n"
        "redis        docker.io/library/redis    io.containerd.runc.v2\n"
        "x            -                          io.containerd.runc.v2\n",
        ["2 redis:latest", "3 unresolved -"],
    ),
    (
        "docker compose images",
        "CONTAINER   REPOSITORY   TAG       PLATFORM      IMAGE ID       SIZE\n"
        "w-web-1     nginx        1.27      linux/amd64   5ef79149e0ec   188MB\n",
        ["2 nginx:1.27"],
    ),
    (
        "docker-compose images",
        "Container     Repository   Tag     Image Id       Size  \n"
        "--------------------------------------------------------\n"
        "app_web_1     nginx        1.27    5ef79149e0ec   188 MB\n",
        ["3 nginx:1.27"],
    ),
    (
        "docker service ls",
        "ID             NAME      MODE         REPLICAS   IMAGE        PORTS\n"
        "abcdefghijkl   web       replicated   1/1        nginx:1.27   *:80->80/tcp\n",
        ["2 nginx:1.27"],
    ),
    (
        "docker system df -v",
        "Images space usage:\n\n"
        "REPOSITORY   TAG       IMAGE ID       CREATED       SIZE\n"
        "nginx        1.27      5ef79149e0ec   2 days ago    188MB\n\n"
        "Containers space usage:\n\n"
        "CONTAINER ID   IMAGE     COMMAND     NAMES\n"
        '4f5b1c3b5e9b   redis:7   "/bin/sh"   x\n\n'
        "Local Volumes space usage:\n\n"
        "VOLUME NAME   LINKS     SIZE\n"
        "myvol         1         36B\n\n"
        "Build cache usage: 0B\n\n"
        "CACHE ID   CACHE TYPE   SIZE\n",
        ["4 nginx:1.27", "9 redis:7"],
    ),
    (
        "kubectl get deployments -o wide",
        "NAME   READY   CONTAINERS   IMAGES               SELECTOR\n"
        "web    1/1     a,b          nginx:1.27,redis:7   app=web\n",
        ["2 nginx:1.27", "2 redis:7"],
    ),
    (
        "kubectl get all -o wide says that its table of pods has no images",
        "NAME        READY   STATUS    RESTARTS   AGE\npod/web-0   1/1     Running   0          5d\n\n"
        "NAME                  CONTAINERS   IMAGES       SELECTOR\n"
        "deployment.apps/web   a            nginx:1.27   app=web\n",
        ["1 unresolved NAME        READY   STATUS    RESTARTS   AGE", "5 nginx:1.27"],
    ),
    (
        "kubectl -o custom-columns",
        "NAME    IMAGE\nweb-0   nginx:1.27,envoyproxy/envoy:v1\nx       <none>\n",
        ["2 nginx:1.27", "2 envoyproxy/envoy:v1", "3 unresolved <none>"],
    ),
    ("custom columns with names in lower case", "Name    Image\nweb-0   nginx:1.27\n", ["2 nginx:1.27"]),
    (
        "the column in the documentation of kubectl",
        "DATA\nnginx:1.27,redis\n",
        ["2 nginx:1.27", "2 redis:latest"],
    ),
    ("docker ps --format table", "NAMES\tIMAGE\nweb\tnginx:1.27\n", ["2 nginx:1.27"]),
    (
        "copied with the prompts",
        "me@host:~$ docker images\nWARN[0000] slow\nREPOSITORY   TAG       IMAGE ID\n"
        "nginx        1.27      0123456789ab\n$\n",
        ["4 nginx:1.27"],
    ),
    (
        "a blank line and something else end a table",
        "IMAGE     TAG\nnginx     1.27\n\nredis busybox\n",
        ["2 nginx:1.27", "4 unresolved redis busybox"],
    ),
    (
        "a row that does not fit the columns",
        "NAME   IMAGE\nweb-frontend nginx\nx      redis:7\n",
        ["2 unresolved web-frontend nginx", "3 redis:7"],
    ),
]
BARE_ROWS = [
    (
        "docker images | grep",
        "redis     7.2      7614ae9453d1   8 weeks ago    138MB\n"
        "nginx     <none>   7614ae9453d1   About an hour ago   1.2GB\n",
        ["1 redis:7.2", "2 nginx doubtful"],
    ),
    (
        "docker images of version 29",
        "nginx:1.27   0123456789ab        192MB         72MB    U\n",
        ["1 nginx:1.27"],
    ),
    (
        "docker ps",
        'e960727b0ffb   nginx:1.27   "/docker-entr…"   8 days ago   Up 8 days   80/tcp   web\n'
        'e960727b0ffc   d2f69c7c0b14   "/bin/sh"   8 days ago   Exited (0) 2 days ago   x\n',
        ["1 nginx:1.27", "2 unresolved d2f69c7c0b14"],
    ),
    (
        "podman ps",
        "1234567890ab  docker.io/library/nginx:1  nginx -g daemon o...  8 seconds ago  Up 8 seconds  web\n",
        ["1 nginx:1"],
    ),
    ("crictl images", "docker.io/library/nginx   1.27   e6f1816883972   71MB\n", ["1 nginx:1.27"]),
    (
        "ctr images ls",
        f"docker.io/library/redis:7 application/vnd.oci.image.index.v1+json {DIGEST} 1 MiB x/y -\n",
        ["1 redis:7"],
    ),
]
JSON = [
    (
        "docker image ls --format json",
        '{"Repository":"nginx","Tag":"1.27","Digest":"<none>","ID":"0"}\n'
        '{"Repository":"acme/web","Tag":"<none>","ID":"0"}\n{"Repository":"<none>","Tag":"<none>"}\n',
        ["1 nginx:1.27", "2 acme/web doubtful", '3 unresolved {"Repository":"<none>","Tag":"<none>"}'],
    ),
    ("docker ps --format json", '{"Image":"nginx:1.27","Names":"web"}\n', ["1 nginx:1.27"]),
    (
        "a line that is cut, and one of something else",
        '{"Image":"nginx"}\n{"Image":"re\n{"Name":"x"}\n',
        ["1 nginx:latest", '2 unresolved {"Image":"re', '3 unresolved {"Name":"x"}'],
    ),
    (
        "docker compose images --format json",
        '[{"ID":"sha256:1","ContainerName":"w","Repository":"nginx","Tag":"1.27","Size":1}]',
        ["1 nginx:1.27"],
    ),
    (
        "podman images --format json",
        "[\n"
        ' {"Id":"1c35","RepoTags":null,"Names":["docker.io/library/busybox:1","quay.io/a/b:1"]},\n'
        ' {"Id":"2","RepoTags":null,"Names":[]}\n]',
        ["2 busybox:1", "2 quay.io/a/b:1", '3 unresolved {"Id":"2","RepoTags":null,"Names":[]}'],
    ),
    ("podman images of version 1", '[{"ID":"1c35","Names":["busybox:1"],"Digests":[]}]', ["1 busybox:1"]),
    (
        "podman ps --format json",
        '[{"Image":"docker.io/library/nginx:1","ImageID":"x","Names":["web"]}]',
        ["1 nginx:1"],
    ),
    (
        "docker inspect of a container",
        json.dumps([{"Id": "0", "Image": DIGEST, "Config": {"Image": "nginx:1.27"}}]),
        ["1 nginx:1.27"],
    ),
    (
        "podman inspect of a container",
        json.dumps([{"Image": HEX, "ImageName": "quay.io/a/b:1"}]),
        ["1 quay.io/a/b:1"],
    ),
    (
        "docker inspect of images",
        json.dumps(
            [
                {"RepoTags": ["nginx:1.27"], "RepoDigests": [f"nginx@{DIGEST}"], "Config": {"Image": DIGEST}},
                {"RepoTags": [], "RepoDigests": [f"redis@{DIGEST}"]},
            ]
        ),
        ["1 nginx:1.27", f"1 redis@{DIGEST}"],
    ),
    (
        "docker service inspect",
        json.dumps([{"Spec": {"TaskTemplate": {"ContainerSpec": {"Image": "nginx:1"}}}}]),
        ["1 nginx:1"],
    ),
    (
        "docker system df -v --format json",
        '{"Images":[{"Repository":"nginx","Tag":"1"}],"Containers":[{"Image":"redis:7"}],"Volumes":[]}',
        ["1 nginx:1", "1 redis:7"],
    ),
    (
        "crictl images -o json",
        f'{{\n  "images": [\n    {{\n      "id": "{DIGEST}",\n'
        f'      "repoTags": ["docker.io/library/nginx:1"]\n    }}\n  ]\n}}',
        ["3 nginx:1"],
    ),
    (
        "crictl ps -o json shows names beside ids",
        json.dumps(
            {
                "containers": [
                    {"image": {"image": DIGEST, "userSpecifiedImage": "nginx:1"}, "imageRef": DIGEST},
                    {"image": {"image": DIGEST}, "imageRef": f"docker.io/library/redis@{DIGEST}"},
                    {"image": {"image": DIGEST}, "imageRef": DIGEST},
                ]
            }
        ),
        ["1 nginx:1", f"1 redis@{DIGEST}", f"1 unresolved {DIGEST}"],
    ),
    ("crictl inspecti", json.dumps({"status": {"repoTags": ["docker.io/library/nginx:1"]}}), ["1 nginx:1"]),
    ("images of a node", json.dumps([{"names": [f"a/b@{DIGEST}", "a/b:1"], "sizeBytes": 1}]), ["1 a/b:1"]),
    (
        "kubectl get pods -o json",
        json.dumps({"apiVersion": "v1", "kind": "List", "items": [POD]}, indent=2),
        ["12 Pod/ spec.containers.a.image nginx:1.27"],
    ),
    (
        "resources in an array, with tabs",
        json.dumps([POD], indent="\t"),
        ["9 Pod/ spec.containers.a.image nginx:1.27"],
    ),
    ("no pods at all", '{"apiVersion":"v1","kind":"List","items":[]}', []),
    ("no images at all", "[]\n", []),
    (
        "a character that JSON writes in two halves",
        json.dumps({**POD, "metadata": {"name": "\U0001f433"}}),
        ["1 Pod/? spec.containers.a.image nginx:1.27"],
    ),
    (
        "docker compose config --format json",
        '{"name":"x","services":{"web":{"image":"nginx:1.27"}}}',
        ["1 services.web.image nginx:1.27"],
    ),
    ("an array of names", '[\n "nginx:1.27",\n "redis"\n]', ["2 nginx:1.27", "3 redis:latest"]),
    ("two documents", '[{"Image":"nginx"}]\n[{"Image":"redis"}]\n', ["1 nginx:latest", "2 redis:latest"]),
    ("an array that is cut", '[{"Image":"nginx"},{"Ima', ["1 nginx:latest", '1 unresolved ,{"Ima']),
    ("jq without -r", '"nginx:1.27"\n"redis"\n', ["1 nginx:1.27", "2 redis:latest"]),
]
YAML = [
    (
        "kubectl get pods -o yaml",
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  spec:\n    containers:\n"
        "    - image: nginx:1\n",
        ["8 Pod/ spec.containers.image nginx:1"],
    ),
    (
        "docker compose config",
        "name: x\nservices:\n  web:\n    image: nginx:1.27\n    networks:\n      default: null\n",
        ["4 services.web.image nginx:1.27"],
    ),
    (
        "docker compose config of something that is built",
        "services:\n  web:\n    build:\n      context: /x\n      dockerfile: Dockerfile\n",
        ["5 services.web.build.dockerfile unresolved Dockerfile"],
    ),
    (
        "crictl images -o yaml",
        f"images:\n- id: {DIGEST}\n  repoTags:\n  - docker.io/library/nginx:1\n- id: {DIGEST}\n"
        f"  repoTags: []\n- x: y\n",
        ["2 nginx:1", "5 unresolved ", "7 unresolved "],
    ),
    (
        "crictl ps -o yaml",
        f"containers:\n- image:\n    image: {DIGEST}\n    userSpecifiedImage: nginx:1\n"
        f"  imageRef: {DIGEST}\n",
        ["2 nginx:1"],
    ),
    ("no pods at all", "apiVersion: v1\nitems: []\nkind: List\n", []),
    ("crictl images -o yaml without any", "images: []\n", []),
    (
        "a byte that is not UTF-8",
        b"apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: nginx:1\n    name: \xff\n",
        ["5 Pod/ spec.containers.\ufffd.image nginx:1"],
    ),
    ("YAML of another kind", "web:\n  image: redis:7\nports:\n- 80\n", ["2 unresolved redis:7"]),
]
NODE = {
    "apiVersion": "v1",
    "kind": "Node",
    "status": {
        "images": [
            {"names": [f"quay.io/a/b@{DIGEST}", "quay.io/a/b:1"]},
            {"names": [f"c/d@{DIGEST}"]},
            {"sizeBytes": 1},
        ]
    },
}
NODES = [
    (
        "kubectl get nodes -o json",
        json.dumps({"apiVersion": "v1", "kind": "List", "items": [NODE]}),
        [
            "1 Node/ status.images quay.io/a/b:1",
            f"1 Node/ status.images c/d@{DIGEST}",
            "1 Node/ status.images unresolved ",
        ],
    ),
]
IMAGE_LINES = [
    ("image keys", "image: nginx\n  - image: 'redis:7' # x\n", ["1 nginx:latest", "2 redis:7"]),
    (
        "grep -rn image:",
        'k8s/a.yaml:12:        image: nginx:1.27\na.json:3:  "image": "redis:7",\n--\n'
        "v.yaml:3:  image: {{ .Values.x }}\nv.yaml:4:  image:\n",
        ["1 nginx:1.27", "2 redis:7", "4 unresolved {{ .Values.x }}", "5 unresolved v.yaml:4:  image:"],
    ),
    (
        "values that are no images",
        "post.md:3:image: cover.jpg\nimage: true\nimage: ubuntu-latest\nimage: redis\n"
        "image: img/cover.avif\nimage: 5\n",
        [
            "1 unresolved cover.jpg",
            "2 unresolved true",
            "3 unresolved ubuntu-latest",
            "4 redis:latest",
            "5 unresolved img/cover.avif",
            "6 unresolved 5",
        ],
    ),
    (
        "a line of something else",
        "image: nginx\nimage: redis\nimage: a/b\n# the image\nan image\n",
        ["1 nginx:latest", "2 redis:latest", "3 a/b:latest", "5 unresolved an image"],
    ),
    (
        "kubectl describe pods | grep Image",
        f"    Image:          nginx:1.27\n    Image ID:       docker.io/library/nginx@{DIGEST}\n",
        ["1 nginx:1.27"],
    ),
    (
        "kubectl describe pods",
        "Name:             web\nAnnotations:      Image: a\nContainers:\n  web:\n"
        "    Container ID:   containerd://abc\n"
        f"    Image:          nginx:1.27\n    Image ID:       docker.io/library/nginx@{DIGEST}\n"
        f"Conditions:\n"
        '    Image:   b\nEvents:\n  Normal  Pulling  2m  kubelet  Pulling image "nginx:1.27"\n',
        ["6 nginx:1.27"],
    ),
]


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [*NAMES, *COUNTS, *BY_POD, *TABLES, *BARE_ROWS, *JSON, *YAML, *NODES, *IMAGE_LINES],
    ids=lambda value: value if isinstance(value, str) and len(value) < 80 and "\n" not in value else "",
)
def test_forms(rule: str, text: str | bytes, expected: list[str]) -> None:
    assert rows(text) == expected, rule


@pytest.mark.parametrize(
    "text",
    [
        PODS,
        "hello world\n",
        "Foo:x\n",
        "pull nginx:1.27\n",
        "docker pull nginx:1.27\n",
        "2026-11-02 10:00 starting nginx:1.27\nok\ndone\n",
        "# Title\n\nSome prose about nginx.\n\n    apiVersion: v1\n    kind: Pod\n\nand\n  image: nginx\n",
        "Hello,\n\nregards\nbob\n",
        "FROM nginx\nRUN x\n",
        "12:30\n13:45\n",
        "1\n2\n3\n",
        "1/1\n2/2\n",
        " 10 src/main.py\n 20 src/util.py\n 30 total\n",
        "  1 alice\n  2 bob\n",
        "TYPE            TOTAL     ACTIVE    SIZE      RECLAIMABLE\n"
        "Images          5         1         16.43MB   11.63MB (70%)\n",
        "NAME   STATUS   VERSION   OS-IMAGE             KERNEL-VERSION\n"
        "n1     Ready    v1.30.0   Ubuntu 22.04.4 LTS   5.15.0\n",
        "host:\texample, of\nyours\n",
        "a:\ttext/html\n",
        "alice\tadmin\nbob\tuser\n",
        '{"Name":"x"}\n',
        '{"Repository":"nginx"\n',
        '{"image":"photo.jpg"}',
        '["web","db"]',
        "[1, 2]",
        "[INFO] done\n",
        "services:\nweb:\n",
        "name: x\nversion: 1\n",
        "image of nginx\nall images\nan image: nginx, or not\n",
        "\0\0\0",
        "docker images\n",
        "main\nmaster\ndevelop\n",
        "origin/main\norigin/nginx\n",
        "apple\nbanana\n",
        "node_modules\nsrc\ntests\n",
        "default\nkube-system\n",
        "go\njava\nnode-sass\npython\n",
        "python\nruby\ngo\njava\n",
        '["python", "go"]',
        "event/web.17\nclusterrole.rbac.authorization.k8s.io/admin\nresourcequota/x\n",
        "docs/a.md:3\nmain.py:12\n",
        "db.example.com:5432\n",
        '{"image":"img/photo.jpg"}',
        "pod/nginx-7c\npod/redis-0\n",
        "deployment.apps/web\nservice/web\n",
        "src/main.py\nsrc/util.py\n",
        "localhost:8080\n",
        "127.0.0.1:5000\n",
        "  3 main\n  1 origin/main\n",
        "apiVersion: v1\nkind: [Pod\nspec: x\n",
        b"apiVersion: v1\nkind: [Pod\nspec: \xff\n",
        "apiVersion: v1\nkind: Service\nspec: {}\n",
        "apiVersion: v1\nkind: ConfigMap\ndata:\n  image: x\n",
        '{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Service"}]}',
        '{"services":{"a":{}}}',
    ],
)
def test_a_text_that_is_no_list_has_no_images(text: str | bytes) -> None:
    assert rows(text) == NOT_A_LIST


def test_more_prose_than_rows_is_no_table_of_images() -> None:
    table = "REPOSITORY   TAG       IMAGE ID\nnginx        1.27      0123456789ab\n"
    assert rows(f"First run docker.\nThen look at this:\n\nIt prints\n\n{table}") == NOT_A_LIST


def test_what_is_longer_than_the_limit_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iam_tui.inventory.lists.image_list.MOST_BYTES", 16)
    assert rows("nginx:1\nredis:7\nbusybox\n") == ["1 nginx:1", "2 redis:7", "3 unresolved "]
    assert rows("nginx:1\nredis:7\n") == ["1 nginx:1", "2 redis:7"]
    assert MOST_BYTES == 64 * 1024 * 1024
