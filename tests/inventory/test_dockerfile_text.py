"""How a Dockerfile is read: lines, directives, heredocs; one documented rule a case."""

import pytest

from tests.inventory.dockerfile_rows import Case, shown

CASES = (
    Case("FROM names an image", "FROM nginx:1.25\n", ("1 FROM nginx:1.25",)),
    Case("a name alone is the tag latest", "FROM bitnami/redis", ("1 FROM bitnami/redis:latest",)),
    Case(
        "instructions are case-blind",
        "from a:1 as B\nfRoM b\ncopy --from=c:1 x y",
        ("1 FROM a:1", "3 COPY --from c:1"),
    ),
    Case("FROM takes flags", "FROM --platform=linux/arm64 a:1 AS b", ("1 FROM a:1",)),
    Case("FROM without a name is broken", "FROM\nFROM a:1", ("1 FROM ? FROM has no image", "2 FROM a:1")),
    Case(
        "a comment after FROM is part of it, and breaks it",
        "FROM a AS b # note\nFROM c:1",
        ("1 FROM ? FROM takes an image, which only AS and a stage name may follow", "2 FROM c:1"),
    ),
    Case(
        "a stage's name begins with a letter",
        "FROM a AS 1b\nFROM c:1",
        (
            "1 FROM ? a stage name starts with a letter and has only letters, digits, -, _ and .",
            "2 FROM c:1",
        ),
    ),
    Case(
        "a broken name does not stop the rest",
        "FROM a//b\nFROM c:1",
        ("1 FROM ? not an image", "2 FROM c:1"),
    ),
    Case("unknown instructions are passed", "FORM x\nFROM a:1\nFOO --from=b", ("2 FROM a:1",)),
    Case("a byte order mark is no text", "\ufeffFROM a:1", ("1 FROM a:1",)),
    Case(
        "carriage returns end lines too",
        "FROM a:1\r\nRUN x \\\r\n y\r\nCOPY --from=b:1 x y\r\n",
        ("1 FROM a:1", "4 COPY --from b:1"),
    ),
    Case("blanks and tabs stand before and between", "\t FROM\ta:1 \t AS\v b \n", ("1 FROM a:1",)),
    Case("a line goes on after the escape character", "FROM \\\n  a:1 \\ \n AS b", ("1 FROM a:1",)),
    Case(
        "comments and blank lines inside a continued line are passed",
        "FROM \\\n# FROM x\n\n  a:1",
        ("1 FROM a:1",),
    ),
    Case(
        "an escaped escape character does not continue a line",
        "FROM a:1\nRUN echo \\\\\nFROM b:1",
        ("1 FROM a:1 (not reached)", "3 FROM b:1"),
    ),
    Case("a continued line may end with the file", "FROM a:1 \\", ("1 FROM a:1",)),
    Case("a line's number is that of its first line", "\n# x\nRUN\nFROM \\\n\n a:1", ("4 FROM a:1",)),
    Case(
        "# escape= makes the backtick go on",
        "# escape=`\nFROM a:1\nRUN dir c:\\\nCOPY --from=b:1 `\n x y",
        ("2 FROM a:1", "4 COPY --from b:1"),
    ),
    Case(
        "# escape= counts only at the top",
        "# note\n# escape=`\nFROM a:1\nRUN x \\\n FROM b:1",
        ("3 FROM a:1",),
    ),
    Case("directives are case-blind and take blanks", "#  EsCaPe =  ` \nFROM `\na:1", ("2 FROM a:1",)),
    Case(
        "# check= does not end the directives", "# check=skip=all\n# escape=`\nFROM `\na:1", ("3 FROM a:1",)
    ),
    Case(
        "# syntax= is pulled first",
        "# syntax=docker/dockerfile:1.7\nFROM scratch",
        ("1 syntax docker/dockerfile:1.7",),
    ),
    Case(
        "only the first word of # syntax= is an image",
        "#syntax = a/b:2 --x y\nFROM scratch",
        ("1 syntax a/b:2",),
    ),
    Case("# syntax= after a comment is one", "# note\n# syntax=a/b\nFROM c:1", ("3 FROM c:1",)),
    Case("# syntax= after a blank line is a comment", "\n# syntax=a/b\nFROM c:1", ("3 FROM c:1",)),
    Case("# syntax= after an instruction is a comment", "FROM c:1\n# syntax=a/b", ("1 FROM c:1",)),
    Case("# syntax= starts its line", "  # syntax=a/b\nFROM c:1", ("2 FROM c:1",)),
    Case(
        "# syntax= may follow a #! line",
        "#!/usr/bin/env x\n# syntax=a/b:1\nFROM c:1",
        ("2 syntax a/b:1", "3 FROM c:1"),
    ),
    Case(
        "the first # syntax= counts",
        "# syntax=a/b:1\n# syntax=a/b:2\nFROM c:1",
        ("1 syntax a/b:1", "3 FROM c:1"),
    ),
    Case("// syntax= is one for other languages", "// syntax=a/b:1\n", ("1 syntax a/b:1",)),
    Case(
        "# syntax= that names no image",
        "# syntax=A:b\nFROM c:1",
        ("1 syntax ? not an image", "2 FROM c:1"),
    ),
    Case(
        "a heredoc's body is data",
        "FROM a:1\nRUN <<EOF\nFROM x\nEOF\nCOPY --from=b:1 x y",
        ("1 FROM a:1", "5 COPY --from b:1"),
    ),
    Case(
        "a heredoc with a dash ends after tabs",
        "FROM a:1\nRUN <<-EOF\nFROM x\n\t\tEOF\nCOPY --from=b:1 x y",
        ("1 FROM a:1", "5 COPY --from b:1"),
    ),
    Case(
        "a heredoc's end may be quoted",
        "FROM a:1\nCOPY <<'E F' <<\"G\" /x\nFROM x\nE F\nFROM y\nG\nFROM b:1",
        ("1 FROM a:1 (not reached)", "7 FROM b:1"),
    ),
    Case(
        "a heredoc ends with a line that is its end and nothing else",
        "FROM a:1\nRUN <<E\n E\nE \n\tE\nFROM x\nE\nFROM b:1",
        ("1 FROM a:1 (not reached)", "8 FROM b:1"),
    ),
    Case("heredocs stand under ONBUILD too", "FROM a:1\nONBUILD RUN <<E\nFROM x\nE", ("1 FROM a:1",)),
    Case(
        "other instructions have no heredocs",
        "FROM a:1\nCMD <<E\nFROM b:1\nE",
        ("1 FROM a:1 (not reached)", "3 FROM b:1"),
    ),
    Case(
        "quotes hide a heredoc",
        "FROM a:1\nRUN echo '<<E' \" <<E\"\nFROM b:1\nE",
        ("1 FROM a:1 (not reached)", "3 FROM b:1"),
    ),
    Case(
        "<<< is no heredoc", "FROM a:1\nRUN cat <<<E\nFROM b:1\nE", ("1 FROM a:1 (not reached)", "3 FROM b:1")
    ),
    Case(
        "a heredoc that nothing ends is none",
        "FROM a:1\nRUN <<E\nFROM b:1",
        ("1 FROM a:1 (not reached)", "3 FROM b:1"),
    ),
)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.rule) for case in CASES])
def test_the_text_is_read_as_the_rule_says(case: Case) -> None:
    assert shown(case.text) == list(case.rows)
