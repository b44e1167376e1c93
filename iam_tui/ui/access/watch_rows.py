"""The watch list: real image names whose verdicts change while switches are flipped."""

from collections.abc import Sequence
from dataclasses import replace

from iam_tui.core.catalog import Catalog
from iam_tui.core.decision import try_pull
from iam_tui.core.draft import Draft
from iam_tui.core.organization import Organization, Puller
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.text import Span, Tone
from iam_tui.ui.shared.verdict_words import sign_span, verdict_span
from iam_tui.ui.shared.widgets.table import Column, TableRow, note

WATCH_COLUMNS = (Column(1), Column(middle=True), Column(11), Column(1))


def watch_rows(
    images: Sequence[str],
    catalog: Catalog,
    organization: Organization,
    puller: Puller,
    draft: Draft,
    glyphs: Glyphs,
) -> list[TableRow]:
    """One row an image: its verdict under what is staged, marked where that is not today's."""
    if not images:
        return [note("Nothing watched. f6 in a test adds.")]
    staged = replace(draft.base, policy=draft.policy)
    rows = []
    for image in images:
        now = try_pull(image, catalog, organization, puller, draft.base).verdict
        then = try_pull(image, catalog, organization, puller, staged).verdict
        changed = Span(glyphs.staged if then is not now else "", Tone.STAGED)
        rows.append(
            TableRow(
                image, (sign_span(then, glyphs), Span(image), verdict_span(then), changed), WATCH_COLUMNS
            )
        )
    return rows
