"""Tests that pass or fail on any machine alike: nothing in them depends on its speed."""

import re

from tests.program.process import ROOT

TESTS = ROOT / "tests"
TEXTS = {
    file.relative_to(TESTS).as_posix(): file.read_text()
    for file in sorted(TESTS.rglob("*.py"))
    if file.name != "test_steadiness.py"
}
#: Who may sleep, and why; others wait with `until` for what is to happen.
SLEEPERS = {
    "contracts/hostile/servers.py": "servers that are slow on purpose",
    "contracts/model/test_safety.py": "a deployment that is slow on purpose",
    "contracts/plugin/fake_laws.py": "a law that comes late in a run",
    "deployment/load.py": "callers who pause",
    "deployment/replicas.py": "looks again and again",
    "deployment/test_postgres.py": "a program that is killed",
    "nginx.py": "looks again and again",
    "postgres.py": "looks again and again",
    "program/supervised.py": "workers that do nothing",
    "program/test_workers.py": "lets a pipe fill up",
    "program/watching.py": "looks again and again",
    "stores/test_reopening.py": "holds a lock while another waits for it",
    "stores/test_sqlite.py": "holds a lock while another waits for it",
}
#: Where a limit of time is what is tested.
HURRIED = {
    "contracts/hostile/test_bounds.py",
    "contracts/side_by_side/runs.py",
    "contracts/side_by_side/test_crowds.py",
    "contracts/unit/test_connection_errors.py",
}


def test_nothing_but_what_is_slow_on_purpose_sleeps() -> None:
    """Guards against a sleep that is long enough on one machine only."""
    found = {name for name, text in TEXTS.items() if re.search(r"\.sleep\((?!0\))", text)}

    assert found == SLEEPERS.keys()


def test_no_test_measures_how_long_something_takes() -> None:
    """Guards against an upper limit that a busy machine exceeds."""
    limits = re.compile(r"assert .*(monotonic\(\) - \w+|seconds) <")

    assert [name for name, text in TEXTS.items() if limits.search(text)] == []


def test_what_only_ends_a_test_that_hangs_waits_long() -> None:
    """Guards against a limit that a busy machine reaches although nothing hangs."""
    limits = re.compile(
        r"\b(?:timeout=|timeout\(|wait\(|asyncio\.wait_for\(.*, )(\d+(?:\.\d+)?)\b(?!\\)"
    )
    short = {
        name
        for name, text in TEXTS.items()
        if any(float(seconds) < 30 for seconds in limits.findall(text))
    }

    assert short <= HURRIED


def test_what_a_package_shares_stands_in_its_conftest() -> None:
    """Guards other tests from it: pytest keeps a module's package-scoped fixture until the end."""
    shared = [name for name, text in TEXTS.items() if 'scope="package"' in text]

    assert [name for name in shared if not name.endswith("conftest.py")] == []
