"""Whatever the list, every image in the answer is a word of the text that its form says is an image."""

import io
import json
import re
from collections.abc import Callable, Sequence
from random import Random

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from iam_tui.core.reference import ImageReference
from iam_tui.core.usage import Status, Usage
from iam_tui.inventory.lists.image_list import NotAList, read_list
from tests.inventory.readings import check_soundness

Image = tuple[str, str]
Render = Callable[[Sequence[Image], Sequence[str]], str]

HEX = "0123456789abcdef" * 4
SHORT = "e960727b0ffb"
REPOSITORIES = [
    "nginx",
    "redis",
    "bitnami/redis",
    "acme/web-app",
    "ghcr.io/acme/tool",
    "localhost:5000/x",
    "library/a",
]
TAGS = ["latest", "1.27", "v1", "2026-11-02", "0123456789ab"]
WORDS = ["web", "web-6d4cf56db6-x2x5l", "running", "default", "kube-system", "node1", "api-0", "x", "linux"]
"""Words of other columns: each could be the name of an official image."""


def usages(text: str) -> list[Usage] | None:
    """What the list says; None for a text that is no list."""
    try:
        found = read_list(io.BytesIO(text.encode(errors="surrogatepass")))
    except NotAList:
        return None
    check_soundness(found)
    return found


def table(heading: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A table as Go's tabwriter aligns it, with three blanks between columns."""
    widths = [max(map(len, column)) + 3 for column in zip(heading, *lines, strict=True)]
    rows = [
        "".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in (heading, *lines)
    ]
    return "".join(f"{row.rstrip()}\n" for row in rows)


def names(images: Sequence[Image]) -> list[str]:
    return [f"{repository}:{tag}" for repository, tag in images]


def resources(images: Sequence[Image], words: Sequence[str]) -> dict[str, object]:
    pods = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": word, "namespace": word, "labels": {"app": word, "image": word}},
            "spec": {"nodeName": word, "containers": [{"name": word, "image": name, "args": [word]}]},
            "status": {"containerStatuses": [{"image": word, "imageID": f"sha256:{HEX}"}]},
        }
        for name, word in zip(names(images), words, strict=True)
    ]
    return {"apiVersion": "v1", "kind": "List", "items": pods}


def project(images: Sequence[Image], words: Sequence[str]) -> dict[str, object]:
    services = {
        f"{word}{number}": name for number, (name, word) in enumerate(zip(names(images), words, strict=True))
    }
    return {
        "name": words[0],
        "services": {
            key: {"image": name, "command": [words[0]], "hostname": key} for key, name in services.items()
        },
    }


FORMS: dict[str, Render] = {
    "names": lambda images, _: "".join(f"{name}\n" for name in names(images)),
    "counts": lambda images, _: "".join(
        f"{count:7} {name}\n" for count, name in enumerate(names(images), start=1)
    ),
    "docker images": lambda images, _: table(
        ["REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE"],
        [[repository, tag, SHORT, "2 weeks ago", "192MB"] for repository, tag in images],
    ),
    "docker images without a heading": lambda images, _: table(
        ["", "", "", "", ""], [[repository, tag, SHORT, "2 weeks ago", "192MB"] for repository, tag in images]
    ),
    "docker images of version 29": lambda images, _: (
        " i Info →   U  In Use\n"
        + table(
            ["IMAGE", "ID", "DISK USAGE", "CONTENT SIZE", "EXTRA"],
            [[name, SHORT, "348MB", "105MB", "U"] for name in names(images)],
        )
    ),
    "docker ps": lambda images, words: table(
        ["CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"],
        [
            [SHORT, name, f'"{word}"', "2 hours ago", "Up 2 hours", "80/tcp", word]
            for name, word in zip(names(images), words, strict=True)
        ],
    ),
    "docker ps without a heading": lambda images, words: table(
        [""] * 6,
        [
            [SHORT, name, f'"{word}"', "2 hours ago", "Up 2 hours", word]
            for name, word in zip(names(images), words, strict=True)
        ],
    ),
    "crictl images --digests": lambda images, _: table(
        ["IMAGE", "TAG", "DIGEST", "IMAGE ID", "SIZE"],
        [[repository, tag, "6d9ac9237a84a", "3f57d9401f8d4", "4.26MB"] for repository, tag in images],
    ),
    "kubectl -o wide": lambda images, words: table(
        ["NAMESPACE", "NAME", "READY", "CONTAINERS", "IMAGES", "SELECTOR"],
        [
            [word, word, "1/1", word, name, f"app={word}"]
            for name, word in zip(names(images), words, strict=True)
        ],
    ),
    "custom columns": lambda images, words: table(
        ["NAME", "IMAGE", "NODE"],
        [[word, name, word] for name, word in zip(names(images), words, strict=True)],
    ),
    "by pod": lambda images, words: "".join(
        f"{word}:\t{name}, \n" for name, word in zip(names(images), words, strict=True)
    ),
    "a JSON path": lambda images, _: " ".join(names(images)),
    "docker images --format json": lambda images, words: "".join(
        json.dumps({"Containers": word, "ID": SHORT, "Repository": repository, "Tag": tag}) + "\n"
        for (repository, tag), word in zip(images, words, strict=True)
    ),
    "podman images --format json": lambda images, words: json.dumps(
        [
            {"Id": HEX, "RepoTags": None, "Names": [name], "Labels": {"name": word}}
            for name, word in zip(names(images), words, strict=True)
        ],
        indent=4,
    ),
    "docker inspect": lambda images, words: json.dumps(
        [
            {"Id": HEX, "Name": word, "Image": f"sha256:{HEX}", "Config": {"Image": name, "Hostname": word}}
            for name, word in zip(names(images), words, strict=True)
        ],
        indent=4,
    ),
    "crictl images -o yaml": lambda images, words: yaml.safe_dump(
        {"images": [{"id": HEX, "repoTags": [name], "username": words[0]} for name in names(images)]}
    ),
    "kubectl -o json": lambda images, words: json.dumps(resources(images, words), indent=4),
    "kubectl -o yaml": lambda images, words: yaml.safe_dump(resources(images, words)),
    "docker compose config": lambda images, words: yaml.safe_dump(project(images, words)),
    "docker compose config --format json": lambda images, words: json.dumps(project(images, words)),
    "a JSON array": lambda images, _: json.dumps(names(images)),
    "image keys": lambda images, words: "".join(
        f"{word}/{word}.yaml:{number}:  image: {name}\n"
        for number, (name, word) in enumerate(zip(names(images), words, strict=True), start=1)
    ),
}

