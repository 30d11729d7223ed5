"""Protocols and the parts of a server: no wider than their users, and reached in one step."""

import ast
import re
from pathlib import Path

MOCK = Path(__file__).parents[2] / "mockserver"
MODULES = sorted(MOCK.rglob("*.py"))
CONTROL = sorted((MOCK / "control").glob("*.py"))
#: What the factory of worlds has, or a part of what it has; calls of the factory itself are fine.
THROUGH = re.compile(r"\bfactory\.\w+(?!\w|\()")


def deleted_arguments(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """Return the arguments that *function* deletes at once, since it does not need them."""
    arguments = {
        argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)
    }
    deletions = [node for node in function.body if isinstance(node, ast.Delete)]
    targets = [target for node in deletions for target in node.targets]
    return [
        target.id for target in targets if isinstance(target, ast.Name) and target.id in arguments
    ]


def test_no_protocol_passes_an_argument_that_an_implementation_throws_away() -> None:
    """Guards that a protocol passes what every implementation uses."""
    thrown_away = [
        (str(file), node.name, name)
        for file in MODULES
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for name in deleted_arguments(node)
    ]

    assert thrown_away == []


def test_a_part_of_the_server_is_not_reached_through_another() -> None:
    """Guards that the factory makes worlds and nothing else: `Services` give what is used."""
    lines = [(file.name, line) for file in CONTROL for line in file.read_text().splitlines()]
    code = [(file, line) for file, line in lines if not line.lstrip().startswith("from")]

    assert [found for found in code if THROUGH.search(found[1])] == []
