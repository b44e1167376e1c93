"""`check IMAGE...`: the verdict for each image, taken exactly as written."""

import asyncio
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from iam_tui.cli.check_text import print_answers
from iam_tui.cli.errors import ExitCode, WrongUsage
from iam_tui.cli.lookup import looked_up, namespaces_of
from iam_tui.cli.output import Json, print_rows, say
from iam_tui.cli.parser import Clock, Options, Parser, add_json, add_lookup
from iam_tui.cli.profile import load_settings, opened_store, tell_age
from iam_tui.core.catalog import Catalog
from iam_tui.core.decision import Decision, decide, invalid
from iam_tui.core.organization import Puller, Role
from iam_tui.core.policy import Revision
from iam_tui.core.reference import ImageReference, InvalidReference
from iam_tui.core.verdict import Verdict
from iam_tui.stores.errors import Forbidden
from iam_tui.stores.protocol import OrganizationState, Store

_PULLERS: Final = {
    "owner": Puller(Role.OWNER),
    "editor": Puller(Role.EDITOR),
    "member": Puller(Role.MEMBER),
    "signed-out": Puller(Role.MEMBER, signed_in=False),
}
_EXIT: Final = {
    Verdict.INVALID: ExitCode.WRONG,
    Verdict.BLOCKED: ExitCode.BLOCKED,
    Verdict.CANNOT_TELL: ExitCode.CANNOT_TELL,
}
_GRAVEST_FIRST: Final = (ExitCode.WRONG, ExitCode.BLOCKED, ExitCode.CANNOT_TELL)


class CheckRequest(NamedTuple):
    """Everything but the image that a decision needs; `under` is the revision of an old sign-in."""

    state: OrganizationState
    puller: Puller
    under: Revision | None
    catalog: Catalog
    owners: Sequence[str]

    def decide(self, reference: ImageReference) -> Decision:
        """The decision on a pull of this image."""
        image, state = self.catalog.image(reference), self.state
        return decide(image, state.organization, self.puller, state.revision, self.under)

    def looking_up(
        self, references: Iterable[ImageReference | None], options: Options, clock: Clock
    ) -> "CheckRequest":
        """The same question, once the badges of these images' namespaces have been looked up."""
        namespaces = namespaces_of(references)
        return self._replace(catalog=looked_up(self.catalog, namespaces, self.state, options, clock))


class CheckedImage(NamedTuple):
    """One row: the text as given, the reference it spells (None if it spells none), the decision, notes."""

    text: str
    reference: ImageReference | None
    decision: Decision


def configure(parser: Parser, verb: str) -> None:
    """The images, the organization and whose pull it is."""
    del verb
    parser.add_argument("images", metavar="IMAGE", nargs="+", help="an image; - reads one per line")
    parser.add_argument("--org", metavar="O", help="the organization; your only one if left out")
    parser.add_argument(
        "--for",
        metavar="WHO",
        dest="puller",
        help="whose pull: a user name, or owner, editor, member, signed-out; you if left out",
    )
    add_lookup(parser)
    add_json(parser)


def run(options: Options, clock: Clock) -> int:
    """Print a row for each image; the exit code is the gravest verdict's."""
    question = asyncio.run(ask(options, clock))
    images = _images(options.images)
    if options.lookup:
        images = iter(texts := list(images))
        question = question.looking_up(map(_reference, texts), options, clock)
    answers = list(answered(question, images))
    if options.json:
        print_rows(_row(answer) for answer in answers)
    else:
        print_answers(answers, question)
    found = {_EXIT.get(answer.decision.verdict, ExitCode.FINE) for answer in answers}
    return next((code for code in _GRAVEST_FIRST if code in found), ExitCode.FINE)


async def ask(options: Options, clock: Clock) -> CheckRequest:
    """The question that `--org` and `--for` put, answered from the store."""
    loaded = load_settings(options)
    async with opened_store(loaded, clock) as store:
        state = await _access(store, loaded.settings.org)
        name = state.organization.name
        puller = _PULLERS.get(options.puller)
        if puller is None and options.puller is None and state.as_of is not None:
            puller = Puller(state.role)
        if puller is None:
            who = store.user if options.puller is None else options.puller
            puller = Puller.of(await store.member(name, who))
        old = puller.revision not in (None, state.revision.number)
        under = await store.revision(name, puller.revision) if old and puller.revision else None
        catalog = Catalog(await store.badges(), today=clock().date())
        owners = await known_owners(store, state)
    tell_age(state)
    return CheckRequest(state, puller, under, catalog, owners)


async def known_owners(store: Store, state: OrganizationState) -> list[str]:
    """The owners' names; none where one may not know them, or while nothing can be read."""
    if state.as_of is not None:
        return []
    try:
        return [member.user for member in await store.members(state.organization.name, Role.OWNER)]
    except Forbidden:
        return []


async def _access(store: Store, organization: str | None) -> OrganizationState:
    if organization is not None:
        return await store.organization_state(organization)
    found = [state async for batch in store.organizations() for state in batch]
    if len(found) == 1:
        # Asked for once more, so that one that could not be read says why.
        return await store.organization_state(found[0].organization.name) if found[0].error else found[0]
    found.sort(key=lambda state: state.organization.name)
    names = ", ".join(state.organization.name for state in found)
    raise WrongUsage(
        f"Say which organization with --org: {names}."
        if found
        else f"{store.user} is in no organization here."
    )


def _images(given: Sequence[str]) -> Iterator[str]:
    for text in given:
        if text == "-":
            yield from _lines()
        else:
            yield text


def _lines() -> Iterator[str]:
    r"""The lines of standard input that are not blank, without their ends (\n or \r\n); any byte may come."""
    if sys.stdin is None:
        return
    if sys.stdin.isatty():
        say("Reading images from standard input, one per line; ctrl+d ends.")
    for line in sys.stdin.buffer:
        text = line.removesuffix(b"\n").removesuffix(b"\r").decode(errors="surrogateescape")
        if text.strip():
            yield text


def _reference(text: str) -> ImageReference | None:
    try:
        return ImageReference.parse(text)
    except InvalidReference:
        return None


def answered(question: CheckRequest, images: Iterable[str]) -> Iterator[CheckedImage]:
    """An answer for each image, in order."""
    for text in images:
        try:
            reference = ImageReference.parse(text)
        except InvalidReference as error:
            yield CheckedImage(text, None, invalid(error))
        else:
            yield CheckedImage(text, reference, question.decide(reference))


def _row(answer: CheckedImage) -> Json:
    decision = answer.decision
    stale = decision.stale
    return {
        "input": answer.text,
        "reference": answer.reference.canonical if answer.reference else None,
        "category": decision.category,
        "verdict": decision.verdict,
        "rule": decision.rule,
        "reason": decision.reason,
        "docker_error": decision.docker_error,
        "stale": {"revision": stale.revision, "verdict_now": stale.verdict_now} if stale else None,
    }
