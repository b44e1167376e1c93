"""The watch list: real image names whose verdicts change while switches are flipped."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from iam_tui.core.catalog import Catalog
from iam_tui.core.decision import try_pull
from iam_tui.core.draft import Draft
from iam_tui.core.organization import Organization, Puller
from iam_tui.core.verdict import Verdict
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.table_rows import Column, TableRow, note, row_of
from iam_tui.ui.shared.text import Span, Tone
from iam_tui.ui.shared.verdict_words import sign_span, verdict_span


class WatchedImage(NamedTuple):
    """An image with its verdicts as saved and as staged."""

    image: str
    saved: Verdict
    staged: Verdict
    glyphs: Glyphs


def _mark(one: WatchedImage) -> Span:
    return Span(one.glyphs.staged if one.staged is not one.saved else "", Tone.STAGED)


WATCH_COLUMNS: Final[Sequence[Column[WatchedImage]]] = (
    Column("", 1, lambda one: sign_span(one.staged, one.glyphs)),
    Column("Image", 0, lambda one: Span(one.image), middle=True),
    Column("Verdict", 11, lambda one: verdict_span(one.staged)),
    Column("", 1, _mark),
)


def watch_rows(
    images: Sequence[str],
    catalog: Catalog,
    organization: Organization,
    puller: Puller,
    draft: Draft,
    glyphs: Glyphs,
) -> list[TableRow]:
    """One row for each image: its verdict under what is staged, marked where that differs from now."""
    if not images:
        return [note("Watch images with f6 in a pull test.")]
    staged = replace(draft.base, policy=draft.policy)
    return [
        row_of(
            image,
            WatchedImage(
                image,
                try_pull(image, catalog, organization, puller, draft.base).verdict,
                try_pull(image, catalog, organization, puller, staged).verdict,
                glyphs,
            ),
            WATCH_COLUMNS,
        )
        for image in images
    ]
