"""The way of a request through the mock: what happens to it once, and in one place."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.program.process import ROOT

MOCK = ROOT / "mockserver"
MODULES = sorted(MOCK.rglob("*.py"))
#: Modules that name types which they must not import before they need them, and why.
HIDDEN = {
    "operations/call.py": "only a request with a body needs the schemas of bodies",
    "profiles/jobs/profile.py": "only the control API and deviations need what it names",
    "profiles/profile.py": "only the control API and deviations need what it names",
    "pytest_plugin.py": "each run of pytest in an environment with this package imports it",
}
#: Functions that are not verbs, and why; properties, and constructors of errors, are nouns.
PARTICIPLES = {
    "truncated": "an effect as tests write it",
    "malformed": "an effect as tests write it",
    "running": "a server as tests write it",
    "told": "of the fixture of pytest, used by tests",
}
#: Irregular participles; the regular ones end in -ed or -ing.
PARTICIPLE = re.compile(
    r"(?!need|feed|seed|speed|embed|ping|bring)\w+(ed|ing)"
    r"|asked|found|given|gone|held|kept|known|left|made|said|seen|sent|shown|struck|taken|told|won"
)


def name(file: Path) -> str:
    """Return a module's path below the mock."""
    return file.relative_to(MOCK).as_posix()


def functions(file: Path) -> Iterator[str]:
    """Yield the names of a module's functions, less properties and constructors of errors."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
            is_property = any(decorator.endswith("property") for decorator in decorators)
            makes_error = node.returns is not None and ast.unparse(node.returns) == "HttpError"
            if not is_property and not makes_error:
                yield node.name


def test_imports_that_only_type_checkers_see_are_few_and_have_a_reason() -> None:
    """Guards the layers: a module that must not import what it names is listed here."""
    hiding = {name(file) for file in MODULES if "TYPE_CHECKING" in file.read_text()}

    assert sorted(HIDDEN) == sorted(hiding)


def test_the_layers_count_every_import() -> None:
    """Guards that no import circle can hide behind TYPE_CHECKING."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]

    assert "exclude_type_checking_imports" not in settings


@pytest.mark.parametrize(
    ("call", "places"),
    [
        # Where a request comes in, and where an entry or a recording is read that kept no match.
        (
            r"paths\.match\(",
            ["operations/dispatch.py", "proxy/traffic.py", "worlds/context.py"],
        ),
        # Of the contract's paths and of the control API's; keys in any text; cookies; and, of no
        # request, the references of a description.
        (
            r"\bunquote\(",
            [
                "contract/tree.py",
                "control/api.py",
                "http/credentials.py",
                "http/paths.py",
                "parsing/redaction.py",
                "validation/calls.py",
            ],
        ),
        (r"\brequests\.check\(", ["middleware/validation.py"]),
        (
            r"\bRequestContext\(\s*request",
            ["operations/dispatch.py", "worlds/context.py"],
        ),
        (r'"\[API key\]"', ["parsing/redaction.py"]),
    ],
)
def test_what_is_done_once_is_done_in_one_place(call: str, places: list[str]) -> None:
    """Guards that a request is matched, decoded, checked and redacted in one way only."""
    calling = [
        name(file)
        for file in MODULES
        if re.search(rf"(?<!def ){call}", file.read_text())
        and name(file) != "validation/requests.py"
    ]

    assert places == calling


def test_a_function_is_a_verb() -> None:
    """Guards function names against participles, such as `judged` for what judges."""
    participles = {
        (name(file), function)
        for file in MODULES
        for function in functions(file)
        if PARTICIPLE.fullmatch(function.strip("_").split("_")[0])
    }

    assert sorted(found for found in participles if found[1] not in PARTICIPLES) == []
