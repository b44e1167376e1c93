"""`check IMAGE...`: the verdict for each image, taken exactly as written."""

import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from iam_tui.application.membership import read_owners
from iam_tui.application.pull_scenario import ROLES, SIGNED_OUT, PullScenario, read_scenario
from iam_tui.application.session import Session
from iam_tui.cli.errors import ExitCode, WrongUsage
from iam_tui.cli.lookup import catalog_with_lookup, namespaces_of
from iam_tui.cli.output import Json, print_columns, print_json_list, say
from iam_tui.cli.parser import Clock, Options, Parser, add_json, add_lookup, add_puller
from iam_tui.cli.profile import load_settings, opened_session, say_if_outdated
from iam_tui.core.catalog import Catalog
from iam_tui.core.decision import Decision, invalid
from iam_tui.core.escape_controls import escape_controls
from iam_tui.core.reference import ImageReference, InvalidReference
from iam_tui.core.verdict import Rule, Verdict
from iam_tui.stores.protocol import OrganizationState

_PULLERS: Final = {**{member.role.replace(" ", "-"): member for member in ROLES}, "signed-out": SIGNED_OUT}
"""The values of `--for` that are not user names."""
_EXIT: Final = {
    Verdict.INVALID: ExitCode.WRONG,
    Verdict.BLOCKED: ExitCode.BLOCKED,
    Verdict.CANNOT_TELL: ExitCode.CANNOT_TELL,
}
_FEW: Final = 3
"""Up to this many images are explained on several lines each."""
_LABEL_CELLS: Final = 7
_MOST_SEVERE_FIRST: Final = (ExitCode.WRONG, ExitCode.BLOCKED, ExitCode.CANNOT_TELL)


class CheckRequest(NamedTuple):
    """Everything but the image that a decision needs, and the owners to ask, if they are known."""

    scenario: PullScenario
    catalog: Catalog
    owners: Sequence[str]

    def judge(self) -> Callable[[ImageReference], Decision]:
        """A function that decides on the pull of an image."""
        return self.scenario.judge(self.catalog)

    def with_lookup(
        self, references: Iterable[ImageReference | None], options: Options, clock: Clock
    ) -> "CheckRequest":
        """The same request, once the badges for these images have been looked up."""
        namespaces, state = namespaces_of(references), self.scenario.state
        return self._replace(catalog=catalog_with_lookup(self.catalog, namespaces, state, options, clock))


class CheckedImage(NamedTuple):
    """A result: the image as given, its reference (None if it is not an image name), and the decision."""

    text: str
    reference: ImageReference | None
    decision: Decision


def configure(parser: Parser, verb: str) -> None:
    """Add the images, the organization and who pulls."""
    del verb
    parser.add_argument("images", metavar="IMAGE", nargs="+", help="an image; - reads one per line")
    parser.add_argument("--org", metavar="O", help="the organization (default: your only one)")
    add_puller(parser)
    add_lookup(parser)
    add_json(parser)


def run(options: Options, clock: Clock) -> int:
    """Print a row for each image; the exit code is that of the most severe verdict."""
    request = asyncio.run(read_request(options, clock))
    images = _images(options.images)
    if options.lookup:
        images = iter(texts := list(images))
        request = request.with_lookup(map(_reference, texts), options, clock)
    rows = list(checked_images(request, images))
    if options.json:
        print_json_list(_json(row) for row in rows)
    else:
        _print_text(rows, request)
    found = {_EXIT.get(row.decision.verdict, ExitCode.FINE) for row in rows}
    return next((code for code in _MOST_SEVERE_FIRST if code in found), ExitCode.FINE)


async def read_request(options: Options, clock: Clock) -> CheckRequest:
    """Read from the store what `--org` and `--for` name."""
    loaded = load_settings(options)
    async with opened_session(loaded, clock) as session:
        store = session.store
        state = await _organization_state(session, loaded.settings.org)
        puller = _PULLERS.get(options.puller)
        if puller is None:
            scenario = await read_scenario(store, state, options.puller)
        else:
            scenario = PullScenario.own_pull(state, store.user).by(puller)
        owners = await read_owners(store, state)
    say_if_outdated(state)
    return CheckRequest(scenario, session.catalog, owners)


