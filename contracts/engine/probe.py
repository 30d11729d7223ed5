"""What a law asks the deployment with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Barrier
from typing import Any
from urllib.parse import quote

import requests

from contracts.contract.api import Api
from contracts.contract.json_values import put
from contracts.contract.moves import Move
from contracts.contract.roles import Key
from contracts.engine.bodies import FORM, choose_media, encode_form, find_schema, make_value
from contracts.engine.credentials import Carried, carry
from contracts.engine.randomness import RecordedRandom
from contracts.engine.run_context import RunContext, SharedReading
from contracts.engine.verdict import (
    Inapplicable,
    Inconclusive,
    NotGiven,
    SetupFailed,
    Violation,
)
from contracts.http.exchange import Exchange
from contracts.http.guard import Refused
from contracts.http.retries import GivenUp
from contracts.http.shown import list_page
from contracts.http.transport import WAITING, OutOfTime, explain_failure, get_exchange
from contracts.http.wire import TooLarge
from contracts.target import Target

Headers = Mapping[str, str | None]
"""Headers to send besides the key's; None takes one away."""

Query = Mapping[str, str | int]


@dataclass
class Probe:
    """One law's way to the deployment; it counts what the law really looked at."""

    run: RunContext
    law_id: str
    exercised: Counter[str] = field(default_factory=Counter)
    observations: list[str] = field(default_factory=list)
    findings: list[Violation] = field(default_factory=list)
    """Violations of a law that goes on after the first one."""
    readings: set[str] = field(default_factory=set)
    """The names of the shared readings that the law looked at."""
    observing: bool = False
    """The law only looks at what the contract leaves open: nothing that it sends is judged."""
    random: RecordedRandom = field(init=False)

    def __post_init__(self) -> None:
        self.random = RecordedRandom(f"{self.run.rng} {self.law_id}")

    @property
    def api(self) -> Api:
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

    def read_once(self, take: Callable[[Any], Any]) -> Any:
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

    def send(  # noqa: PLR0913 -- what a request has
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        headers: Headers | None = None,
        carried: Carried | None = None,
        body: Any = None,
        form: bool = False,
        observed: bool = False,
    ) -> Exchange:
        """Send a request for *path*, which is already encoded; *body* as JSON or as a *form*.

        What the contract leaves open is to be *observed*: no promise is judged by the response.
        """
        own = carry(self.api.security, self.target.api_key) if carried is None else carried
        given = {**own.headers, **(headers or {})}
        request = requests.Request(
            method,
            self.target.base_url.rstrip("/") + path,
            params={**(query or {}), **own.query},
            headers={name: value for name, value in given.items() if value is not None},
            json=None if form else body,
            data=encode_form(body) if form else None,
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

    def call(  # noqa: PLR0913 -- what a request has
        self,
        operation_id: str,
        *,
        path: Mapping[str, str] | None = None,
        key: Key | None = None,
        query: Query | None = None,
        carried: Carried | None = None,
        body: Any = None,
        observed: bool = False,
    ) -> Exchange:
        """Call an operation of any API, on the record with *key* if it is one on a record.

        *path* are path parameters that differ from those of the target, *carried* the credentials
        if they are not those of the run, and *body* is sent as the operation takes it.
        """
        operation, resource = self.api.operations[operation_id], self.api.resource
        arguments: dict[str, Any] = {**self.target.path, **(path or {})}
        if key is not None and (name := resource.find_key_parameter(operation)):
            arguments[name] = key
        template = operation.path
        for name, value in arguments.items():
            template = template.replace(f"{{{name}}}", quote(str(value), safe=""))
        if missing := re.search(r"\{([^{}]+)\}", template):
            raise NotGiven(f"{operation.id} needs --path {missing[1]}=VALUE")
        return self.send(
            operation.method,
            template,
            query=query,
            carried=carried,
            body=body,
            form=body is not None and choose_media(operation) == FORM,
            observed=observed,
        )

    def list_page(self, query: Query | None = None, **more: Any) -> Exchange:
        """Ask for a page of the list."""
        return self.call(self.api.resource.list.id, query=query, **more)

    def count_records(self, page: Exchange) -> int:
        """Count the records of a page."""
        return len(list_page(page, self.api))

    def read_record(self, key: Key, **more: Any) -> Exchange:
        """Ask for one record."""
        if self.api.resource.read is None:
            raise Inapplicable("the document has no operation that reads one record")
        return self.call(self.api.resource.read.id, key=key, **more)

    def move(self, move: Move, key: Key, **more: Any) -> Exchange:
        """Call for a move of one record, with what the move is meant by in query and body."""
        operation = self.api.operations[move.by]
        query = {
            n[1:]: str(v).lower() if isinstance(v, bool) else v
            for n, v in move.given.items()
            if n.startswith("?")
        }
        schema = find_schema(operation)
        body: Any = None if schema is None else make_value(self.api, schema)
        for pointer, value in move.given.items():
            if not pointer.startswith("?"):
                put(body, pointer, value)
        return self.call(move.by, key=key, query=query, body=body, **more)

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

    def race(self, calls: Sequence[Callable[[], Exchange]]) -> Sequence[Exchange]:
        """Make all *calls* at the same moment; which is first is chance."""
        self.random.drawn = True
        barrier = Barrier(len(calls))

        def go(call: Callable[[], Exchange]) -> Exchange:
            barrier.wait(timeout=self.target.timeout)
            return call()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(go, calls))
