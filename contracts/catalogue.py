"""All laws that there are."""

from __future__ import annotations

from contracts import fuzz
from contracts.document import Document
from contracts.law import Law, Registry
from contracts.laws import (
    auth,
    cancelling,
    companion,
    conflicts,
    encoding,
    exchanges,
    extremes,
    lasting,
    lifecycle,
    listed,
    manners,
    paging,
    properties,
    reading,
    tenancy,
    walking,
)
from contracts.machines import jobs

LAWS = (
    auth,
    walking,
    paging,
    reading,
    listed,
    tenancy,
    manners,
    companion,
    conflicts,
    cancelling,
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
