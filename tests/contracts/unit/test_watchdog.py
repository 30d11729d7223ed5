"""Connections that are cut when the time of their response is over."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from contracts.http.watchdog import Watchdog
from tests.program.watching import until

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture(name="pair")
def connect() -> Iterator[Pair]:
    """Return the two ends of a connection."""
    ours, theirs = socket.socketpair()
    theirs.settimeout(60)
    with ours, theirs:
        yield ours, theirs


def test_a_request_is_cut_while_a_longer_one_goes_on(pair: Pair) -> None:
    """Each deadline counts for itself, also one that comes before those that are watched."""
    watchdog, (ours, theirs) = Watchdog(), pair
    with watchdog.set_deadline(600) as longer, watchdog.set_deadline(0.05) as shorter:
        watchdog.add(ours)

        assert theirs.recv(1) == b""
        assert (longer.expired, shorter.expired) == (False, True)


def test_a_connection_that_comes_too_late_is_cut_at_once(pair: Pair) -> None:
    """A request whose time is over may not begin on another connection."""
    watchdog, (ours, theirs) = Watchdog(), pair
    with watchdog.set_deadline(0) as deadline:
        until(lambda: deadline.expired)
        watchdog.add(ours)

        assert theirs.recv(1) == b""


def test_one_thread_watches_all_requests_and_ends_with_them(pair: Pair) -> None:
    """A thread for each request would take much of its time, and one that stays would leak."""
    watchdog, (ours, theirs) = Watchdog(), pair
    before = set(threading.enumerate())

    def list_watches() -> set[threading.Thread]:
        return set(threading.enumerate()) - before

    with watchdog.set_deadline(600), watchdog.set_deadline(500), watchdog.set_deadline(700):
        assert len(list_watches()) == 1
    until(lambda: not list_watches())

    with watchdog.set_deadline(0.05):
        watchdog.add(ours)
        assert theirs.recv(1) == b""
