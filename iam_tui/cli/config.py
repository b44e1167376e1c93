"""`config path` and `config show`: where the config file is, and every setting with its source."""

import os
from typing import Final

from iam_tui.cli.errors import ExitCode
from iam_tui.cli.output import print_columns, print_json_object
from iam_tui.cli.parser import Clock, Options, Parser, add_json
from iam_tui.cli.profile import load_settings
from iam_tui.settings import CREDENTIALS, config_file

_HIDDEN: Final = "(set, not shown)"


def configure(parser: Parser, verb: str) -> None:
    """Add `--json`."""
    del verb
    add_json(parser)


def run(options: Options, clock: Clock) -> int:
    """Print the path of the config file, or every setting."""
    del clock
    if options.verb == "config path":
        _print_path(as_json=options.json)
    else:
        _print_settings(options)
    return ExitCode.FINE


def _print_path(*, as_json: bool) -> None:
    path = config_file()
    if as_json:
        print_json_object({"path": str(path), "exists": path.exists()})
    else:
        print_columns([[str(path)]])


def _print_settings(options: Options) -> None:
    settings, sources, _ = load_settings(options)
    values = settings.model_dump(mode="json")
    shown = {name: (value, str(sources[name])) for name, value in values.items()}
    shown |= {name: (_HIDDEN, f"environment {name}") for name in CREDENTIALS if os.environ.get(name)}
    if options.json:
        print_json_object(
            {name: {"value": value, "source": source} for name, (value, source) in shown.items()}
        )
    else:
        print_columns([[name, _text(value), f"({source})"] for name, (value, source) in shown.items()])


def _text(value: object) -> str:
    if value is None or value == {}:
        return "-"
    return str(value).lower() if isinstance(value, bool) else str(value)
