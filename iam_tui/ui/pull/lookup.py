"""Looking up an unknown publisher's badge in a pull test: on request, never while typing."""

from textual import work
from textual.worker import Worker

from iam_tui.core.catalog import OFFICIAL_NAMESPACE
from iam_tui.core.reference import ImageReference
from iam_tui.ui.pull.base import PullScreenBase
from iam_tui.ui.pull.words import looked_up_words
from iam_tui.ui.shared.text import Tone


class LookupScreenBase(PullScreenBase):
    """A screen that can look up the badges it needs; `esc` stops a lookup, then leaves."""

    _looking_up: Worker[None] | None = None

    def look_up(self, reference: ImageReference) -> bool:
        """Start to look up the badge of an image's namespace; False if there is nothing to look up."""
        session, namespace = self.workspace.session, reference.namespace
        is_known = not reference.on_hub or namespace in (OFFICIAL_NAMESPACE, self.workspace.name)
        if session.lookup is None or is_known or not session.lookup.is_due(session.catalog.badge(namespace)):
            return False
        self.hint(f"Looking up {namespace} at {session.lookup.where}; esc stops.")
        self._looking_up = self._look_up(namespace)
        return True

    @work(group="lookup", exclusive=True)
    async def _look_up(self, namespace: str) -> None:
        found = await self.await_or_show(self.workspace.session.look_up([namespace]))
        self.show_all()
        if found is not None:
            self.hint(looked_up_words(found, namespace), Tone.ACCENT)

    def action_back(self) -> None:
        """Stop the lookup, or go back if there is none."""
        if self._looking_up is None or self._looking_up.is_finished:
            super().action_back()
            return
        self._looking_up.cancel()
        self.show_all()
        self.hint("Not looked up.")
