"""What the tests run as separate processes: `python -m tests.stores.process VERB FILE ...`."""

import asyncio
import importlib
import os
import resource
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from iam_tui.core.draft import Draft
from iam_tui.core.policy import Origin, Setting
from iam_tui.stores.demo.fill import fill_demo
from iam_tui.stores.errors import Conflict, StoreError
from iam_tui.stores.local import LocalMemory, LocalStore, open_file

ROOT: Final = Path(__file__).parents[2]
NOBODY: Final = 65534


def start(verb: str, *arguments: str) -> "subprocess.Popen[str]":
    """A process that runs one of the verbs, talking in lines."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.stores.process", verb, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def save_many(path: str, count: str) -> None:
    """Save so many revisions, each followed by its number once it is saved."""
    store = LocalStore(open_file(Path(path), _now), "olivia")
    for _ in range(int(count)):
        base = (await store.organization_state("acme")).revision
        draft = Draft.of(base).stage(base.policy.with_setting(Setting.COMMUNITY, on=base.number % 2 == 1))
        saved = await store.save("acme", draft, note=f"after {base.number}", origin=Origin.CLI)
        _say(str(saved.number))
    await store.close()


async def race(path: str, user: str, setting: str) -> None:
    """For each line that comes in, save over the revision that was newest before, with the draft kept."""
    file = open_file(Path(path), _now)
    store, memory = LocalStore(file, user), LocalMemory(file, "local", user)
    while True:
        base = (await store.organization_state("acme")).revision
        on = base.policy.setting(Setting(setting))
        draft = Draft.of(base).stage(base.policy.with_setting(Setting(setting), on=not on))
        await memory.keep_draft("acme", draft)
        _say(f"ready {base.number}")
        if not sys.stdin.readline():
            break
        try:
            saved = await store.save("acme", draft, note=user, origin=Origin.CLI)
        except Conflict as conflict:
            whole = conflict.draft == draft and await memory.draft("acme") == draft
            _say(f"conflict {conflict.newest.number} {'whole' if whole else 'damaged'}")
        else:
            _say(f"saved {saved.number}")
        # The newest revision is not read before both have tried.
        sys.stdin.readline()
    await store.close()


async def open_demo(path: str) -> None:
    """Once a line comes in, open the file as the demo and say how many organizations are in it."""
    importlib.import_module("iam_tui.stores.local.schema")
    _say("ready")
    sys.stdin.readline()
    file = open_file(Path(path), _now)
    await fill_demo(file, _now)
    seen = [state async for batch in LocalStore(file, "maya").organizations() for state in batch]
    _say(f"sees {len(seen)}")
    await file.close()


async def open_as_nobody(path: str) -> None:
    """Open the file, say its revision, save, and name the error; without special rights, even as root."""
    # As the user nobody, the process may not be able to read the interpreter's own folders.
    importlib.import_module("iam_tui.stores.local.schema")
    if os.geteuid() == 0:
        os.setuid(NOBODY)
    await _read_and_save(path)


async def open_with_size_limit(path: str, limit: str) -> None:
    """As `open_as_nobody`, where no file may grow beyond so many bytes, as on a full disk."""
    importlib.import_module("iam_tui.stores.local.schema")
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), resource.RLIM_INFINITY))
    await _read_and_save(path)


async def _read_and_save(path: str) -> None:
    """Say the newest revision, and the error of the first save that fails, with its text on the next line."""
    store = LocalStore(open_file(Path(path), _now), "olivia")
    words, detail = [], ""
    try:
        words.append(str((await store.organization_state("acme")).revision.number))
        for _ in range(20):
            base = (await store.organization_state("acme")).revision
            draft = Draft.of(base).stage(base.policy.with_setting(Setting.COMMUNITY, on=base.number % 2 == 1))
            await store.save("acme", draft, note="", origin=Origin.CLI)
    except StoreError as error:
        words.append(type(error).__name__)
        detail = error.detail
    _say(f"{' '.join(words)}\n{detail}")
    await store.close()


VERBS: Final[dict[str, Callable[..., Awaitable[None]]]] = {
    verb.__name__: verb for verb in (save_many, race, open_demo, open_as_nobody, open_with_size_limit)
}


async def _main(verb: str, *arguments: str) -> None:
    await VERBS[verb](*arguments)


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
