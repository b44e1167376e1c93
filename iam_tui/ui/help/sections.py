"""What the help shows beside the keys: how a pull is decided, the marks, the words, and where the file is."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len

from iam_tui.application.session import Session
from iam_tui.core.decision_rules import RULES
from iam_tui.core.escape_controls import escape_controls
from iam_tui.ui.shared.active_keys import ActiveKey
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.table_rows import Column, Look, TableRow, row_of
from iam_tui.ui.shared.text import Line, Span, Tone, line, pad, wrap

KEY_PREFIX: Final = "key:"
_KEY_COLUMNS: Final[Sequence[Column[ActiveKey]]] = (
    Column("", 12, lambda key: Span(key.shown, Tone.ACCENT)),
    Column("", 0, lambda key: Span(key.what)),
)
_GAP: Final = TableRow("", look=Look.NOTE)

_ANSWERS: Final = (
    "no: not enforced, or BLOCKED",
    "no: not covered",
    "no: allowed",
    "yes: allowed",
    "yes: allowed",
    "yes: allowed",
    "no: BLOCKED",
)
_WORDS: Final = (
    ("allowlist", "It overrides the switches of all categories."),
    ("owner", "Changes the policy; is never restricted by it."),
    ("staged", "Changed here, not saved yet."),
    ("revision", "A saved policy; all of them are kept."),
    ("stale session", "A sign-in under an older revision."),
)


class HelpEntry(NamedTuple):
    """A label and what it means."""

    label: Span
    text: str


def _label_and_text(label_width: int) -> Sequence[Column[HelpEntry]]:
    return (
        Column("", label_width, lambda entry: entry.label),
        Column("", 0, lambda entry: Span(entry.text, Tone.MUTED)),
    )


_COLUMNS: Final = _label_and_text(16)
_STEP_COLUMNS: Final = _label_and_text(34)


class Section(NamedTuple):
    """A titled part of the help: labels, what each means, and how both are laid out."""

    title: str
    entries: tuple[HelpEntry, ...]
    columns: Sequence[Column[HelpEntry]] = _COLUMNS


def sections(opened: Session | None, problems: Sequence[str], glyphs: Glyphs) -> list[Section]:
    """Everything beside the keys; `problems` are those of the key map."""
    found = [_deciding(), _marks(glyphs), _words()]
    if opened is not None:
        profile = opened.profile
        found.append(Section("Where it is kept", (HelpEntry(Span(profile.name), profile.where),)))
    if problems:
        warning = Span(glyphs.warning, Tone.STAGED)
        found.insert(0, Section("Key map", tuple(HelpEntry(warning, text) for text in problems)))
    return found


def key_rows(keys: Sequence[ActiveKey], wanted: str) -> list[TableRow]:
    """The keys that match, under the titles of their groups."""
    rows: list[TableRow] = []
    group = None
    for index, key in enumerate(keys):
        if wanted and not any(wanted in text.casefold() for text in (key.shown, key.what)):
            continue
        if key.group is not group:
            rows += _title(key.group, rows)
            group = key.group
        rows.append(row_of(f"{KEY_PREFIX}{index}", key, _KEY_COLUMNS))
    return rows


def section_rows(parts: Sequence[Section], wanted: str) -> list[TableRow]:
    """The sections as rows; of each only the entries that match."""
    rows: list[TableRow] = []
    for part in parts:
        matching = [
            entry
            for entry in part.entries
            if not wanted or wanted in f"{entry.label.text} {entry.text} {part.title}".casefold()
        ]
        if matching:
            rows += [_GAP, *_title(part.title, ())]
            rows += [
                row_of(f"{part.title}:{entry.label.text}:{entry.text}", entry, part.columns)
                for entry in matching
            ]
    return rows


def section_lines(parts: Sequence[Section], width: int) -> tuple[Line, ...]:
    """The sections as lines of at most this width, for the pane beside the keys."""
    lines: list[Line] = []
    for part in parts:
        lines.append(line(Span(part.title, Tone.TITLE)))
        label_width = max(cell_len(escape_controls(entry.label.text)) for entry in part.entries) + 2
        for label, text in part.entries:
            shown = Span(f"  {pad(escape_controls(label.text), label_width)}", label.tone)
            first, *more = wrap((Span(escape_controls(text), Tone.MUTED),), width - label_width - 2)
            lines.append((shown, *first))
            lines += [(Span(" " * (label_width + 2)), *rest) for rest in more]
        lines.append(())
    return tuple(lines)


def _deciding() -> Section:
    questions = zip((question for question, _ in RULES), _ANSWERS, strict=True)
    entries = [HelpEntry(Span("0 a valid image name?"), "no: INVALID")]
    entries += [
        HelpEntry(Span(f"{i} {question}"), answer) for i, (question, answer) in enumerate(questions, 1)
    ]
    return Section("How a pull is decided", tuple(entries), _STEP_COLUMNS)


def _marks(glyphs: Glyphs) -> Section:
    return Section(
        "Marks",
        (
            HelpEntry(Span(f"{glyphs.allowed} allowed", Tone.ALLOWED), "The pull goes through."),
            HelpEntry(Span(f"{glyphs.blocked} BLOCKED", Tone.BLOCKED), "Docker refuses the pull."),
            HelpEntry(
                Span(f"{glyphs.outside} not covered", Tone.MUTED), "Not on Docker Hub, or not signed in."
            ),
            HelpEntry(
                Span(f"{glyphs.unknown} CANNOT TELL", Tone.STAGED), "Something that decides it is not known."
            ),
            HelpEntry(Span(f"{glyphs.staged} staged", Tone.STAGED), "Not saved yet."),
            HelpEntry(Span(f"{glyphs.on} on  {glyphs.off} off"), "A switch."),
            HelpEntry(Span(f"{glyphs.locked} always"), "Cannot be switched."),
            HelpEntry(Span(f"{glyphs.warning} warning", Tone.STAGED), "Needs your attention."),
        ),
    )


def _words() -> Section:
    return Section("Words", tuple(HelpEntry(Span(label), text) for label, text in _WORDS))


def _title(title: str, before: Sequence[TableRow]) -> list[TableRow]:
    heading = TableRow("", (Span(title, Tone.TITLE),), look=Look.HEADING)
    return [_GAP, heading] if before else [heading]
