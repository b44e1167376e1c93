"""The pictures of the README, made from the demo: `python -m tests.make_screenshots [--check]`.

Clock, size, theme and locale are fixed, so that the same code makes the same bytes anywhere, on any day. With
`--check` nothing is written, and pictures that are missing, stale or left over are named.
"""

import asyncio
import io
import os
import re
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from textual.pilot import Pilot
from textual.theme import Theme
from textual.widgets import Input

from iam_tui.application.open_profile import StoreOpener
from iam_tui.stores.protocol import Profile, StoreKind
from iam_tui.ui.app import IamApp
from iam_tui.ui.shared.options import ConsoleOptions
from iam_tui.ui.shared.theme import DARK, LIGHT
from tests.conftest import FixedClock

FOLDER: Final = Path(__file__).parents[1] / "screenshots"
NARROW: Final = (80, 24)
WIDE: Final = (120, 30)
FONTS: Final = "ui-monospace, 'SFMono-Regular', Menlo, Consolas, 'DejaVu Sans Mono', monospace"


class Picture(NamedTuple):
    """What to press, from the demo's first screen or from one organization's, and at which size."""

    size: tuple[int, int]
    keys: Sequence[str]
    organization: str | None = None
    theme: Theme = DARK


TO_PUBLISHERS: Final = ("down", "down", "down")
PICTURES: Final[Mapping[str, Picture]] = {
    "organizations": Picture(NARROW, ["down"]),
    "owner-staged": Picture(WIDE, [*TO_PUBLISHERS, "space"], "acme-corp"),
    "owner-staged-light": Picture(WIDE, [*TO_PUBLISHERS, "space"], "acme-corp", LIGHT),
    "impact": Picture(WIDE, [*TO_PUBLISHERS, "space", "i", "down"], "acme-corp"),
    "review": Picture(
        NARROW, [*TO_PUBLISHERS, "space", "w", *"Until the vendor review (OPS-431)"], "acme-corp"
    ),
    "member": Picture(NARROW, ["down", "down"], "globex"),
    "pull-blocked": Picture((80, 32), ["t", *"bitnami/redis:7.2"], "globex"),
}


async def picture(wanted: Picture) -> str:
    """The SVG text of one picture."""
    clock = FixedClock()
    with tempfile.TemporaryDirectory() as folder:
        profile = Profile("demo", StoreKind.DEMO, Path(folder) / "demo.db")
        options = ConsoleOptions(organization=wanted.organization, theme=wanted.theme.name, profile=profile)
        console = IamApp(StoreOpener([profile], clock), clock=clock, options=options)
        async with console.run_test(size=wanted.size) as pilot:
            await _press(console, pilot, wanted.keys)
            for field in console.screen.query(Input):
                field.cursor_blink = False
            await pilot.pause()
            return _framed(console.export_screenshot(title="iam-tui", simplify=True), wanted.theme)


async def _press(console: IamApp, pilot: Pilot[None], keys: Sequence[str]) -> None:
    """Press keys one after the other, each once the console has come to rest, and let it rest at the end."""
    for key in (*keys, ""):
        await console.workers.wait_for_complete()
        await pilot.pause()
        if key:
            await pilot.press(key)


def _framed(svg: str, theme: Theme) -> str:
    """The picture without fonts from elsewhere, and its window in the theme's colours."""
    svg = re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->\s*", "", svg)
    svg = svg.replace("Fira Code, monospace", FONTS).replace("font-family: arial", f"font-family: {FONTS}")
    svg = re.sub(r'(<rect fill=)"#\w+" stroke="[^"]*"', rf'\1"{theme.background}" stroke="#7f8894"', svg)
    svg = re.sub(r'(-title" fill=)"#\w+"', rf'\1"{theme.secondary}"', svg)
    svg = svg.replace("<svg ", '<svg xml:space="preserve" ', 1)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write the pictures, or with `--check` say which of them are not as they should be."""
    os.environ.pop("NO_COLOR", None)
    os.environ.update(TZ="UTC", LC_ALL="C.UTF-8")
    time.tzset()
    if isinstance(sys.__stderr__, io.TextIOWrapper):
        sys.__stderr__.reconfigure(encoding="utf-8")
    made = {f"{name}.svg": asyncio.run(picture(wanted)) for name, wanted in PICTURES.items()}
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*")}
    stale = sorted(name for name in made.keys() | there.keys() if made.get(name) != there.get(name))
    if "--check" in arguments:
        print(
            "\n".join(f"stale: screenshots/{name}" for name in stale)
            or f"{len(made)} pictures are as they should be."
        )
        return bool(stale)
    for name in stale:
        if name in made:
            (FOLDER / name).write_text(made[name], encoding="utf-8")
        else:
            (FOLDER / name).unlink()
        print(f"{'made' if name in made else 'removed'} screenshots/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
