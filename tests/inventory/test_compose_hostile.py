"""Compose files that mean harm, or nothing at all: read in time, and nothing raised."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui.inventory.compose.environment_file import read_environment
from iam_tui.inventory.compose.interpolation import fill
from iam_tui.inventory.compose.reader import read_compose
from iam_tui.inventory.file_source import PathRefusal
from iam_tui.inventory.uncertainty import FilledText
from tests.inventory.readings import MemorySource, check_soundness, shown

MAIN = "compose.yaml"
SECONDS = 20
"""Far more than any of these takes on a slow machine, far less than one that grows with the square."""


def services(count: int, line: str) -> str:
    return "services:\n" + "".join(f"  s{i}: {line.format(i=i, before=i - 1)}\n" for i in range(count))


HOSTILE = {
    "nested lists": "services: " + "[" * 200_000,
    "nested mappings": "services: " + "{a: " * 100_000,
    "nested on one line": "- " * 50_000 + "x",
    "an alias bomb": "a0: &a0 {image: x}\n"
    + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 60))
    + "services: {w: {volumes: *a59, build: {args: *a59}}}\n",
    "a chain of aliases": "a0: &a0 x\n"
    + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 20_000))
    + "services: {w: {volumes: *a19999}}\n",
    "a merge bomb": "x: &x {"
    + ", ".join(f"k{i}: 1" for i in range(5_000))
    + "}\n"
    + services(5_000, "{{build: {{args: {{<<: *x}}}}, image: i}}"),
    "a chain of merges": "a0: &a0 {image: x}\n"
    + "".join(f"a{i}: &a{i} {{<<: *a{i - 1}}}\n" for i in range(1, 5_000))
    + "services: {w: *a4999}\n",
    "an anchor in itself": "services: &s {w: *s, image: x, build: *s, <<: *s}\n",
    "a list in itself": "services: {w: &w {image: x, volumes: &v [*v], build: {args: *w}}}\n",
    "lists that grow with every extends": "services:\n  s0: {image: x}\n"
    + "".join(f"  s{i}: {{extends: s{i - 1}, profiles: [p{i}]}}\n" for i in range(1, 5_000)),
    "a long chain of extends": services(5_000, "{{extends: s{before}}}").replace("s-1", "s1"),
    "extends from last to first": "services:\n  s3000: {image: x}\n"
    + "".join(f"  s{i}: {{extends: s{i + 1}}}\n" for i in range(3_000)),
    "many services": services(10_000, "{{image: 'x:{i}'}}"),
    "many documents": "---\nservices: {w: {image: x}}\n" * 5_000,
    "one long image": "services: {w: {image: " + "a-" * 50_000 + "}}\n",
    "one long image, shared": "x: &x " + "a/" * 200_000 + "\n" + services(2_000, "{{image: *x}}"),
    "nested defaults": "services: {w: {image: 'x:" + "${A:-" * 20_000 + "}" * 20_000 + "'}}\n",
    "a value that grows": "services: {w: {image: '" + "$BIG" * 50_000 + "'}}\n",
    "NUL": "services: {w: {image: a\0b}}\n",
    "a lone surrogate": "services: {w: {image: a\ud800}}\n",
    "nothing": "",
    "only a text": "services",
    "a list": "[services, {image: x}]",
    "wrong kinds": "services: [a]\ninclude: {a: b}\nmodels: x\nname: [x]\n",
    "wrong kinds within": "services: {a: [], b: x, c: {image: [x], build: [x], volumes: x, extends: [], "
    "profiles: {a: b}, pull_policy: {}}, d: {build: {args: x, context: {}, target: [], cache_from: {}}}}\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_survived(text: str) -> None:
    source = MemorySource({MAIN: text, ".env": f"BIG={'b' * 100_000}\n"})
    start = process_time()
    usages = read_compose([MAIN], source).usages
    assert process_time() - start < SECONDS
    check_soundness(usages)


def test_includes_that_double_are_stopped() -> None:
    files = {
        f"{i}.yaml": f"include: [{i + 1}.yaml, ./{i + 1}.yaml]\nservices: {{w: {{image: x}}}}\n"
        for i in range(40)
    }
    files["40.yaml"] = "services: {w: {image: y}}\n"
    usages = read_compose(["0.yaml"], MemorySource(files)).usages
    assert any("more than 200 files" in usage.problem for usage in usages)
    check_soundness(usages)


def test_nothing_outside_the_folder_is_read() -> None:
    text = (
        "include: [../a.yaml, /etc/b.yaml, ~/c.yaml, 'x/../../d.yaml', {path: e.yaml, env_file: /etc/f}]\n"
        "services:\n"
        "  a: {extends: {file: ../g.yaml, service: x}}\n"
        "  b: {build: /srv}\n"
        "  c: {build: {context: ., dockerfile: ../../h}}\n"
    )
    source = MemorySource({MAIN: text, "e.yaml": ""})
    usages = read_compose([MAIN], source).usages
    outside = [usage for usage in usages if "is outside the scanned folder" in usage.problem]
    assert len(outside) == len(usages) == 8


@pytest.mark.parametrize("refusal", list(PathRefusal))
def test_a_file_that_is_refused_says_why(refusal: PathRefusal) -> None:
    source = MemorySource({MAIN: "include: [a.yaml]\n"}, {"a.yaml": refusal})
    [usage] = read_compose([MAIN], source).usages
    assert usage.problem == f"what it includes is unknown: a.yaml {refusal.value}"


def test_an_environment_file_that_is_refused_is_no_secret() -> None:
    source = MemorySource({MAIN: "services: {w: {image: 'a:${T}'}}\n"}, {".env": PathRefusal.TOO_LARGE})
    usages = read_compose([MAIN], source).usages
    assert shown(usages) == [
        f"{MAIN}:1 services.w.image a doubtful",
        f"{MAIN}:1 .env unresolved .env",
    ]


WORDS = [
    "services",
    "web",
    "image",
    "build",
    "extends",
    "include",
    "nginx:1",
    "${A:-x}",
    "$A",
    "${",
    "{{ x }}",
]
MARKS = [": ", "\n", "\n  ", "\n    ", "- ", "{", "}", "[", "]", ", ", "'", '"', "|\n", "#", "\t"]
SIGNS = ["&a ", "*a", "<<: ", "!reset ", "---\n"]
texts = st.lists(st.sampled_from(WORDS + MARKS + SIGNS), max_size=40).map("".join) | st.text(max_size=200)


@given(texts)
def test_any_text_is_read(text: str) -> None:
    check_soundness(read_compose([MAIN], MemorySource({MAIN: text, "Dockerfile": text, ".env": text})).usages)


words = st.lists(
    st.sampled_from(["$", "{", "}", ":", "-", "?", "+", "A", "B", "x", "$$", "${A:-", "${B"]), max_size=30
)


@given(words.map("".join), st.dictionaries(st.sampled_from("AB"), st.text(max_size=5)))
def test_variables_never_raise_and_what_is_unknown_says_why(text: str, variables: dict[str, str]) -> None:
    filled = fill(text, {name: FilledText(value) for name, value in variables.items()})
    assert filled.value is not None or filled.problem
    if "$" not in text:
        assert filled == FilledText(text)


@given(
    st.text()
    | st.lists(st.sampled_from(["A", "=", "\n", "'", '"', "\\", "export ", "$A", "#", " "])).map("".join)
)
def test_environment_files_never_raise(text: str) -> None:
    assert all(name.isascii() for name in read_environment(text, {}))
