"""What people paste into the pull field, and the images in it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iam_tui.core.pasted import explain_unnamed, find_image, find_images

HEX = "0123456789abcdef" * 4
BLOCKED = (
    'Error response from daemon: Head "https://registry-1.docker.io/v2/mlrun/mlrun/manifests/unstable": '
    "denied: image access restricted: mlrun/mlrun blocked for organization X"
)

NAMES = [
    ("nginx", "nginx"),
    ("  nginx:1.25\n", "nginx:1.25"),
    (f"nginx@sha256:{HEX}", f"nginx@sha256:{HEX}"),
    ("registry.hub.docker.com/library/nginx", "registry.hub.docker.com/library/nginx"),
    ("docker", "docker"),
    ("`nginx:1.25`", "nginx:1.25"),
    ('"nginx",', "nginx"),
    ("“nginx”", "nginx"),
    ("- nginx:1.25", "nginx:1.25"),
    ("\ufeffnginx", "nginx"),
]
PAGES = [
    ("https://hub.docker.com/r/grafana/grafana", "grafana/grafana"),
    ("https://hub.docker.com/r/grafana/grafana/tags?name=10", "grafana/grafana"),
    ("see https://hub.docker.com/_/nginx.", "nginx"),
    ("hub.docker.com/_/nginx?tab=tags", "nginx"),
    ("https://hub.docker.com/repository/docker/ns/repo/general", "ns/repo"),
    ("https://hub.docker.com/layers/library/nginx/1.25/images/sha256-0a1b", "library/nginx:1.25"),
]
MESSAGES = [
    (BLOCKED, "mlrun/mlrun:unstable"),
    (f"docker: {BLOCKED}.", "mlrun/mlrun:unstable"),
    (BLOCKED.replace("mlrun/mlrun/m", "library/nginx/m"), "nginx:unstable"),
    (BLOCKED.replace("unstable", f"sha256:{HEX}"), f"mlrun/mlrun@sha256:{HEX}"),
    ("denied: image access restricted: mlrun/mlrun blocked for organization X", "mlrun/mlrun"),
    (
        "Error response from daemon: pull access denied for a/b, repository does not exist or may require "
        "'docker login': denied: image access restricted: a/b blocked for organization X",
        "a/b",
    ),
    (' ✘ web Error Head "https://ghcr.io/v2/a/b/manifests/v1": denied  0.6s', "ghcr.io/a/b:v1"),
    ("Unable to find image 'x:latest' locally", "x:latest"),
    ("failed to solve: x/y:1: not found", "x/y:1"),
    (
        "ERROR: failed to solve: docker.io/x/y:1: failed to resolve source metadata for docker.io/x/y:1",
        "docker.io/x/y:1",
    ),
    ("failed to solve: rpc error: code = Unknown desc = x/y:1: not found", "x/y:1"),
    ("#4 [internal] load metadata for docker.io/library/nginx:1", "docker.io/library/nginx:1"),
    ("Error response from daemon: manifest for x/y:9 not found: manifest unknown", "x/y:9"),
    ("Status: Downloaded newer image for nginx:latest", "nginx:latest"),
    ("Trying to pull docker.io/library/x:latest...", "docker.io/library/x:latest"),
    ('Failed to pull image "x/y:1": rpc error: code = NotFound', "x/y:1"),
    ("uses: docker://alpine:3", "alpine:3"),
]
RESTRICTED = "image access restricted: bitnami/redis blocked for organization acme"
SCOPE = "scope=repository%3Abitnami%2Fredis%3Apull&service=registry.docker.io"
REFUSALS = [
    (
        "classic image store",
        'Error response from daemon: Head "https://registry-1.docker.io/v2/bitnami/redis/manifests/1": '
        f"denied: {RESTRICTED}",
        "bitnami/redis:1",
    ),
    (
        "containerd image store",
        f"Error response from daemon: error from registry: {RESTRICTED}",
        "bitnami/redis",
    ),
    (
        "BuildKit, signed in",
        f"failed to solve: failed to fetch oauth token: denied: {RESTRICTED}",
        "bitnami/redis",
    ),
    (
        "BuildKit, with the image before",
        "ERROR: failed to solve: bitnami/redis:1: failed to resolve source metadata for "
        f"docker.io/bitnami/redis:1: failed to authorize: failed to fetch oauth token: denied: {RESTRICTED}",
        "docker.io/bitnami/redis:1",
    ),
    (
        "BuildKit and ctr, anonymous",
        "failed to fetch anonymous token: unexpected status from GET request to "
        f"https://auth.docker.io/token?{SCOPE}: 403 Forbidden",
        "bitnami/redis",
    ),
    (
        "an official image's token",
        "GET request to https://auth.docker.io/token?service=registry.docker.io&scope=repository%3Alibrary%2Fnginx%3Apull",
        "nginx",
    ),
    (
        "the token of another registry",
        "GET request to https://ghcr.io/token?scope=repository%3Aa%2Fb%3Apull&service=ghcr.io: 403 Forbidden",
        "ghcr.io/a/b",
    ),
    (
        "the manifest endpoint",
        "Error response from daemon: pull access denied for bitnami/redis, repository does not exist or may "
        f"require 'docker login': denied: {RESTRICTED}",
        "bitnami/redis",
    ),
    (
        "podman",
        "Error: initializing source docker://bitnami/redis:1: Requesting bearer token: received unexpected "
        "HTTP status: 403 Forbidden",
        "bitnami/redis:1",
    ),
    (
        "skopeo",
        'FATA[0000] Error parsing image name "docker://bitnami/redis:1": Requesting bearer token: '
        "invalid status code from registry 403 (Forbidden)",
        "bitnami/redis:1",
    ),
    (
        "crane",
        f"Error: fetching manifest bitnami/redis:1: GET https://auth.docker.io/token?{SCOPE}: "
        f"DENIED: {RESTRICTED}",
        "bitnami/redis:1",
    ),
    ("oras", f"Error response from registry: denied: {RESTRICTED}", "bitnami/redis"),
]
WITHOUT_A_NAME = [
    "Error response from daemon: image access denied: community images not allowed",
    "Requesting bearer token: received unexpected HTTP status: 403 Forbidden",
    "Error: Requesting bearer token: invalid status code from registry 403 (Forbidden)",
]


@pytest.mark.parametrize(("client", "text", "image"), REFUSALS)
def test_the_image_is_found_in_every_wording_of_a_refusal(client: str, text: str, image: str) -> None:
    assert find_image(text) == image, client
    assert explain_unnamed(text) == ""
    with_prompt = f"2026-11-02T10:00:00.000Z #5 {text}\n"
    assert find_images(f"me@host:~$ make\n{with_prompt}make: *** [up] Error 1\n") == [image]


@pytest.mark.parametrize("text", WITHOUT_A_NAME)
def test_a_refusal_that_names_no_image_is_said_to_name_none(text: str) -> None:
    assert find_image(text) is None
    assert "does not name" in explain_unnamed(text)
    assert explain_unnamed(f"$ make\n{text}\nDone!\n") == explain_unnamed(text)
    assert explain_unnamed(f"docker pull a/b\n{text}") == ""


@pytest.mark.parametrize(
    "text",
    [
        "failed to solve: canceled: context canceled",
        "ERROR: failed to solve: toomanyrequests: You have reached your pull rate limit",
        "failed to solve: unauthorized: authentication required",
        "Failed to pull image for web",
        "what is this",
        "",
    ],
)
def test_a_word_in_the_place_of_a_name_is_no_image(text: str) -> None:
    assert find_image(text) is None
    assert explain_unnamed(text) == ""


COMMANDS = [
    ("docker pull nginx", "nginx"),
    ("$ docker pull --platform linux/amd64 -q a/b:1", "a/b:1"),
    ("# docker pull --platform=linux/amd64 a/b:1", "a/b:1"),
    ("sudo docker image pull a/b", "a/b"),
    ("sudo -u me /usr/bin/docker --context x -D pull a/b", "a/b"),
    (r"PS C:\> docker.exe pull mcr.microsoft.com/x", "mcr.microsoft.com/x"),
    ("user@host:~$ podman --remote pull -a quay.io/a/b", "quay.io/a/b"),
    ("docker run --rm -it -v $PWD:/w -e 'A=b c' -p80:80 --name web nginx:1.25 sh -c 'ls -l'", "nginx:1.25"),
    ("nerdctl run -itv /a:/b --network=host img cmd", "img"),
    ("docker container run -d -- nginx", "nginx"),
    ("docker run \\\n  --rm \\\n  -e A=1 \\\n  nginx", "nginx"),
    ("FOO=1 docker create redis;", "redis"),
    ("docker login && docker pull a/b && docker pull c/d", "a/b"),
    ("try `docker pull a/b` first", "a/b"),
    ('"docker pull a/b"', "a/b"),
    ("- run: docker pull a/b", "a/b"),
    ("docker pull 'a/b'", "a/b"),
    ("docker pull $IMAGE", "$IMAGE"),
    ("kubectl run web --image=nginx:1", "nginx:1"),
]
FILES = [
    ("FROM alpine", "alpine"),
    ("from alpine:3 as base", "alpine:3"),
    ("FROM --platform=$BUILDPLATFORM golang:1.22 AS build", "golang:1.22"),
    ("FROM ${BASE}", "${BASE}"),
    ("COPY --from=composer:2 /usr/bin/composer /bin/", "composer:2"),
    ("COPY --chown=a:b --from=composer:2 /a /b", "composer:2"),
    ("ONBUILD COPY --from=a/b / /", "a/b"),
    ("RUN --mount=type=cache,target=/c --mount=type=bind,from=a/b,source=/x true", "a/b"),
    ("# syntax=docker/dockerfile:1", "docker/dockerfile:1"),
    ("   3 | >>> FROM foo/bar:1", "foo/bar:1"),
    (" => [1/3] FROM docker.io/library/nginx:1  0.1s", "docker.io/library/nginx:1"),
    ("    image: nginx:1 # web", "nginx:1"),
    ("- image: 'nginx:1'", "nginx:1"),
    ('"image": "nginx:1",', "nginx:1"),
    ("web: {image: nginx}", "nginx"),
    ("image: &web nginx", "nginx"),
    ("image: ${X:-nginx}", "${X:-nginx}"),
]


@pytest.mark.parametrize(("text", "image"), [*NAMES, *PAGES, *MESSAGES, *COMMANDS, *FILES])
def test_the_image_is_found_in_one_pasted_line(text: str, image: str) -> None:
    assert find_image(text) == image
    assert find_images(text) == [image]


@pytest.mark.parametrize(
    "text",
    [
        "bitnami/Redis",
        "what is this",
        "docker compose pull web",
        "docker pull",
        "docker run --rm",
        "Error response from daemon: image access denied: community images not allowed",
        'ERROR: failed to solve: process "/bin/sh -c make" did not complete successfully',
        "FROM scratch",
        "https://hub.docker.com/u/grafana",
    ],
)
def test_a_line_without_an_image_comes_back_as_it_is(text: str) -> None:
    assert find_image(text) is None
    assert find_images(f"  {text}\n") == [text]


@pytest.mark.parametrize("text", ["", "\n\n", "  \t\r\n", "\\", "\\\n\\\n"])
def test_blank_text_has_nothing_in_it(text: str) -> None:
    assert find_image(text) is None
    assert find_images(text) == []


def test_a_pasted_list_gives_a_line_for_each_with_duplicates_and_mistakes() -> None:
    text = "nginx\r\n\r\nbitnami/Redis\nnginx\n* ghcr.io/a/b\ndocker pull redis\nnot an image!\n"
    assert find_image(text) == "nginx"
    assert find_images(text) == [
        "nginx",
        "bitnami/Redis",
        "nginx",
        "ghcr.io/a/b",
        "redis",
        "not an image!",
    ]


def test_a_pasted_dockerfile_gives_its_images_and_neither_stages_nor_scratch() -> None:
    dockerfile = r"""# syntax=docker/dockerfile:1
