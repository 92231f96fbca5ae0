"""The command line: `fingerpost` or `python -m fingerpost`."""

import sys

from fingerpost.cli import fingerpost


def main() -> None:
    """Run the command named on the command line."""
    sys.exit(fingerpost(prog_name="fingerpost"))


if __name__ == "__main__":
    main()
