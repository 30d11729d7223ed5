"""What a law of the jobs API asks the deployment with."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from contracts.contract.document import Document
from contracts.engine.probe import Headers, Probe, Query
from contracts.engine.run_context import RunContext
from contracts.engine.verdict import SetupFailed, Untested
from contracts.http.exchange import Exchange, get_job_id


class JobsProbe(Probe):
    """One law's way to a deployment of the jobs API."""

    @property
    def document(self) -> Document:
        """Return the contract."""
        if not isinstance(self.api, Document):
            raise TypeError("this law is one of the jobs API")
        return self.api

    def call_operation(
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
        return self.call_operation(self.document.list_id, query=query, **more)

    def get_job(self, job_id: str | int, **more: Any) -> Exchange:
        """Ask for one job."""
        return self.call_operation(self.document.read_id, jobId=job_id, **more)

    def cancel_job(self, job_id: str | int, **more: Any) -> Exchange:
        """Cancel one job."""
        return self.call_operation(self.document.cancel_id, jobId=job_id, **more)

    def delete_user(self, user: str, **more: Any) -> Exchange:
        """Delete a user, which makes a job."""
        more[self.document.conflict.parameter] = user
        return self.call_operation(self.document.make_id, **more)

    def require_page(self, query: Query | None = None, **more: Any) -> list[dict[str, Any]]:
        """Return the jobs of a page that has to be there."""
        exchange = self.list_jobs(query, **more)
        if exchange.status != 200 or not isinstance(exchange.data, list):
            raise SetupFailed(f"the list got {exchange.status} and no page of jobs")
        return exchange.jobs

    def require_job(self, job_id: int, **more: Any) -> dict[str, Any]:
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


def create_probe(run: RunContext, law_id: str, **more: Any) -> Probe:
    """Return what a law asks the deployment with: the jobs API has more words for it."""
    kind = JobsProbe if isinstance(run.document, Document) else Probe
    return kind(run, law_id, **more)
