"""Trying a pull: from the text somebody typed to a decision."""

from iam_tui.core.catalog import Catalog
from iam_tui.core.decision import Decision, decide, invalid
from iam_tui.core.organization import Organization, Puller
from iam_tui.core.policy import Revision
from iam_tui.core.reference import ImageReference, InvalidReference


def try_pull(
    text: str,
    catalog: Catalog,
    organization: Organization,
    puller: Puller,
    newest: Revision,
    signed_in_under: Revision | None = None,
) -> Decision:
    """Decide a pull of `text` exactly as written; what is no reference gets INVALID, not an error."""
    try:
        reference = ImageReference.parse(text)
    except InvalidReference as error:
        return invalid(error)
    return decide(catalog.image(reference), organization, puller, newest, signed_in_under)
