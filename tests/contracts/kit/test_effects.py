"""What really leaves the process, as the deployment sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from contracts.contract.document import Document
from contracts.engine.events import RunFinished
from contracts.engine.runner import Settings, create_runner
from contracts.laws import catalogue
from contracts.selftest.messages import Request
from contracts.selftest.server import Transmission
from contracts.selftest.world import KEY, OTHER_KEY, create_target
from contracts.target import Effects

Serve = Callable[..., str]


def judged(serve: Serve, contract: Document, effects: Effects) -> tuple[list[Request], RunFinished]:
    """Judge a conforming deployment, and return what it got and the end of the run."""
    got: list[Request] = []
    url = serve(transmission=Transmission(before=got.append))
    registry = catalogue.create_registry(contract, generated=False)
    events = list(
        create_runner(
            create_target(url, effects), contract, registry, Settings(rng=3)
        ).stream_events()
    )
    assert KEY not in repr(events)
    assert OTHER_KEY not in repr(events)
    assert isinstance(events[-1], RunFinished)
    return got, events[-1]


def test_none_sends_only_reads(serve: Serve, contract: Document) -> None:
    """Under `none` the deployment gets nothing but GET, HEAD and OPTIONS, as the report says."""
    got, end = judged(serve, contract, Effects.NONE)

    assert {request.method for request in got} == {"GET", "HEAD", "OPTIONS"}
    assert end.by_effect["change"] == 0
    assert end.by_method == Counter(request.method for request in got)


def test_own_touches_only_its_own(serve: Serve, contract: Document) -> None:
    """Under `own` no request that could change something names a user or job of others."""
    got, end = judged(serve, contract, Effects.OWN)
    changing = [request.path for request in got if request.method == "DELETE"]
    users = [path for path in changing if "/users/" in path]

    assert users
    assert all("/users/contracts-test-" in path for path in users)
    assert {request.method for request in got} == {"GET", "HEAD", "OPTIONS", "DELETE"}
    assert end.refused == 0


def test_nothing_is_left_behind(serve: Serve, contract: Document) -> None:
    """What a run made is cancelled at its end: the same run can follow it."""
    got, _ = judged(serve, contract, Effects.OWN)
    made = len({request.path for request in got if "/users/" in request.path})
    cancelled = {request.path for request in got if request.method == "DELETE"}

    assert made
    assert len([path for path in cancelled if "/jobs/" in path]) >= made // 2


def test_an_interrupted_run_leaves_nothing_behind(serve: Serve, contract: Document) -> None:
    """After Ctrl-C in the middle of a run, no job of it is alive."""
    got: list[Request] = []
    url = serve(transmission=Transmission(before=got.append))
    registry = catalogue.create_registry(contract, generated=False)
    judging = create_runner(create_target(url, Effects.OWN), contract, registry, Settings(rng=3))
    events = judging.stream_events()
    guard = judging.run.transport.guard
    while not guard.list_own():
        next(events)
    made = {job_id for _, job_id in guard.list_own()}
    events.close()

    cancelled = {r.path.rpartition("/")[2] for r in got if r.method == "DELETE"}
    assert {str(job_id) for job_id in made} <= cancelled


def test_the_same_rng_repeats_the_run(serve: Serve, contract: Document) -> None:
    """Two runs with the same --rng over the same deployment send the same requests."""
    one, _ = judged(serve, contract, Effects.NONE)
    two, _ = judged(serve, contract, Effects.NONE)

    assert [(r.method, r.path) for r in one] == [(r.method, r.path) for r in two]


def test_what_was_seen_to_end_is_not_ended_again(serve: Serve, contract: Document) -> None:
    """At the end of a run each job that it made is cancelled, unless it was seen cancelled."""
    got: list[Request] = []
    url = serve(transmission=Transmission(before=got.append))
    registry = catalogue.create_registry(contract, generated=False).select(["COMP-10"])
    run = create_runner(create_target(url, Effects.OWN), contract, registry, Settings(rng=3))
    list(run.stream_events())

    own = {str(number) for _, number in run.run.transport.guard.list_own()}
    ended = [one.path.rpartition("/")[2] for one in got if one.method == "DELETE"]
    assert len(own) > 1
    assert [ended.count(number) for number in own] == [1] * len(own)
