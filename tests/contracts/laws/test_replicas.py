"""A deployment that reads from a replica: with --lag no law takes it for a broken one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any

from contracts.contract.description.reader import read
from contracts.contract.document import Document
from contracts.engine.events import Event, LawFinished
from contracts.engine.runner import Settings, create_runner
from contracts.engine.verdict import Verdict
from contracts.laws import catalogue
from contracts.roles.catalogue import create_registry
from contracts.selftest.any_api.clock import ClockDriver
from contracts.selftest.any_api.faults.catalogue import list_faults
from contracts.selftest.any_api.faults.promise import Fault
from contracts.selftest.any_api.world import create_target, create_world
from contracts.selftest.messages import Request, Response
from contracts.selftest.server import Transmission, serve_miniature
from contracts.selftest.world import create_miniature
from contracts.selftest.world import create_target as create_jobs_target
from contracts.target import Effects
from tests.program.process import ROOT

BUILDS = ROOT / "tests" / "both" / "kinds" / "builds" / "openapi.yaml"
BEHIND, LAG, EVER = 0.03, 0.06, 1_000.0
"""Seconds by which the replica is behind, which the judge is told, and which no run takes."""


@dataclass
class Replica:
    """Responds to reads with what its *deployment* was some seconds ago."""

    deployment: Any
    kept: str
    """The attribute of the deployment that holds the records."""
    behind: float
    """Seconds."""
    clock: Callable[[], float]
    past: list[tuple[float, Any]] = field(default_factory=list)
    lock: RLock = field(default_factory=RLock)

    def respond(self, request: Request) -> Response:
        """Respond to one request at a time: to a change at once, to a read from the past."""
        with self.lock:
            if not self.past:
                self._remember()
            if request.method != "GET":
                response: Response = self.deployment.respond(request)
                self._remember()
                return response
            now = vars(self.deployment)[self.kept]
            seen = [one for at, one in self.past if at <= self.clock() - self.behind] or self.past[
                0
            ][1:]
            setattr(self.deployment, self.kept, deepcopy(seen[-1]))
            try:
                found: Response = self.deployment.respond(request)
                return found
            finally:
                setattr(self.deployment, self.kept, now)

    def _remember(self) -> None:
        self.past.append((self.clock(), deepcopy(vars(self.deployment)[self.kept])))


def replicate(deployment: Any, kept: str, behind: float = BEHIND) -> Any:
    """Return *deployment* with a replica for reads, which is some seconds *behind*."""
    replica = Replica(deployment, kept, behind, time.monotonic)
    shown = replace(deployment)
    vars(shown)["respond"] = replica.respond
    return shown


def find_broken(events: Sequence[Event]) -> set[str]:
    """Return the laws that were broken."""
    laws = [one for one in events if isinstance(one, LawFinished)]
    assert any(one.verdict is Verdict.KEPT for one in laws)
    return {one.law.id for one in laws if one.verdict is Verdict.BROKEN}


def judge_builds(lag: float, fault: str = "", *, behind: float = BEHIND) -> set[str]:
    """Judge builds that are read from a replica, with a *fault* if one is named."""
    api = read(BUILDS)
    played = next((one for one in list_faults(api) if one.sentence == fault), Fault("", ""))
    world = create_world(api, played.kind, plays=played.plays, **played.settings)
    with serve_miniature(replicate(world, "entries", behind), Transmission()) as url:
        target = create_target(api, url, Effects.ANY, foreign=False)
        target = replace(target, concurrency=8, lag=lag)
        registry = create_registry(api).select(("CANC-*", "LIFE-*", "MAKE-*"))
        run = create_runner(target, api, registry, Settings(rng=1), ClockDriver(world.now))
        return find_broken(list(run.stream_events()))


def test_what_a_replica_shows_late_is_no_fault() -> None:
    """Guards --lag: what is read that soon after a change says nothing."""
    assert judge_builds(LAG) == set()


def test_without_a_lag_reads_follow_changes_at_once() -> None:
    """Guards what the test above shows: a replica that falls behind is accused."""
    assert {"MAKE-02", "CANC-07"} <= judge_builds(0.0, behind=EVER)


def test_a_fault_is_found_behind_a_replica() -> None:
    """Guards the laws with --lag: what never comes about is a violation still."""
    fault = "stop is accepted, and the record stays as it is"

    assert "CANC-07" in judge_builds(LAG, fault)


def test_jobs_of_a_replica_are_not_accused(contract: Document) -> None:
    """Guards the laws on jobs, and generated sequences of calls, in the same way."""
    laws = ("CANC-*", "COMP-*", "LIFE-*", "MODEL-01", "READ-*")
    registry = catalogue.create_registry(contract).select(laws)
    with serve_miniature(
        replicate(create_miniature(contract, jobs=30), "jobs"), Transmission()
    ) as url:
        target = replace(create_jobs_target(url, Effects.ANY, concurrency=8), lag=LAG)
        run = create_runner(target, contract, registry, Settings(rng=1))
        assert find_broken(list(run.stream_events())) == set()
