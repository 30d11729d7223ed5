"""The judge judged on any API: the faults made of a contract die, what conforms is not accused."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from contracts.contract.api import Api
from contracts.contract.description.reader import read
from contracts.selftest.any_api import table
from contracts.selftest.any_api.conforming import VARIANTS, Variant
from contracts.selftest.any_api.faults.catalogue import list_faults, list_unchecked
from contracts.selftest.any_api.faults.promise import Fault
from contracts.selftest.any_api.values import PlayError
from contracts.selftest.rounds import Settings
from tests.both.any_api import choose_laws
from tests.program.process import ROOT

APIS = ROOT / "mockserver" / "resources" / "apis"
NAMES = sorted(folder.name for folder in APIS.iterdir() if folder.is_dir())
SAMPLE, VARIED = 24, 4
"""Of so many faults and variants the tests judge one; `contracts selftest --spec` judges all."""


@cache
def read_shipped(name: str) -> Api:
    """Return a contract that comes along with the mock, or that of the jobs API."""
    if name == "jobs":
        return read(ROOT / "openapi.yaml")
    return read(APIS / name / "openapi.yaml", [APIS / name / "overlay.yaml"])


FAULTS = [
    pytest.param(name, fault, id=f"{name}: {fault.sentence}")
    for turn, name in enumerate([*NAMES, "jobs"])
    for fault in list_faults(read_shipped(name))[turn::SAMPLE]
]


@pytest.mark.parametrize(("name", "fault"), FAULTS)
def test_a_fault_made_of_a_contract_is_found(name: str, fault: Fault) -> None:
    """A law objects to a deployment that breaks one promise, and the judge has no bug."""
    api = read_shipped(name)
    row = table.judge_fault(api, fault, laws=choose_laws(api, fault.clause))
    if not row.killers:
        row = table.judge_fault(api, fault)

    assert row.killers
    assert row.problems == ()


FOUND_BY = [
    ("openai-batches", "waits longer than PT10M", "LIFE-09 *"),
    ("openai-batches", "does not make cancelled", "LIFE-10"),
    ("github-runs", "the max of limit is 99", "PAGE-03"),
    ("woodpecker-pipelines", "makes no other record", "MAKE-09"),
    ("woodpecker-pipelines", "moved from the path of another", "TEN-03"),
    ("openai-batches", "another key moves", "TEN-06"),
    ("openai-batches", "expires_at now", "MAKE-10"),
    ("github-runs", "is that of no state", "EXCH-24"),
    # It shows only if laws leave records to each other that they have not moved.
    ("woodpecker-pipelines", "stamps an earlier", "LIFE-03 *"),
]
"""The law that finds a fault, and those that ask what it looks at."""


@pytest.mark.parametrize(("name", "part", "laws"), FOUND_BY)
def test_a_fault_is_found_by_the_law_of_its_promise(name: str, part: str, laws: str) -> None:
    """Each of these promises, such as deadlines and copies, has a law of its own that judges it."""
    api, judged = read_shipped(name), laws.split()
    fault = next(one for one in list_faults(api) if part in one.sentence)

    assert judged[0] in table.judge_fault(api, fault, laws=judged).killers


VARIED_NAMES = [
    pytest.param(name, variant, id=f"{name}: {variant.name}")
    for turn, name in enumerate([*NAMES, "jobs"])
    for variant in VARIANTS[turn % VARIED :: VARIED]
]


@pytest.mark.parametrize(("name", "variant"), VARIED_NAMES)
def test_no_conforming_deployment_of_a_contract_is_accused(name: str, variant: Variant) -> None:
    """Whatever a contract leaves open, and however records move, nothing is broken."""
    row = table.judge_variant(read_shipped(name), variant)

    assert (row.killers, row.problems) == ((), ())


@pytest.mark.parametrize("name", [*NAMES, "jobs"])
def test_each_promise_has_a_place_in_the_contract(name: str) -> None:
    """Faults and unchecked promises point into the contract, and no two faults are called alike."""
    api = read_shipped(name)
    faults, unchecked = list_faults(api), list_unchecked(api)

    for clause in [*(one.clause for one in faults), *(one.clause for one in unchecked)]:
        assert api.resolve(clause.rpartition("/")[0] if clause.count("/") > 2 else "#")
    assert len(faults) >= 40
    assert len({one.sentence for one in faults}) == len(faults)
    assert all(one.why for one in unchecked)


def test_a_contract_of_which_no_record_can_be_made_is_said(tmp_path: Path) -> None:
    """A key with a pattern that nothing matches is an error with its place, and not a bad table."""
    text = (APIS / "openai-batches" / "openapi.yaml").read_text()
    file = tmp_path / "openapi.yaml"
    id_member = "id: {type: string, example: batch_abc123}"
    file.write_text(text.replace(id_member, "id: {type: string}"))
    overlay = tmp_path / "overlay.yaml"
    given = (APIS / "openai-batches" / "overlay.yaml").read_text()
    overlay.write_text(given.replace("'^batch_[0-9a-z]+$'", "'^[a-z]$'"))
    api = read(file, [overlay])

    with pytest.raises(PlayError, match="add an example that ends in digits"):
        table.judge_contract(api, Settings(fast=True))
