"""How a run of the judge speaks HTTP, its laws and fuzzers alike; plain `st run` has its own way.

`Transport.create_session()` is an ordinary `requests.Session`, for all that sends requests:
each of them passes the effects guard, takes a lane, passes the rate limit and the time limit, is
counted for the law at work, waits when the deployment asks to (429, 503), and is shown to every
witness. A session takes nothing from the environment, keeps no cookie and follows no redirect.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import requests

from contracts.contract.api import Api
from contracts.http.content_codings import ACCEPTED
from contracts.http.exchange import Exchange
from contracts.http.guard import SAFE, Guard
from contracts.http.lanes import Lane, Lanes
from contracts.http.pacing import Pacing
from contracts.http.purpose import get_purpose
from contracts.http.retries import WAITING, CircuitBreaker, OutOfTime, explain_failure
from contracts.http.wire import LARGE, Session, TooLarge, TooSlow, Wire

__all__ = ["WAITING", "OutOfTime", "Transport", "explain_failure", "get_exchange", "is_crowded"]

MOST_LARGE = 2
"""Responses of more octets than LARGE are read until they add up to this many of the largest."""

Witness = Callable[[Exchange], None]


@dataclass
class Transport(Pacing):
    """Everything that requests of one run have in common."""

    document: Api
    guard: Guard[Any]
    witnesses: list[Witness] = field(default_factory=list)
    circuit_breaker: CircuitBreaker = field(default_factory=CircuitBreaker)
    lanes: Lanes = field(init=False)
    _large: int = field(init=False, default=0)
    _lock: Lock = field(default_factory=Lock)
    _adapter: _Adapter = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.lanes = Lanes(self.target.concurrency)
        self._adapter = _Adapter(self)

    def stop(self) -> None:
        """End the run's time, also for what is under way, until it is extended."""
        super().stop()
        self._adapter.cut_all()

    def create_session(self) -> requests.Session:
        """Return a session whose every request goes through this transport.

        All sessions share their connections: a deployment may serve only one of them at a time.
        """
        session = Session()
        session.mount("http://", self._adapter)
        session.mount("https://", self._adapter)
        session.trust_env = False
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        session.headers["Accept-Encoding"] = ACCEPTED
        return session

    def get_limit(self) -> int:
        """Return how many octets the next response may have: what a run keeps is bounded, too."""
        largest = self.target.max_answer
        return largest if self._large < MOST_LARGE * largest else min(LARGE, largest)

    def name_operation(self, request: requests.PreparedRequest) -> str:
        """Return what *request* calls: an operation of the contract, or its method alone."""
        method, path = (request.method or "").upper(), urlsplit(request.url or "").path
        operation = self.document.match(method, path.removeprefix(self.target.prefix))
        return operation.id if operation else f"{method} of no operation"

    def witness(self, exchange: Exchange) -> None:
        """Show *exchange* to all who look on, one at a time."""
        if exchange.too_large or len(exchange.body) > LARGE:
            self.lanes.narrow(1, "what it responds takes up much memory")
        with self._lock:
            self._large += len(exchange.body) if len(exchange.body) > LARGE else 0
            self.guard.learn(exchange)
            for look in self.witnesses:
                look(exchange)

    def make_exchange(
        self,
        request: requests.PreparedRequest,
        response: requests.Response | None,
        **more: Any,
    ) -> Exchange:
        """Return the exchange that *request* and *response* are."""
        method, url = (request.method or "").upper(), request.url or ""
        path = urlsplit(url).path.removeprefix(self.target.prefix)
        operation = self.document.match(method, path)
        purpose = get_purpose(request)
        return Exchange(
            method=method,
            url=url,
            headers=dict(request.headers),
            status=None if response is None else response.status_code,
            response_headers={}
            if response is None
            else {name.lower(): value for name, value in response.headers.items()},
            body=b"" if response is None else response.content,
            operation=operation.id if operation else None,
            arguments=(operation.parse_arguments(path) or {}) if operation else {},
            observed=purpose.observed,
            request_body=request.body,
            place=purpose.place,
            **more,
        )


@dataclass(frozen=True, slots=True)
class _Reply:
    """What one request came to: an exchange, and the response or why there is none."""

    exchange: Exchange
    lane: Lane
    response: requests.Response | None = None
    error: requests.RequestException | None = None

    @property
    def may_be_crowding(self) -> bool:
        """Tell whether the same request may fare better while no other is under way."""
        one = self.exchange
        failed = one.failed and one.status not in WAITING and not one.too_large
        return failed and one.crowded and one.method in SAFE


