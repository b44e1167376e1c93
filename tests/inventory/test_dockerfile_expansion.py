"""The words of a Dockerfile: forms of variables, quotes, escapes, with BuildKit's own lexer beside ours."""

import pytest
from e2b_dockerfile_utils import ShellLex
from hypothesis import given
from hypothesis import strategies as st

from iam_tui.inventory.dockerfile.expansion import DEEPEST, LONGEST, WordValue, expand
from iam_tui.inventory.uncertainty import MOST_ASSUMPTIONS, UNKNOWN

TEXTS = {"V": "1.2.3-alpine", "E": "", "L": "aXbXc", "P": "x/y.z*?", "_a1": "u"}
VALUES = {name: WordValue(text) for name, text in TEXTS.items()}

WORDS = {
    "plain": "plain",
    "a$V": "a1.2.3-alpine",
    "$_a1/$V.": "u/1.2.3-alpine.",
    "${V}0": "1.2.3-alpine0",
    "$E|${E}": "|",
    "${V:-d}${E:-d}${U:-d}": "1.2.3-alpinedd",
    "${V-d}${E-d}${U-d}": "1.2.3-alpined",
    "${V:+r}${E:+r}${U:+r}": "r",
    "${V+r}${E+r}${U+r}": "rr",
    "${V:?e}${V?e}${E?e}": "1.2.3-alpine1.2.3-alpine",
    "${U:-${E:-${V}}}": "1.2.3-alpine",
    "${U:-a b}": "a b",
    "${U:-'}'}${U:-\\}}": "}}",
    "${V#*.}": "2.3-alpine",
    "${V##*.}": "3-alpine",
    "${V%-*}": "1.2.3",
    "${V%.*}": "1.2",
    "${V%%.*}": "1",
    "${V#1.?.}": "3-alpine",
    "${V#x}${V%x}": "1.2.3-alpine1.2.3-alpine",
    "${P%\\*\\?}": "x/y.z",
    "${V/./_}": "1_2.3-alpine",
    "${V//./_}": "1_2_3-alpine",
    "${P/\\//-}": "x-y.z*?",
    "${L/X*X/-}": "a-c",
    "${L//X?/-}": "a--",
    "${L///-}": "-a-X-b-X-c-",
    "'$V'\"$V\"": "$V1.2.3-alpine",
    '"a\\"b\\$V\\c"': 'a"b$V\\c',
    "\\$V\\a": "$Va",
    "$": "$",
    "a$-b": "ab",
}

PROBLEMS = {
    "${V": "a } is missing",
    "${U:-${V}": "a } is missing",
    "${V/a}": "a / is missing",
    "'a": "a closing ' is missing",
    '"a': 'a closing " is missing',
    "${}": "a variable has no name",
    "${:-x}": "a variable has no name",
    "${V^^}": "unknown form of a variable: V^",
    "${V:#x}": "unknown form of a variable: V:#",
    "${U?}": "U is not set",
    "${E:?give one}": "E is empty: give one",
    "${V:-${U:?even unused}}": "U is not set: even unused",
    "${V#\\a}": "\\a is not allowed in a pattern",
}


@pytest.mark.parametrize(("word", "text"), WORDS.items())
def test_a_word_becomes_its_text(word: str, text: str) -> None:
    value = expand(word, VALUES)
    assert (value.text, value.problem) == (text, "")


@pytest.mark.parametrize(("word", "problem"), PROBLEMS.items())
def test_a_word_that_has_no_text_says_why(word: str, problem: str) -> None:
    value = expand(word, VALUES)
    assert (value.text.strip(UNKNOWN), value.problem) == ("", problem)


def test_the_backtick_escapes_where_it_is_asked_to() -> None:
    assert expand("`$V\\x", VALUES, "`").text == "$V\\x"