# see https://hub.docker.com/_/golang
FROM golang:1.22 AS Build
RUN apt-get update && \
    # a comment inside
    apt-get install -y git
FROM alpine AS alpine
FROM alpine
COPY --from=BUILD /a /a
COPY --from=0 /b /b
COPY --from=composer:2 /c /c
FROM scratch
CMD ["/a"]
"""
    assert find_images(dockerfile) == ["docker/dockerfile:1", "golang:1.22", "alpine", "composer:2"]


def test_a_pasted_compose_file_gives_its_images_and_no_service_names() -> None:
    compose = """
services:
  web:
    image: nginx:1
    # image: old
    depends_on:
      - db
  db:
    image: "postgres:16"
"""
    assert find_images(compose) == ["nginx:1", "postgres:16"]


def test_a_pasted_terminal_gives_what_was_pulled_and_not_the_noise() -> None:
    terminal = f"""$ docker run --rm mlrun/mlrun:unstable
Unable to find image 'mlrun/mlrun:unstable' locally
docker: {BLOCKED}.
See 'docker run --help'.
"""
    assert find_images(terminal) == ["mlrun/mlrun:unstable"] * 3


PIECES = [
    "docker ",
    "run ",
    "pull ",
    "--a ",
    "-it ",
    "FROM ",
    "AS x",
    "COPY --from=",
    "image: ",
    '"',
    "'",
    "`",
    "\\",
]
PIECES += [
    "\n",
    "\r",
    "# ",
    "- ",
    "a/b",
    "nginx",
    "https://a/v2/",
    "/manifests/",
    "failed to solve: ",
    ": ",
    "{",
    "}",
]
PIECES += [
    "hub.docker.com/r/",
    "\x00",
    "\u202e",
    "é",
    "|",
    ";",
    "RUN --mount=",
    "a,",
    "from=",
    "syntax=",
    "$(",
]


@settings(deadline=None)
@given(st.text() | st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_text_yields_whole_lines_and_nothing_blank(text: str) -> None:
    images = find_images(text)
    assert all(image.strip() for image in images)
    assert not any("\n" in image or "\r" in image for image in images)
    assert images or find_image(text) is None


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("before", ["", "docker run ", "FROM ", "RUN --mount=", "failed to solve: "])
def test_hostile_text_of_64_kilobytes_is_looked_through_in_one_pass(before: str, piece: str) -> None:
    text = before + piece * (64_000 // len(piece))
    assert all(image in text or "\\" in text for image in find_images(text))