async def _organization_state(session: Session, organization: str | None) -> OrganizationState:
    if organization is not None:
        return await session.organization_state(organization)
    store = session.store
    found = [state async for batch in store.organizations() for state in batch]
    if len(found) == 1:
        # Read on its own, an organization that cannot be read raises its error.
        return await store.organization_state(found[0].organization.name) if found[0].error else found[0]
    found.sort(key=lambda state: state.organization.name)
    names = ", ".join(state.organization.name for state in found)
    raise WrongUsage(
        f"Choose an organization with --org: {names}."
        if found
        else f"{store.user} is not in any organization here."
    )


def _images(given: Sequence[str]) -> Iterator[str]:
    for text in given:
        if text == "-":
            yield from _lines()
        else:
            yield text


def _lines() -> Iterator[str]:
    r"""The lines of standard input that are not blank, without \n or \r\n; bytes need not be valid UTF-8."""
    if sys.stdin is None:
        return
    if sys.stdin.isatty():
        say("Reading images from standard input, one per line; press ctrl+d to end.")
    for line in sys.stdin.buffer:
        text = line.removesuffix(b"\n").removesuffix(b"\r").decode(errors="surrogateescape")
        if text.strip():
            yield text


def _reference(text: str) -> ImageReference | None:
    try:
        return ImageReference.parse(text)
    except InvalidReference:
        return None


def checked_images(request: CheckRequest, images: Iterable[str]) -> Iterator[CheckedImage]:
    """A result for each image, in order."""
    decide = request.judge()
    for text in images:
        try:
            reference = ImageReference.parse(text)
        except InvalidReference as error:
            yield CheckedImage(text, None, invalid(error))
        else:
            yield CheckedImage(text, reference, decide(reference))


def _json(row: CheckedImage) -> Json:
    decision = row.decision
    stale = decision.stale
    return {
        "input": row.text,
        "reference": row.reference.canonical if row.reference else None,
        "category": decision.category,
        "verdict": decision.verdict,
        "rule": decision.rule,
        "reason": decision.reason,
        "docker_error": decision.docker_error,
        "stale": {"revision": stale.revision, "verdict_now": stale.verdict_now} if stale else None,
    }


def _print_text(rows: Sequence[CheckedImage], request: CheckRequest) -> None:
    """Print the verdicts with their reasons, uncut."""
    if len(rows) > _FEW:
        print_columns([(row.decision.verdict.words, _name(row), _reason(row)) for row in rows])
        return
    for number, row in enumerate(rows):
        if number:
            print()
        for label, text in _text_lines(row, request):
            print(f"{label:<{_LABEL_CELLS}}  {escape_controls(text)}")


def _notes_on_text(text: str) -> Iterator[str]:
    """What else there is to say about a text that is not an image name: Docker's error, or a command."""
    from iam_tui.core.pasted import explain_unnamed, find_image

    image, unnamed = find_image(text), explain_unnamed(text)
    if image is not None:
        yield f"The text names {image}: check that."
    if unnamed:
        yield unnamed


def _text_lines(row: CheckedImage, request: CheckRequest) -> Iterator[tuple[str, str]]:
    decision = row.decision
    yield decision.verdict.words, _name(row)
    yield "why", decision.reason
    if decision.stale:
        yield "stale", _stale(row)
    if row.reference is None:
        yield from (("note", note) for note in _notes_on_text(row.text))
    else:
        yield from (("note", note) for note in request.catalog.notes(row.reference))
    if decision.rule is Rule.NOT_SIGNED_IN and decision.remedy:
        yield "do", decision.remedy
    elif decision.verdict in (Verdict.BLOCKED, Verdict.CANNOT_TELL):
        name = request.scenario.state.organization.name
        owners = "owner" if len(request.owners) == 1 else "owners"
        named = f"{', '.join(request.owners)} ({owners} of {name})"
        yield "ask", named if request.owners else f"an owner of {name}"


def _name(row: CheckedImage) -> str:
    return row.reference.canonical if row.reference else row.text


def _reason(row: CheckedImage) -> str:
    return f"{row.decision.reason} {_stale(row)}".rstrip()


def _stale(row: CheckedImage) -> str:
    stale = row.decision.stale
    if stale is None:
        return ""
    return f"Signed in under revision {stale.revision}; after signing in again: {stale.verdict_now.words}."
