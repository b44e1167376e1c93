"""What a scan survives: files that are none, links that lead away, and texts made to hurt."""

import os
import socket
from pathlib import Path

import pytest

from iam_tui.inventory.disk_source import MOST_BYTES
from tests.inventory.scanned import COMPOSE, NGINX, make, scanned


class TestNoRegularFile:
    def test_a_fifo_is_not_opened(self, tmp_path: Path) -> None:
        for name in ("Dockerfile", "any.yml", ".gitignore", "compose.yml"):
            os.mkfifo(tmp_path / name)
        found = scanned(tmp_path)
        assert found.files == ["Dockerfile", "compose.yml"]
        assert found.problems == ["Dockerfile is not a regular file", "compose.yml is not a regular file"]

    def test_nor_is_one_that_compose_leads_to(self, tmp_path: Path) -> None:
        make(tmp_path, {"compose.yml": "include: [pipe.yml]\nservices: {a: {build: {dockerfile: pipe}}}\n"})
        for name in ("pipe", "pipe.yml", ".env"):
            os.mkfifo(tmp_path / name)
        assert len(scanned(tmp_path).problems) == 3

    def test_a_socket(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        # The path of a socket must be short.
        monkeypatch.chdir(tmp_path)
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("Dockerfile")
            assert scanned(tmp_path).problems == ["Dockerfile is not a regular file"]

    def test_a_device_behind_a_link(self, tmp_path: Path) -> None:
        (tmp_path / "Dockerfile").symlink_to("/dev/zero")
        assert scanned(tmp_path).problems == ["Dockerfile is outside the scanned folder"]


class TestLinks:
    def test_a_loop_of_folders_is_not_followed(self, tmp_path: Path) -> None:
        make(tmp_path, {"a/Dockerfile": NGINX})
        (tmp_path / "a/again").symlink_to(tmp_path)
        assert scanned(tmp_path).files == ["a/Dockerfile"]

    def test_a_loop_of_files_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "Dockerfile").symlink_to("compose.yml")
        (tmp_path / "compose.yml").symlink_to("Dockerfile")
        assert len(scanned(tmp_path).problems) == 2

    def test_a_link_counts_as_the_file_it_leads_to(self, tmp_path: Path) -> None:
        make(tmp_path, {"recipes/web": NGINX, "Dockerfile": NGINX})
        (tmp_path / "web.Dockerfile").symlink_to("recipes/web")
        (tmp_path / "Dockerfile.same").symlink_to("Dockerfile")
        assert scanned(tmp_path).files == ["Dockerfile", "recipes/web"]

    def test_what_lies_outside_stays_unopened(self, tmp_path: Path) -> None:
        make(
            tmp_path,
            {"secret/Dockerfile": "FROM secret\n", "secret/c.yml": COMPOSE, "secret/.env": "T=secret\n"},
        )
        lines = [
            "include: [link/c.yml, ../secret/c.yml]",
            "services:",
            "  a: {build: ../secret}",
            "  b: {build: {context: link}}",
            "  c: {build: {context: ., dockerfile: ../secret/Dockerfile}}",
            f"  d: {{build: {tmp_path}/secret}}",
            "  e: {extends: {file: ../secret/c.yml, service: web}}",
            "  f: {image: '${T:?}'}",
        ]
        root = tmp_path / "root"
        make(root, {"compose.yml": "\n".join(lines) + "\n"})
        (root / "link").symlink_to("../secret")
        (root / ".env").symlink_to("../secret/.env")
        (root / "Dockerfile").symlink_to("../secret/Dockerfile")
        found = scanned(root)
        assert len(found.problems) == len(found.usages)
        assert sum("is outside the scanned folder" in problem for problem in found.problems) >= 8
        assert "FROM secret" not in repr(found)

    def test_outside_is_said_whether_or_not_something_is_there(self, tmp_path: Path) -> None:
        make(tmp_path / "root", {"compose.yml": "services: {a: {build: ../nothing}, b: {build: ../there}}\n"})
        make(tmp_path, {"there/Dockerfile": NGINX})
        assert [problem.rpartition(" is ")[2] for problem in scanned(tmp_path / "root").problems] == [
            "outside the scanned folder",
            "outside the scanned folder",
        ]


