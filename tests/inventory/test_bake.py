"""Bake files: what they build, and from which Dockerfiles."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui.inventory.build_tools.bake import read_bake_files
from iam_tui.inventory.build_tools.hcl import UnreadableHcl, read_hcl
from iam_tui.inventory.yaml_nodes import MappingNode, ScalarNode, SequenceNode, YamlNode
from tests.inventory.readings import MemorySource, check_soundness
from tests.inventory.scanned import make, scanned

HCL = """\
# the images of the shop
variable "REGISTRY" { default = "acme" }
variable "TAG" {
  type    = string
  default = "1.2" /* set by CI */
}
variable "NOTHING" {}
group "default" { targets = ["base", "app"] }
target "_common" {
  args = {
    GO = "1.23", UNSET = null
    WHEN = timestamp()
  }
}
function "tag" {
  params = [name]
  result = ["${name}:1"]
}
target "base" {
  inherits   = ["_common"]
  context    = "base"
  dockerfile = "Dockerfile.base"
  tags       = ["docker.io/${REGISTRY}/base:${TAG}", NOTHING != "" ? "x:${NOTHING}" : ""]
}
target "app" {
  inherits = ["_common"]
  target   = "run"
  contexts = { base = "target:base", "alpine:3" = "docker-image://acme/alpine:${TAG}" }
  cache-from = ["type=registry,ref=${REGISTRY}/app:cache", "type=gha"]
  tags     = ["${REGISTRY}/app:${NOTHING}"]
}
"""


def test_what_bake_builds_is_built_wherever_it_is_named(tmp_path: Path) -> None:
    files = {
        "docker-bake.hcl": HCL,
        "base/Dockerfile.base": "ARG GO=1 WHEN=now\nFROM golang:$GO\nCOPY --from=acme/tool x y\n",
        "Dockerfile": "FROM base AS run\nCOPY --from=alpine:3 a b\nFROM unneeded\n",
        "other/Dockerfile": "FROM acme/base:1.2\nCOPY --from=acme/base:1.3 x y\n",
        "compose.yaml": "services: {app: {image: 'acme/app:${APP_TAG}'}}\n",
    }
    assert scanned(make(tmp_path, files)).rows == [
        "Dockerfile:1 FROM base:latest unreached",
        "Dockerfile:2 COPY --from alpine:3 unreached",
        "Dockerfile:3 FROM unneeded:latest [default]",
        "base/Dockerfile.base:2 FROM golang:1 [default]",
        "base/Dockerfile.base:2 FROM golang:1.23 [default]",
        "base/Dockerfile.base:3 COPY --from acme/tool:latest [default]",
        "compose.yaml:1 services.app.image acme/app built",
        "docker-bake.hcl:28 target.app.contexts.alpine:3 acme/alpine:1.2",
        "docker-bake.hcl:29 target.app.cache-from acme/app:cache",
        "other/Dockerfile:1 FROM acme/base:1.2 built [default]",
        "other/Dockerfile:2 COPY --from acme/base:1.3 [default]",
    ]


def test_an_override_and_json_are_merged_in(tmp_path: Path) -> None:
    files = {
        "docker-bake.json": '{"variable": {"T": {"default": "1"}},\n'
        ' "target": {"a": {"tags": ["acme/a:${T}"]}}}',
        "docker-bake.override.hcl": 'T = "2"\ntarget "a" { dockerfile = "x.df" }\n',
        "x.df": "FROM nginx:1\n",
        "pod/Dockerfile": "FROM acme/a:2\n",
    }
    assert scanned(make(tmp_path, files)).rows == [
        "pod/Dockerfile:1 FROM acme/a:2 built [default]",
        "x.df:1 FROM nginx:1 [default]",
    ]


def test_what_cannot_be_read_or_found_is_said(tmp_path: Path) -> None:
    files = {
        "a/docker-bake.hcl": 'target "a" {\n  tags = ["x\n',
        "b/docker-bake.hcl": 'target "b" {\n  context = "nowhere"\n}\ntarget "c" {\n  dockerfile = F\n}\n',
        "c/docker-bake.json": "{",
    }
    found = scanned(make(tmp_path, files))
    assert found.not_read == {"Dockerfile that a bake file builds": 2}
    assert found.problems == [
        "the file cannot be read: line 2: a closing quote is missing",
        "the file cannot be read: line 2: did not find expected node content",
    ]


def _plain(node: YamlNode) -> object:
    if isinstance(node, ScalarNode):
        return node.text
    if isinstance(node, SequenceNode):
        return [_plain(item) for item in node.items]
    return {key.text: _plain(value) for key, value in node.pairs if isinstance(key, ScalarNode)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('a = "x" # note', "x"),
        ('a = "x" // note', "x"),
        ("a = b", "${b}"),
        ("a = 7", "7"),
        ('a = "${b ? "}" : "{"}!"', '${b ? "}" : "{"}!'),
        ('a = "$${b}\\n\\"$"', '$${b}\n"$'),
        ('a = b == "c" ? "d" : "e"', '${b == "c" ? "d" : "e"}'),
        ('a = "c" == b ? [1] : [2]', '${"c" == b ? [1] : [2]}'),
        ("a = <<EOT\nFROM x\n  EOT\n", "FROM x\n"),
        ("a = [1, [f(2, 3)],\n  4,\n]", ["1", ["${f(2, 3)}"], "4"]),
        ('a = { b = 1, "c:d" : 2\n e = {} }', {"b": "1", "c:d": "2", "e": {}}),
        ('a "b" "c" { d = 1 }\na "b" "e" {}', {"b": {"e": {}}}),
    ],
)
def test_values_of_hcl(text: str, value: object) -> None:
    assert _plain(read_hcl(text)) == {"a": value}


@pytest.mark.parametrize("text", ["a = [", "a {", "a = ", "= 1", "a " * 9, "a = {" * 200, '"', "a = <<X\n"])
def test_broken_hcl_says_where(text: str) -> None:
    with pytest.raises(UnreadableHcl, match=r"^line 1: "):
        read_hcl(text)


@given(
    st.lists(
        st.sampled_from(['target "a" {', "}", "tags = [", "]", '"x:${T}"', "${", '"', ",", "<<E\n", "="])
    )
)
def test_any_text_is_read_or_said_to_be_unreadable(words: list[str]) -> None:
    source = MemorySource({"docker-bake.hcl": "\n".join(words)})
    for reading in read_bake_files(["docker-bake.hcl"], source):
        check_soundness(reading.usages)


def test_a_chain_of_variables_and_targets_ends() -> None:
    lines = [f'variable "V{n}" {{ default = "${{V{n + 1}}}${{V{n + 1}}}${{V{n + 1}}}" }}' for n in range(50)]
    lines += [f'target "t{n}" {{ inherits = ["t{n + 1}", "t{n}"]\n tags = ["${{V0}}"] }}' for n in range(50)]
    [reading] = read_bake_files(["docker-bake.hcl"], MemorySource({"docker-bake.hcl": "\n".join(lines)}))
    assert reading.built == []
    assert isinstance(read_hcl("\n".join(lines)), MappingNode)


def test_a_variable_that_is_null_leaves_the_dockerfiles_own_default(tmp_path: Path) -> None:
    files = {
        "docker-bake.hcl": 'variable "V" { default = null }\ntarget "a" {\n target = V\n args = {V = V}\n}\n',
        "Dockerfile": "ARG V=1\nFROM nginx:$V\n",
    }
    assert scanned(make(tmp_path, files)).rows == ["Dockerfile:2 FROM nginx:1 [default]"]


MERGED = {
    "args that are inherited": {
        "docker-bake.hcl": 'target "base" { args = { NODE = "22" } }\n'
        'target "app" {\n inherits = ["base"]\n args = { X = "1", NODE = null }\n}\n'
    },
    "args that are overridden": {
        "docker-bake.hcl": 'target "app" { args = { NODE = "22", Y = "1" } }\n',
        "docker-bake.override.json": '{"target": {"app": {"args": {"Z": "1"}, "tags": null}}}',
    },
    "two blocks of one target": {
        "docker-bake.hcl": 'target "app" { args = { NODE = "22" } }\ntarget "app" { args = { Y = "1" } }\n'
    },
    "a parent that the override adds": {
        "docker-bake.hcl": 'target "a" {}\ntarget "b" { args = { NODE = "22" } }\n'
        'target "app" {\n inherits = ["a"]\n}\n',
        "docker-bake.override.hcl": 'target "app" { inherits = ["b"] }\n',
    },
    "a variable that was null": {
        "docker-bake.hcl": 'variable "V" { default = null }\ntarget "app" { args = { NODE = V } }\n',
        "docker-bake.override.hcl": 'V = "22"\n',
    },
    "what is null or a variable that is null": {
        "docker-bake.hcl": 'variable "V" { default = null }\ntarget "base" {\n target = "x"\n'
        ' args = { NODE = "22" }\n}\ntarget "app" {\n inherits = ["base"]\n target = V\n args = V\n}\n'
    },
}


@pytest.mark.parametrize("files", MERGED.values(), ids=MERGED)
def test_targets_are_merged_key_by_key(tmp_path: Path, files: dict[str, str]) -> None:
    dockerfile = {"Dockerfile": "ARG NODE=18\nFROM node:$NODE AS x\n"}
    assert "Dockerfile:2 FROM node:22" in " ".join(scanned(make(tmp_path, dockerfile | files)).rows)


def test_contexts_are_merged_and_cache_sources_appended(tmp_path: Path) -> None:
    files = {
        "docker-bake.hcl": 'target "base" {\n contexts = { a = "docker-image://acme/a", b = "./b" }\n'
        ' cache-from = ["acme/one:1"]\n}\n'
        'target "app" {\n inherits = ["base", "base"]\n contexts = { b = "" }\n'
        ' cache-from = [{ type = "registry", ref = "acme/two:2" }, { type = "gha" }]\n}\n',
        "Dockerfile": "FROM a\nCOPY --from=b x y\n",
    }
    assert scanned(make(tmp_path, files)).rows == [
        "Dockerfile:1 FROM a:latest [default]",
        "Dockerfile:2 COPY --from b:latest [default]",
        "docker-bake.hcl:2 target.app.contexts.a acme/a:latest",
        "docker-bake.hcl:3 target.app.cache-from acme/one:1",
        "docker-bake.hcl:8 target.app.cache-from acme/two:2",
    ]


@pytest.mark.parametrize("line", ["args = ARGS", "contexts = merge(a, b)", 'inherits = ["_${x}"]'])
def test_what_a_target_inherits_or_gives_by_a_computation_is_not_guessed(tmp_path: Path, line: str) -> None:
    files = {
        "docker-bake.hcl": f'target "base" {{\n {line}\n target = "x"\n}}\n'
        'target "a" {\n inherits = ["base"]\n args = {Y = "1"}\n}\n',
        "Dockerfile": "FROM nginx AS x\nFROM alpine\n",
    }
    found = scanned(make(tmp_path, files))
    assert found.not_read == {"Dockerfile that a bake file builds": 1}
    assert found.rows == [
        "Dockerfile:1 FROM nginx:latest unreached",
        "Dockerfile:2 FROM alpine:latest [default]",
    ]


def test_targets_that_inherit_each_other_twice_are_read(tmp_path: Path) -> None:
    lines = ['target "t0" { args = { NODE = "22" } }']
    lines += [
        f'target "t{n}" {{\n inherits = ["t{n - 1}", "t{n - 1}"]\n cache-from = ["acme/c:{n}"]\n}}'
        for n in range(1, 61)
    ]
    files = {"docker-bake.hcl": "\n".join(lines), "Dockerfile": "ARG NODE\nFROM node:$NODE\n"}
    found = scanned(make(tmp_path, files))
    assert "Dockerfile:2 FROM node:22 [default]" in found.rows
    assert len(found.rows) == 1 + 60


def test_what_is_beyond_the_limits_is_said(tmp_path: Path) -> None:
    chain = [f'target "t{n}" {{ inherits = ["t{n + 1}"] }}' for n in range(101)]
    many = [f'target "t{n}" {{}}' for n in range(1_002)]
    wide = ", ".join(f'a{n} = "1"' for n in range(300))
    large = [
        f'target "t{n}" {{\n inherits = ["t{n - 1}"]\n args = {{ {wide} }}\n tags = ["a"]\n}}'
        for n in range(99)
    ]
    files = {
        "chain/docker-bake.hcl": "\n".join(chain),
        "large/docker-bake.hcl": "\n".join(large),
        "many/docker-bake.hcl": "\n".join(many),
    }
    found = scanned(make(tmp_path, files))
    problems = {(usage.file, usage.line, usage.problem) for usage in found.usages}
    assert problems >= {
        ("chain/docker-bake.hcl", 1, "more than 100 targets inherit from each other"),
        ("large/docker-bake.hcl", 491, "the targets inherit more than 500,000 values"),
        ("many/docker-bake.hcl", 1_001, "2 targets are not read, beyond the first 1,000"),
    }


def test_merges_without_an_end_are_said(tmp_path: Path) -> None:
    found = scanned(make(tmp_path, {"docker-bake.json": '{"target": {"a": &a {<<: *a}}}'}))
    assert found.problems == [
        "the file cannot be read: line 1: merges (<<) that never end or are more than 100 deep"
    ]
