"""The registry of readers: each format is there once, and the walk finds its files."""

import pytest

from iam_tui.inventory.readers import (
    ENDINGS,
    READERS,
    STARTS,
    has_telling_content,
    reader_by_content,
    reader_by_name,
)


def _label(name: str, folder: str = "/src/") -> str:
    reader = reader_by_name(name, folder)
    return reader.label if reader else ""


@pytest.mark.parametrize(
    ("name", "folder", "label"),
    [
        ("Dockerfile", "/src/", "Dockerfile"),
        ("web.containerfile", "/src/", "Dockerfile"),
        ("Dockerfile.php", "/src/", "Dockerfile"),
        ("Dockerfile.MD", "/src/", ""),
        ("Dockerfile.yml", "/src/", ""),
        ("compose.yaml", "/src/", "compose"),
        ("compose.yaml", "/src/.github/workflows/", "compose"),
        ("ci.yml", "/src/.github/workflows/", "workflow"),
        ("ci.yml", "/src/workflows/", ""),
        ("action.yml", "/src/", "action"),
        ("my-action.yml", "/src/", ""),
        ("notes.txt", "/src/.github/workflows/", ""),
    ],
)
def test_a_name_has_at_most_one_reader(name: str, folder: str, label: str) -> None:
    assert _label(name, folder) == label
    assert not label or name.endswith(ENDINGS) or name.startswith(STARTS)


@pytest.mark.parametrize(
    ("content", "label"),
    [
        (b"apiVersion: v1\nkind: Pod\nspec: {containers: []}\n", "manifest"),
        (b"services:\n  web:\n    image: nginx\n", "compose"),
        (b"apiVersion: v1\nservices:\n  web:\n    image: nginx\n", ""),
        (b"services: [a, b]\n", ""),
        (b"name: module\n", ""),
    ],
)
def test_a_yaml_file_of_any_name_is_recognized_by_its_content(content: bytes, label: str) -> None:
    assert has_telling_content("any.yml")
    reader = reader_by_content("any.yml", content)
    assert (reader.label if reader else "") == label
    assert reader_by_content("any.txt", content) is None


def test_every_reader_reads_in_one_way_and_is_found_in_some_way() -> None:
    for reader in READERS:
        assert (reader.read is None) != (reader.read_together is None)
        assert reader.name or reader.content
        assert reader.starts or reader.endings
    assert len({reader.label for reader in READERS}) == len(READERS)
