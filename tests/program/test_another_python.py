"""The second Python, on which CI runs the quick suites."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from tests.program.process import ROOT

MINORS = {(3, 11), (3, 12), (3, 13)}


@pytest.fixture
def search(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Load the script, which is not part of a package, and let it search no system folder."""
    spec = importlib.util.spec_from_file_location("another", ROOT / ".ci" / "another_python.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "USUAL", ())
    return module


def python(file: Path, prints: str, code: int = 0) -> Path:
    """Write a program that looks like a Python."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\necho {prints}\nexit {code}\n")
    file.chmod(0o755)
    return file


def test_the_newest_that_works_and_is_supported_is_found(
    search: ModuleType, tmp_path: Path
) -> None:
    """Guards the choice: not the own version, not an inactive shim, nothing unsupported."""
    path, pyenv = tmp_path / "bin", tmp_path / "pyenv"
    python(path / "python3.11", "3 11 9")
    python(path / "python3.12", "3 12 7")
    python(path / "python3.13", "", code=127)
    python(path / "python3.14", "3 14 0")
    environ = {"PATH": f"{tmp_path / 'nowhere'}:{path}", "PYENV_ROOT": str(pyenv)}
    without_pyenv = search.another(environ, MINORS, (3, 11))
    python(pyenv / "versions" / "3.12.1" / "bin" / "python3", "3 12 1")
    newest = python(pyenv / "versions" / "3.13.0" / "bin" / "python3", "3 13 0")
    python(pyenv / "versions" / "3.14.2" / "bin" / "python3", "3 14 2")

    assert path / "python3.12" == without_pyenv
    assert newest == search.another(environ, MINORS, (3, 11))
    assert path / "python3.12" == search.another(environ, MINORS, (3, 13))


def test_a_machine_with_one_python_has_no_other(search: ModuleType, tmp_path: Path) -> None:
    """Guards CI on a machine with one Python: it says so, and does not fail."""
    python(tmp_path / "python3.11", "3 11 9")
    environ = {"PATH": str(tmp_path), "PYENV_ROOT": str(tmp_path)}

    assert search.another(environ, MINORS, (3, 11)) is None


def test_what_the_package_promises_is_read_from_its_classifiers(search: ModuleType) -> None:
    """Guards that CI tests only the versions of the classifiers, and finds them."""
    assert search.supported((ROOT / "pyproject.toml").read_text()) == MINORS
