"""Looking up an unknown publisher's badge from a screen that tries pulls: when asked, never while typing."""

from textual import work
from textual.worker import Worker

from iam_tui.core.catalog import OFFICIAL_NAMESPACE, Catalog
from iam_tui.core.reference import ImageReference
from iam_tui.stores.protocol import Lookup
from iam_tui.ui.pull.base import PullScreenBase
from iam_tui.ui.pull.words import looked_up_words
from iam_tui.ui.shared.text import Tone


class LookupScreenBase(PullScreenBase):
    """A screen whose verdicts may get a badge that is looked up; esc stops the look-up, then leaves."""

    _looking_up: Worker[None] | None = None

    def look_up(self, reference: ImageReference) -> bool:
        """Begin to look up the badge of an image's namespace; False where nothing would be asked."""
        lookup, namespace = self.host.session.lookup, reference.namespace
        is_known = not reference.on_hub or namespace in (OFFICIAL_NAMESPACE, self.state.organization.name)
        if lookup is None or is_known or not lookup.is_due(self.host.catalog.badge(namespace)):
            return False
        self.hint(f"Looking up {namespace} at {lookup.where}; esc stops.")
        self._looking_up = self._look_up(lookup, namespace)
        return True

    @work(group="lookup", exclusive=True)
    async def _look_up(self, lookup: Lookup, namespace: str) -> None:
        found = await self.await_or_show(lookup.look_up([namespace]))
        if found is None:
            self.show_all()
            return
        self.host.catalog = Catalog(found.known, today=self.host.clock().date())
        self.show_all()
        self.hint(looked_up_words(found, namespace), Tone.ACCENT)

    def action_back(self) -> None:
        """Stop looking up; if nothing is being looked up, back with what was staged here."""
        if self._looking_up is None or self._looking_up.is_finished:
            super().action_back()
            return
        self._looking_up.cancel()
        self.show_all()
        self.hint("Not looked up.")
