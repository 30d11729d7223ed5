"""One way to move a job: what the opening of ``domain/lifecycle.py`` says holds."""

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


def test_only_the_lifecycle_writes_the_status_of_a_job() -> None:
    """Guards that a job is moved by `Lifecycle.moved_to`, and that only the domain calls it."""
    movers, writers = set(), set()
    for file in MOCK.rglob("*.py"):
        for name, call in calls(file):
            keywords = {keyword.arg for keyword in call.keywords}
            if name == "moved_to":
                movers.add(file.relative_to(MOCK).as_posix())
            if name in COPIES and keywords & {"status", None}:
                writers.add(file.relative_to(MOCK).as_posix())

    assert movers == {"domain/lifecycle.py", "domain/override.py", "domain/progress.py"}
    assert {file for file in writers if file.startswith(("domain", "store", "control"))} == {
        "domain/lifecycle.py",
        "domain/override.py",
    }
