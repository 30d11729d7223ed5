"""What a law asks the deployment with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Barrier
from typing import Any
from urllib.parse import quote

import requests

from contracts.contract.document import Document
from contracts.engine.chance import Chance
from contracts.engine.history import Job
from contracts.engine.run import Run, SharedReading
from contracts.engine.verdict import Inconclusive, SetupFailed, Untested, Violation
from contracts.http.exchange import Exchange, get_job_id
from contracts.http.guard import Refused
from contracts.http.patience import GivenUp
from contracts.http.transport import WAITING, OutOfTime, explain_failure, get_exchange
from contracts.http.wire import TooLarge
from contracts.target import Target

Headers = Mapping[str, str | None]
"""Headers to send besides the key's; None takes one away."""

Query = Mapping[str, str | int]


@dataclass
class Probe:
    """One law's way to the deployment; it counts what the law really looked at."""

    run: Run
    law_id: str
    exercised: Counter[str] = field(default_factory=Counter)
    observations: list[str] = field(default_factory=list)
    findings: list[Violation] = field(default_factory=list)
    """Violations of a law that goes on after the first one."""
    readings: set[str] = field(default_factory=set)
    """The names of the shared readings that the law looked at."""
    observing: bool = False
    """The law only looks at what the contract leaves open: nothing that it sends is judged."""
    random: Chance = field(init=False)

    def __post_init__(self) -> None:
        self.random = Chance(f"{self.run.rng} {self.law_id}")

    @property
    def document(self) -> Document:
        """Return the contract."""
        return self.run.document

    @property
    def target(self) -> Target:
        """Return the deployment."""
        return self.run.target

    def exercise(self, what: str, times: int = 1) -> None:
        """Note that the law looked at *what*; a law that noted nothing is untested."""
        self.exercised[what] += times

    def observe(self, what: str) -> None:
        """Note what the deployment does where the contract leaves it open."""
        self.exercise("observations")
        if what not in self.observations:
            self.observations.append(what)

    def read_once(self, take: Callable[[Probe], Any]) -> Any:
        """Return what *take* reads, read once in a run."""
        run, name = self.run, f"{take.__module__}.{take.__name__}"
        if name not in run.shared:
            # Other laws judge by it, too, so that it asks only what the contract promises.
            taker = replace(self, observing=False) if self.observing else self
            before = self._count_unshared()
            value = take(taker)
            sent = self._count_unshared() - before
            run.shared[name] = SharedReading(value, self.law_id, sent, by_chance=taker.random.drawn)
        self.readings.add(name)
        self.random.drawn = self.random.drawn or run.shared[name].by_chance
        return run.shared[name].value

    def _count_unshared(self) -> int:
        """Count the requests of this run that no shared reading has accounted for."""
        counted = sum(reading.requests for reading in self.run.shared.values())
        return self.run.transport.ledger.by_law.total() - counted

    @property
    def credit(self) -> int:
        """Count the requests of other laws that took readings which this law looked at."""
        used = (self.run.shared[name] for name in self.readings)
        return sum(reading.requests for reading in used if reading.law_id != self.law_id)

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

        What the contract leaves open is to be *observed*: no promise is judged by the answer.
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
        if observed or self.observing:
            vars(prepared)["observed"] = True  # how the transport gets at it
        try:
            response = session.send(prepared, allow_redirects=False)
        except (OutOfTime, Refused):
            raise
        except (TooLarge, GivenUp) as error:
            raise SetupFailed(f"{method} {path}: {explain_failure(error)}") from error
        except requests.RequestException as error:
            raise Inconclusive(f"{method} {path}: {explain_failure(error)}") from error
        exchange = get_exchange(response)
        if exchange.status in WAITING:
            raise Inconclusive(f"{method} {path} got {exchange.status} each time it was sent")
        return exchange

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
            raise SetupFailed(f"the list answered {exchange.status} without a page of jobs")
        return exchange.jobs

    def require_job(self, job_id: int, **more: Any) -> Job:
        """Return a job that has to be there."""
        exchange = self.get_job(job_id, **more)
        if exchange.status != 200 or not exchange.job:
            raise SetupFailed(f"job {job_id} cannot be read: {exchange.status}")
        return exchange.job

    def new_user(self, *, length: int = 0) -> str:
        """Return the name of a user that does not exist yet, padded to *length*."""
        self.run.users += 1
        synthetic = self.run.transport.guard.synthetic
        return f"{synthetic}-{self.run.users}@example.invalid".ljust(length, "x")

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
        if exchange.status != status and exchange.uncertain:
            raise Inconclusive(f"{exchange.status} came after a 503 that may have been carried out")
        if exchange.status != status:
            raise Violation(f"{status} {what}", f"it was {exchange.status}", [*after, exchange])

    def race(self, calls: Sequence[Callable[[], Exchange]]) -> Sequence[Exchange]:
        """Make all *calls* at the same moment; which is first is chance."""
        self.random.drawn = True
        barrier = Barrier(len(calls))

        def go(call: Callable[[], Exchange]) -> Exchange:
            barrier.wait(timeout=self.target.timeout)
            return call()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(go, calls))
