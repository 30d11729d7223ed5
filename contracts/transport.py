"""The only speaker of HTTP, for laws and for fuzzers alike.

`Transport.session()` is an ordinary `requests.Session`, to be handed to whatever sends requests:
each of them passes the effects guard, the rate limit and the time limit, is counted for the law
at work, waits when the deployment asks to (429, 503), and is shown to every witness.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from contracts.document import Document
from contracts.exchange import Exchange
from contracts.guard import SAFE, Guard
from contracts.target import Target
from contracts.unanswered import sentence

WAITING = frozenset({429, 503})
TRIES = 6
LONGEST_WAIT = 30.0
"""Seconds: no Retry-After is followed for longer than this."""

Witness = Callable[[Exchange], None]


class OutOfTime(requests.exceptions.RequestException):
    """The time of the run (`--max-time`) is used up."""


@dataclass
class Ledger:
    """What was sent, by law, by method and by what it could do."""

    law: str = ""
    by_law: Counter[str] = field(default_factory=Counter)
    by_method: Counter[str] = field(default_factory=Counter)
    by_effect: Counter[str] = field(default_factory=lambda: Counter({"read": 0, "change": 0}))
    waits: int = 0

    def count(self, method: str) -> None:
        """Count one request that leaves."""
        self.by_law[self.law] += 1
        self.by_method[method] += 1
        self.by_effect["read" if method in SAFE else "change"] += 1


@dataclass
class Transport:
    """Everything that requests of one run have in common."""

    target: Target
    document: Document
    guard: Guard
    witnesses: list[Witness] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    started: float = field(init=False)
    _next: float = field(init=False, default=0.0)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.started = self.clock()

    @property
    def out_of_time(self) -> bool:
        """Tell whether the time of the run is used up."""
        limit = self.target.max_time
        return limit is not None and self.clock() - self.started >= limit

    def session(self) -> requests.Session:
        """Return a session whose every request goes through this transport."""
        session = requests.Session()
        adapter = _Adapter(self)
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        session.verify = self.target.verify
        # Anything but None keeps requests from putting a password of ~/.netrc over the key.
        session.auth = _unchanged
        return session

    def pace(self, method: str) -> None:
        """Wait for this request's turn, and count it."""
        if self.out_of_time:
            raise OutOfTime("the time of the run (--max-time) is used up")
        with self._lock:
            now = self.clock()
            turn = max(self._next, now)
            self._next = turn + (1 / self.target.rate if self.target.rate else 0)
            self.ledger.count(method)
        if turn > now:
            self.sleep(turn - now)

    def wait(self, response: requests.Response, tries: int) -> bool:
        """Wait as the deployment asks, and tell whether to try again."""
        if response.status_code not in WAITING or tries >= TRIES:
            return False
        seconds = _retry_after(response, tries)
        left = self._seconds_left()
        if seconds > LONGEST_WAIT or seconds >= left:
            return False
        with self._lock:
            self.ledger.waits += 1
        self.sleep(seconds)
        return True

    def _seconds_left(self) -> float:
        if self.target.max_time is None:
            return float("inf")
        return self.target.max_time - (self.clock() - self.started)

    def witness(self, exchange: Exchange) -> None:
        """Show *exchange* to all who look on, one at a time."""
        with self._lock:
            self.guard.learn(exchange)
            for look in self.witnesses:
                look(exchange)

    def exchange(
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
            answer_headers={}
            if response is None
            else {name.lower(): value for name, value in response.headers.items()},
            body=b"" if response is None else response.content,
            operation=operation.id if operation else None,
            arguments=(operation.arguments(path) or {}) if operation else {},
            **more,
        )


class _Adapter(HTTPAdapter):
    """Puts the transport's rules below requests.Session."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        super().__init__(pool_maxsize=32)

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002, ARG002 -- the signature is requests'
        *rest: Any,
        **options: Any,
    ) -> requests.Response:
        """Send *request* under the rules, and read the answer to its end."""
        transport = self._transport
        transport.guard.admit(request)
        method = (request.method or "").upper()
        tries, waits, uncertain = 0, 0, False
        while True:
            tries += 1
            transport.pace(method)
            sent = transport.clock()
            try:
                response = super().send(request, True, *rest, **options)
                response.content  # noqa: B018 -- reading is what may fail here
            except requests.RequestException as error:
                if method in SAFE and tries == 1 and not isinstance(error, requests.Timeout):
                    continue  # a kept-alive connection may be closed just as it is used
                failed = transport.exchange(
                    request, None, error=told(error), sent=sent, received=transport.clock()
                )
                transport.witness(failed)
                raise
            received = transport.clock()
            if not transport.wait(response, tries):
                break
            waits += 1
            uncertain = uncertain or (response.status_code == 503 and method not in SAFE)
        exchange = transport.exchange(
            request, response, sent=sent, received=received, waits=waits, uncertain=uncertain
        )
        transport.witness(exchange)
        vars(response)["exchange"] = exchange  # how the probe gets at it
        return response


def exchange_of(response: requests.Response) -> Exchange:
    """Return the exchange that a session of a Transport made *response* from."""
    found: Exchange = vars(response)["exchange"]
    return found


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def told(error: requests.RequestException) -> str:
    """Say why no answer came, beginning with `timeout` or with `no answer`."""
    kind = "timeout" if isinstance(error, requests.Timeout) else "no answer"
    return f"{kind}: {sentence(error)}"


def _retry_after(response: requests.Response, tries: int) -> float:
    """Read Retry-After (RFC 9110 §10.2.3); without one, wait a little longer each time."""
    given = response.headers.get("Retry-After", "")
    if given.isdigit():
        return float(given)
    try:
        # Of a date without an offset nothing is known but that HTTP's dates are in GMT.
        moment, now = (
            parsedate_to_datetime(text).replace(tzinfo=UTC)
            for text in (given, response.headers["Date"])
        )
    except (KeyError, ValueError, TypeError):
        return 0.1 * 2.0**tries
    return max(0.0, (moment - now).total_seconds())
