"""The source tree: sizes, docstrings, suppressions, and what an import brings."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.program.process import ROOT

FORBIDDEN = ("util", "helper", "common", "misc", "manager")
MODULES = sorted([*(ROOT / "mockserver").rglob("*.py"), *(ROOT / "contracts").rglob("*.py")])
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
SOURCES = sorted(
    file
    for folder in ("mockserver", "contracts", "tests", "benches", "examples", ".ci")
    for file in (ROOT / folder).rglob("*.py")
    if "node_modules" not in file.parts
)
#: A noqa without " -- why", or a type: ignore without "  # why".
BARE = re.compile(r"# (noqa(?!: [A-Z0-9, ]+ -- \S)|type: ignore(?!\[[a-z, -]+\]  # \S))")
LONGEST_MODULE = 250
LONGEST_TEST_FILE = 400
LONGEST_FUNCTION = 40
PACKAGES = sorted((ROOT / "mockserver").glob("*/**/__init__.py"))
#: Packages that users import names from, or start.
PUBLIC = (
    "mockserver/cli/__init__.py",
    *(f"mockserver/client/{tree}__init__.py" for tree in ("", "aio/", "sync/")),
)


def name(file: Path) -> str:
    """Return a file's path below the root."""
    return str(file.relative_to(ROOT))


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function has, its docstring not counted."""
    first = function.body[1 if ast.get_docstring(function) and len(function.body) > 1 else 0]
    return (function.end_lineno or 0) - first.lineno + 1


def test_each_file_fits_in_the_head() -> None:
    """Guards the size of modules, test files and functions."""
    long: list[str] = []
    for file, longest in [
        *((file, LONGEST_MODULE) for file in MODULES),
        *((file, LONGEST_TEST_FILE) for file in TESTS),
    ]:
        text = file.read_text()
        long += [name(file)] if len(text.splitlines()) > longest else []
        long += [
            f"{name(file)}: {node.name}"
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and code_lines(node) > LONGEST_FUNCTION
        ]

    assert long == []


def test_no_file_is_named_after_what_fits_nowhere() -> None:
    """Guards the names of modules and test files."""
    files = (*MODULES, *TESTS)

    assert [name(f) for f in files if any(word in f.stem for word in FORBIDDEN)] == []


def test_every_test_says_what_it_guards() -> None:
    """Guards that each test has a sentence that says what it guards, and that it can fail."""
    tests = [
        (file, node)
        for file in TESTS
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    for file, node in tests:
        sentence = ast.get_docstring(node) or ""
        assert sentence.split("\n\n")[0].endswith("."), (name(file), node.name)
        asserts = any(isinstance(inner, ast.Assert) for inner in ast.walk(node))
        raises = re.search(r"pytest\.raises\(|\bvalidate\(|\bverify", ast.unparse(node))
        assert asserts or raises, (name(file), node.name)


#: Imports each module that it is given in a process of its own, and prints those that fail. What
#: is not ours has been imported before: that takes most of the time.
IMPORTING = """
import importlib, os, sys, traceback
import aiohttp.web, asyncpg, jsonschema, msgspec, sqlalchemy.dialects.postgresql.asyncpg, yaml

assert "mockserver" not in sys.modules
for module in sys.argv[1:]:
    child = os.fork()
    if not child:
        try:
            importlib.import_module(module)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        print(module)
"""


def test_each_module_can_be_imported_alone() -> None:
    """Guards against import cycles and warnings, with any module imported first."""
    files = [file for file in (ROOT / "mockserver").rglob("*.py") if file.name != "__main__.py"]
    modules = {".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files}
    command = [sys.executable, "-W", "error", "-c", IMPORTING]
    command += sorted(module.removesuffix(".__init__") for module in modules)
    ended = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)

    assert len(modules) > 200
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


@pytest.mark.parametrize("file", [file for file in PACKAGES if name(file) not in PUBLIC], ids=name)
def test_a_package_says_what_belongs_there_and_imports_nothing(file: Path) -> None:
    """Guards that packages say what belongs there, and import none of their modules."""
    tree = ast.parse(file.read_text())

    assert "\n\nHere belong" in (ast.get_docstring(tree) or "")
    assert len(tree.body) == 1


def test_serving_imports_nothing_that_it_does_not_need() -> None:
    """Guards the start-up time: modules that a plain start does not need are not imported."""
    unneeded = ["jsonschema", "faker", "schemathesis", "requests", "mockserver.store.url"]
    unneeded += [
        "mockserver.process.supervisor",
        "mockserver.process.worker",
        "mockserver.process.port",
        "mockserver.records.fixtures.generate",
        "mockserver.records.fixtures.background",
        "mockserver.proxy",
    ]
    probe = (
        "import sys, mockserver.cli, mockserver.app.build; "
        "import mockserver.process.serve; "
        "from mockserver.resources import files; from tests.jobs import read; "
        "read(files.fixtures()); "
        f"print(sorted({set(unneeded)} & set(sys.modules)))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", probe], check=True, cwd=ROOT, capture_output=True, text=True
    )

    assert ended.stdout.strip() == "[]"


def test_each_suppression_carries_its_reason() -> None:
    """Guards that each suppression has its reason; classes of them have it in pyproject."""
    bare = [
        f"{name(file)}:{number}: {line.strip()}"
        for file in SOURCES
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if BARE.search(line)
    ]

    assert bare == []


def test_a_class_of_suppressions_is_given_its_reason_once() -> None:
    """Guards that pyproject lists each rule that is switched off once, with a reason."""
    text = (ROOT / "pyproject.toml").read_text()
    section = text[text.index("[tool.ruff.lint]") : text.index("[tool.ruff.lint.pydocstyle]")]
    general = section.partition("[tool.ruff.lint.per-file-ignores]")[0]
    ignored = re.findall(r'^    "([A-Z]+[0-9]+)",(.*)$', section, re.MULTILINE)
    everywhere = re.findall(r'^    "([A-Z]+[0-9]+)",', general, re.MULTILINE)

    assert [rule for rule, reason in ignored if not re.match(r" +# \S", reason)] == []
    assert sorted(set(everywhere)) == sorted(everywhere)
