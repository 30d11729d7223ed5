"""Where generated calls leave: through the run's transport, and no more of them than were allotted.

A call that the effects guard refuses, or for which there is no budget or time left, is answered
on the spot with a status that no server can give, so that generation goes on and nothing is judged.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests
from requests.adapters import BaseAdapter

from contracts.engine.baton import Baton
from contracts.engine.jobs_probe import JobsProbe
from contracts.fuzzing.calls import UNSENT
from contracts.http.exchange import Exchange
from contracts.http.guard import Refused
from contracts.http.purpose import mark
from contracts.http.retries import GivenUp
from contracts.http.transport import OutOfTime, explain_failure, get_exchange, is_crowded
from contracts.http.wire import TooLarge

CASE_ID = "X-Schemathesis-TestCaseId"
"""A header that is new in each run: two runs of one seed shall send the same."""

PATIENCE = 3
"""After this many calls without a response, a gate lets no more leave."""

OUTAGE = 2 * PATIENCE
"""After this many in a row, of all gates, none of them does: what is generated tells nothing."""


@dataclass
class Silence:
    """The calls in a row without a response, of all gates of one deployment."""

    calls: int = 0

    @property
    def is_outage(self) -> bool:
        """Tell whether the deployment has stopped answering altogether."""
        return self.calls >= OUTAGE


@dataclass
class Gate:
    """The budget of generated calls, and what became of those that were sent."""

    probe: JobsProbe
    baton: Baton
    silence: Silence
    left: int = 0
    closed: bool = False
    """No time is left, or the deployment has stopped answering."""
    refused: int = 0
    sent: list[Exchange] = field(default_factory=list)
    without_response: list[Exchange] = field(default_factory=list)

    def create_session(self) -> requests.Session:
        """Return a session whose calls pass this gate and then the transport."""
        session = self.probe.run.transport.create_session()
        for prefix, inner in list(session.adapters.items()):
            session.mount(prefix, _Adapter(self, inner))
        return session

    def allot(self, calls: int) -> None:
        """Set how many calls may be sent from here on."""
        self.left = calls

    def send(
        self, request: requests.PreparedRequest, send: Callable[[], requests.Response]
    ) -> requests.Response:
        """Send *request* if that may be, or answer it on the spot."""
        self.closed = self.closed or self.silence.is_outage
        if self.closed or self.left <= 0:
            return _build_unsent(request)
        request.headers.pop(CASE_ID, None)
        mark(request, self.probe.state_purpose())
        try:
            with self.baton.pass_on():
                response = send()
        except Refused:
            self.refused += 1
            return _build_unsent(request)
        except OutOfTime:
            self.closed = True
            return _build_unsent(request)
        except (GivenUp, TooLarge):
            self.left -= 1
            return _build_unsent(request)
        except requests.RequestException as error:
            self.left -= 1
            return self._count_unanswered(request, error)
        self.left -= 1
        self.silence.calls = 0
        exchange = get_exchange(response)
        self.probe.note_crowd(crowded=exchange.crowded)
        vars(request)["exchange"] = exchange
        self.sent.append(exchange)
        return response

    def _count_unanswered(
        self, request: requests.PreparedRequest, error: requests.RequestException
    ) -> requests.Response:
        self.probe.note_crowd(crowded=is_crowded(error))
        self.silence.calls += 1
        if not isinstance(error, requests.Timeout):
            self.without_response.append(
                self.probe.run.transport.make_exchange(request, None, error=explain_failure(error))
            )
        self.closed = len(self.without_response) >= PATIENCE or isinstance(error, requests.Timeout)
        return _build_unsent(request)


def _build_unsent(request: requests.PreparedRequest) -> requests.Response:
    response = requests.Response()
    response.status_code = UNSENT
    response.request = request
    response.url = request.url or ""
    response.reason = "not sent"
    vars(response)["_content"] = b""
    return response


class _Adapter(BaseAdapter):
    """Puts the gate before the transport's own adapter."""

    def __init__(self, gate: Gate, inner: BaseAdapter) -> None:
        super().__init__()
        self._gate = gate
        self._inner = inner

    def send(  # type: ignore[override]  # the options are the inner adapter's matter
        self, request: requests.PreparedRequest, **options: Any
    ) -> requests.Response:
        """Send *request* through the gate."""
        return self._gate.send(request, lambda: self._inner.send(request, **options))

    def close(self) -> None:
        """Leave the connections open: they are those of the run."""
