"""`scan` of a large tree, as a whole process, beside grep and a plain walk that reads the same files."""

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from tests.benchmarks.figures import Effort, Figure, alternating, at_most, median, ratio, seconds
from tests.benchmarks.tree import make_tree
from tests.terminal import environment

SCANNING: Final = "import sys; from iam_tui.cli.main import main; sys.exit(main())"
"""What the installed command does."""
MEMORY: Final = """
import sys
from iam_tui.cli.main import main
code = main()
print(*(line for line in open("/proc/self/status") if line.startswith("VmHWM")), file=sys.stderr)
sys.exit(code)
"""
WALKING: Final = """
import os, sys
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        if name == "Dockerfile" or name.endswith((".yml", ".yaml")):
            with open(os.path.join(folder, name), "rb") as file:
                file.read()
"""
TIMES: Final = 10
"""How much larger the larger tree is."""


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """Time beside grep and the walk, and memory beside a tree of a tenth of the size."""
    env, large, small = environment(folder), folder / "large", folder / "small"
    files = max(effort.many // 20, 100)
    read = make_tree(large, files)
    make_tree(small, files // TIMES)

    def whole(*command: str) -> float:
        return seconds(lambda: _finish(command, env))

    ours, grep, walk = alternating(
        effort.rounds,
        partial(whole, sys.executable, "-c", SCANNING, "scan", "--json", str(large)),
        partial(whole, "grep", "-rIE", "^FROM|image:", str(large)),
        partial(whole, sys.executable, "-c", WALKING, str(large)),
    )
    what = f"scan of {files:,} files, {read:,} of them read"
    beside = f"{median(ours) * 1e3:.0f} ms; grep {median(grep) * 1e3:.0f} ms"
    yield at_most(what, ratio(ours, grep), 0.6, "x grep", beside)
    beside = f"a plain walk that reads the same files {median(walk) * 1e3:.0f} ms"
    yield Figure(what, f"{ratio(ours, walk):.2f} x walk", beside)
    most, least = (_memory(tree, env) for tree in (large, small))
    beside = f"{most:.1f} MiB; {least:.1f} MiB for a tenth of it"
    yield at_most(f"peak memory of a tree {TIMES} times as large", most / least, 1.1, "x", beside)


def _finish(command: Sequence[str], env: dict[str, str]) -> None:
    subprocess.run(command, env=env, stdout=subprocess.DEVNULL, check=True)


def _memory(tree: Path, env: dict[str, str]) -> float:
    """The peak memory of a scan, in MiB (Linux)."""
    command = [sys.executable, "-c", MEMORY, "scan", "--json", str(tree)]
    ended = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    found = re.search(r"^VmHWM:\s+(\d+) kB$", ended.stderr, re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024
