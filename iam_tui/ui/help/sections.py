"""What the help says beside the keys: how a pull is decided, the marks, the words, and where the file is."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len

from iam_tui.application.session import Session
from iam_tui.core.escape_controls import escape_controls
from iam_tui.core.rules import RULES
from iam_tui.ui.shared.active_keys import ActiveKey
from iam_tui.ui.shared.glyphs import Glyphs
from iam_tui.ui.shared.text import Line, Span, Tone, line, pad, wrap
from iam_tui.ui.shared.widgets.table import Column, Look, TableRow

KEY_PREFIX: Final = "key:"
_KEY_COLUMNS = (Column(12), Column())
_COLUMNS = (Column(16), Column())
_STEP_COLUMNS = (Column(34), Column())
_GAP = TableRow("", look=Look.NOTE)

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
    ("allowlist", "It wins over every category's switch."),
    ("owner", "Never restricted; changes the policy."),
    ("staged", "Changed here, not saved yet."),
    ("revision", "One saved policy; none is ever lost."),
    ("stale session", "An older revision still counts."),
)


class Section(NamedTuple):
    """A titled part of the help: labels, what each means, and how both are laid out."""

    title: str
    entries: tuple[tuple[Span, str], ...]
    columns: Sequence[Column] = _COLUMNS


def sections(opened: Session | None, problems: Sequence[str], glyphs: Glyphs) -> list[Section]:
    """Everything beside the keys; `problems` are what is amiss with the key map."""
    found = [_deciding(), _marks(glyphs), _words()]
    if opened is not None:
        place = ((Span(opened.profile.name), opened.profile.where),)
        found.append(Section("Where it is kept", place))
    if problems:
        found.insert(
            0, Section("Key map", tuple((Span(glyphs.warning, Tone.STAGED), text) for text in problems))
        )
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
        cells = (Span(key.shown, Tone.ACCENT), Span(key.what))
        rows.append(TableRow(f"{KEY_PREFIX}{index}", cells, _KEY_COLUMNS))
    return rows


def section_rows(parts: Sequence[Section], wanted: str) -> list[TableRow]:
    """The sections as rows, of each only what matches."""
    rows: list[TableRow] = []
    for part in parts:
        matching = [
            (label, text)
            for label, text in part.entries
            if not wanted or wanted in f"{label.text} {text} {part.title}".casefold()
        ]
        if matching:
            rows += [_GAP, *_title(part.title, ())]
            rows += [
                TableRow(f"{part.title}:{label.text}:{text}", (label, Span(text, Tone.MUTED)), part.columns)
                for label, text in matching
            ]
    return rows


def section_lines(parts: Sequence[Section], width: int) -> tuple[Line, ...]:
    """The sections as lines of at most this width, for a pane of their own."""
    lines: list[Line] = []
    for part in parts:
        lines.append(line(Span(part.title, Tone.TITLE)))
        label_width = max(cell_len(escape_controls(label.text)) for label, _ in part.entries) + 2
        for label, text in part.entries:
            shown = Span(f"  {pad(escape_controls(label.text), label_width)}", label.tone)
            told = wrap((Span(escape_controls(text), Tone.MUTED),), width - label_width - 2)
            lines.append((shown, *told[0]))
            lines += [(Span(" " * (label_width + 2)), *more) for more in told[1:]]
        lines.append(())
    return tuple(lines)


def _deciding() -> Section:
    questions = zip((question for question, _ in RULES), _ANSWERS, strict=True)
    entries = [(Span("0 an image name at all?"), "no: INVALID")]
    entries += [(Span(f"{i} {question}"), answer) for i, (question, answer) in enumerate(questions, 1)]
    return Section("How a pull is decided", tuple(entries), _STEP_COLUMNS)


def _marks(glyphs: Glyphs) -> Section:
    return Section(
        "Marks",
        (
            (Span(f"{glyphs.allowed} allowed", Tone.ALLOWED), "The pull goes through."),
            (Span(f"{glyphs.blocked} BLOCKED", Tone.BLOCKED), "Docker refuses the pull."),
            (Span(f"{glyphs.outside} not covered", Tone.MUTED), "Not from Docker Hub, or not signed in."),
            (Span(f"{glyphs.unknown} CANNOT TELL", Tone.STAGED), "Something that decides is not known."),
            (Span(f"{glyphs.staged} staged", Tone.STAGED), "Not saved yet; the sentences say what."),
            (Span(f"{glyphs.on} on  {glyphs.off} off"), "A switch."),
            (Span(f"{glyphs.locked} locked"), "No switch: always so."),
            (Span(f"{glyphs.warning} warning", Tone.STAGED), "Look at this."),
        ),
    )


def _words() -> Section:
    return Section("Words", tuple((Span(label), text) for label, text in _WORDS))


def _title(title: str, before: Sequence[TableRow]) -> list[TableRow]:
    heading = TableRow("", (Span(title, Tone.TITLE),), look=Look.HEADING)
    return [_GAP, heading] if before else [heading]
