"""A program: how many of the image names on standard input get which verdict."""

import sys
from collections import Counter
from datetime import date

from iam_tui.core.batch_decisions import decide_all
from iam_tui.core.catalog import Catalog
from iam_tui.core.reference import ImageReference
from tests.benchmarks.corpus import ACME, MEMBER, POLICY


def main() -> None:
    """Decide on every line, and print how many got which verdict."""
    parse, image = ImageReference.parse, Catalog(today=date(2026, 3, 12)).image
    rule = decide_all(ACME, POLICY, MEMBER)
    counts = Counter(rule(image(parse(line[:-1]))).verdict for line in sys.stdin)
    print(*(f"{verdict} {count}" for verdict, count in sorted(counts.items())), sep="\n")


if __name__ == "__main__":
    main()
