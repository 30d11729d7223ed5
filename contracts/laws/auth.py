"""Laws on who may call: the organization's key, on every operation."""

from __future__ import annotations

from contracts.law import MUST, law
from contracts.probe import Probe

UNAUTHORIZED = "#/components/responses/Unauthorized"


@law("AUTH-01", MUST, ref=UNAUTHORIZED)
def a_call_without_a_key_is_refused(probe: Probe) -> None:
    """A call without an Authorization header is answered 401."""
    probe.want(probe.list_jobs(headers={"Authorization": None}), 401, "without a key")
    probe.exercise("calls without a key")
