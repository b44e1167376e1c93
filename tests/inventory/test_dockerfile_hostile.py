"""Dockerfiles that are meant to hurt: they are read to the end, in time, and leave no variable in a name."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui.core.usage import Status
from iam_tui.inventory.dockerfile.build import DockerfileBuild
from iam_tui.inventory.dockerfile.reader import needed_contexts, read_dockerfile

SIZE = 200_000
PATIENCE = 10.0
"""Seconds; what takes time in proportion to its length takes far less than a second or two."""


def _times(text: str) -> str:
    return text * (SIZE // len(text))


FILES = {
    "a chain of stages": "FROM a AS s\n" + "".join(f"FROM s{n or ''} AS s{n + 1}\n" for n in range(10_000)),
    "stages that copy from each other": "".join(
        f"FROM a{n} AS s{n}\nCOPY --from=s{n // 2} x y\n" for n in range(10_000)
    ),
    "a stage that copies from itself": _times("FROM a AS s\nCOPY --from=s x y\n"),
    "triggers times stages": "FROM a AS s\n" + _times("ONBUILD COPY --from=b x y\n") + _times("FROM s\n"),
    "one long name": "FROM " + "a" * SIZE,
    "one long line": "FROM a\nRUN " + _times("x \"y\" 'z' \\a $B "),
    "one long line of heredocs": "FROM a\nRUN " + _times("<<E ") + "\n" + _times("E\n"),
    "heredocs without an end": "FROM a\n" + _times("RUN <<E\n"),
    "heredocs without an end, after tabs": "FROM a\n" + _times("RUN <<-E\n") + "\t" * SIZE,
    "open quotes": "FROM a\nRUN << " + _times("'a \""),
    "open quotes in a flag": "FROM a\nCOPY --" + _times("'a \"\\"),
    "a line that goes on and on": "FROM a\nRUN " + _times("\\\n"),
    "a line that goes on over comments": "FROM a\nRUN \\\n" + _times("# x\n\n"),
    "flags": "FROM a\nCOPY " + _times("--from=b "),
    "mounts": "FROM a\nRUN " + _times("--mount=from=b "),
    "a mount with many keys": "FROM a\nRUN --mount=" + _times('from=b,"') + " ls",
    "arguments that grow": "ARG A=xxxxxxxx\n" + _times("ARG A=$A$A\n") + "FROM $A",
    "arguments that lack more and more": "".join(f"ARG B{n}=$B{n - 1}$U{n}\n" for n in range(20_000))
    + "FROM $B19999",
    "arguments that break each other": "ARG A=${\n" + _times("ARG A=$A.\n") + "FROM $A",
    "one long argument": "ARG " + _times("A=$A ") + "\nFROM $A",
    "nested words": "FROM " + _times("${a:-"),
    "nested words that end": "FROM " + "${a:-" * 90_000 + "}" * 90_000,
    "patterns": "ARG V=" + "a" * 1000 + "\n" + "".join(f"FROM ${{V//?{n}*a*a*b/x}}\n" for n in range(3_000)),
    "NUL": "FROM a\0b\n" + _times("\0\0\n"),
    "blanks": " " * SIZE + "\n" * SIZE + "\r" * SIZE + "\t",
    "a directive of blanks": "#" + " " * SIZE + "syntax=" + " " * SIZE + "a",
    "a number": "FROM a\nCOPY --from=" + "9" * SIZE + " x y",
    "ONBUILD": "FROM a\n" + _times("ONBUILD "),
    "lone surrogates": "FROM \ud800\nFROM a:\udfff\n# syntax=\ud800",
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_a_hostile_file_is_read_in_time(text: str) -> None:
    started = perf_counter()
    rows = read_dockerfile(text, "Dockerfile", [DockerfileBuild("s5", {"A": None})])
    assert perf_counter() - started < PATIENCE
    assert all(len(row.problem) < 1000 for row in rows)
    assert all(row.problem for row in rows if row.status is not Status.RESOLVED)


_PIECES = (
    *("FROM ", "ARG ", "COPY --from=", "RUN --mount=from=", "ONBUILD ", " AS ", "<<E", "\nE\n", "# syntax="),
    *("a", "B", "1", "$V", "${V", "${V:-", "}", "{{", "'", '"', "\\", "`", "\n", " ", "\t", "=", ",", "\0"),
)
_ANYTHING = st.text(max_size=300) | st.lists(st.sampled_from(_PIECES), max_size=40).map("".join)


@given(
    _ANYTHING,
    st.sampled_from([None, "a", "b"]),
    st.sampled_from([None, "", "x", "${"]),
    st.sampled_from([{}, {"V": "why"}]),
)
def test_no_variable_stays_in_a_name(
    text: str, target: str | None, value: str | None, problems: dict[str, str]
) -> None:
    build = DockerfileBuild(target, {"V": value}, {"a": "docker-image://b"}, problems)
    for row in read_dockerfile(text, "Dockerfile", [build]):
        assert (row.reference is None) == (row.status is Status.UNRESOLVED) == (row.reached is None)
        assert bool(row.problem) == (row.status is not Status.RESOLVED)
        assert bool(row.reached) == bool(row.reached_by)
        assert 1 <= row.line <= text.count("\n") + 1
        assert row.reference is None or not set("${}") & set(row.reference.canonical)
    assert needed_contexts(text, build) <= {"a"}
