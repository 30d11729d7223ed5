"""Draws the layers of both packages into ``docs/explanation/architecture.md``.

``python -m tools.draw_layers`` writes the two pictures; with ``--check`` it writes nothing, says
which of them differs from what would be drawn, and ends with status 1 if any does.

The layers are those that import-linter enforces, from ``pyproject.toml``; what is said of a room is
the first sentence of its docstring. A picture stands between ``<!-- layers of PACKAGE -->`` and
``<!-- end of layers -->``.
"""

import argparse
import ast
import re
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.layout import NAMES, ROOT

COMMAND = "python -m tools.draw_layers"
DOCUMENT = Path("docs", "explanation", "architecture.md")
_WIDTH = 98
_END = "<!-- end of layers -->"


def draw(root: Path, package: str) -> str:
    """Return the picture of a package below *root*: a line for each room, the outermost first.

    Raises:
        LookupError: pyproject.toml declares no layers of the package.
    """
    layers = [[room.strip() for room in layer.split("|")] for layer in _layers(root, package)]
    wide = max(len(room) for layer in layers for room in layer)
    rule = "─" * (wide + 2) + "┼" + "─" * (_WIDTH - wide - 3)
    bands = []
    for layer in layers:
        band = []
        for room in layer:
            lines = textwrap.wrap(_sentence(root / package, room), _WIDTH - wide - 4)
            for name, line in zip([room] + [""] * len(lines), lines, strict=False):
                band.append(f" {name:{wide}} │ {line}".rstrip())
        bands.append("\n".join(band))
    return f"\n{rule}\n".join(bands)


def update(root: Path) -> str:
    """Return the document below *root* with the pictures as they have to be.

    Raises:
        LookupError: a package has no layers, or no place in the document.
    """
    text = (root / DOCUMENT).read_text(encoding="utf-8")
    for package in NAMES:
        begin = f"<!-- layers of {package} -->"
        before, found, rest = text.partition(begin)
        _, end, after = rest.partition(_END)
        if not (found and end):
            raise LookupError(f"{DOCUMENT.as_posix()} has no place for the layers of {package}")
        text = f"{before}{begin}\n```\n{draw(root, package)}\n```\n{_END}{after}"
    return text


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Draw the layers.")
    parser.add_argument("--check", action="store_true", help="write nothing; say what differs")
    options = parser.parse_args(arguments)
    try:
        text = update(root)
    except LookupError as error:
        sys.stderr.write(f"{error.args[0]}\n")
        return 1
    if not options.check:
        (root / DOCUMENT).write_text(text, encoding="utf-8")
        return 0
    if text == (root / DOCUMENT).read_text(encoding="utf-8"):
        return 0
    sys.stderr.write(
        f"{DOCUMENT.as_posix()} shows other layers or sentences than the packages have.\n"
        f"Run `{COMMAND}` and commit what it writes.\n"
    )
    return 1


def _layers(root: Path, package: str) -> list[str]:
    """Return the layers of a package, each with its rooms."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    contracts: Iterator[dict[str, Any]] = iter(settings["tool"]["importlinter"]["contracts"])
    for contract in contracts:
        if contract["type"] == "layers" and contract["containers"] == [package]:
            layers: list[str] = contract["layers"]
            return layers
    raise LookupError(f"pyproject.toml declares no layers of {package}")


def _sentence(package: Path, room: str) -> str:
    """Return the first sentence of what a module or package says of itself."""
    module = package / f"{room}.py"
    file = module if module.exists() else package / room / "__init__.py"
    told = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    paragraph = " ".join(told.partition("\n\n")[0].split()).replace("`", "")
    return re.split(r"(?<=\.) (?=[A-Z])", paragraph)[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
