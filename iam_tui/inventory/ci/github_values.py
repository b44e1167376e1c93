"""Values of GitHub expressions: their types, when they count as true, and how they compare.

See https://docs.github.com/actions/reference/workflows-and-actions/expressions
"""

import operator
import re
from collections.abc import Callable
from typing import Final

from iam_tui.inventory.yaml_nodes import Scalar

COMPARISONS: Final[dict[str, Callable[[str | float, str | float], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

_DECIMAL = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_WHOLE = re.compile(r"0x[0-9a-fA-F]{1,7}|0o[0-7]{1,10}")


def as_text(value: Scalar) -> str:
    """The value in a text: nothing for null, and no more than 15 digits of a number."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.15G}"
    return value or ""


def as_number(value: Scalar) -> float:
    """The value as a number; not a number (NaN) for a text that is none."""
    if not isinstance(value, str):
        return float(value or 0)
    text = value.strip()
    if _DECIMAL.fullmatch(text):
        return float(text)
    if _WHOLE.fullmatch(text):
        return int(text, 0)
    return float("nan") if text else 0.0


def compare(left: Scalar, sign: str, right: Scalar) -> bool:
    """Whether the comparison holds: of two texts without regard to case, otherwise of two numbers."""
    holds = COMPARISONS[sign]
    if isinstance(left, str) and isinstance(right, str):
        return holds(left.upper(), right.upper())
    return holds(as_number(left), as_number(right))
