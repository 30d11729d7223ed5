"""All laws that there are."""

from __future__ import annotations

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
    fuzz,
    http,
    last_page,
    lasting,
    lifecycle,
    listed,
    organizations,
    paging,
    properties,
    reading,
    refusing,
    sequences,
    tenancy,
    walking,
)

LAWS = (
    auth,
    walking,
    last_page,
    paging,
    reading,
    listed,
    tenancy,
    organizations,
    http,
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
GENERATED = (sequences, fuzz)
"""The modules whose laws are judged, in this order. None imports a tester before its law runs."""


def registry(document: Document, *, generated: bool = True) -> Registry:
    """Return every law, checked against the contract."""
    sources = (*LAWS, *(GENERATED if generated else ()))
    laws = [one for source in sources for one in vars(source).values() if isinstance(one, Law)]
    return Registry.of(laws, document)
