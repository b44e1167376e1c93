"""What a switch costs on the Image access screen, with a million usages behind it."""

import asyncio
import gc
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from iam_tui.application.images_in_use import ImagesInUse
from iam_tui.application.open_profile import StoreOpener
from iam_tui.core.catalog import Catalog
from iam_tui.core.policy import Setting
from iam_tui.core.usage_index import UsageIndex
from iam_tui.stores.protocol import Profile, Source, SourceKind, StoreKind
from iam_tui.ui.access.screen import AccessScreen
from iam_tui.ui.app import IamApp
from iam_tui.ui.shared.options import ConsoleOptions
from iam_tui.ui.shared.widgets.table import Table
from tests.benchmarks.figures import Effort, Figure, at_most, median, number, p95, seconds
from tests.benchmarks.impact import TODAY, inventory_of, known_badges
from tests.benchmarks.sample_files import NOW

SIZE: Final = (120, 40)
FRAME: Final = 16


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """All that one key does before it is drawn, and what the list of who breaks takes to open."""
    yield from asyncio.run(_figures(effort, folder))


async def _figures(effort: Effort, folder: Path) -> list[Figure]:
    profile = Profile("demo", StoreKind.DEMO, folder / "demo.db")
    options = ConsoleOptions(organization="acme-corp", profile=profile)
    console = IamApp(StoreOpener([profile], lambda: NOW), clock=lambda: NOW, options=options)
    async with console.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await console.workers.wait_for_complete()
        await pilot.pause()
        screen = console.screen
        if not isinstance(screen, AccessScreen):
            raise TypeError(f"not on Image access but on {screen}")
        catalog = Catalog(known_badges(effort.many), today=TODAY)
        groups = UsageIndex(inventory_of(effort.many), catalog, screen.workspace.state.organization)
        # What stays is not looked through before every measurement.
        gc.freeze()
        screen.workspace.images_in_use = ImagesInUse(
            [Source(SourceKind.SCAN, "many", NOW, effort.many)], groups, catalog
        )
        screen.show_workspace()
        times = []
        for setting in islice(cycle(Setting), effort.presses):
            screen.query_one("#access", Table).move_to(setting)
            await pilot.pause()
            times.append(seconds(screen.action_flip))
            await pilot.pause()
        await console.workers.wait_for_complete()
        opened = seconds(screen.action_impact)
        await pilot.pause()
    gc.unfreeze()
    what = f"{effort.many:,} usages of {len(groups.groups):,} repositories"
    return [
        Figure("a toggle on Image access, median", f"{number(median(times) * 1e3)} ms", what),
        at_most("a toggle on Image access, p95", p95(times) * 1e3, FRAME, "ms", "one frame"),
        Figure("the impact opened", f"{number(opened * 1e3)} ms", what),
    ]
