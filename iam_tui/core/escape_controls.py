"""Text from outside, made safe to show: control and invisible characters become visible escapes."""

from unicodedata import category

MOST_MARKS = 3
"""How many combining marks one character has in ordinary writing; more of them smear over other lines."""

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKS = frozenset({"Mn", "Me"})
# Letters and marks by category, but invisible.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
_NAMED = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def escape_controls(text: str) -> str:
    r"""The text on one line, with every character that is not plainly visible as an escape such as `\x1b`.

    Escaped are control characters, line ends, bidirectional and other format characters, surrogates, private
    and unassigned characters, invisible letters, and combining marks without a base or beyond `MOST_MARKS`.
    Everything else stays as it is, including backslashes: a typed `\x1b` looks like an escaped one, and
    escaping twice gives the same text as escaping once.
    """
    if text.isascii() and text.isprintable():
        return text
    shown: list[str] = []
    room = 0
    for character in text:
        kind = category(character)
        if kind in _HIDDEN or character in _BLANK:
            shown.append(_escape(character))
            room = 0
        elif kind in _MARKS:
            shown.append(character if room else _escape(character))
            room = max(room - 1, 0)
        else:
            shown.append(character)
            room = 0 if kind == "Zs" else MOST_MARKS
    return "".join(shown)


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return _NAMED.get(character, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