class TestContents:
    def test_a_file_too_large_is_a_row(self, tmp_path: Path) -> None:
        large = NGINX + "#" * MOST_BYTES
        found = scanned(make(tmp_path, {"Dockerfile": large, "large.yml": large}))
        assert found.problems == ["Dockerfile is too large to read", "large.yml is too large to read"]

    def test_the_largest_that_is_read(self, tmp_path: Path) -> None:
        text = NGINX + "#" * (MOST_BYTES - len(NGINX))
        assert scanned(make(tmp_path, {"Dockerfile": text})).rows == [
            "Dockerfile:1 FROM nginx:latest [default]"
        ]

    def test_nul_bytes_make_it_no_text(self, tmp_path: Path) -> None:
        found = scanned(
            make(tmp_path, {"Dockerfile": b"FROM nginx\n\0", "compose.yml": b"\0", "image.yml": b"\0"})
        )
        assert found.problems == ["Dockerfile is not a text file", "compose.yml is not a text file"]

    def test_bytes_that_are_no_utf8_are_replaced_and_said(self, tmp_path: Path) -> None:
        found = scanned(make(tmp_path, {"Dockerfile": b"# \xe9t\xe9\nFROM nginx\nFROM b\xe9\n"}))
        assert [usage.line for usage in found.usages] == [2, 3]
        assert [usage.reference is None for usage in found.usages] == [False, True]
        assert found.warnings == ["Dockerfile: some bytes are not UTF-8; each is replaced by a placeholder."]

    def test_ten_thousand_stages(self, tmp_path: Path) -> None:
        stages = "".join(f"FROM stage{n - 1} AS stage{n}\n" for n in range(1, 10_000))
        found = scanned(make(tmp_path, {"Dockerfile": f"FROM nginx AS stage0\n{stages}"}))
        assert found.rows == ["Dockerfile:1 FROM nginx:latest [default]"]

    @pytest.mark.parametrize(
        "text",
        [
            "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(30)) + COMPOSE,
            "services: " + "[" * 200_000,
            "services:\n" + "".join(f"{' ' * n}image{n}:\n" for n in range(1, 2000)),
            "services: &s\n  a: {extends: {service: b}}\n  b: {extends: {service: a}}\n  <<: *s\n",
            "include: [compose.yml, compose.yml]\n" + COMPOSE,
        ],
        ids=["aliases", "brackets", "indents", "circle of extends", "circle of includes"],
    )
    def test_yaml_made_to_hurt(self, tmp_path: Path, text: str) -> None:
        assert len(scanned(make(tmp_path, {"compose.yml": text, "other.yml": text})).usages) < 10

    @pytest.mark.parametrize(
        "word", ["${X", "${X}", "$X", "${X:-${Y}}", "{{ .Values.x }}", "${{ x }}", "a" * 10_000]
    )
    def test_no_expression_is_left_in_a_result(self, tmp_path: Path, word: str) -> None:
        files = {
            "Dockerfile": f"FROM {word}\nFROM a{word}b\nCOPY --from={word} / /\n",
            "compose.yml": f"services:\n  a:\n    image: 'x/{word}'\n",
            "pod.yml": f"apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - {{name: a, image: '{word}'}}\n",
            ".github/workflows/ci.yml": f"jobs:\n  a:\n    container: '{word}'\n",
        }
        assert scanned(make(tmp_path, files)).usages


class TestRefused:
    @pytest.fixture(autouse=True)
    def denying(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The system's answer to somebody who may not: whoever runs the tests may be root, who always may."""
        scandir, opened = os.scandir, os.open

        def refuse(path: object) -> None:
            if "closed" in str(path):
                raise PermissionError(13, "Permission denied")

        def scan_folder(path: str) -> "os._ScandirIterator[str]":
            refuse(path)
            return scandir(path)

        def open_file(path: str, *flags: int) -> int:
            refuse(path)
            return opened(path, *flags)

        monkeypatch.setattr(os, "scandir", scan_folder)
        monkeypatch.setattr(os, "open", open_file)

    def test_files_and_folders_that_may_not_be_read_are_said_and_rows(self, tmp_path: Path) -> None:
        make(tmp_path, {"closed/a": "", "Dockerfile.closed": NGINX, "closed.yml": "", "Dockerfile": NGINX})
        found = scanned(tmp_path)
        assert found.files == ["Dockerfile", "Dockerfile.closed", "closed", "closed.yml"]
        assert [problem.partition(" ")[2] for problem in found.problems] == ["cannot be read"] * 3
        assert sorted(found.warnings) == [
            "Dockerfile.closed: Permission denied.",
            "closed.yml: Permission denied.",
            "closed/: Permission denied.",
        ]
