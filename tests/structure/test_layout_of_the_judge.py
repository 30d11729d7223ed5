"""The packages of the judge: each says what is in it, and no import hides."""

import ast
import re
from pathlib import Path

import pytest

from tests.program.process import ROOT

JUDGE = ROOT / "contracts"
PACKAGES = sorted(file.parent for file in JUDGE.rglob("__init__.py"))
LIMIT = re.compile(r"\b(no|none|nothing|never|only)\b", re.IGNORECASE)
"""Words by which a docstring says what may not be in a package."""


def name(path: Path) -> str:
    """Return a path below the root."""
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("package", PACKAGES, ids=name)
def test_a_package_says_what_is_in_it_and_what_is_not(package: Path) -> None:
    """Guards the opening docstring of each package of the judge."""
    told = ast.get_docstring(ast.parse((package / "__init__.py").read_text())) or ""
    sentence, _, rest = told.partition("\n\n")

    assert sentence.endswith(".")
    assert LIMIT.search(rest), "it does not say what may not be in it"


@pytest.mark.parametrize("package", PACKAGES, ids=name)
def test_a_package_names_modules_that_it_has(package: Path) -> None:
    """Guards the opening docstring of each package against a module that was renamed or moved."""
    text = ast.get_docstring(ast.parse((package / "__init__.py").read_text())) or ""
    modules = {file.stem for file in package.glob("*.py")}
    modules |= {folder.name for folder in PACKAGES if folder.parent == package}

    assert set(re.findall(r"`([a-z_]+)`", text)) <= modules


def test_no_import_hides_behind_type_checking() -> None:
    """Guards the layers: an import that only type checkers see is a dependency like any other."""
    hidden = [
        name(file)
        for file in JUDGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Name | ast.Attribute)
        and "TYPE_CHECKING" in (getattr(node, "id", ""), getattr(node, "attr", ""))
    ]

    assert hidden == []
