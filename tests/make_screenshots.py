"""The pictures of the README, made from the demo: `python -m tests.make_screenshots [--check]`.

Clock, size, theme and locale are fixed, so that the same code makes the same bytes anywhere, on any day. With
`--check` nothing is written, and pictures that are missing, stale or left over are named. The recording is an
SVG too: its frames are screenshots, and CSS shows one after the other.
"""

import asyncio
import io
import os
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
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
from tests.clock import FixedClock

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


class Frame(NamedTuple):
    """A step of a recording: the window's title while it is shown, what to press for it, and for how long."""

    title: str
    keys: Sequence[str]
    milliseconds: int


TO_PUBLISHERS: Final = ("down", "down", "down")
PICTURES: Final[Mapping[str, Picture]] = {
    "owner-staged": Picture(WIDE, [*TO_PUBLISHERS, "space"], "acme-corp"),
    "owner-staged-light": Picture(WIDE, [*TO_PUBLISHERS, "space"], "acme-corp", LIGHT),
    "impact": Picture(WIDE, [*TO_PUBLISHERS, "space", "i", "down"], "acme-corp"),
    "member": Picture(NARROW, ["down", "down"], "globex"),
    "pull-blocked": Picture((80, 32), ["t", *"bitnami/redis:7.2"], "globex"),
}
RECORDING: Final = "recording"
FRAMES: Final = (
    Frame("$ iam-tui --demo", [], 2500),
    Frame("enter: open acme-corp", ["enter"], 2500),
    Frame("down: go to Docker Verified Publisher Images", TO_PUBLISHERS, 2500),
    Frame("space: stage it off; nothing is saved yet", ["space"], 4000),
    Frame("i: see which images in use it would block, and for whom", ["i"], 5000),
    Frame("A: stage the smallest allowlist that keeps them running", ["A"], 4000),
    Frame("w: review the changes", ["w"], 4000),
    Frame("type a note for the history", list("Keep what is in use (OPS-431)"), 2500),
    Frame("enter: save a new revision", ["enter"], 5000),
)
STILL: Final = 3
"""The frame of the recording that is shown to people who prefer reduced motion."""


async def picture(wanted: Picture) -> str:
    """The SVG text of one picture."""
    async with _console(wanted.size, wanted.organization, wanted.theme) as (console, pilot):
        await _press(console, pilot, wanted.keys)
        return await _drawn(console, pilot, "iam-tui", wanted.theme)


async def recording() -> str:
    """The SVG text of the recording: all frames above each other, of which CSS shows one at a time."""
    frames = []
    async with _console(NARROW, None, DARK) as (console, pilot):
        for frame in FRAMES:
            await _press(console, pilot, frame.keys)
            frames.append(await _drawn(console, pilot, frame.title, DARK))
    opening, closing = frames[0].partition(">")[0], "</svg>\n"
    insides = (frame.partition(">")[2].removesuffix(closing) for frame in frames)
    groups = (f'<g class="frame frame-{number}">{inside}</g>\n' for number, inside in enumerate(insides))
    return f"{opening}>\n{_timing()}{''.join(groups)}{closing}"


def _timing() -> str:
    """The style that shows each frame for its time, over and over, or only one where motion is unwanted."""
    whole = sum(frame.milliseconds for frame in FRAMES)
    rules, start = [], 0
    for number, frame in enumerate(FRAMES):
        end = start + frame.milliseconds
        shown = f"{100 * start / whole:.3f}% {{ visibility: visible }} {100 * end / whole:.3f}%"
        rules.append(
            f"@keyframes show-{number} {{ 0% {{ visibility: hidden }} {shown} {{ visibility: hidden }} }}\n"
            f".frame-{number} {{ animation-name: show-{number} }}\n"
        )
        start = end
    return (
        f"<style>\n.frame {{ visibility: hidden; animation: {whole}ms step-end infinite }}\n{''.join(rules)}"
        "@media (prefers-reduced-motion: reduce) {\n"
        f".frame {{ animation: none }}\n.frame-{STILL} {{ visibility: visible }}\n}}\n</style>\n"
    )


@asynccontextmanager
async def _console(
    size: tuple[int, int], organization: str | None, theme: Theme
) -> AsyncIterator[tuple[IamApp, Pilot[None]]]:
    """The console over the demo, without a terminal."""
    clock = FixedClock()
    with tempfile.TemporaryDirectory() as folder:
        profile = Profile("demo", StoreKind.DEMO, Path(folder) / "demo.db")
        options = ConsoleOptions(organization=organization, theme=theme.name, profile=profile)
        console = IamApp(StoreOpener([profile], clock), clock=clock, options=options)
        async with console.run_test(size=size) as pilot:
            yield console, pilot


async def _drawn(console: IamApp, pilot: Pilot[None], title: str, theme: Theme) -> str:
    """The screen as it is now, in a window of this title."""
    for field in console.screen.query(Input):
        field.cursor_blink = False
    await pilot.pause()
    return _framed(console.export_screenshot(title=title, simplify=True), theme)


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
    made[f"{RECORDING}.svg"] = asyncio.run(recording())
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
