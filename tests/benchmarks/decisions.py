"""References parsed and decisions made a second."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from iam_tui.core.batch_decisions import decide_all
from iam_tui.core.catalog import Catalog
from iam_tui.core.decision import decide
from iam_tui.core.decision_rules import ClassifiedImage
from iam_tui.core.policy import Revision
from iam_tui.core.reference import ImageReference
from tests.benchmarks.corpus import ACME, MEMBER, POLICY, lines, pattern
from tests.benchmarks.figures import Effort, Figure, alternating, at_least, median, ratio, seconds
from tests.benchmarks.sample_files import NOW


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """Parsing beside one pattern, rulings and whole decisions."""
    del folder
    texts = list(lines(min(effort.many, 200_000)))
    parse, match = ImageReference.parse, pattern().fullmatch
    catalog = Catalog(today=date(2026, 3, 12))
    images = [catalog.image(parse(text)) for text in texts]
    rule, newest = decide_all(ACME, POLICY, MEMBER), Revision(1, POLICY, "olivia", NOW)

    def traced(image: ClassifiedImage) -> object:
        return decide(image, ACME, MEMBER, newest)

    parsed, matched = alternating(effort.rounds, lambda: _each(parse, texts), lambda: _each(match, texts))
    ruled, decided = alternating(
        effort.rounds, lambda: _each(rule, images), lambda: _each(traced, images[: len(images) // 10])
    )
    beside = f"{ratio(parsed, matched):.2f} x one pattern alone"
    yield at_least("references parsed", len(texts) / median(parsed) / 1e3, 850, "k/s", beside)
    yield at_least("decisions with a reason", len(images) / median(ruled) / 1e6, 5, "M/s")
    yield Figure("decisions with their whole trace", f"{len(images) // 10 / median(decided) / 1e3:.0f} k/s")


def _each(function: Callable[..., object], items: list[str] | list[ClassifiedImage]) -> float:
    def work() -> None:
        for item in items:
            function(item)

    return seconds(work)
