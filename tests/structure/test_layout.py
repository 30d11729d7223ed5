"""The layout of both packages: how much there is at a glance, and that imports go one way."""

from pathlib import Path

import pytest

from tests.program.process import ROOT
from tools.layout import NAMES, Layout, main, measure

#: Rooms that can be taken in at a glance.
#: The rooms of jobs fold into `records` once the jobs API moves onto it.
MOST_ROOMS = {"mockserver": 25, "contracts": 16}
MOST_CIRCLES = {"mockserver": 0, "contracts": 0}
#: Functions that are named by a participle and not by a verb: none may be added.
MOST_PARTICIPLES = {"mockserver": 10, "contracts": 3}


@pytest.fixture(scope="module")
def layouts() -> dict[str, Layout]:
    """Return what there is of each package."""
    return {package: measure(ROOT, package) for package in NAMES}


@pytest.mark.parametrize("package", NAMES)
def test_a_package_can_be_taken_in_at_a_glance(layouts: dict[str, Layout], package: str) -> None:
    """Guards how many modules and packages lie side by side at the top level of a package."""
    rooms = layouts[package].rooms

    assert 0 < len(rooms) <= MOST_ROOMS[package], rooms


@pytest.mark.parametrize("package", NAMES)
def test_imports_go_in_no_circle(layouts: dict[str, Layout], package: str) -> None:
    """Guards that no two modules need each other, within functions and for type checkers too."""
    circles = layouts[package].circles

    assert len(circles) <= MOST_CIRCLES[package], circles


@pytest.mark.parametrize("package", NAMES)
def test_functions_are_named_by_verbs(layouts: dict[str, Layout], package: str) -> None:
    """Guards names of functions: they say what to do, and not what is done to something."""
    participles = layouts[package].participles

    assert len(participles) <= MOST_PARTICIPLES[package], participles


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a folder with a package of known measures."""
    texts = {
        "__init__.py": "",
        "top.py": "from small.middle import left\n\ndef main(): ...\n\ndef found_one(): ...\n",
        "middle/__init__.py": "",
        "middle/left.py": "import typing\nif typing.TYPE_CHECKING:\n    from . import right\n",
        "middle/right.py": "def read():\n    import small.middle.left  # noqa: X -- \n",
        "below.py": "class A:\n    @property\n    def made(s): ...\n    def waiting(s): ...\n",
        "beside.py": "from small import below  # type: ignore[x]  # y\n\ndef need(): ...\n",
        "data/text.txt": "no room",
    }
    for path, text in texts.items():
        (tmp_path / "small" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "small" / path).write_text(text)
    return tmp_path


def test_what_is_counted(small: Path) -> None:
    """Guards the measures: a wrong count would let the other tests of this file pass."""
    layout = measure(small, "small")

    assert layout.rooms == ("below", "beside", "middle", "top")
    assert (layout.floors, layout.arrows) == (2, 2)
    assert layout.circles == (("small.middle.left", "small.middle.right"),)
    assert (layout.lines, layout.suppressions, layout.functions) == (17, 2, 6)
    assert layout.participles == ("small.below.waiting", "small.top.found_one")
    assert layout.largest == "small/top.py (5)"


def test_rooms_of_a_circle_are_one_floor(small: Path) -> None:
    """Guards that a circle between rooms is found, and does not make the floors endless."""
    (small / "small" / "below.py").write_text("from small import beside, top\n")
    layout = measure(small, "small")

    assert layout.circles[0] == ("small.below", "small.beside")
    assert layout.floors == 3


def test_a_table_compares_what_was_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """Guards the command line: both packages of this tree, a row for each measure."""
    status = main([])
    table = capsys.readouterr().out

    assert status == 0
    assert table.startswith("|  | mockserver, this tree | contracts, this tree |")
    assert [line.split(" | ")[0].strip("| ") for line in table.splitlines()[2:]] == [
        *Layout.__slots__
    ]