lists = st.lists(
    st.tuples(st.sampled_from(REPOSITORIES), st.sampled_from(TAGS), st.sampled_from(WORDS)),
    min_size=1,
    max_size=6,
)


@pytest.mark.parametrize("form", FORMS)
@given(drawn=lists)
def test_a_form_gives_its_images_and_none_of_its_other_words(
    form: str, drawn: list[tuple[str, str, str]]
) -> None:
    images = [(repository, tag) for repository, tag, _ in drawn]
    text = FORMS[form](images, [word for _, _, word in drawn])
    found = usages(text)
    assert found is not None, text
    wanted = {ImageReference.parse(name) for name in names(images)}
    assert {usage.reference for usage in found} == wanted, text
    lines = text.split("\n")
    for usage in found:
        assert usage.reference is not None
        assert usage.reference.repository.removeprefix("library/") in "\n".join(lines[usage.line - 1 :])


PIECES = [
    *[
        "nginx",
        "redis:7",
        "bitnami/redis",
        "web",
        "running",
        "Ready",
        "<none>",
        SHORT,
        f"sha256:{HEX}",
        "1.27",
        "12:30",
    ],
    *[
        "IMAGE",
        "REPOSITORY",
        "TAG",
        "NAME",
        "READY",
        "image:",
        "Image:",
        "- ",
        "apiVersion: v1",
        "kind: Pod",
        "services:",
    ],
    *[
        '{"Image":"',
        '{"Repository":"',
        '"',
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        ", ",
        " ",
        "   ",
        "\t",
        "\n",
        "\r\n",
        "\n  ",
        "#",
    ],
    *[
        "1",
        "14",
        "the image",
        "Pulling",
        "└─",
        "…",
        "\0",
        "\ufeff",
        "é",
        "\ud800",
        "$ docker ps",
        "containers:",
        "Name:   x",
    ],
]
# What only a form that names images has, as a reader of the text sees it. Without any of them, a text has to
# be words alone: one on each line, or most of them with a slash, tag or digest.
MARKS = re.compile(
    r"\bIMAGES?\b|\bREPOSITORY\b|\bREF\b|\bDATA\b|[Ii]mage['\"]?\s*:|\"(?:Repository|Image|RepoTags|Names)\"|repoTags"
    r"|[0-9a-f]{12}.*ago|application/vnd|,\s*$",
    re.MULTILINE,
)
NAME = r"[a-z0-9][A-Za-z0-9._/:@-]*"
ONE_ON_A_LINE = re.compile(rf"\W*(?:\d+\s+)?\W*{NAME}\W*(?:\s#.*)?")


