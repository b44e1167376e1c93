"""Damages a local file at random: its bytes, its rows or its tables; the same seed, the same damage."""

import json
import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

PAGE: Final = 4096
Damage = Callable[[random.Random, Path], str]
"""Damages the file, and says how."""

ODD_VALUES: Final[Sequence[object]] = (
    None, "", "nonsense", b"", b"\xff\xfe\x00", b"[]", 0, 1, 2, -1, 2**63 - 1, -(2**63), 1.5, float("inf"),
    "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-23:00", "2026-13-45", "2026-03-12", "2026-03-12T10:00",
    "null", "[]", "{}", "[[]]", "[1]", '"x"', "[" * 2000, '["\\ud800"]', "1e999", "\x1b[31m\u202e",
    "x" * 70_000, "owner", "signed_in", "business", "report", "../..", "a/b/c", "A", " ",
)  # fmt: skip
ODD_JSON: Final[Sequence[object]] = (
    None, True, False, 0, -1, 2**70, 1.5, "", "x", "\ud800", [], {}, [[]], "0001-01-01T00:00:00+00:00", "a/b",
)  # fmt: skip


def damage(seed: int, path: Path) -> str:
    """Damage the file, and say how."""
    chance = random.Random(seed)
    kind = chance.choices(list(KINDS), weights=list(KINDS.values()))[0]
    return kind(chance, path)


