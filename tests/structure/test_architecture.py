"""The page on the architecture: what it names exists, its counts are right, its pictures drawn."""

import ast
import re
import shutil
from pathlib import Path

import pytest

from tests.program.process import ROOT
from tools.draw_layers import COMMAND, DOCUMENT, main

PAGE = (ROOT / DOCUMENT).read_text()
PATH = re.compile(r"`((?:[\w.]+/)+[\w.]*|[\w.]+\.(?:py|md|toml|yml|yaml))(?:::([\w.]+))?`")
"""A file or folder in code font, and what it defines: `folder/file.py::Class.method`."""
JOURNEY = re.compile(
    r"^### ([^\n]*) \((\d+) files[^\n]*\)\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL
)


def defined(tree: ast.AST, prefix: str = "") -> set[str]:
    """Return the names that a module or class defines, those of methods after their class."""
    names = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(prefix + node.name)
        elif isinstance(node, ast.ClassDef):
            names |= {prefix + node.name, *defined(node, f"{prefix}{node.name}.")}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {prefix + target.id for target in targets if isinstance(target, ast.Name)}
    return names


def missing(text: str) -> list[str]:
    """Return what *text* names and the tree does not have."""
    found = []
    for path, name in PATH.findall(text):
        file = ROOT / path
        if not file.exists() or (name and name not in defined(ast.parse(file.read_text()))):
            found.append(f"{path}::{name}" if name else path)
    return found


def test_what_the_page_names_exists() -> None:
    """Guards every file, function, class and constant that the page sends a reader to."""
    assert len(PATH.findall(PAGE)) > 100
    assert missing(PAGE) == []


@pytest.mark.parametrize(
    "name",
    [
        "mockserver/nowhere.py",
        "mockserver/app/mock.py::found",
        "mockserver/app/mock.py::Mock.found",
    ],
)
def test_what_does_not_exist_is_noticed(name: str) -> None:
    """Guards the test above: a renamed file, function or method is reported by its name."""
    assert missing(f"See `{name}` and `mockserver/app/build.py::build`.") == [name]


def test_a_journey_has_as_many_files_as_it_says() -> None:
    """Guards the numbers in the headings of the journeys, by which they can be compared."""
    told, counted = {}, {}
    for title, number, text in JOURNEY.findall(PAGE):
        steps = "\n".join(re.findall(r"^(?:\d\. |   ).*$", text, re.MULTILINE))
        files = {path for path, _ in PATH.findall(steps) if path.endswith(".py")}
        told[title], counted[title] = int(number), len(files)

    assert len(told) == 5
    assert told == counted


def test_the_pictures_show_the_layers(capsys: pytest.CaptureFixture[str]) -> None:
    """Guards that a layer or a sentence of a package is not changed without its picture."""
    status = main(["--check"])

    assert (status, capsys.readouterr().err) == (0, "")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a copy of all that the pictures are drawn from, to be changed."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / DOCUMENT).parent.mkdir(parents=True)
    shutil.copy(ROOT / DOCUMENT, tmp_path / DOCUMENT)
    for package in ("mockserver", "contracts"):
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("pyproject.toml", '    "cli | pytest_plugin",', '    "cli",\n    "pytest_plugin",'),
        ("contracts/driver.py", '"""', '"""Otherwise. '),
        (str(DOCUMENT), " app ", " main "),
    ],
)
def test_a_change_is_noticed_and_drawn(
    root: Path, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str
) -> None:
    """Guards the check: it fails and names the command, which then mends the page."""
    text = (root / file).read_text()
    assert old in text
    (root / file).write_text(text.replace(old, new, 1))

    assert main(["--check"], root) == 1
    assert f"Run `{COMMAND}`" in capsys.readouterr().err
    assert main([], root) == 0
    assert main(["--check"], root) == 0
