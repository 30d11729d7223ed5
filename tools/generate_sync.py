"""Generates ``mockserver/client/sync`` from ``mockserver/client/aio``.

``python -m tools.generate_sync`` writes the files; with ``--check`` it writes nothing, says which
files differ from what would be written, and ends with status 1 if there are any.

The asynchronous client is written by hand, and the other one is the same without ``async`` and
``await``: https://github.com/encode/httpcore does so, too. What the two do differently, the I/O, is
in ``mockserver/client/transport.py``.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "python -m tools.generate_sync"
_CLIENT = Path("mockserver", "client")
_HEADER = "# Generated from {source} by `{command}`. Do not edit.\n"

#: What is replaced, in code and docstrings alike. A sentence comes before the words in it.
_RULES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\basynchronous\b", "synchronous"),
        (r"from within an event loop", "and waits for the response"),
        (r"its methods are awaited", "its methods wait for the response"),
        (r"It is opened by ``async with``\.", "Threads may share a client."),
        (r"Close the connections", "Close the connection"),
        (r"\baiohttp\.ClientError\b", "OSError"),
        (r"\basync (def|with)\b", r"\1"),
        (r"\bawait ", ""),
        (r"\b__a(enter|exit)__\b", r"__\1__"),
        (r"\bAsync([A-Z])", r"\1"),
        (r"\bclient\.aio\b", "client.sync"),
    )
)
_LEFT = re.compile(r"async|await|aio", re.IGNORECASE)


class LeftoverError(Exception):
    """A word of the asynchronous client has no rule; the message says which, and where."""


def generate(root: Path) -> Mapping[Path, str]:
    """Return the text of each file of the synchronous client, by its path below *root*.

    Raises:
        LeftoverError: a line still speaks of the asynchronous client.
    """
    texts = {}
    for file in sorted((root / _CLIENT / "aio").glob("*.py")):
        source = _CLIENT / "aio" / file.name
        text = convert(file.read_text(encoding="utf-8"), source)
        header = _HEADER.format(source=source.as_posix(), command=COMMAND)
        target = _CLIENT / "sync" / file.name
        texts[target] = _formatted(header + text, target)
    return texts


def convert(text: str, source: Path) -> str:
    """Return the *text* of an asynchronous module as that of a synchronous one.

    Raises:
        LeftoverError: a line still speaks of the asynchronous client; *source* is named.
    """
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    for number, line in enumerate(text.splitlines(), start=1):
        if _LEFT.search(line):
            raise LeftoverError(
                f"{source.as_posix()}:{number}: no rule of tools/generate_sync.py makes this line "
                f"synchronous: {line.strip()}"
            )
    return text


def drift(root: Path) -> list[str]:
    """Return how the files below *root* differ from what would be generated, a line for each.

    Raises:
        LeftoverError: a line still speaks of the asynchronous client.
    """
    texts = generate(root)
    present = {file.relative_to(root) for file in (root / _CLIENT / "sync").glob("*.py")}
    return [
        *(f"{path.as_posix()} is missing" for path in sorted(texts.keys() - present)),
        *(f"{path.as_posix()} has no source" for path in sorted(present - texts.keys())),
        *(
            f"{path.as_posix()} differs from its source"
            for path in sorted(present & texts.keys())
            if (root / path).read_text(encoding="utf-8") != texts[path]
        ),
    ]


def write(root: Path) -> None:
    """Write the synchronous client below *root*; modules without a source are deleted.

    Raises:
        LeftoverError: a line still speaks of the asynchronous client.
    """
    texts = generate(root)
    (root / _CLIENT / "sync").mkdir(exist_ok=True)
    for file in (root / _CLIENT / "sync").glob("*.py"):
        if file.relative_to(root) not in texts:
            file.unlink()
    for path, text in texts.items():
        (root / path).write_text(text, encoding="utf-8")


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Generate mockserver/client/sync.")
    parser.add_argument("--check", action="store_true", help="write nothing; say what differs")
    options = parser.parse_args(arguments)
    try:
        if not options.check:
            write(root)
            return 0
        found = drift(root)
    except LeftoverError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if found:
        sys.stderr.write("\n".join([*found, f"Run `{COMMAND}` and commit what it writes.\n"]))
    return 1 if found else 0


def _formatted(text: str, target: Path) -> str:
    """Return *text* as ruff formats it: shorter names and lines change imports and line breaks."""
    # Before the first run, ruff cannot know by the files that the new modules are ours.
    sorting = ["--select", "I", "--config", "lint.isort.known-first-party=['mockserver']"]
    for step in (["check", "--fix-only", *sorting], ["format"]):
        command = [sys.executable, "-m", "ruff", *step, "--quiet", "--stdin-filename", str(target)]
        ended = subprocess.run(
            [*command, "-"], input=text, capture_output=True, encoding="utf-8", check=True, cwd=ROOT
        )
        text = ended.stdout
    return text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
