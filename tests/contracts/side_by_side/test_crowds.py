"""Deployments that cannot take several requests at once are slowed down to, not accused."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from contracts.contract.document import load
from contracts.engine.events import RunFinished
from contracts.engine.verdict import Verdict
from contracts.selftest.messages import Request, Response
from contracts.selftest.server import Dropped
from contracts.selftest.world import create_miniature
from contracts.target import Effects
from tests.contracts.side_by_side.runs import MOST, Crowd, create_run, list_outcomes, serve_crowd

READS = ("AUTH-0*", "WALK-*", "PAGE-*", "READ-*", "EXCH-*", "FUZZ-*")
ACCUSATIONS = (Verdict.BROKEN, Verdict.SLACK, Verdict.INCONCLUSIVE, Verdict.SETUP_FAILED)


def drop() -> Response:
    """Close the connection."""
    raise Dropped


@pytest.mark.parametrize(
    "refuse",
    [lambda: Response(429), lambda: Response(503), lambda: Response(500), drop],
    ids=["429", "503", "500", "drops"],
)
def test_fewer_are_sent_at_once(refuse: Callable[[], Response]) -> None:
    """What a deployment does to more than four requests at once slows the run and breaks no law."""
    crowd = Crowd(4, refuse)
    with serve_crowd(crowd) as url:
        run = create_run(url, effects=Effects.NONE, generated=True, laws=READS)
        outcomes = list_outcomes(run.stream_events())

    assert [(one.law.id, one.reason) for one in outcomes if one.verdict in ACCUSATIONS] == []
    assert crowd.highest > 4
    assert run.run.transport.lanes.width <= 4
    assert run.run.transport.lanes.reason


def test_no_more_are_under_way_than_allowed() -> None:
    """The limit holds for all laws together, and is made use of."""
    crowd = Crowd()
    with serve_crowd(crowd) as url:
        list(create_run(url, effects=Effects.NONE, concurrency=3, laws=READS[:4]).stream_events())

    assert crowd.highest == 3


def test_one_at_a_time_means_one() -> None:
    """With a concurrency of 1, no request leaves before the one before it is answered."""
    crowd = Crowd()
    with serve_crowd(crowd) as url:
        list(create_run(url, effects=Effects.NONE, concurrency=1, laws=READS[:4]).stream_events())

    assert crowd.highest == 1


@contextmanager
def serve_one_connection() -> Iterator[str]:
    """Serve a deployment that looks at another connection only when the last one was closed."""
    world = create_miniature(load(), jobs=30)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = 1 << 16

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            pairs = dict(one.split("=", 1) for one in query.split("&") if "=" in one)
            headers = {name.lower(): value for name, value in self.headers.items()}
            response = world.respond(Request("GET", path, pairs, headers))
            body, kind = world.encode(response)
            self.send_response(response.status)
            for name, value in response.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", kind or "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the stdlib's
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.socket.shutdown(socket.SHUT_RDWR)


def test_a_deployment_may_serve_one_connection_after_the_other() -> None:
    """Requests that wait for a kept connection to be closed break no law, and are the last."""
    with serve_one_connection() as url:
        run = create_run(
            url, effects=Effects.NONE, timeout=1.0, laws=("PAGE-0*", "READ-*", "EXCH-*")
        )
        outcomes = list_outcomes(run.stream_events())

    assert [(one.law.id, one.reason) for one in outcomes if one.verdict in ACCUSATIONS] == []
    assert run.run.transport.lanes.serial
    assert run.run.transport.lanes.width == 1


def test_the_end_of_the_time_ends_all_at_once() -> None:
    """Laws that no time was left for are untested, also those that were at work side by side."""
    crowd = Crowd()
    with serve_crowd(crowd) as url:
        run = create_run(url, effects=Effects.NONE, max_time=0.2)
        *_, end = run.stream_events()

    assert isinstance(end, RunFinished)
    assert end.exit_code == 3
    assert Verdict.BROKEN not in end.verdicts
    assert "--max-time" in end.trouble
    assert MOST >= crowd.highest