def flip_bytes(chance: random.Random, path: Path) -> str:
    """Some bits of some bytes, anywhere or within one page."""
    content = bytearray(path.read_bytes())
    start, end = 0, len(content)
    if chance.random() < 0.5:
        start = chance.randrange(len(content) // PAGE) * PAGE
        end = min(len(content), start + chance.choice((40, PAGE)))
    places = [chance.randrange(start, end) for _ in range(chance.choice((1, 3, 20, 200)))]
    for place in places:
        content[place] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    return f"{len(places)} bits flipped from {start} to {end}"


def write_over(chance: random.Random, path: Path) -> str:
    """Zeros, noise, or another of its pages."""
    content = bytearray(path.read_bytes())
    pages = len(content) // PAGE
    number, other = chance.randrange(pages), chance.randrange(pages)
    new = {
        "zeros": bytes(PAGE),
        "noise": chance.randbytes(PAGE),
        f"page {other}": bytes(content[other * PAGE : (other + 1) * PAGE]),
    }
    what = chance.choice(list(new))
    content[number * PAGE : (number + 1) * PAGE] = new[what]
    path.write_bytes(content)
    return f"page {number} overwritten with {what}"


def cut(chance: random.Random, path: Path) -> str:
    """The end is missing."""
    content = path.read_bytes()
    size = chance.choice((0, 1, 100, 512, PAGE, chance.randrange(len(content)), len(content) - 1))
    path.write_bytes(content[:size])
    return f"cut to {size} bytes"


def edit_row(chance: random.Random, path: Path) -> str:
    """One value of a row, or of all rows of a table, has something odd in it, past every check."""
    with _unchecked(path) as database:
        table = chance.choice(_tables(database))
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        column, value = chance.choice(columns), chance.choice(ODD_VALUES)
        if chance.random() < 0.2:
            value = _Sql("CAST(x'ff41fe' AS TEXT)")
        rows = database.execute(f"SELECT {column} FROM {table}").fetchall()
        before = chance.choice(rows)[0] if rows else None
        where = "1" if chance.random() < 0.5 else f"{column} IS ?"
        value_sql, values = (str(value), []) if isinstance(value, _Sql) else ("?", [value])
        changed = 0
        with suppress(sqlite3.IntegrityError):
            changed = database.execute(
                f"UPDATE OR IGNORE {table} SET {column} = {value_sql} WHERE {where}",
                [*values, *([before] if where != "1" else [])],
            ).rowcount
        return f"{table}.{column} = {value!r:.60} in {changed} rows"


def edit_json(chance: random.Random, path: Path) -> str:
    """One value within a JSON text is another one."""
    with _unchecked(path) as database:
        table, column = chance.choice(
            (
                ("allowlists", "entries"), ("drafts", "draft"), ("watch_lists", "images"),
                ("recent_pulls", "pulls"), ("source_rows", "rows"), ("source_rows", "rows"),
            )
        )  # fmt: skip
        kept = chance.choice(database.execute(f"SELECT {column} FROM {table}").fetchall())[0]
        value = json.loads(kept)
        place = _replace_somewhere(chance, value)
        text = json.dumps(value)
        new: object = text.encode() if isinstance(kept, bytes) else text
        database.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", [new, kept])
        if table == "allowlists" and chance.random() < 0.5:
            _digest_again(database)
        return f"{table}.{column}: {place}"


def change_tables(chance: random.Random, path: Path) -> str:
    """A table, column, index or trigger is missing or has another name, or rows are."""
    with _unchecked(path) as database:
        table = chance.choice([*_tables(database), "_sqlite_migrations"])
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        column = chance.choice(columns)
        statement = chance.choice(
            (
                f"DROP TABLE {table}",
                f"ALTER TABLE {table} DROP COLUMN {column}",
                f"ALTER TABLE {table} RENAME COLUMN {column} TO other",
                f"ALTER TABLE {table} RENAME TO other",
                f"DELETE FROM {table}",
                f"DELETE FROM {table} WHERE random() % 2",
                f"UPDATE sqlite_master SET sql = replace(sql, '{column}', 'other') WHERE name = '{table}'",
                f"UPDATE sqlite_master SET rootpage = {chance.randrange(60)} WHERE name = '{table}'",
                f"UPDATE sqlite_master SET sql = 'nonsense' WHERE name = '{table}'",
                f"UPDATE sqlite_master SET sql = CAST(x'ff41fe' AS TEXT) WHERE name = '{table}'",
                f"DELETE FROM sqlite_master WHERE name = '{table}'",
            )
        )
        try:
            database.execute(statement)
        except sqlite3.Error as error:
            return f"{statement}: {error}"
        return statement


KINDS: Final[dict[Damage, int]] = {
    flip_bytes: 25, write_over: 10, cut: 5, edit_row: 35, edit_json: 15, change_tables: 10,
}  # fmt: skip
"""Each kind of damage, and how often it is chosen."""


class _Sql(str):
    __slots__ = ()


@contextmanager
def _unchecked(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that takes any value: triggers, strict tables and checks come back after it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        schema = database.execute("SELECT type, name, sql FROM sqlite_master WHERE sql > ''").fetchall()
        triggers = [(name, sql) for kind, name, sql in schema if kind == "trigger"]
        strict = {name: (sql, _relaxed(sql)) for kind, name, sql in schema if kind == "table"}
        for name, _ in triggers:
            database.execute(f"DROP TRIGGER {name}")
        database.execute("PRAGMA writable_schema = ON")
        for name, (_, relaxed) in strict.items():
            database.execute("UPDATE sqlite_master SET sql = ? WHERE name = ?", [relaxed, name])
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for pragma in ("ignore_check_constraints = ON", "foreign_keys = OFF", "writable_schema = ON"):
            database.execute(f"PRAGMA {pragma}")
        yield database
        with suppress(sqlite3.Error):
            for name, (sql, relaxed) in strict.items():
                database.execute(
                    "UPDATE sqlite_master SET sql = ? WHERE name = ? AND sql = ?", [sql, name, relaxed]
                )
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for _, sql in triggers:
            with suppress(sqlite3.Error):
                database.execute(sql)


def _relaxed(sql: str) -> str:
    return sql.replace(") STRICT, WITHOUT", ") WITHOUT").replace(") STRICT", ")").replace("NOT NULL", "")


def _tables(database: sqlite3.Connection) -> list[str]:
    """The tables with rows in them."""
    names = [
        name
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '*sqlite_*' ORDER BY name"
        )
    ]
    return [name for name in names if database.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone()]


def _replace_somewhere(chance: random.Random, value: Any) -> str:  # noqa: ANN401 - any JSON
    """Replace a value inside of this one, and say which."""
    place = ""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return f"{place} is empty"
        key = chance.choice(keys)
        place += f"[{key!r}]"
        if isinstance(value[key], dict | list) and value[key] and chance.random() < 0.8:
            value = value[key]
            continue
        if isinstance(value, list) and chance.random() < 0.2:
            del value[key]
            return f"{place} deleted"
        value[key] = chance.choice(ODD_JSON)
        return f"{place} = {value[key]!r:.40}"


def _digest_again(database: sqlite3.Connection) -> None:
    """Give changed allowlists the digest of their text, as somebody does who knows how they are kept."""
    from iam_tui.stores.local.row_mapping import digest_of

    for digest, text in database.execute("SELECT digest, entries FROM allowlists").fetchall():
        new = digest_of(text)
        database.execute("UPDATE OR IGNORE allowlists SET digest = ? WHERE digest = ?", [new, digest])
        database.execute("UPDATE revisions SET allowlist = ? WHERE allowlist = ?", [new, digest])
