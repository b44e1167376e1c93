"""Look into the two distributions: the source one has what a packager needs, the wheel the package alone."""

import sys
import tarfile
import zipfile
from pathlib import PurePosixPath

IN_SOURCE = {
    "README.md",
    "pyproject.toml",
    ".ci/constraints.txt",
    ".github/CONTRIBUTING.md",
    "iam_tui/LICENSE",
    "iam_tui/ui/app.tcss",
    "tests/conftest.py",
    "tests/cli/__init__.py",
}
IN_WHEEL = {"iam_tui/LICENSE", "iam_tui/ui/app.tcss", "iam_tui/py.typed", "iam_tui/__main__.py"}
DOCS = "iam_tui/docs/"
LICENSE = ".dist-info/licenses/iam_tui/LICENSE"


def main(source: str, wheel: str) -> list[str]:
    """What is missing, or should not be there."""
    with tarfile.open(source) as archive:
        names = (PurePosixPath(name) for name in archive.getnames())
        in_source = {str(name.relative_to(name.parts[0])) for name in names}
    with zipfile.ZipFile(wheel) as archive:
        in_wheel = archive.namelist()
    pages = {name for name in in_source if name.startswith(DOCS)}
    trouble = [f"{source} lacks {name}" for name in IN_SOURCE - in_source]
    trouble += [f"{wheel} lacks {name}" for name in (IN_WHEEL | pages) - set(in_wheel)]
    trouble += [f"{wheel} has {name}" for name in in_wheel if not name.startswith(("iam_tui/", "iam_tui-"))]
    if not pages:
        trouble.append(f"{source} has no pages in {DOCS}")
    if not any(name.endswith(LICENSE) for name in in_wheel):
        trouble.append(f"{wheel} does not declare its licence")
    return trouble


if __name__ == "__main__":
    found = main(*sys.argv[1:])
    print("\n".join(found) or "Both distributions hold what they should.")
    sys.exit(bool(found))
