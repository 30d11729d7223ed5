"""Derived deviations of the mock: the judge finds those that can be seen, and accuses no others."""

from __future__ import annotations

import pytest

from tests.both.any_api import OTHERS, SHIPPED, choose_laws, read_shipped
from tests.both.deviation_runs import UNSEEN, Deviating, deviate, list_broken

EACH, EACH_CONFORMING = 24, 12
"""Of the deviations, every so many are judged: all of them take a quarter of an hour.

`python -m tests.both.deviation_runs` judges them all, and says which law finds which.
"""


#: Laws that look at what others ask, each with one that asks enough.
BESIDE = {"EXCH-24": ["READ-01"], "LIFE-03": ["CANC-01"]}


@pytest.mark.parametrize("name", [*SHIPPED, *OTHERS])
def test_what_breaks_the_contract_is_found(name: str) -> None:
    """Guards that a derived deviation is found, unless a reason is written why nobody could."""
    with deviate(name) as deviating:
        assert list_broken(deviating.judge()) == []
        clauses = deviating.list_clauses()
        assert UNSEEN.get(name, {}).keys() <= clauses.keys()
        seen = [one for one in clauses if one not in UNSEEN.get(name, {})][::EACH]
        missed = [one for one in seen if not is_found(deviating, one, clauses[one])]

    assert missed == []


def is_found(deviating: Deviating, deviation: str, clause: str) -> bool:
    """Tell whether a law finds a deviation: one on the clause that it breaks, or else any."""
    laws = choose_laws(read_shipped(deviating.name), clause)
    found = list_broken(deviating.judge(deviation, *laws))
    return bool(found or list_broken(deviating.judge(deviation)))


@pytest.mark.parametrize(
    ("name", "deviation", "law"),
    [
        ("openai-batches", "cancelled-never-happens", "LIFE-10"),
        ("airflow-dagruns", "clear-does-nothing", "CANC-07"),
        ("airflow-dagruns", "ignores-bundle-version", "FILT-01"),
        ("airflow-dagruns", "looks-across-scopes", "TEN-02"),
        ("github-runs", "delete-from-queued-is-accepted", "CANC-03"),
        ("github-runs", "links-lose-filters", "LINK-02"),
        ("circleci-workflows", "hides-success", "READ-11"),
        ("github-runs", "looks-across-scopes", "TEN-11"),
        ("github-runs", "looks-across-scopes", "TEN-02"),
        ("github-runs", "conclusion-in-capitals", "EXCH-24"),
        ("github-runs", "ignores-actor", "FILT-01"),
        ("exports", "expires-at-is-now", "MAKE-10"),
        ("exports", "location-is-missing", "MAKE-06"),
        ("exports", "changed-at-is-not-set", "LIFE-03"),
    ],
)
def test_what_is_hard_to_tell_is_found_by_its_law(name: str, deviation: str, law: str) -> None:
    """Guards laws that need time, repetition, another tenant or a record that only a driver has."""
    with deviate(name) as deviating:
        assert list_broken(deviating.judge(deviation, law, *BESIDE.get(law, ()))) == [law]


@pytest.mark.parametrize("name", ["openai-batches", "circleci-workflows"])
def test_what_the_contract_leaves_open_is_not_accused(name: str) -> None:
    """Guards conforming deviations: a client has no right to the contrary, and so has no judge."""
    with deviate(name) as deviating:
        names = list(deviating.list_clauses("conforming"))[::EACH_CONFORMING]
        accused = {one: list_broken(deviating.judge(one)) for one in names}

    assert {one: laws for one, laws in accused.items() if laws} == {}
