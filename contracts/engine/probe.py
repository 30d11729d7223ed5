"""What a law asks the deployment with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests

from contracts.contract.document import Document
from contracts.engine.history import Job
from contracts.engine.law_at_work import LawAtWork
from contracts.engine.verdict import Inconclusive, SetupFailed, Untested, Violation
from contracts.http.exchange import Exchange, get_job_id
from contracts.http.guard import Refused
from contracts.http.purpose import Purpose, mark
from contracts.http.retries import GivenUp
from contracts.http.transport import WAITING, OutOfTime, explain_failure, get_exchange, is_crowded
from contracts.http.wire import TooLarge
from contracts.target import Target

Headers = Mapping[str, str | None]
"""Headers to send besides the key's; None takes one away."""

Query = Mapping[str, str | int]


@dataclass
class Probe(LawAtWork):
    """One law's way to the deployment."""

    @property
    def document(self) -> Document:
        """Return the contract."""
        return self.run.document

    @property
    def target(self) -> Target:
        """Return the deployment."""
        return self.run.target

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        headers: Headers | None = None,
        observed: bool = False,
    ) -> Exchange:
        """Send a request for *path*, which is already encoded.

        What the contract leaves open is to be *observed*: no promise is judged by the response.
        """
        request = requests.Request(
            method,
            self.target.base_url.rstrip("/") + path,
            params=dict(query or {}),
            headers={
                name: value
                for name, value in {
                    "Authorization": f"Bearer {self.target.api_key}",
                    **(headers or {}),
                }.items()
                if value is not None
            },
        )
        session = self.run.session
        prepared = session.prepare_request(request)
        mark(prepared, self.state_purpose(observed=observed))
        try:
            response = session.send(prepared, allow_redirects=False)
        except (OutOfTime, Refused):
            raise
        except (TooLarge, GivenUp) as error:
            self.note_crowd(crowded=is_crowded(error))
            raise SetupFailed(f"{method} {path}: {explain_failure(error)}") from error
        except requests.RequestException as error:
            self.note_crowd(crowded=is_crowded(error))
            raise Inconclusive(f"{method} {path}: {explain_failure(error)}") from error
        exchange = get_exchange(response)
        self.note_crowd(crowded=exchange.crowded)
        if exchange.status in WAITING:
            raise Inconclusive(f"{method} {path} got {exchange.status} each time it was sent")
        return exchange

    def state_purpose(self, *, observed: bool = False) -> Purpose:
        """Return what the next request is sent for."""
        return Purpose(
            self.law_id,
            self.account or self.law_id,
            self.take_place(),
            observed=observed or self.observing,
            races=self.races,
        )

    def call(
        self,
        operation_id: str,
        *,
        project: str | None = None,
        query: Query | None = None,
        headers: Headers | None = None,
        method: str | None = None,
        **arguments: str | int,
    ) -> Exchange:
        """Call an operation of the contract, as it is or with something changed."""
        operation = self.document.operations[operation_id]
        path = operation.path
        project = self.target.project if project is None else project
        for name, value in {"projectKey": project, **arguments}.items():
            path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
        # The contract does not say how a request for an unknown project is answered.
        unknown = project not in (self.target.project, self.target.other_project)
        return self.send(
            method or operation.method, path, query=query, headers=headers, observed=unknown
        )

    def list_jobs(self, query: Query | None = None, **more: Any) -> Exchange:
        """Ask for a page of the list."""
        return self.call(self.document.list_id, query=query, **more)

    def get_job(self, job_id: str | int, **more: Any) -> Exchange:
        """Ask for one job."""
        return self.call(self.document.read_id, jobId=job_id, **more)

    def cancel_job(self, job_id: str | int, **more: Any) -> Exchange:
        """Cancel one job."""
        return self.call(self.document.cancel_id, jobId=job_id, **more)

    def delete_user(self, user: str, **more: Any) -> Exchange:
        """Delete a user, which makes a job."""
        more[self.document.conflict.parameter] = user
        return self.call(self.document.make_id, **more)

    def require_page(self, query: Query | None = None, **more: Any) -> list[Job]:
        """Return the jobs of a page that has to be there."""
        exchange = self.list_jobs(query, **more)
        if exchange.status != 200 or not isinstance(exchange.data, list):
            raise SetupFailed(f"the list got {exchange.status} and no page of jobs")
        return exchange.jobs

    def require_job(self, job_id: int, **more: Any) -> Job:
        """Return a job that has to be there."""
        exchange = self.get_job(job_id, **more)
        if exchange.status != 200 or not exchange.job:
            raise SetupFailed(f"job {job_id} cannot be read: {exchange.status}")
        return exchange.job

    def new_user(self, *, length: int = 0) -> str:
        """Return the name of a user that does not exist yet, padded to *length*."""
        synthetic = self.run.transport.guard.synthetic
        return f"{synthetic}-{next(self.run.users)}@example.invalid".ljust(length, "x")

    def make(self, **more: Any) -> Exchange:
        """Make a job for a new user; the deployment may have no such operation."""
        user = self.new_user()
        exchange = self.delete_user(user, **more)
        if exchange.status in (404, 405, 501):
            raise Untested(f"the deployment has no {self.document.make_id} ({exchange.status})")
        if exchange.status != 200 or get_job_id(exchange.job) is None:
            raise SetupFailed(f"no job was made: {self.document.make_id} got {exchange.status}")
        return exchange

    def expect_status(
        self, exchange: Exchange, status: int, what: str, after: Sequence[Exchange] = ()
    ) -> None:
        """Break the law unless *exchange*, sent *after* others, was answered with *status*."""
        if exchange.status != status:
            self.require_certain(exchange)
            raise Violation(f"{status} {what}", f"it was {exchange.status}", [*after, exchange])

    def require_certain(self, exchange: Exchange) -> None:
        """Raise Inconclusive if an earlier try of the request may have been carried out."""
        if exchange.uncertain:
            raise Inconclusive(f"{exchange.status} came after a 503 that may have been carried out")
