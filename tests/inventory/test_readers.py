"""The registry of readers: each format is there once, and the walk finds its files."""

from time import process_time

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
        ("Dockerfile.php8", "/src/", "Dockerfile"),
        ("Dockerfile.php", "/src/", ""),
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


@pytest.mark.parametrize(
    ("name", "content", "label"),
    [
        ("Dockerfile.php", b"FROM php:8\n", "Dockerfile"),
        ("Dockerfile.php", b"<?php\nclass Dockerfile {}\n", ""),
        ("Dockerfile1", b"# syntax=docker/dockerfile:1\r\n\r\n  ARG A=1 B\r\nFROM x\r\n", "Dockerfile"),
        ("web-dockerfile", b"from --platform=$BUILDPLATFORM alpine:3 as build", "Dockerfile"),
        ("dockerfile_prod", b"FROM \\\n  alpine\n", "Dockerfile"),
        ("dockerfile.py", b"from typing import Any\n", ""),
        ("dockerfile_parser.py", b"from x import (\n", ""),
        ("Dockerfile.sh", b"#!/bin/sh\ndocker build .\n", ""),
        ("my.dockerfile.md", b"FROM x\n", ""),
        ("profile", b"FROM x\n", ""),
    ],
)
def test_a_file_with_dockerfile_in_its_name_is_recognized_by_its_first_instruction(
    name: str, content: bytes, label: str
) -> None:
    reader = reader_by_content(name, content)
    assert (reader.label if reader else "") == label
    assert not label or name.endswith(ENDINGS) or name.startswith(STARTS)


@pytest.mark.parametrize(
    ("name", "text", "label"),
    [
        ("scaled-compose-test.yml", "cache:\n  image: redis:7\n", "compose"),
        ("stack.yml", "cache:\n  image: redis:7\n  ports: ['1:1']\nweb:\n  build: .\n", "compose"),
        ("stack.yml", "cache:\n  image: redis:7\n", ""),
        ("docker-jobs.yml", "build:\n  image: redis:7\n  script: [make]\n", ""),
        ("docker-values.yml", "web:\n  image: {repository: a}\n  ports: []\n", ""),
        ("docker-values.yml", "replicas: 1\nweb:\n  image: a\n", ""),
        ("ci.yml", "services:\n  db:\n    image: a\nsteps:\n  a:\n    image: b\n", ""),
    ],
)
def test_services_at_the_top_are_compose_if_all_of_the_file_fits(name: str, text: str, label: str) -> None:
    reader = reader_by_content(name, text.encode())
    assert (reader.label if reader else "") == label


@pytest.mark.parametrize(
    "part", [b":{", b"image", b"a: {image", b"#\n", b" ", b"FROM x ", b"ARG a=", b"\"'", b"-"]
)
def test_a_look_at_hostile_content_is_quick(part: bytes) -> None:
    start = process_time()
    for name in ("docker.yml", "dockerfile_x"):
        reader_by_content(name, part * (99_000 // len(part)))
    assert process_time() - start < 10