def check(text: str) -> None:
    """What holds of every answer, by rules that do not know how a list is read."""
    found = usages(text) or []
    lines = text.removeprefix("\ufeff").split("\n")
    for usage in found:
        if usage.reference is None:
            continue
        name = re.split(r"[:@](?=[^/]*\Z)", usage.text)[0]
        word = re.compile(rf"(?<![A-Za-z0-9._/-]){re.escape(name)}(?![A-Za-z0-9._/-])")
        assert word.search("\n".join(lines[usage.line - 1 :])), (text, usage)
        assert not re.fullmatch(r"[0-9a-f]{12,13}|sha256:.*|[\d:/.-]+", usage.text), (text, usage)
        if not MARKS.search(text):
            words = text.split()
            marked = [one for one in words if re.search("[/:@]", one)]
            shaped = [line for line in lines if ONE_ON_A_LINE.fullmatch(line.strip())]
            rest = [line for line in lines if line.strip() and line not in shaped]
            assert 2 * len(marked) >= len(words) or len(shaped) >= len(rest), (text, usage)


@given(st.lists(st.sampled_from(PIECES)).map("".join))
@example("nginx\nweb 1/1 running\n")
@example("web:\n  image: web\n")
@example(f"CONTAINER ID   IMAGE\n{SHORT}   {SHORT}\n")
def test_every_image_in_the_answer_is_a_word_of_a_form_that_names_images(text: str) -> None:
    check(text)


@given(st.text() | st.binary().map(lambda content: content.decode(errors="replace")))
def test_any_text_is_a_list_or_none(text: str) -> None:
    check(text)


@given(st.lists(st.sampled_from(WORDS), min_size=2, max_size=8).map(" ".join), st.integers(1, 5))
def test_words_of_prose_are_no_images(line: str, times: int) -> None:
    assert usages(f"{line}\n" * times) is None


OTHER_NAMES = (
    *("main", "master", "develop", "release-1.2", "origin/main", "refs/heads/x"),
    *("default", "kube-system", "pod/web-0", "service/web", "deployment.apps/web"),
    *("src/main.py", "node_modules", "README.md", "localhost:8080", "10.0.0.1:5000"),
    *("apple", "banana", "src", "tests", "go", "java", "kotlin"),
)
"""Branches, namespaces, objects, files, addresses and languages, as other commands print them."""
ALIKE_NAMES = ("src/main", "feature/login", "usr/bin", "db:5432", "name:value", "app.example.com/page")
"""What looks like the name of an image by itself."""
OFFICIAL_WORDS = ("python", "ruby", "node", "ubuntu", "docker")
"""Words that are also the names of official images."""

before_lines = st.sampled_from(["", "  3 ", "- ", '"'])


@given(
    st.lists(st.sampled_from(OTHER_NAMES), min_size=1, max_size=9),
    st.lists(st.sampled_from(OFFICIAL_WORDS), max_size=9),
    before_lines,
    st.randoms(use_true_random=False),
)
def test_half_of_them_being_other_words_no_word_is_an_official_image(
    others: list[str], official: list[str], before: str, shuffle: Random
) -> None:
    words = [*others, *official[: len(others)]]
    shuffle.shuffle(words)
    assert usages("".join(f"{before}{word}\n" for word in words)) is None


@given(st.lists(st.sampled_from((*OTHER_NAMES, *ALIKE_NAMES)), min_size=1, max_size=9), before_lines)
def test_what_looks_like_an_image_by_itself_is_never_certain_or_official(
    names: list[str], before: str
) -> None:
    for usage in usages("".join(f"{before}{name}\n" for name in names)) or []:
        assert usage.reference is None or usage.status is Status.DOUBTFUL
        assert usage.reference is None or not usage.reference.repository.startswith("library/")


@given(st.sampled_from(["true", "5", "cover.jpg", "img/cover.PNG", "/a/b.svg", "web", "ubuntu-latest"]))
def test_an_image_key_alone_makes_no_image(value: str) -> None:
    assert [usage.reference for usage in usages(f"a.md:3:image: {value}\n") or []] == [None]


@given(st.lists(st.sampled_from(OTHER_NAMES), min_size=1, max_size=9), st.sampled_from(["", "  3 ", "- "]))
def test_names_of_other_things_are_no_images(names: list[str], before: str) -> None:
    assert usages("".join(f"{before}{name}\n" for name in names)) is None


HOSTILE = [
    "a",
    "\0",
    " ",
    "nginx\n",
    "nginx:1 ",
    "[",
    "{",
    '{"a":\n',
    '{"Image":"nginx"}\n',
    "[1,",
    '["a",',
    "image: x\n",
]
HOSTILE += [
    "a:b:",
    "a:\tb, ",
    "a\t",
    "a:\n",
    "- ",
    "- \n",
    "# a\n",
    "docker x ",
    "sha256:0",
    "a@",
    '0  "  ',
    "A  B\n",
    "IMAGE  ",
]


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("before", ["", "IMAGE   TAG\n", "apiVersion: v1\nkind: Pod\n", '{"a":1}\n'])
def test_hostile_text_of_16_kilobytes_is_read_in_one_pass(before: str, piece: str) -> None:
    found = usages(before + piece * (16_000 // len(piece)))
    assert found is None or all(usage.line >= 1 for usage in found)
