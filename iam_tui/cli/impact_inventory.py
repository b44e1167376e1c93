"""What an impact is about: the images in use, from reports and paths that are named, or as they are kept."""

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from iam_tui.cli.check import known_owners
from iam_tui.cli.lookup import looked_up, namespaces_of
from iam_tui.cli.output import say
from iam_tui.cli.parser import Clock, Options
from iam_tui.cli.scan import read_rows
from iam_tui.cli.scan_text import ProgressLine
from iam_tui.core.catalog import Catalog
from iam_tui.core.errors import InvalidInput
from iam_tui.core.organization import Role
from iam_tui.core.usage import Inventory, Pulls, Usage
from iam_tui.core.usage_index import UsageIndex
from iam_tui.stores.protocol import Memory, OrganizationState, Source, SourceKind, Store


class Known(NamedTuple):
    """What the store knows of an organization that decides about its images; `owners` may not be known."""

    state: OrganizationState
    catalog: Catalog
    owners: Sequence[str]

    @property
    def may_see_people(self) -> bool:
        """Who pulls what is for owners only."""
        return self.state.role is Role.OWNER

    def groups(self, inventory: Inventory) -> UsageIndex:
        """The inventory by repository, classified."""
        return UsageIndex(inventory, self.catalog, self.state.organization, self.owners)


class Kept(NamedTuple):
    """Where the inventory that is kept came from, the latest first, and what it holds."""

    sources: Sequence[Source]
    inventory: Inventory


async def read_known(store: Store, state: OrganizationState, clock: Clock) -> Known:
    """What it takes to classify images for the organization."""
    catalog = Catalog(await store.badges(), today=clock().date())
    return Known(state, catalog, await known_owners(store, state))


def looking_up(known: Known, inventory: Inventory, options: Options, clock: Clock) -> Known:
    """The same, once the badges of the namespaces in use have been looked up."""
    pulled = (pulls.repository.partition("/")[0] for pulls in inventory.pulls)
    namespaces = chain(namespaces_of(usage.reference for usage in inventory.usages), pulled)
    return known._replace(catalog=looked_up(known.catalog, namespaces, known.state, options, clock))


async def read_kept(memory: Memory, state: OrganizationState) -> Kept:
    """What is kept for the organization; for whoever is no owner without pulls and their reports."""
    name = state.organization.name
    kept = Kept(await memory.sources(name), await memory.inventory(name))
    if state.role is Role.OWNER:
        return kept
    # The file itself knows the roles of the organizations in it only.
    places = [source for source in kept.sources if source.kind is not SourceKind.REPORT]
    return Kept(places, Inventory(kept.inventory.usages))


def read_given(reports: Sequence[str], paths: Sequence[str], *, from_here: bool) -> Inventory:
    """What these reports and paths hold; says on standard error how much that is, and what was left out.

    Files are relative to the path they were found under, or with `from_here` to where we are. Raises
    `InvalidInput` for what cannot be read.
    """
    progress = ProgressLine(sys.stderr)
    try:
        pulls = [one for path in reports for one in _read_report(path, progress)]
        usages = tuple(_read_usages(paths, progress, from_here=from_here)) if paths else ()
    finally:
        progress.clear()
    return Inventory(usages, tuple(pulls))


def _read_report(path: str, progress: ProgressLine) -> Sequence[Pulls]:
    from iam_tui.inventory.reports.pull_report import read_report
    from iam_tui.inventory.reports.report_lines import NotAReport

    try:
        with Path(path).open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            whole = f" of {size >> 20:,}" if size else ""
            report = read_report(
                file, progress=lambda read: progress.show(f"{read >> 20:,}{whole} MB of the report read")
            )
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}.") from None
    except NotAReport as error:
        raise NotAReport(f"{path}: {error.detail}", advice=error.advice) from error
    progress.clear()
    say(f"{path}: {report.summary}")
    return report.pulls


def _read_usages(paths: Sequence[str], progress: ProgressLine, *, from_here: bool) -> Iterator[Usage]:
    files, places = dict[str, str](), 0
    # Other than reports, YAML leaves much that only the collector takes away.
    gc.enable()
    try:
        for row in read_rows(paths, progress):
            file = files.setdefault(row.file, row.file)
            places += 1
            yield row.usage._replace(file=file) if from_here else row.usage
    finally:
        gc.disable()
    progress.clear()
    where = "1 file" if len(files) == 1 else f"{len(files):,} files"
    say(f"{', '.join(paths)}: {places:,} {'place' if places == 1 else 'places'} in {where}.")
