"""All laws that there are."""

from __future__ import annotations

from contracts import fuzz
from contracts.document import Document
from contracts.law import Law, Registry
from contracts.laws import auth
from contracts.machines import jobs

SOURCES = (auth, jobs, fuzz)
"""The modules whose laws are judged, in this order. None imports a tester before its law runs."""


def registry(document: Document) -> Registry:
    """Return every law, checked against the contract."""
    laws = [one for source in SOURCES for one in vars(source).values() if isinstance(one, Law)]
    return Registry.of(laws, document)
