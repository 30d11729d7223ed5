"""Which effects guard a run has: by what API its contract is of."""

from __future__ import annotations

from typing import Any

from contracts.contract.api import Api
from contracts.contract.document import Document
from contracts.http.guard import Guard
from contracts.http.jobs_guard import JobsGuard
from contracts.http.record_guard import RecordGuard
from contracts.target import Target


def create_guard(target: Target, document: Api, synthetic: str) -> Guard[Any]:
    """Return the guard of a run; *synthetic* is what everything that it names starts with."""
    if isinstance(document, Document):
        return JobsGuard(target, document, synthetic)
    return RecordGuard(target, document, synthetic)
