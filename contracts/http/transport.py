"""How a run of the judge speaks HTTP, its laws and fuzzers alike; plain `st run` has its own way.

`Transport.create_session()` is an ordinary `requests.Session`, for all that sends requests:
each of them passes the effects guard, the rate limit and the time limit, is counted for the law
at work, waits when the deployment asks to (429, 503), and is shown to every witness. A session
takes nothing from the environment, keeps no cookie and follows no redirect.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import requests

from contracts.contract.api import Api
from contracts.http.connection_errors import explain
from contracts.http.content_codings import ACCEPTED
from contracts.http.exchange import Exchange
from contracts.http.guard import SAFE, Guard
from contracts.http.ledger import Ledger
from contracts.http.retries import CircuitBreaker, GivenUp, read_retry_after
from contracts.http.wire import TooLarge, TooSlow, Wire
from contracts.target import Target

WAITING = frozenset({429, 503})
TRIES = 6
LONGEST_WAIT = 30.0
"""Seconds: no Retry-After is followed for longer than this."""

LARGE = 1 << 20
MOST_LARGE = 2
"""Responses of more octets than LARGE are read until they add up to this many of the largest."""

Witness = Callable[[Exchange], None]


class OutOfTime(requests.exceptions.RequestException):
    """The time of the run (`--max-time`) is used up."""

    def __init__(self) -> None:
        super().__init__("the time of the run (--max-time) is used up")


@dataclass
class Transport:
    """Everything that requests of one run have in common."""

    target: Target
    document: Api
    guard: Guard[Any]
    witnesses: list[Witness] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)
    circuit_breaker: CircuitBreaker = field(default_factory=CircuitBreaker)
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    started: float = field(init=False)
    _next: float = field(init=False, default=0.0)
    _extra: float = field(init=False, default=0.0)
    _large: int = field(init=False, default=0)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.started = self.clock()

    @property
    def out_of_time(self) -> bool:
        """Tell whether the time of the run is used up."""
        return self._seconds_left() <= 0

    def extend(self, seconds: float) -> None:
        """Let the run go on for *seconds* from now, or to its end if that is later."""
        self._extra = max(0.0, seconds - self._seconds_left())

    def create_session(self) -> requests.Session:
        """Return a session whose every request goes through this transport."""
        session = _Session()
        adapter = _Adapter(self)
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        session.trust_env = False
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        session.headers["Accept-Encoding"] = ACCEPTED
        return session

    def cut(self) -> OutOfTime:
        """Note that no time is left for a request, and return what says so."""
        self.ledger.cut[self.ledger.law] += 1
        return OutOfTime()

    def pace(self, method: str) -> float:
        """Wait for this request's turn, count it, and return the seconds that it may take."""
        with self._lock:
            now = self.clock()
            turn = max(self._next, now)
            if turn - now >= self._seconds_left():
                raise self.cut()
            self._next = turn + (1 / self.target.rate if self.target.rate else 0)
            self.ledger.count(method)
        if turn > now:
            self.sleep(turn - now)
        return min(self.target.timeout, self._seconds_left())

    def wait(self, response: requests.Response, tries: int) -> bool:
        """Wait as the deployment asks, and tell whether to try again."""
        if response.status_code not in WAITING or tries >= TRIES:
            return False
        seconds = read_retry_after(response, tries)
        if seconds > LONGEST_WAIT or seconds >= self._seconds_left():
            return False
        with self._lock:
            self.ledger.waits += 1
        self.sleep(seconds)
        return True

    def get_limit(self) -> int:
        """Return how many octets the next response may have: what a run keeps is bounded, too."""
        largest = self.target.max_answer
        return largest if self._large < MOST_LARGE * largest else min(LARGE, largest)

    def _seconds_left(self) -> float:
        if self.target.max_time is None:
            return float("inf")
        return self.target.max_time + self._extra - (self.clock() - self.started)

    def name_operation(self, request: requests.PreparedRequest) -> str:
        """Return what *request* calls: an operation of the contract, or its method alone."""
        method, path = (request.method or "").upper(), urlsplit(request.url or "").path
        operation = self.document.match(method, path.removeprefix(self.target.prefix))
        return operation.id if operation else f"{method} of no operation"

    def witness(self, exchange: Exchange) -> None:
        """Show *exchange* to all who look on, one at a time."""
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
            observed="observed" in vars(request),  # how the probe marks it
            request_body=request.body,
            **more,
        )


class _Session(requests.Session):
    """Follows no redirect, even if asked to: that request would not be judged."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return nothing: the response itself is what was asked for."""


class _Adapter(Wire):
    """Puts the transport's rules below requests.Session."""

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
        try:
            response, exchange = self._fetch(request)
        except requests.RequestException as error:
            transport.circuit_breaker.count(name, failed=isinstance(error, TooSlow | TooLarge))
            raise
        long = transport.clock() - began > transport.target.timeout
        transport.circuit_breaker.count(name, failed=long and exchange.status in WAITING)
        transport.witness(exchange)
        vars(response)["exchange"] = exchange  # how the probe gets at it
        return response

    def _fetch(self, request: requests.PreparedRequest) -> tuple[requests.Response, Exchange]:
        transport, method = self._transport, (request.method or "").upper()
        tries, waits, uncertain, again = 0, 0, False, True
        while True:
            tries += 1
            seconds = transport.pace(method)
            sent = transport.clock()
            try:
                fetched = self.fetch(request, seconds, transport.get_limit())
            except requests.RequestException as error:
                if isinstance(error, TooSlow) and seconds < transport.target.timeout:
                    raise transport.cut() from error  # it was the run that had no more time
                if method in SAFE and again and not isinstance(error, TooSlow | TooLarge):
                    again = False
                    continue  # a kept-alive connection may be closed just as it is used
                more = {"too_large": isinstance(error, TooLarge), "received": transport.clock()}
                failed = transport.make_exchange(
                    request, None, error=explain_failure(error), sent=sent, **more
                )
                transport.witness(failed)
                raise
            response, received = fetched.response, transport.clock()
            if not transport.wait(response, tries):
                break
            waits, again = waits + 1, True
            uncertain = uncertain or (response.status_code == 503 and method not in SAFE)
        more = {"sent": sent, "received": received, "waits": waits, "uncertain": uncertain}
        return response, transport.make_exchange(
            request, response, miscoded=fetched.miscoded, **more
        )


def get_exchange(response: requests.Response) -> Exchange:
    """Return the exchange that a session of a Transport made *response* from."""
    found: Exchange = vars(response)["exchange"]
    return found


def explain_failure(error: requests.RequestException) -> str:
    """Say why there is no response to judge: a `timeout`, `no answer`, or what cannot be read."""
    if isinstance(error, TooLarge | GivenUp):
        return str(error)
    if isinstance(error, TooSlow):
        return f"timeout: {error}"
    kind = "timeout" if isinstance(error, requests.Timeout) else "no answer"
    return f"{kind}: {explain(error)}"
