"""`python -m iam_tui` is `iam-tui`."""

import sys

from iam_tui.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
