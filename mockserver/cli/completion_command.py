"""``mockserver completion``: prints the script by which a shell completes commands."""

import sys
from collections.abc import Sequence

from mockserver.cli.options import Parser
from mockserver.resources import files


def create_completion_parser() -> Parser:
    """Return the parser of ``mockserver completion``."""
    parser = Parser("completion", "Print the script by which a shell completes commands.")
    parser.add_argument("shell", choices=files.SHELLS, help="the shell")
    return parser


def print_completion(arguments: Sequence[str]) -> None:
    """Print the script of the shell that *arguments* name.

    Raises:
        UsageError: there is none.
    """
    shell = create_completion_parser().parse_args(arguments).shell
    sys.stdout.write(files.find_completion(shell).read_text(encoding="utf-8"))
