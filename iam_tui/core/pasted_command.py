"""The image in a pasted command, `$ docker pull X` or `sudo podman run --rm -it X sh`."""

import re

_PROGRAMS = frozenset({"docker", "podman", "nerdctl", "finch"})
_GROUPS = frozenset({"image", "container"})
# The one-letter flags of each verb that take no value: the next word may be the image.
_VERBS = {"pull": "aq", "push": "aq", "run": "ditPq", "create": "ditPq"}
_WITHOUT_VALUE = frozenset(
    {
        "--all-platforms",
        "--all-tags",
        "--debug",
        "--detach",
        "--disable-content-trust",
        "--help",
        "--init",
        "--interactive",
        "--no-healthcheck",
        "--oom-kill-disable",
        "--privileged",
        "--publish-all",
        "--quiet",
        "--read-only",
        "--remote",
        "--replace",
        "--rm",
        "--rmi",
        "--sig-proxy",
        "--tls",
        "--tls-verify",
        "--tlsverify",
        "--tty",
        "--use-api-socket",
    }
)
_GLOBAL_LETTERS = "Dr"
_OPERATORS = frozenset(";|&<>()`\n")
_WORD = re.compile(r"""(?:"[^"]*+"|'[^']*+'|\\.|[^\s"'\\;|&<>()`]|["'\\])++|[;|&<>()`]""")
_QUOTES = str.maketrans("", "", "\"'\\")


def image_of_command(line: str) -> str | None:
    """The image that the first container command in the line pulls, runs or pushes; None if there is none."""
    words = _WORD.findall(line)
    position = 0
    while position < len(words):
        program = re.split(r"[\\/]", words[position])[-1].removesuffix(".exe")
        position += 1
        if program in _PROGRAMS:
            position, verb = _verb(words, position)
            if verb in _VERBS:
                position = _after_flags(words, position, _VERBS[verb])
                image = _word(words, position).translate(_QUOTES).strip()
                if image:
                    return image
    return None


def _verb(words: list[str], position: int) -> tuple[int, str]:
    """The position after the verb, and the verb, which follows the program's own flags."""
    position = _after_flags(words, position, _GLOBAL_LETTERS)
    if _word(words, position) in _GROUPS:
        position = _after_flags(words, position + 1, "")
    verb = _word(words, position)
    return (position + 1 if verb in _VERBS else position), verb


def _after_flags(words: list[str], position: int, letters: str) -> int:
    """The position of the first word that is neither a flag nor a flag's value."""
    while (flag := _word(words, position)).startswith("-"):
        position += 1
        if flag == "--":
            break
        if _wants_value(flag, letters) and _word(words, position):
            position += 1
    return position


def _wants_value(flag: str, letters: str) -> bool:
    if flag.startswith("--"):
        return "=" not in flag and flag not in _WITHOUT_VALUE
    # `-it` is two flags without a value, `-itv` takes the next word, and `-p80:80` includes its value.
    with_value = flag[1:].lstrip(letters)
    return len(with_value) == 1


def _word(words: list[str], position: int) -> str:
    """The word at the position; empty after the end of the command."""
    word = words[position] if position < len(words) else ""
    return "" if word in _OPERATORS else word
