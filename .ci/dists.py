"""Look into the two distributions: the source one has what a packager needs, the wheel the package alone."""

import sys
import tarfile
import zipfile
from pathlib import PurePosixPath

IN_SOURCE = {
    "README.md",
    "pyproject.toml",
    "iam_tui/ui/app.tcss",
    "tests/conftest.py",
    "tests/cli/__init__.py",
}
IN_WHEEL = {"iam_tui/ui/app.tcss", "iam_tui/py.typed", "iam_tui/__main__.py"}


def main(source: str, wheel: str) -> list[str]:
    """What is missing, or should not be there."""
    with tarfile.open(source) as archive:
        in_source = {
            PurePosixPath(name).relative_to(PurePosixPath(name).parts[0]) for name in archive.getnames()
        }
    with zipfile.ZipFile(wheel) as archive:
        in_wheel = archive.namelist()
    problems = [f"{source} lacks {name}" for name in IN_SOURCE - set(map(str, in_source))]
    problems += [f"{wheel} lacks {name}" for name in IN_WHEEL - set(in_wheel)]
    problems += [f"{wheel} has {name}" for name in in_wheel if not name.startswith(("iam_tui/", "iam_tui-"))]
    return problems


if __name__ == "__main__":
    found = main(*sys.argv[1:])
    print("\n".join(found) or "Both distributions hold what they should.")
    sys.exit(bool(found))
