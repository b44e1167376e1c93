"""YAML as nodes with lines: what is read, what is refused, what aliases and merges come to."""

from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from iam_tui.inventory.yaml_nodes import (
    MappingKeys,
    MappingNode,
    ScalarNode,
    SequenceNode,
    UnreadableYaml,
    read_documents,
    typed_text,
)


def keys_of(text: str) -> dict[str, tuple[int, str]]:
    """The keys of the first document: the line of each, and its value if that is a text."""
    entries = MappingKeys().of(read_documents(text)[0])
    return {k: (e.line, e.node.text if isinstance(e.node, ScalarNode) else "") for k, e in entries.items()}


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("a: x\nb: y\n", {"a": (1, "x"), "b": (2, "y")}),
        ("\ufeffa: x\n", {"a": (1, "x")}),
        ("a: x\r\nb: y\r\n", {"a": (1, "x"), "b": (2, "y")}),
        ("on: yes\n", {"on": (1, "yes")}),
        ("a: !unknown x\n", {"a": (1, "x")}),
        ("a: 1\na: 2\n", {"a": (2, "2")}),
        ("a: &x 1\nb: &x 2\nc: *x\n", {"a": (1, "1"), "b": (2, "2"), "c": (3, "2")}),
        ("a: >-\n  x\n  y\n", {"a": (1, "x y")}),
        ("a: &m {x: 1}\n<<: *m\n", {"x": (1, "1"), "a": (1, "")}),
        ("a: &m {x: 1}\n<<: *m\nx: 2\n", {"x": (3, "2"), "a": (1, "")}),
        (
            "a: &m {x: 1}\nb: &n {x: 2, y: 3}\n<<: [*m, *n]\n",
            {"x": (1, "1"), "y": (2, "3"), "a": (1, ""), "b": (2, "")},
        ),
        ("'<<': x\n", {"<<": (1, "x")}),
        ("? [a, b]\n: x\nc: y\n", {"c": (3, "y")}),
        ("[a]\n", {}),
    ],
)
def test_keys(text: str, keys: dict[str, tuple[int, str]]) -> None:
    assert keys_of(text) == keys


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: b: c\n", 1, "mapping values"),
        ("a: x\nb: [\n", 3, "did not find expected node content"),
        ("a: *x\n", 1, "an alias without its anchor"),
        ("a: &x 1\n---\nb: *x\n", 3, "an alias without its anchor"),
        ("a: 1\nb: \0\n", 2, "a character that YAML does not allow"),
        ("a: \ud800\n", 1, "surrogates not allowed"),
        ("[" * 101, 1, "more than 100 levels deep"),
        ("[" * 1_000_000, 1, "more than 100 levels deep"),
        ("- " * 100_000, 1, "more than 100 levels deep"),
    ],
)
def test_what_is_refused_says_where_and_why(text: str, line: int, reason: str) -> None:
    with pytest.raises(UnreadableYaml) as refused:
        read_documents(text)
    assert refused.value.line == line
    assert reason in refused.value.reason


def test_depth_is_our_limit_even_if_the_parser_refuses_first(monkeypatch: pytest.MonkeyPatch) -> None:
    limit, parse = 500, yaml.parse

    def strict_parse(text: str, Loader: type[yaml.CSafeLoader]) -> Iterator[yaml.Event]:  # noqa: N803
        if "[" * (limit + 1) in text:
            index = text.index("[") + limit
            mark = yaml.Mark("", index, text.count("\n", 0, index), 0, None, 0)
            raise yaml.scanner.ScannerError(None, mark, "exceeded maximum nesting depth", mark)
        yield from parse(text, Loader=Loader)

    monkeypatch.setattr(yaml, "parse", strict_parse)
    with pytest.raises(UnreadableYaml, match="line 2: more than 100 levels deep"):
        read_documents("a: b\nc: " + "[" * 20_000)
    with pytest.raises(UnreadableYaml, match="line 2: exceeded maximum nesting depth"):
        read_documents("a: b\nc: '" + "[" * 20_000 + "'")


def test_depth_up_to_the_bound_is_read() -> None:
    [root] = read_documents("[" * 100 + "]" * 100)
    assert isinstance(root, SequenceNode)


def test_several_documents_have_their_own_lines() -> None:
    documents = read_documents("a: 1\n---\nb: 2\n---\n")
    assert [type(document) for document in documents] == [MappingNode, MappingNode, ScalarNode]
    assert [document.line for document in documents] == [1, 3, 5]


def test_an_anchor_in_itself_is_one_node() -> None:
    [root] = read_documents("&a [*a]")
    assert isinstance(root, SequenceNode)
    assert root.items == [root]


@pytest.mark.parametrize("text", ["<<: &a {<<: *a}", "a: &a\n  <<: *a\n<<: *a\n"])
def test_merges_that_never_end_are_refused(text: str) -> None:
    with pytest.raises(UnreadableYaml, match="never end"):
        keys_of(text)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("3.10", "3.1"),
        ("1.0", "1"),
        ("1e3", "1000"),
        ("0x10", "16"),
        ("010", "8"),
        ("0o10", "8"),
        ("0x_", "0x_"),
        ("1_000", "1000"),
        ("-7", "-7"),
        ("True", "true"),
        ("yes", "yes"),
        ("1.2.3", "1.2.3"),
        ("'3.10'", "3.10"),
        ("!!str 3.10", "3.10"),
        ("v3.10", "v3.10"),
    ],
)
def test_numbers_and_truth_values_are_spelled_as_compose_spells_them(written: str, text: str) -> None:
    [node] = read_documents(written)
    assert isinstance(node, ScalarNode)
    assert typed_text(node) == text


@given(st.text() | st.lists(st.sampled_from("a:-[]{}&*'\"\n #|>!~,?<")).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    refusal = None
    try:
        documents = read_documents(text)
        assert all(MappingKeys().of(document) is not None for document in documents)
    except UnreadableYaml as error:
        refusal = error
    assert refusal is None or (refusal.line >= 1 and refusal.reason)
