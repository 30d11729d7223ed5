"""What is sent at once keeps its pace, its order in evidence, and has none where none is known."""

from __future__ import annotations

from collections.abc import Sized
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import count
from threading import Event
from typing import Any

import pytest

from contracts.contract.document import Document, load
from contracts.engine.exchange_watch import ExchangeWatch, ExchangeWatches
from contracts.engine.history import History
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MUST, exchange_law
from contracts.engine.side_by_side import start_side_by_side
from contracts.engine.verdict import Violation
from contracts.http.exchange import Exchange
from contracts.http.lanes import Lanes
from contracts.http.pacing import Pacing
from contracts.http.purpose import Purpose
from contracts.http.retries import OutOfTime
from contracts.selftest.messages import Request
from contracts.selftest.server import Transmission, serve_miniature
from contracts.selftest.world import create_miniature, create_target
from tests.contracts.side_by_side.runs import MOST, create_run
from tests.program.watching import until

PATH = "http://127.0.0.1/public/p/jobs"


def test_the_rate_holds_for_all_threads() -> None:
    """Of forty requests at once, each has a turn of its own: one each twentieth of a second."""
    slept: list[float] = []
    target = replace(create_target("http://127.0.0.1:9"), rate=20.0, concurrency=MOST)
    pacing = Pacing(target, clock=lambda: 0.0, sleep=slept.append)
    with ThreadPoolExecutor(MOST) as pool:
        list(pool.map(lambda _: pacing.pace("GET", Purpose("X-01", "X-01")), range(40)))

    assert sorted(slept) == pytest.approx([turn / 20 for turn in range(1, 40)])
    assert pacing.ledger.by_account == {"X-01": 40}


def test_an_interrupt_ends_what_waits() -> None:
    """A request that waits for its turn gives up when the run is stopped, and none follows it."""
    target = replace(create_target("http://127.0.0.1:9"), rate=0.001)
    pacing = Pacing(target)
    pacing.pace("GET", Purpose())
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(pacing.pace, "GET", Purpose())
        pacing.stop()
        with pytest.raises(OutOfTime):
            waiting.result()
    with pytest.raises(OutOfTime):
        pacing.pace("GET", Purpose())


def test_an_interrupt_ends_what_is_under_way() -> None:
    """Requests without a response do not keep an interrupted run from its end."""
    asked, never = Event(), Event()

    def wait(_: object) -> None:
        asked.set()
        never.wait(30)

    with serve_miniature(create_miniature(load(), jobs=3), Transmission(before=wait)) as url:
        transport = create_run(url, timeout=30.0).run.transport
        session = transport.create_session()
        calls = [lambda: session.get(f"{url}/public/p/jobs") for _ in range(MOST)]
        with (
            suppress(KeyboardInterrupt),
            start_side_by_side(calls, MOST, transport) as begun,
        ):
            asked.wait(30)
            raise KeyboardInterrupt
        failed = [
            future.cancelled() or isinstance(future.exception(), OutOfTime) for future in begun
        ]
        never.set()

    assert all(failed)


def test_a_request_alone_waits_for_all_others() -> None:
    """It leaves when no other is under way, and none leaves before it has ended."""
    lanes, order = Lanes(2), list[str]()

    def go_alone() -> None:
        with lanes.take(Purpose(), alone=True) as lane:
            order.append("alone")
            assert not lane.crowded

    with ThreadPoolExecutor(1) as pool:
        with lanes.take(Purpose()) as first:
            waiting = pool.submit(go_alone)
            order.append("first")
        waiting.result()

    assert order == ["first", "alone"]
    assert not first.crowded


def test_a_law_that_sends_one_request_after_the_other_does_not_wait_for_many() -> None:
    """What several laws wait for leaves first, then a request of the law that has the fewest."""
    lanes, order = Lanes(2), list[str]()
    waiting: Sized = vars(lanes)["_waiting"]

    def go(account: str) -> None:
        with lanes.take(Purpose("B" if account == "reading" else account, account)):
            order.append(account)

    with ThreadPoolExecutor(MOST) as pool, lanes.take(Purpose("A", "A")):
        with lanes.take(Purpose("A", "A")):
            begun = []
            for account in ("A", "A", "B", "reading"):
                begun.append(pool.submit(go, account))
                until(lambda: len(waiting) == len(begun))
        for one in begun:
            one.result()

    assert order == ["reading", "B", "A", "A"]


@exchange_law("X-01", MUST, ref="#/paths")
def no_page_is_right(exchange: Exchange, document: Document) -> str | None:  # noqa: ARG001 -- as all
    """Object to everything."""
    raise Violation("another page", exchange.url, [exchange])


