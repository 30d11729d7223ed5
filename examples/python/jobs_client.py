"""A small client of the jobs API: it waits for a job to end, retries, and cancels."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

ENDED = frozenset(("completed", "failed", "cancelled"))
TRANSIENT = frozenset((429, 502, 503, 504))


class JobsError(Exception):
    """The API did not do what was asked."""


class JobFailedError(JobsError):
    """The job ended with an error."""


class TooLateError(JobsError):
    """The job had ended before it could be cancelled."""


@dataclass
class JobsClient:
    """Calls the jobs API of one project.

    *sleep* and *attempts* say how patiently: a transient answer is tried again after the time
    that its Retry-After names, or a second.
    """

    base_url: str
    project_key: str
    api_key: str
    sleep: Callable[[float], object] = time.sleep
    attempts: int = 4
    timeout: float = 2.0
    _http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        """Open the connections."""
        self._http = httpx.Client(
            base_url=f"{self.base_url}/public/{self.project_key}",
            headers={"Authorization": f"Bearer {self.api_key}"},
            timeout=self.timeout,
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def job(self, job_id: int) -> dict[str, Any]:
        """Return a job."""
        answer = self._sent("GET", f"/jobs/{job_id}")
        if answer.status_code != httpx.codes.OK:
            raise JobsError(f"job {job_id}: {answer.status_code} {answer.text}")
        try:
            data: dict[str, Any] = answer.json()["data"]
        except ValueError as error:
            raise JobsError(f"job {job_id}: the answer is no JSON") from error
        return data

    def wait(self, job_id: int, *, every: float = 1.0, at_most: int = 60) -> dict[str, Any]:
        """Return the job once it has completed; look *every* so many seconds, *at_most* times."""
        for _ in range(at_most):
            job = self.job(job_id)
            if job["status"] == "failed":
                raise JobFailedError(job["errors"])
            if job["status"] in ENDED:
                return job
            self.sleep(every)
        raise JobsError(f"job {job_id} has not ended in time")

    def cancel(self, job_id: int) -> dict[str, Any]:
        """Cancel a job; one that is cancelled already counts as cancelled."""
        answer = self._sent("DELETE", f"/jobs/{job_id}")
        if answer.status_code == httpx.codes.OK:
            data: dict[str, Any] = answer.json()["data"]
            return data
        job = self.job(job_id)
        if job["status"] == "cancelled":
            return job
        raise TooLateError(f"job {job_id} is {job['status']}")

    def _sent(self, method: str, path: str) -> httpx.Response:
        """Send a request; try again if the response is transient or the connection breaks."""
        for attempt in range(self.attempts):
            last = attempt == self.attempts - 1
            try:
                answer = self._http.request(method, path)
            except httpx.TransportError as error:
                if last:
                    raise JobsError(f"{method} {path}: {error!r}") from error
                self.sleep(1.0)
                continue
            if answer.status_code not in TRANSIENT:
                return answer
            if not last:
                self.sleep(float(answer.headers.get("Retry-After", "1")))
        raise JobsError(f"{method} {path}: given up")
