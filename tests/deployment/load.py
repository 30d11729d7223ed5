"""Callers at the same time, and callers for some seconds: bounded, and to this machine only."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import aiohttp

from tests.deployment.replicas import JOBS, KEY, USERS
from tests.program.watching import until

CALLERS = 8
_PAUSE_SECONDS = 0.02
_LONGEST_CALL_SECONDS = 60.0
_LONGEST_LOAD_SECONDS = 300.0


class Call(NamedTuple):
    """One request to the jobs API."""

    method: str
    path: str


class Outcome(NamedTuple):
    """The result of a call; *status* is None if there was no response, and *body* says why."""

    call: Call
    status: int | None
    body: Any
    retry_after: str | None


def cancel(job_id: int) -> Call:
    """Return the call that cancels a job."""
    return Call("DELETE", f"{JOBS}/{job_id}")


def read(job_id: int) -> Call:
    """Return the call that reads a job."""
    return Call("GET", f"{JOBS}/{job_id}")


def make(number: int) -> Call:
    """Return the call that creates a job for a user who has none."""
    return Call("DELETE", f"{USERS}/made-{number}@example.com")


def mixed(first: int, last: int) -> Iterator[Call]:
    """Yield cancels, deletions and reads in turn; no job and no user is used twice."""
    for number in range(first, last + 1):
        yield cancel(number)
        yield make(number)
        yield read(number)


def at_once(origins: Sequence[str], calls: Sequence[Call], key: str = KEY) -> list[Outcome]:
    """Send all *calls* at the same time, each on a new connection, to the origins in turn."""

    async def send() -> list[Outcome]:
        async with _client(key, len(calls)) as client:
            sent = [
                _outcome(client, origins[n % len(origins)], call) for n, call in enumerate(calls)
            ]
            return list(await asyncio.gather(*sent))

    return asyncio.run(send())


class Load:
    """What callers have got so far."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self.ending = threading.Event()

    def wait_for(self, enough: Callable[[list[Outcome]], bool]) -> None:
        """Return once the outcomes are *enough*; fail if that does not happen in time."""
        until(lambda: enough(self.outcomes.copy()))

    def wait_for_more(self, count: int) -> None:
        """Return once *count* more calls have come back, with any outcome."""
        before = len(self.outcomes)
        self.wait_for(lambda outcomes: len(outcomes) >= before + count)

    def wait_for_more_answers(self, count: int) -> None:
        """Return once *count* more calls have come back with 200."""
        before = len(self.outcomes)
        self.wait_for(lambda outcomes: len(answered(outcomes[before:])) >= count)


@contextmanager
def load(origins: Sequence[str], calls: Iterable[Call]) -> Iterator[Load]:
    """Let callers send *calls*, to the origins in turn, until the context ends or none is left."""
    running = Load()
    thread = threading.Thread(target=lambda: asyncio.run(_run(running, origins, calls)))
    thread.start()
    try:
        yield running
    finally:
        running.ending.set()
        thread.join(_LONGEST_CALL_SECONDS + 10)
        assert not thread.is_alive()


def answered(outcomes: Iterable[Outcome], method: str | None = None) -> list[Outcome]:
    """Return the outcomes with 200, those of *method* if one is given."""
    return [o for o in outcomes if o.status == 200 and method in (None, o.call.method)]


def changed(outcomes: Iterable[Outcome]) -> tuple[set[int], dict[str, int]]:
    """Return what callers were told to have changed: cancelled jobs, and users with new jobs."""
    cancelled, made = set[int](), dict[str, int]()
    for outcome in answered(outcomes, "DELETE"):
        job = outcome.body["data"]
        if outcome.call.path.startswith(JOBS):
            cancelled.add(job["jobId"])
        else:
            made[job["referenceId"]] = job["jobId"]
    return cancelled, made


async def _run(running: Load, origins: Sequence[str], calls: Iterable[Call]) -> None:
    left = enumerate(calls)
    deadline = time.monotonic() + _LONGEST_LOAD_SECONDS

    async def caller(client: aiohttp.ClientSession) -> None:
        for number, call in left:
            if running.ending.is_set() or time.monotonic() > deadline:
                return
            outcome = await _outcome(client, origins[number % len(origins)], call)
            running.outcomes.append(outcome)
            await asyncio.sleep(_PAUSE_SECONDS)

    async with _client(KEY, CALLERS) as client:
        await asyncio.gather(*(caller(client) for _ in range(CALLERS)))


def _client(key: str, connections: int) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections),
        headers={"Authorization": f"Bearer {key}"},
        timeout=aiohttp.ClientTimeout(total=_LONGEST_CALL_SECONDS),
    )


async def _outcome(client: aiohttp.ClientSession, origin: str, call: Call) -> Outcome:
    status, body, retry_after = None, None, None
    try:
        async with client.request(call.method, f"{origin}{call.path}") as answer:
            body = await answer.text()
            if answer.content_type == "application/json":
                body = await answer.json()
            status, retry_after = answer.status, answer.headers.get("Retry-After")
    except (aiohttp.ClientError, TimeoutError) as error:
        body = repr(error)
    return Outcome(call, status, body, retry_after)
