"""Writes the pages and pictures of the documentation that are made of code and documents.

``python -m tools.write_reference`` writes them below ``docs``; with ``--check`` it writes nothing,
names those that are out of date, and ends with status 1 if any is.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from tools.generated import write_files
from tools.layout import ROOT
from tools.reference.control_api import draw_control_api
from tools.reference.deviations import draw_deviations
from tools.reference.exit_codes import draw_exit_codes
from tools.reference.keys import draw_effects, draw_keys
from tools.reference.laws import draw_laws
from tools.reference.lifecycles import draw_lifecycles, draw_pictures
from tools.reference.options import draw_judge_options, draw_mock_options
from tools.reference.plots import draw_plots

COMMAND = "python -m tools.write_reference"
REFERENCE = Path("docs", "reference")
PERFORMANCE = Path("docs", "explanation")
PAGES = {
    "mockserver_options": draw_mock_options,
    "contracts_options": draw_judge_options,
    "exit_codes": draw_exit_codes,
    "keys": draw_keys,
    "lifecycles": draw_lifecycles,
    "laws": draw_laws,
    "faults_and_effects": draw_effects,
    "deviations_of_jobs": draw_deviations,
    "control_api": draw_control_api,
}


def draw_files() -> Iterator[tuple[Path, str]]:
    """Yield each file below the root, and its text."""
    for name, draw in PAGES.items():
        yield REFERENCE / f"{name}.md", draw()
    for file, picture in draw_pictures():
        yield REFERENCE / file, picture
    figures = (ROOT / PERFORMANCE / "performance.md").read_text(encoding="utf-8")
    for file, picture in draw_plots(figures):
        yield PERFORMANCE / file, picture


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Run the command line and return its exit status."""
    return write_files(COMMAND, draw_files(), arguments, root)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
