"""Beside an independent reading: a port of BuildKit's parser and lexer, with the stages' rules put on it."""

import re

from e2b_dockerfile_utils import DockerfileInstruction, DockerfileSyntaxError, ShellLex, parse_dockerfile_ast
from hypothesis import given, reject
from hypothesis import strategies as st

from iam_tui.core.reference import ImageReference, InvalidReference
from iam_tui.inventory.dockerfile.reader import read_dockerfile
from tests.inventory.test_dockerfile_images import CASES as IMAGE_CASES
from tests.inventory.test_dockerfile_text import CASES as TEXT_CASES

_PRESET = {
    f"{side}{part}": text
    for side in ("TARGET", "BUILD")
    for part, text in (("PLATFORM", "linux/amd64"), ("OS", "linux"), ("ARCH", "amd64"), ("VARIANT", ""))
}
_STAGE_NAME = re.compile("[a-z][a-z0-9-_.]*")

Row = tuple[int, ImageReference | None]


def _reference(text: str) -> ImageReference | None:
    try:
        return ImageReference.parse(text)
    except InvalidReference:
        return None


class _Peer:
    """The rows (line, image) of a Dockerfile; raises `DockerfileSyntaxError` for what BuildKit refuses."""

    def __init__(self, text: str) -> None:
        ast = parse_dockerfile_ast(text)
        self._escape = ast.escape_token
        self._environment = dict(_PRESET)
        self._instructions = ast.instructions
        self._stages: list[str] = []
        self.rows: list[Row] = []
        last = next((one.args for one in reversed(ast.instructions) if one.name == "FROM"), [])
        self._environment["TARGETSTAGE"] = last[2].lower() if len(last) == 3 else "default"

    def read(self) -> list[Row]:
        for instruction in self._instructions:
            if instruction.name == "FROM":
                self._read_from(instruction)
            elif instruction.name == "ARG" and not self._stages:
                self._read_argument(instruction)
        for instruction in self._instructions:
            if instruction.name in ("COPY", "RUN"):
                self._read_flags(instruction)
        return sorted(self.rows, key=lambda row: row[0])

    def _expand(self, word: str) -> str:
        return ShellLex(self._escape, env=self._environment, skip_unset_env=False).process_word(word)

    def _read_argument(self, instruction: DockerfileInstruction) -> None:
        for word in instruction.args:
            name, equals, default = word.partition("=")
            if equals:
                self._environment[name] = self._expand(default)

    def _read_from(self, instruction: DockerfileInstruction) -> None:
        base, *others = instruction.args or [""]
        name = others[1].lower() if len(others) > 1 and others[0].lower() == "as" else ""
        broken = bool(others) and (len(others) != 2 or not _STAGE_NAME.fullmatch(name))
        try:
            text = "" if broken else self._expand(base)
        except ValueError:
            text = ""
        if text not in self._stages or not text:
            self._add(instruction.start_line, text)
        self._stages.append(name)

    def _read_flags(self, instruction: DockerfileInstruction) -> None:
        for flag in instruction.flags:
            name, equals, value = flag.partition("=")
            if name == "--from" and not equals:
                self._add(instruction.start_line, "")
            elif name == "--from" and value.isdecimal():
                if int(value) >= len(self._stages):
                    self._add(instruction.start_line, "")
            elif name == "--from" and value:
                self._add_source(instruction.start_line, value)
            elif name == "--mount":
                fields = dict(field.partition("=")[::2] for field in value.split(","))
                source = {key.lower(): text for key, text in fields.items()}.get("from", "")
                if source:
                    self._add_source(instruction.start_line, source)

    def _add_source(self, line: int, text: str) -> None:
        if text.lower() not in self._stages:
            self._add(line, text)

    def _add(self, line: int, text: str) -> None:
        if text != "scratch":
            self.rows.append((line, _reference(text)))


def _ours(text: str) -> list[Row]:
    """Our rows. A repository without a tag is ours alone: for BuildKit, such a name is an error."""
    rows = read_dockerfile(text, "Dockerfile")
    return [
        (row.line, row.reference if row.reference and row.reference.has_version else None)
        for row in rows
        if row.place.partition(" ")[0] not in ("syntax", "ONBUILD")
    ]


_ONE_ROW = ("a broken ARG", "before the first FROM", "is given once")
"""Rules where one broken part makes BuildKit refuse the whole file, and we go on."""


def test_the_cases_agree_with_buildkits_parser() -> None:
    compared = 0
    for case in TEXT_CASES + IMAGE_CASES:
        if any(part in case.rule for part in _ONE_ROW):
            continue
        try:
            peer = _Peer(case.text)
        except DockerfileSyntaxError:
            continue
        assert _ours(case.text) == peer.read(), case.rule
        compared += 1
    assert compared >= 75


_WORDS = st.sampled_from(
    [
        "a",
        "b:1",
        "c/d:$V",
        "e${V:-2}",
        "s1",
        "S1",
        "s2",
        "${S}",
        "scratch",
        "x.io/f:${V%.*}",
        "g:${W}",
        "'h'",
        '"i:$V"',
    ]
)
_NAMES = st.sampled_from(["s1", "S1", "s2", "s-3", "s1 # x", "1"])
_SOURCES = st.sampled_from(["s1", "S2", "0", "1", "7", "b:1", "c/d:2", "scratch", '"j:1"', "'k l'", "$V"])
_INSTRUCTIONS = st.one_of(
    st.builds("FROM {}\n".format, _WORDS),
    st.builds("from  {}\tas {}\n".format, _WORDS, _NAMES),
    st.builds("FROM --platform=$TARGETPLATFORM \\\n # note\n\n  {} AS {}\r\n".format, _WORDS, _NAMES),
    st.builds("COPY --chown=1:2 --from={} x y\n".format, _SOURCES),
    st.builds(
        "RUN --mount=type=cache,target=/x,from={} --mount=FROM={} ls \\\n  && x\n".format, _SOURCES, _SOURCES
    ),
    st.builds(
        "RUN cat <<{} >x <<-'E F'\nFROM no\nEND\n\tE F\n\tE F\n".format,
        st.sampled_from(["END", '"END"', "\\END"]),
    ),
    st.builds("COPY --from={} <<A <<B /x/\nA\nFROM no\nB\n".format, _SOURCES),
    st.sampled_from(
        [
            "ARG V=1.2\n",
            "ARG V=$V.3 S='s1' W\n",
            'ARG S=${V+s2} V="4 5"\n',
            "ENV V=9\n",
            "# FROM no\n",
            "\n",
            " \t\n",
            'RUN echo "<<END" it\\\'s <<<x\n',
            'CMD ["<<END", "x"]\n',
            "RUN x \\\\\n",
            "ADD --from=a x y\n",
            "LABEL a=b \\\n c=d\n",
            "\\\n",
        ]
    ),
)
_TOPS = st.sampled_from(
    ["", "\ufeff", "# escape=\\\n", "# check=skip=all\n# syntax=a/b\n", "# note\n# escape=`\n"]
)


@given(_TOPS, st.lists(_INSTRUCTIONS, max_size=8).map("".join))
def test_dockerfiles_agree_with_buildkits_parser(top: str, instructions: str) -> None:
    text = f"{top}ARG V\nFROM first\n{instructions}"
    try:
        expected = _Peer(text).read()
    except DockerfileSyntaxError:
        reject()
    assert _ours(text) == expected
