"""Try the installed package in a console without a terminal: open the demo, stage a switch, see it said."""

import asyncio
import sys
from datetime import UTC, datetime

from iam_tui.application.open_profile import StoreOpener
from iam_tui.stores.protocol import Profile, StoreKind
from iam_tui.ui.app import IamApp
from iam_tui.ui.shared.options import ConsoleOptions


def clock() -> datetime:
    """One moment, always."""
    return datetime(2026, 3, 12, 14, 15, tzinfo=UTC)


async def main() -> str:
    """The picture of the console at the end, as SVG text."""
    profile = Profile("demo", StoreKind.DEMO)
    opener = StoreOpener([profile], clock)
    options = ConsoleOptions(profile=profile, organization="acme-corp")
    console = IamApp(opener, clock=clock, options=options)
    async with console.run_test(size=(80, 24)) as pilot:
        for key in ("down", "down", "space"):
            await console.workers.wait_for_complete()
            await pilot.pause()
            await pilot.press(key)
        await console.workers.wait_for_complete()
        await pilot.pause()
        picture = console.export_screenshot()
    opener.close()
    return picture.replace("&#160;", " ")


if __name__ == "__main__":
    shown = asyncio.run(main())
    missing = [words for words in ("Image access", "Community images", "1 staged") if words not in shown]
    print(f"The console does not say: {missing}" if missing else "The console works without a terminal.")
    sys.exit(bool(missing))