def test_the_first_violation_is_the_first_of_the_run() -> None:
    """Which response came first is chance: what is reported is the first in the order of laws."""
    watch = ExchangeWatch(no_page_is_right, load())
    for place in ((5, 0, 1), (2, 0, 7), (2, 0, 3)):
        watch.judge(see({}, 0, 1, place=place, url=f"{PATH}/{place[2]}"))

    assert [one.actual for one in watch.findings] == [f"{PATH}/3"]


@pytest.mark.parametrize(("crowded", "found"), [(True, 0), (False, 1)])
def test_what_fails_in_a_crowd_is_no_violation(crowded: bool, found: int) -> None:  # noqa: FBT001 -- a row
    """A server error while other requests were under way says nothing; it is asked for alone."""
    document = load()
    watch = ExchangeWatch(no_page_is_right, document)
    watches = ExchangeWatches(document, {"X-01": watch})
    watches.look(see({}, 0, 1, status=500, crowded=crowded))

    assert len(watch.findings) == found


def see(job: dict[str, Any], sent: float, received: float, **more: Any) -> Exchange:
    """Return an exchange that shows *job*."""
    body = b'{"data": {%b}}' % b", ".join(
        b'"%b": %b' % (k.encode(), str(v).encode()) for k, v in job.items()
    )
    given: dict[str, Any] = {"url": f"{PATH}/1", "status": 200, **more}
    arguments = {"projectKey": "p", "jobId": "1"}
    return Exchange(
        "GET",
        headers={},
        body=body,
        operation="getJob",
        arguments=arguments,
        sent=sent,
        received=received,
        **given,
    )


@pytest.mark.parametrize(
    ("sightings", "changes"),
    [
        ([(0, 1, 1), (2, 3, 2)], [(1, 2)]),
        ([(0, 5, 1), (4, 9, 2)], []),
        ([(4, 9, 2), (0, 5, 1)], []),
        ([(4, 9, 2), (0, 3, 1)], [(1, 2)]),
        ([(0, 1, 1), (2, 9, 2), (3, 5, 3)], [(1, 2), (1, 3)]),
        ([(0, 1, 1), (2, 9, 2), (3, 5, 3), (10, 11, 1)], [(1, 2), (1, 3), (2, 1)]),
    ],
)
def test_a_change_has_an_order_only_if_the_exchanges_have(
    sightings: list[tuple[float, float, int]], changes: list[tuple[int, int]]
) -> None:
    """Between two exchanges that were under way at once, no change of a job is judged."""
    history = History(load())
    for sent, received, moved in sightings:
        history.look(see({"jobId": 1, "updatedAt": moved}, sent, received))

    found = [(one.job["updatedAt"], two.job["updatedAt"]) for one, two in history.list_changes()]
    assert sorted(found) == sorted(changes)


def test_what_was_seen_last_is_known_or_left_out() -> None:
    """Of two exchanges under way at once, none is taken for the later one."""
    history = History(load())
    history.look(see({"jobId": 1, "updatedAt": 1}, 0, 5))
    history.look(see({"jobId": 1, "updatedAt": 2}, 4, 9))
    unknown = list(history.list_jobs())
    history.look(see({"jobId": 1, "updatedAt": 2}, 10, 11))

    assert unknown == []
    assert [one.job["updatedAt"] for one in history.list_jobs()] == [2]


def test_what_is_gathered_keeps_its_order() -> None:
    """Results, notes and the error that counts are those of one call after the other."""
    with serve_miniature(create_miniature(load(), jobs=9), Transmission()) as url:
        probe = JobsProbe(create_run(url).run, "X-01")
        found = probe.gather([partial(JobsProbe.get_job, job_id=number) for number in range(1, 5)])

        def fail(own: JobsProbe, number: int) -> None:
            own.exercise(f"call {number}")
            own.get_job(number)
            if number > 1:
                raise Violation("one", f"it was {number}")

        with pytest.raises(Violation, match="it was 2"):
            probe.gather([partial(fail, number=number) for number in range(6)])

    assert [one.job["jobId"] for one in found] == [1, 2, 3, 4]
    assert list(probe.exercised) == ["call 0", "call 1", "call 2"]


def test_laws_that_wait_for_a_reading_leave_the_lanes_to_others() -> None:
    """However many wait for what another law reads, one that needs nothing of it goes on."""
    asked, met = Event(), list[bool]()
    lists = count()

    def hold(request: Request) -> None:
        if request.path.endswith("/abc"):
            asked.set()
        elif request.path.endswith("/jobs") and next(lists) == 1:  # 0: whether it is the API
            met.append(asked.wait(30))

    laws = ("WALK-0[1-4]", "WALK-06", "READ-03")
    with serve_miniature(create_miniature(load(), jobs=9), Transmission(before=hold)) as url:
        list(create_run(url, concurrency=2, timeout=60.0, laws=laws).stream_events())

    assert met == [True]
