"""What a scan leaves out: what git ignores, by git's own rules."""

from pathlib import Path
from time import process_time

import pytest

from iam_tui.inventory.gitignore_patterns import GitignorePatterns
from tests.inventory.scanned import NGINX, make, scanned

SECONDS = 10


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
    assert found.warnings == [".gitignore: 1 pattern beyond the limits is not applied."]


def test_lines_that_are_no_pattern_are_skipped_with_a_word(tmp_path: Path) -> None:
    make(_dockerfiles(tmp_path, "a", "build"), {".gitignore": "[a-\nbuild\n"})
    make(tmp_path, {"a/.gitignore": "\\\n!\n/\n[[:letter:]]\n\n# [\n"})
    found = scanned(tmp_path)
    assert found.files == ["a/Dockerfile"]
    assert found.warnings == [
        ".gitignore: 1 line is not a valid pattern and was skipped.",
        "a/.gitignore: 4 lines are not valid patterns and were skipped.",
    ]


@pytest.mark.parametrize(
    ("pattern", "ignored", "not_ignored"),
    [
        ("a*b*c", ["abc", "x/axbxbc"], ["abcd", "a/b/c"]),
        ("a?c", ["abc", "x/a.c"], ["ac", "a/c"]),
        ("?", ["a"], ["\u00e9", "ab"]),
        ("??", ["\u00e9"], ["a"]),
        ("/a/*/c", ["a/b/c"], ["a/c", "a/b/b/c", "x/a/b/c"]),
        ("a/**", ["a/b", "a/b/c"], ["a", "x/a/b"]),
        ("a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["ab", "x/a/b"]),
        ("**/a/b", ["a/b", "x/y/a/b"], ["xa/b"]),
        ("**/a/**/b/c*", ["a/b/c", "x/a/b/x/b/cd"], ["a/b", "b/c"]),
        ("aa**/b", ["aab", "aax/b", "aax/y/b"], ["a/b", "aa/c"]),
        ("x/a**/b**/c", ["x/a/b/c", "x/ab/c", "x/ay/b/bz/c"], ["x/a/c"]),
        ("a//b", [], ["a/b"]),
        ("a/***", ["a/b"], ["a"]),
        ("[a-c]x", ["ax", "cx"], ["dx", "-x"]),
        ("[!a-c]x", ["dx"], ["ax"]),
        ("[^]-]x", ["ax"], ["]x", "-x"]),
        ("[]a]x", ["]x", "ax"], ["bx"]),
        ("[[:digit:]_-]x", ["1x", "_x", "-x"], ["ax"]),
        ("[[:x]x", [":x", "[x"], ["ax"]),
        ("[c-a]x", [], ["ax", "bx"]),
        ("[\\]]x", ["]x"], ["\\x"]),
        ("a[!b]c", ["axc"], ["a/c", "abc"]),
        ("\\!a", ["!a"], ["a"]),
        ("\\#a", ["#a"], ["a"]),
        ("a\\*", ["a*"], ["ab"]),
        ("a\\ ", ["a "], ["a"]),
        ("a b  ", ["a b"], ["a"]),
        ("a\\/b", ["a/b"], ["x/a/b"]),
        ("a.b+(c)", ["a.b+(c)"], ["axb+(c)"]),
    ],
)
def test_patterns_mean_what_they_mean_to_git(
    pattern: str, ignored: list[str], not_ignored: list[str]
) -> None:
    patterns = GitignorePatterns([pattern])
    assert [path for path in ignored + not_ignored if patterns.ignores(path)] == ignored
    assert patterns.skipped == patterns.left_out == 0


HOSTILE = {
    "stars": "*a*b*c*d*e*f*g\n" * 1_300,
    "many stars": ("*a" * 40 + "b\n") * 250,
    "one line": "*a" * 10_000,
    "two stars": "**/a/**/b/**/c/**/d\n" * 1_000,
    "glued stars": ("a**/" * 240 + "x\n") * 20,
    "brackets": "[a-z]*[a-z]*[!b]*\n" * 1_100,
    "open brackets": ("[" * 900 + "\n") * 22,
    "classes": ("[[:alpha:]]" * 80 + "\n") * 22,
    "short ones": "".join(f"*{n}\n" for n in range(5_000)),
    "names": "".join(f"n{n}\n" for n in range(100_000)),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_ignore_file_takes_long(tmp_path: Path, text: str) -> None:
    deep = "/".join(["-" * 50] * 20)
    files = {".gitignore": text, f"{deep}/Dockerfile": NGINX, **{f"{'a' * 99}{n}.yml": "" for n in range(50)}}
    make(tmp_path, files)
    start = process_time()
    assert scanned(tmp_path).files == [f"{deep}/Dockerfile"]
    assert process_time() - start < SECONDS