class _Adapter(Wire):
    """Puts the transport's rules below requests.Session; threads may send at once."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport.target)
        self._transport = transport

    def send(  # type: ignore[override]  # no option of the caller's counts here
        self, request: requests.PreparedRequest, **_: Any
    ) -> requests.Response:
        """Send *request* under the rules, and read the response to its end."""
        transport, name = self._transport, self._transport.name_operation(request)
        transport.guard.admit(request)
        transport.circuit_breaker.check(name)
        began = transport.clock()
        reply = self._ask(request)
        if reply.may_be_crowding:
            reply = self._ask_alone(request, reply)
        exchange, error = reply.exchange, reply.error
        long = transport.clock() - began > transport.target.timeout and exchange.status in WAITING
        failed = isinstance(error, TooSlow | TooLarge) or long
        transport.circuit_breaker.count(name, failed=failed and not exchange.crowded)
        transport.witness(exchange)
        if reply.response is None:
            failure = error or requests.RequestException("no response", request=request)
            vars(failure)["crowded"] = exchange.crowded
            raise failure
        vars(reply.response)["exchange"] = exchange  # how the probe gets at it
        return reply.response

    def _ask_alone(self, request: requests.PreparedRequest, crowded: _Reply) -> _Reply:
        """Send *request* again while no other is under way; from then on fewer are, if that helps.

        A deployment that left it without a response may serve one connection after the other.
        """
        reply = self._ask(request, alone=True)
        if not reply.exchange.failed:
            one = crowded.exchange
            lanes, late = self._transport.lanes, isinstance(crowded.error, TooSlow)
            lanes.serial = lanes.serial or late
            width = 1 if late else crowded.lane.width // 2
            lanes.narrow(width, one.error or f"it responded {one.status}")
        return reply

    def _ask(self, request: requests.PreparedRequest, *, alone: bool = False) -> _Reply:
        """Send *request* as often as the deployment asks to wait."""
        transport, safe = self._transport, (request.method or "").upper() in SAFE
        tries, waits, uncertain, again = 0, 0, False, safe
        while True:
            tries += 1
            reply = self._try(request, alone=alone, waits=waits, uncertain=uncertain)
            if reply.response is None:
                if not again or isinstance(reply.error, TooSlow | TooLarge):
                    return reply
                again = False
                continue  # a kept-alive connection may be closed just as it is used
            status = reply.response.status_code
            if status in WAITING and reply.exchange.crowded:
                transport.lanes.narrow(reply.lane.width // 2, f"it asked to wait ({status})")
            if not transport.wait(reply.response, tries):
                return reply
            waits, again = waits + 1, safe
            uncertain = uncertain or (status == 503 and not safe)

    def _try(self, request: requests.PreparedRequest, *, alone: bool, **more: Any) -> _Reply:
        """Send *request* once, when it has a lane and its turn."""
        transport, purpose = self._transport, get_purpose(request)
        safe, fetched, error = (request.method or "").upper() in SAFE, None, None
        with transport.lanes.take(purpose, alone=alone) as lane:
            if alone:
                self.close_kept()  # a deployment may wait for the end of a connection that was kept
            if safe:
                transport.await_changes(purpose)
            seconds = transport.pace((request.method or "").upper(), purpose)
            sent = transport.clock()
            try:
                fetched = self.fetch(request, seconds, transport.get_limit())
            except requests.RequestException as failure:
                over = isinstance(failure, TooSlow) and seconds < transport.target.timeout
                if over or transport.stopped:
                    raise transport.cut(purpose) from failure  # the run had no more time
                error = failure.with_traceback(None)
                if isinstance(error, TooLarge):
                    error.__context__ = None  # its frames hold what was read
                more |= {"error": explain_failure(error), "too_large": isinstance(error, TooLarge)}
            received = transport.clock()
            if not safe:
                transport.note_change()
        more["crowded"] = lane.crowded and not purpose.races
        response = fetched.response if fetched else None
        if fetched:
            more["miscoded"] = fetched.miscoded
        more |= {"sent": sent, "received": received, "lag": transport.target.lag if safe else 0.0}
        exchange = transport.make_exchange(request, response, **more)
        return _Reply(exchange, lane, response, error)


def get_exchange(response: requests.Response) -> Exchange:
    """Return the exchange that a session of a Transport made *response* from."""
    found: Exchange = vars(response)["exchange"]
    return found


def is_crowded(error: requests.RequestException) -> bool:
    """Tell whether other requests were under way when the one that *error* ended was."""
    return bool(vars(error).get("crowded"))
