"""One way to move a record: what the opening of ``records/lifecycle.py`` says holds."""

import ast
from collections.abc import Iterator
from pathlib import Path

MOCK = Path(__file__).parents[2] / "mockserver"
#: What changes a copy of a record, with the members that it sets as keywords.
COPIES = ("replace", "_replace")


def calls(file: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield each call in *file* of something with a name, and this name."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            yield name, node


def test_only_the_lifecycle_writes_the_state_of_a_record() -> None:
    """Guards that a record is moved by `Lifecycle.enter`; a kind takes the state of its members."""
    movers, writers = set(), set()
    for file in MOCK.rglob("*.py"):
        for name, call in calls(file):
            if name == "enter":
                movers.add(file.relative_to(MOCK).as_posix())
            if name in COPIES and "state" in {keyword.arg for keyword in call.keywords}:
                writers.add(file.relative_to(MOCK).as_posix())

    assert movers == {
        "records/fixtures/generate.py",
        "records/forcing.py",
        "records/lifecycle.py",
        "records/progress.py",
    }
    assert writers == {"records/kind.py", "records/lifecycle.py"}
