"""Lines that stand in copied output of container tools beside the list: prompts, warnings, legends."""

import re

_TOOL = r"(?:sudo\s+)?(?:docker|podman|nerdctl|crictl|ctr|kubectl|oc|microk8s|finch)"
_NOISE = re.compile(
    # The command that printed the list, with or without the prompt.
    rf"(?:\S{{0,200}}[$#%>❯]\s+)?{_TOOL}\s(?:.{{0,200}}\s)?"
    r"(?:images?|ps|ls|list|get|config|inspect|inspecti|describe|df)(?:\s.*)?"
    # An empty prompt.
    r"|\S{0,200}[$#%❯]"
    # The legend of `docker images` on a terminal.
    r"|i Info\b.{0,40}In Use"
    # Warnings and log lines of the tools.
    r"|WARN(?:ING)?\[\d+\].*|WARNING: .*|Warning: .*|time=\"[^\"]*\" level=.*"
    r"|[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ .*"
    r"|Emulate Docker CLI using podman\..*"
)


def is_noise(line: str) -> bool:
    """Whether a line, stripped, is known not to be a part of a list."""
    return _NOISE.fullmatch(line) is not None
