"""`config path` and `config show`: where settings are, what they are, and where each one comes from."""

from iam_tui.cli.errors import ExitCode
from iam_tui.cli.output import print_columns, print_row
from iam_tui.cli.parser import Clock, Options, Parser, add_json
from iam_tui.cli.place import load_settings
from iam_tui.settings import config_file


def configure(parser: Parser, verb: str) -> None:
    """Nothing beside `--json`."""
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
        print_row({"path": str(path), "exists": path.exists()})
    else:
        print_columns([[str(path)]])


def _print_settings(options: Options) -> None:
    settings, sources = load_settings(options)
    values = settings.model_dump(mode="json")
    if options.json:
        print_row({name: {"value": value, "source": str(sources[name])} for name, value in values.items()})
    else:
        print_columns([[name, _text(values[name]), f"({sources[name]})"] for name in values])


def _text(value: object) -> str:
    if value is None or value == {}:
        return "-"
    return str(value).lower() if isinstance(value, bool) else str(value)
