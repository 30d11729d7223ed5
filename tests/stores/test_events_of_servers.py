"""Servers that share a state: each tells what all of them do."""

import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests import harness
from tests.stores.places import Place

WORLD = "/__admin/worlds/default"
PATIENCE_SECONDS = 30


@pytest.fixture
def mocks(lasting: Place) -> Iterator[tuple[harness.Running, harness.Running]]:
    """Run two mocks whose clocks stand still."""
    url = lasting.new()
    with harness.mock(store=url, speed=0.0) as first, harness.mock(store=url, speed=0.0) as second:
        yield first, second


class Listener:
    """Reads the events of a server as they come."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self) -> tuple[str, dict[str, Any]]:
        """Return the next event."""
        kind = ""
        until = time.monotonic() + PATIENCE_SECONDS
        # The comments that keep the stream alive would let this wait for ever.
        while time.monotonic() < until:
            line = self._stream.readline().decode().strip()
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
            elif line.startswith("data: "):
                return kind, json.loads(line.removeprefix("data: "))
        raise TimeoutError(f"no event came in {PATIENCE_SECONDS} s")

    def wait_for(self, kind: str, count: int = 1) -> list[dict[str, Any]]:
        """Return the data of the next *count* events of a kind, and leave out all others."""
        found: list[dict[str, Any]] = []
        while len(found) < count:
            other, data = self.read()
            if other == kind:
                found.append(data)
        return found

    def wait_for_each(self, *kinds: str) -> list[dict[str, Any]]:
        """Return the data of the first event of each of *kinds*, in whichever order they come."""
        found: dict[str, dict[str, Any]] = {}
        while len(found) < len(kinds):
            kind, data = self.read()
            if kind in kinds:
                found.setdefault(kind, data)
        return [found[kind] for kind in kinds]


@contextmanager
def listening(mock: harness.Running, query: str = "") -> Iterator[Listener]:
    """Listen to a mock, from a moment at which it has looked for the first time."""
    url = f"http://127.0.0.1:{mock.port}/__admin/events{query}"
    with urllib.request.urlopen(url, timeout=PATIENCE_SECONDS) as stream:
        assert stream.readline() == b":\n"
        yield Listener(stream)


def test_what_another_server_does_is_told(mocks: tuple[harness.Running, harness.Running]) -> None:
    """Guards requests, moves, clock, faults, deviations and worlds of the other server."""
    first, second = mocks
    with listening(first) as listener:
        second.cancel(3451)
        # The journal is written after the response.
        request, moved = listener.wait_for_each("request", "job")
        second.call("POST", f"{WORLD}/clock/advance", json={"by": "1h"})
        (clock,) = listener.wait_for("clock")
        second.call("POST", f"{WORLD}/faults", json={"name": "f", "effect": {"kind": "reset"}})
        (fault,) = listener.wait_for("fault")
        second.call("PUT", f"{WORLD}/deviations", json={"names": ["adds-total"]})
        (deviations,) = listener.wait_for("deviations")
        second.call("POST", "/__admin/worlds", json={"name": "made"})
        (made,) = listener.wait_for("world")
        second.call("DELETE", "/__admin/worlds/made")
        (deleted,) = listener.wait_for("world")

    assert (request["operation"], request["entry"], request["status"]) == ("cancelJob", 1, 200)
    assert (moved["job"]["jobId"], moved["from"]) == (3451, "scheduled")
    assert moved["job"]["status"] == "cancelled"
    assert clock["now"] == "2021-06-17T08:00:00Z"
    assert fault == {"world": "default", "change": "added", "fault": "f"}
    assert deviations["names"] == ["adds-total"]
    assert (made["change"], deleted["change"]) == ("created", "deleted")


def test_moves_that_time_brings_about_are_told(
    mocks: tuple[harness.Running, harness.Running],
) -> None:
    """Guards that a record which moves by itself is told of by each server, unread."""
    first, second = mocks
    with listening(first) as one, listening(second) as other:
        second.call("POST", f"{WORLD}/clock/advance", json={"by": "18h"})
        told = [
            {data["job"]["jobId"] for data in listener.wait_for("job", 10)}
            for listener in (one, other)
        ]

    assert told[0]
    assert all(told)


def test_only_the_world_that_is_asked_for_is_told_of(
    mocks: tuple[harness.Running, harness.Running],
) -> None:
    """Guards ``?world=``, by an event of another world that would come first."""
    first, second = mocks
    second.call("POST", "/__admin/worlds", json={"name": "mine"})
    with listening(first, "?world=mine") as listener:
        second.cancel(3451)
        second.call("POST", "/__admin/worlds/mine/clock/advance", json={"by": "1h"})

        assert listener.read()[1]["world"] == "mine"


def test_listeners_that_leave_do_not_keep_a_server_from_ending(lasting: Place) -> None:
    """Guards that a server with a listener stops."""
    with harness.mock(store=lasting.new(), speed=0.0) as mock:
        thread = threading.Thread(target=lambda: open_and_leave(mock))
        thread.start()
        thread.join(PATIENCE_SECONDS)

        assert mock.call("GET", WORLD, key=None).status_code == 200
    assert not thread.is_alive()


def open_and_leave(mock: harness.Running) -> None:
    """Begin to listen, and stop."""
    with listening(mock):
        pass