@pytest.mark.parametrize(
    ("word", "assumptions"),
    [
        ("a$U", ("U is not set, so nothing is filled in",)),
        (
            "$W${U}$W",
            ("W is not set, so nothing is filled in", "U is not set, so nothing is filled in"),
        ),
        (
            "${U#x}${W/x/y}",
            ("U is not set, so nothing is filled in", "W is not set, so nothing is filled in"),
        ),
        ("${V:-$U}", ()),
        ("${U:-d}", ("U is not set, so d is filled in",)),
        ("${U-d}", ("U is not set, so d is filled in",)),
        (
            "${U:-$W}",
            ("U is not set, so nothing is filled in", "W is not set, so nothing is filled in"),
        ),
        ("${U:-${W:-d}}", ("U is not set, so d is filled in", "W is not set, so d is filled in")),
        ("${U:+$W}", ("U is not set, so nothing is filled in",)),
        ("${V:+$W}", ("W is not set, so nothing is filled in",)),
        ('"$U"', ("U is not set, so nothing is filled in",)),
        ("'$U'", ()),
        ("$E", ()),
        ("${E-d}${E:+d}${E+d}", ()),
        ("${E:-d}", ("E is empty, so d is filled in",)),
        ("$G${G-d}${G:+d}", ("G is empty, so nothing is filled in",)),
        ("${G:-d}", ("G is empty, so d is filled in",)),
        ("${G+d}", ()),
        ("$B", ("why",)),
        ("${B:-d}", ("B is empty, so d is filled in", "why")),
        ("${B+d}", ()),
        ("$D${D:-d}${D:+d}", ("D is anything, so 1 is filled in",)),
        ("${D+d}", ()),
        ("${O:-d}", ("O is away, so d is filled in",)),
    ],
)
def test_a_word_has_the_assumptions_of_its_variables(word: str, assumptions: tuple[str, ...]) -> None:
    values = VALUES | {
        "G": WordValue(why_uncertain="G is empty"),
        "B": WordValue("", ("why",)),
        "D": WordValue("1", why_uncertain="D is anything"),
        "O": WordValue(unset=True, why_uncertain="O is away"),
    }
    assert expand(word, values).assumptions == assumptions


def test_a_few_of_many_assumptions_are_kept() -> None:
    assert len(expand("".join(f"$U{number} " for number in range(100)), {}).assumptions) == MOST_ASSUMPTIONS


def test_an_assumption_is_short_and_safe_to_show() -> None:
    long = "x" * 60
    assert expand(f"${{U:-\u202e{long}}}", {}).assumptions == (
        f"U is not set, so \\u202e{long[1:]}… is filled in",
    )


def test_a_problem_passes_on_to_what_uses_it() -> None:
    assert expand("a$B", {"B": WordValue(problem="broken")}) == WordValue(f"a{UNKNOWN}", problem="broken")


def test_what_no_image_name_can_be_is_refused() -> None:
    long = {"L": WordValue("a" * LONGEST)}
    assert expand("$L", long).text == "a" * LONGEST
    for word in ("$L.", "a" * (LONGEST + 1), "${L//a/aa}", "${L//?/$L}"):
        assert expand(word, long) == WordValue(problem=f"longer than {LONGEST} characters")


def test_nesting_has_an_end() -> None:
    depth = DEEPEST - 1
    assert expand("${U:-" * depth + "x" + "}" * depth, {}).text == "x"
    too_deep = expand("${U:-" * DEEPEST + "}" * DEEPEST, {})
    assert too_deep.problem == "variables are nested more than 100 levels deep"
    assert expand("${U:-" * 1_000_000, {}).problem


_PIECES = st.sampled_from(
    [*"${}:-+?#%/'\"\\`*.a1 é<^"]
    + [f"${name}" for name in (*TEXTS, "U")]
    + ["${V", "${L", "${P", "${E", "${U", "${U:-", "${E:+", "${V#", "${V%", "${L/X", "${L//", "/X}"]
)


@given(st.lists(_PIECES, max_size=14).map("".join), st.sampled_from("\\`"))
def test_words_come_to_what_buildkits_lexer_makes_of_them(word: str, escape: str) -> None:
    try:
        expected = ShellLex(escape, env=TEXTS, skip_unset_env=False).process_word(word)
    except ValueError:
        assert expand(word, VALUES, escape).problem
    else:
        value = expand(word, VALUES, escape)
        assert (value.text, value.problem) == (expected, "")


@given(st.text(max_size=200), st.sampled_from("\\`"))
def test_no_text_is_too_strange(word: str, escape: str) -> None:
    value = expand(word, VALUES, escape)
    assert not (value.problem and value.text)
