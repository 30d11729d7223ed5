"""The judge judged: every fault dies, no conforming deployment is accused."""

from __future__ import annotations

import re

import pytest

from contracts.contract.document import Document, load
from contracts.laws import catalogue
from contracts.selftest import document_mutants, kill_matrix, overlapping_laws
from contracts.selftest.conforming.variants import VARIANTS
from tests.program.process import ROOT

QUICK = [index for index, variant in enumerate(VARIANTS) if not variant.slow]
FAULTS = [*kill_matrix.list_faults(), *(name for name, _ in document_mutants.make_mutants(load()))]


def choose_laws(name: str) -> list[str]:
    """Return the laws that find a fault, as `docs/reference/selftest.md` says.

    All laws are judged, which is what an empty list means, if nothing is said of the fault, or if
    those that find it only look at what others ask.
    """
    registry = catalogue.create_registry(load(), generated=False)
    asking = {law.id for law in registry if not law.whole_run}
    table = (ROOT / "docs" / "reference" / "selftest.md").read_text()
    said = re.search(rf"^\| {re.escape(name)} \|.*\| (.*) \|$", table, re.MULTILINE)
    found = said[1].split(", ") if said else []
    return found if asking.intersection(found) else []


@pytest.mark.parametrize("index", QUICK, ids=[VARIANTS[index].name for index in QUICK])
def test_no_conforming_deployment_is_accused(index: int) -> None:
    """Whatever the contract leaves open, and however the data moves, nothing is broken."""
    row = kill_matrix.judge_variant(index)

    assert (row.killers, row.problems) == ((), ())


@pytest.mark.parametrize("name", FAULTS[:: kill_matrix.FAST])
def test_a_fault_is_found(name: str) -> None:
    """A law of those that find it objects to a deployment with the fault, and none has a bug."""
    row = kill_matrix.judge_fault(name, laws=choose_laws(name))

    assert row.killers
    assert row.problems == ()


def test_a_long_list_costs_few_requests() -> None:
    """5,000 jobs that grow while they are judged cost fewer than 600 reads."""
    names = [variant.name for variant in VARIANTS]
    row = kill_matrix.judge_variant(names.index("FiveThousandJobs, growing"))

    assert row.requests < 600


def test_the_catalogue_is_large_enough() -> None:
    """There are at least 80 named faults and 20 conforming variants."""
    assert len(kill_matrix.list_faults()) >= 80
    assert len({variant.name for variant in VARIANTS}) >= 20


def test_every_fault_says_what_it_does() -> None:
    """Each fault has a sentence of its own for the kill_matrix."""
    sentences = [kind.__doc__ for kind in kill_matrix.list_faults().values()]

    assert all(sentences)
    assert len(set(sentences)) == len(sentences)


def test_reasons_are_given_for_laws_that_exist(contract: Document) -> None:
    """A reason why a law kills nothing alone is not left behind when the law goes."""
    ids = {law.id for law in catalogue.create_registry(contract, generated=False)}

    assert set(overlapping_laws.WHY) <= ids
