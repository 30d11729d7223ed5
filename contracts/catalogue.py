"""All laws that there are."""

from __future__ import annotations

from contracts import fuzz
from contracts.contract.document import Document
from contracts.engine.law import Law, Registry
from contracts.laws import (
    auth,
    cancelling,
    companion,
    conflicts,
    encoding,
    exchanges,
    extremes,
    last_page,
    lasting,
    lifecycle,
    listed,
    manners,
    organizations,
    paging,
    properties,
    reading,
    refusing,
    tenancy,
    walking,
)
from contracts.machines import jobs

LAWS = (
    auth,
    walking,
    last_page,
    paging,
    reading,
    listed,
    tenancy,
    organizations,
    manners,
    companion,
    conflicts,
    cancelling,
    refusing,
    lasting,
    exchanges,
    encoding,
    properties,
    extremes,
    lifecycle,
)
MACHINES = (jobs, fuzz)
"""The modules whose laws are judged, in this order. None imports a tester before its law runs."""


def registry(document: Document, *, machines: bool = True) -> Registry:
    """Return every law, checked against the contract."""
    sources = (*LAWS, *(MACHINES if machines else ()))
    laws = [one for source in sources for one in vars(source).values() if isinstance(one, Law)]
    return Registry.of(laws, document)
