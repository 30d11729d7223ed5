"""Faults made of the contracts that no vendor has: each dies, whatever the others are like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from contracts.contract.json_values import put
from contracts.selftest.any_api import table
from contracts.selftest.any_api.call import Entry
from contracts.selftest.any_api.conforming import VARIANTS, Variant
from contracts.selftest.any_api.faults.catalogue import list_faults
from contracts.selftest.any_api.faults.filters import SelectsEverything
from contracts.selftest.any_api.faults.promise import Fault
from contracts.selftest.any_api.judging import judge
from contracts.selftest.any_api.miniature import AnyMiniature
from contracts.selftest.any_api.world import create_world
from tests.both.any_api import OTHERS, read_shipped

SAMPLE, VARIED = 12, 4
"""Of so many faults and variants the tests judge one; `contracts selftest --spec` judges all."""

FAULTS = [
    pytest.param(name, fault, id=f"{name}: {fault.sentence}")
    for turn, name in enumerate(OTHERS)
    for fault in list_faults(read_shipped(name))[turn::SAMPLE]
]


@pytest.mark.parametrize(("name", "fault"), FAULTS)
def test_a_fault_of_a_kind_is_found(name: str, fault: Fault) -> None:
    """A law objects to a deployment that breaks one promise, and the judge has no bug."""
    row = table.judge_fault(read_shipped(name), fault)

    assert row.killers
    assert row.problems == ()


@pytest.mark.parametrize(
    ("name", "part", "law"),
    [
        ("builds", "the server does not make end", "LIFE-10"),
        ("documents", "author selects everything", "FILT-01"),
        ("documents", "author is forgotten from the second page on", "FILT-03"),
        # What follows is more than a walk reads.
        ("exports", "phase is forgotten from the second page on", "FILT-03"),
    ],
)
def test_a_fault_of_a_kind_is_found_by_its_law(name: str, part: str, law: str) -> None:
    """Guards deadlines, and filters: by a beginning that all share, and over too many pages."""
    api = read_shipped(name)
    fault = next(one for one in list_faults(api) if part in one.sentence)

    assert law in table.judge_fault(api, fault).killers


class OneAuthor(AnyMiniature):
    """All documents have the same title and the same author."""

    def build(self, owner: str, scope: str, arguments: Mapping[str, str]) -> Entry:
        """Return a document of the one author."""
        entry = super().build(owner, scope, arguments)
        put(entry.record, "/author/name", "Ann")
        put(entry.record, "/title", "Minutes")
        return entry


@dataclass
class OneAuthorOfAll(SelectsEverything, OneAuthor):
    """As OneAuthor, and one filter selects everything."""


@pytest.mark.parametrize("parameter", ["title", "author"])
def test_a_filter_is_judged_where_all_records_are_alike(parameter: str) -> None:
    """Guards filters by a part of a text: what no record has selects nothing."""
    api = read_shipped("documents")
    found = judge("alike", create_world(api, OneAuthorOfAll, parameter=parameter), api)

    assert "FILT-01" in found.accusers
    assert judge("alike", create_world(api, OneAuthor), api).accusers == ()


VARIED_KINDS = [
    pytest.param(name, variant, id=f"{name}: {variant.name}")
    for turn, name in enumerate(OTHERS)
    for variant in VARIANTS[turn::VARIED]
]


@pytest.mark.parametrize(("name", "variant"), VARIED_KINDS)
def test_no_conforming_deployment_of_a_kind_is_accused(name: str, variant: Variant) -> None:
    """Whatever these contracts leave open, and however records move, nothing is broken."""
    row = table.judge_variant(read_shipped(name), variant)

    assert (row.killers, row.problems) == ((), ())
