"""What exchanges of a journal are looked for, under the names that the control API has."""

from collections.abc import Mapping
from typing import Any


def expectation(  # noqa: PLR0913 -- the criteria of the control API
    *,
    operation: str | None = None,
    project: str | None = None,
    job_id: int | None = None,
    user_id: str | None = None,
    method: str | None = None,
    path: str | None = None,
    status: int | None = None,
    fault: str | None = None,
    broke_contract: bool | None = None,
    parameters: Mapping[str, str] | None = None,
    exactly: int | None = None,
    at_least: int | None = None,
    at_most: int | None = None,
) -> dict[str, Any]:
    """Return the criteria of exchanges, under their names in the control API."""
    return {
        "operation": operation,
        "project": project,
        "jobId": job_id,
        "userId": user_id,
        "method": method,
        "path": path,
        "status": status,
        "fault": fault,
        "brokeContract": broke_contract,
        "parameters": parameters,
        "exactly": exactly,
        "atLeast": at_least,
        "atMost": at_most,
    }
