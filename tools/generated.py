"""Writes files that are made from others, or says which of them are out of date."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path


def write_files(
    command: str, drawn: Iterable[tuple[Path, str]], arguments: Sequence[str], root: Path
) -> int:
    """Run the command line of a tool that writes files, and return its exit status.

    Args:
        command: how the tool is called, to be told to those who have to call it.
        drawn: each file, relative to *root*, and its text.
        arguments: those of the command line; with ``--check`` nothing is written, and the status is
            1 if a file differs.
        root: where the files are.
    """
    parser = argparse.ArgumentParser(prog=command, description="Write files made from others.")
    parser.add_argument("--check", action="store_true", help="write nothing; say what differs")
    options = parser.parse_args(arguments)
    stale = []
    for name, text in drawn:
        file = root / name
        if file.exists() and file.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not options.check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    if not (options.check and stale):
        return 0
    sys.stderr.write("".join(f"{name.as_posix()} is out of date\n" for name in stale))
    sys.stderr.write(f"Run `{command}` and commit what it writes.\n")
    return 1
