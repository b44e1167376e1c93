"""What a scan leaves out: what git ignores, by git's own rules."""

from pathlib import Path

import pytest

from tests.inventory.scanned import NGINX, make, scanned


def _dockerfiles(root: Path, *folders: str) -> Path:
    return make(root, {f"{folder}/Dockerfile".lstrip("/"): NGINX for folder in folders})


@pytest.mark.parametrize(
    ("rule", "patterns", "left"),
    [
        ("a name anywhere", "build\n", {"", "src"}),
        ("a folder only", "build/\n", {"", "src"}),
        ("anchored by a leading slash", "/build\n", {"", "src", "src/build"}),
        ("anchored by an inner slash", "src/build\n", {"", "build", "src"}),
        ("two stars", "**/build\n", {"", "src"}),
        ("a negation after it", "*\n!/Dockerfile\n", {""}),
        ("the last pattern counts", "!build\nbuild\n", {"", "src"}),
        ("nothing below an ignored folder comes back", "src/\n!src/build\n", {"", "build"}),
        ("all but one", "/*\n!/src\n!/Dockerfile\n", {"", "src", "src/build"}),
        ("letting a folder in lets in nothing below it", "Dockerfile\n!/src\n", set()),
        (
            "comments, blanks and what is no pattern",
            "# build\n\n \n\\\n[a-\n",
            {"", "build", "src", "src/build"},
        ),
        ("ends of lines that Windows writes", "build\r\n", {"", "src"}),
        ("files by their ending", "*file\n", set()),
    ],
)
def test_patterns(tmp_path: Path, rule: str, patterns: str, left: set[str]) -> None:
    make(_dockerfiles(tmp_path, "", "build", "src", "src/build"), {".gitignore": patterns})
    found = {file.removesuffix("Dockerfile").rstrip("/") for file in scanned(tmp_path).files}
    assert found == left, rule


def test_a_deeper_file_wins_over_one_above(tmp_path: Path) -> None:
    _dockerfiles(tmp_path, "a/build", "b/build")
    make(tmp_path, {".gitignore": "build\n", "a/.gitignore": "!build\n"})
    assert scanned(tmp_path).files == ["a/build/Dockerfile"]


def test_a_deeper_negation_is_about_its_own_folder_only(tmp_path: Path) -> None:
    make(tmp_path, {".gitignore": "*.yml\n", "src/.gitignore": "!/src\n"})
    make(tmp_path, {"src/src/compose.yml": "services: {a: {image: nginx}}\n"})
    assert scanned(tmp_path).files == []


def test_the_rules_of_the_repository_around_the_folder_count(tmp_path: Path) -> None:
    _dockerfiles(tmp_path, "sub/keep", "sub/drop", "sub/local")
    make(tmp_path, {".gitignore": "/sub/drop\n", ".git/info/exclude": "local\n"})
    assert scanned(tmp_path / "sub").files == ["keep/Dockerfile"]


def test_a_folder_that_is_named_is_scanned_even_if_ignored(tmp_path: Path) -> None:
    make(_dockerfiles(tmp_path, "build"), {".git/HEAD": "", ".gitignore": "build\n"})
    assert scanned(tmp_path / "build").files == ["Dockerfile"]


def test_outside_a_repository_only_what_is_in_the_folder_counts(tmp_path: Path) -> None:
    make(_dockerfiles(tmp_path, "sub/a", "sub/b"), {".gitignore": "a\n", "sub/.gitignore": "b\n"})
    assert scanned(tmp_path / "sub").files == ["a/Dockerfile"]


def test_git_itself_is_never_entered_and_other_folders_only_if_ignored(tmp_path: Path) -> None:
    _dockerfiles(tmp_path, ".git/hooks", "node_modules/x", ".hidden")
    assert scanned(tmp_path).files == [".hidden/Dockerfile", "node_modules/x/Dockerfile"]
    make(tmp_path, {".gitignore": "node_modules\n"})
    assert scanned(tmp_path).files == [".hidden/Dockerfile"]


def test_a_pattern_that_takes_too_long_to_try_is_not_heeded_and_said(tmp_path: Path) -> None:
    make(
        tmp_path,
        {".gitignore": "*a" * 40 + "b\nbuild\n", f"{'a' * 200}.yml": "services: {a: {image: nginx}}\n"},
    )
    found = scanned(_dockerfiles(tmp_path, "build"))
    assert found.files == [f"{'a' * 200}.yml"]
    assert found.warnings == [".gitignore: a pattern with too many * is not applied."]
