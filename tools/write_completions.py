"""Writes the scripts by which shells complete the two command lines.

``python -m tools.write_completions`` writes them, by shtab and from the parsers themselves; with
``--check`` it writes nothing, names those that are out of date, and ends with status 1 if any is.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import shtab

from contracts import cli
from contracts.startup import examples
from mockserver.cli.parsers import PARSERS
from mockserver.resources import files
from mockserver.resources.shipped import list_all
from tools.generated import write_files
from tools.layout import ROOT

COMMAND = "python -m tools.write_completions"
#: How an option names what it takes, where that is a file or folder.
_FILES = ("FILE", "F", "PATH", "DIR")


def draw_scripts() -> Iterator[tuple[Path, str]]:
    """Yield each script's file below the root, and its text."""
    for shell in files.SHELLS:
        script = write_script(create_mock_parser(), shell)
        yield files.find_completion(shell).relative_to(ROOT), script
    for shell in examples.SHELLS:
        script = write_script(cli.create_parser(), shell)
        yield examples.find_completion(shell).relative_to(ROOT), script


def create_mock_parser() -> argparse.ArgumentParser:
    """Return one parser of all commands of the mock, which parses each by a parser of its own."""
    whole = argparse.ArgumentParser("mockserver", parents=[_bare(next(iter(PARSERS)))])
    commands = whole.add_subparsers()
    for name, create in PARSERS.items():
        commands.add_parser(name, help=create().description, parents=[_bare(name)])
    return whole


def write_script(parser: argparse.ArgumentParser, shell: str) -> str:
    """Return the script of *shell* for a program: it also offers files and names of contracts."""
    for one in _all_parsers(parser):
        for action in one._actions:  # noqa: SLF001 -- argparse has no other way to list them
            if "--api" in action.option_strings:
                action.choices = [api.name for api in list_all()]
            elif action.metavar in _FILES:
                action.complete = shtab.FILE  # type: ignore[attr-defined]  # as shtab wants it
    return str(shtab.complete(parser, shell)).rstrip() + "\n"


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Run the command line and return its exit status."""
    return write_files(COMMAND, draw_scripts(), arguments, root)


def _bare(command: str) -> argparse.ArgumentParser:
    """Return the parser of a command of the mock without ``--help``, which its user adds."""
    parser: argparse.ArgumentParser = PARSERS[command]()
    bare = argparse.ArgumentParser(add_help=False)
    for action in parser._actions:  # noqa: SLF001 -- as above
        if not isinstance(action, argparse._HelpAction):  # noqa: SLF001 -- as above
            bare._add_action(action)  # noqa: SLF001 -- as above
    return bare


def _all_parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Yield a parser and those of its commands."""
    yield parser
    for action in parser._actions:  # noqa: SLF001 -- as above
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 -- as above
            yield from action.choices.values()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
