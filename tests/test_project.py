"""The project as a whole: which files there are, and what imports what."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TOP_LEVEL = {"README.md", "iam_tui", "pyproject.toml", "screenshots", "tests"}
OF_ONE_MACHINE = re.compile(r"(?<![\w.~}])/(?:root|work|Users/\w+|home/\w+)/")


def _files() -> list[str]:
    """Files under version control; in an unpacked source distribution, all files."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return [name for name in listed.stdout.split("\0") if name]
    return [
        str(path.relative_to(ROOT))
        for name in TOP_LEVEL
        for path in (ROOT / name, *(ROOT / name).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]


def test_the_top_level_holds_what_it_should_and_no_more() -> None:
    there = {name.partition("/")[0] for name in _files()}
    assert {name for name in there if not name.startswith(".")} == TOP_LEVEL


def test_nothing_names_a_place_on_the_machine_it_was_written_on() -> None:
    named = {
        name: found.group()
        for name in _files()
        if (ROOT / name).is_file() and (found := OF_ONE_MACHINE.search((ROOT / name).read_text("utf-8")))
    }
    assert named == {}


def test_importing_the_core_brings_nothing_but_the_standard_library() -> None:
    brought = _brought_by(
        "import iam_tui.core, pkgutil, importlib\n"
        "for module in pkgutil.walk_packages(iam_tui.core.__path__, 'iam_tui.core.'):\n"
        "    importlib.import_module(module.name)\n"
    )
    assert "iam_tui.core.decision" in brought
    ours = {name for name in brought if name.partition(".")[0] == "iam_tui"}
    assert {name for name in ours if not name.startswith("iam_tui.core")} == {"iam_tui"}
    assert {name.partition(".")[0] for name in brought - ours} <= sys.stdlib_module_names


def test_the_console_imports_no_store_of_its_own() -> None:
    brought = _brought_by("import iam_tui.ui.launch, iam_tui.ui.app, iam_tui.ui.access.screen")
    stores = {name for name in brought if name.startswith("iam_tui.stores.")}
    assert stores <= {"iam_tui.stores.protocol", "iam_tui.stores.errors"}
    assert not brought & {"sqlite3", "sqlite_utils", "pydantic", "httpx", "iam_tui.cli", "iam_tui.settings"}


def test_a_policy_is_saved_in_one_place() -> None:
    package = ROOT / "iam_tui"
    callers = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if "store.save(" in path.read_text(encoding="utf-8")
    }
    wrapper = "application/reauthenticating_store.py"
    assert callers == {"application/workspace.py", wrapper}


def test_the_import_contracts_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [lint, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert re.search(r"Contracts: [1-9]\d* kept, 0 broken", done.stdout)


def _brought_by(statement: str) -> set[str]:
    """The modules that the statement imports in a fresh interpreter."""
    code = f"import sys\nbefore = set(sys.modules)\n{statement}\nprint(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())
