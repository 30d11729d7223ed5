"""Faults of any API: each is found by the law that is about it, and no other law is accused."""

from __future__ import annotations

import pytest

from contracts.engine.verdict import Verdict
from contracts.roles.catalogue import create_registry
from tests.apis.served import serve
from tests.both import breakages, breakages_by_changes
from tests.both.any_api import judge, read_shipped
from tests.both.breakages import Case
from tests.both.relay import relay


def name(case: Case) -> str:
    """Return what a fault is called."""
    made = getattr(case.breakage, "__name__", type(case.breakage).__name__)
    return f"{made}-{case.api}"


CASES = [*breakages.CASES, *breakages_by_changes.CASES]
EACH = 4
"""Of so many faults one is judged by all laws, the others by those that may object."""


def choose_laws(case: Case) -> tuple[str, ...]:
    """Return the laws that may object to a fault; none, for all, if they only look at others."""
    asking = {law.id for law in create_registry(read_shipped(case.api)) if not law.whole_run}
    return tuple(sorted(case.laws | case.may)) if asking >= case.laws else ()


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_fault_is_found_by_the_law_that_is_about_it(case: Case) -> None:
    """Guards each law over roles: it finds its fault in a deployment that is good otherwise."""
    laws = choose_laws(case) if CASES.index(case) % EACH else ()
    with serve(case.api) as mock, relay(mock.url, case.breakage) as url:
        finished = judge(case.api, url, case.effects, laws)

    broken = {i: e.reason for i, e in finished.items() if e.verdict is Verdict.BROKEN}
    assert broken.keys() >= case.laws, broken
    assert broken.keys() <= case.laws | case.may, broken
