"""The end of a run's time: what had no turn, or was cut short, is never called kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contracts.contract.document import Document
from contracts.engine.events import LawFinished, RunFinished
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MAY, MUST, Law, Registry, exchange_law, law
from contracts.engine.runner import Runner, Settings, create_runner
from contracts.engine.verdict import Inconclusive, Lack, Verdict, Violation
from contracts.http.exchange import Exchange
from contracts.http.transport import OutOfTime
from contracts.reports.summary import Summary
from contracts.selftest.world import KEY, PROJECT
from contracts.target import Effects, Need, Target

Serve = Callable[..., str]
REF = "RFC 9110 §9.3.1"
LIMIT = 1000.0


def spend(probe: JobsProbe) -> None:
    """Let the time of the run pass, as a slow deployment does."""
    clock = probe.run.transport.clock
    probe.run.transport.clock = lambda: clock() + LIMIT


@law("A-01", MUST, ref=REF)
def early(probe: JobsProbe) -> None:
    """A law is done in time."""
    probe.expect_status(probe.list_jobs(), 200, "in time")
    probe.exercise("lists")


@law("A-02", MUST, ref=REF)
def halfway(probe: JobsProbe) -> None:
    """A law is cut short between two calls, and goes on as if nothing had happened."""
    probe.list_jobs()
    probe.exercise("lists")
    spend(probe)
    try:
        probe.list_jobs()
    except OutOfTime:
        return


@law("A-03", MUST, ref=REF)
def late(probe: JobsProbe) -> None:
    """A law has no turn."""
    probe.expect_status(probe.list_jobs(), 200, "later")


@law("A-04", MUST, ref=REF, needs=[Need.EFFECTS_OWN])
def ungiven(_: JobsProbe) -> None:
    """A law needs what was not given."""


@law("A-05", MAY, ref=REF, last=True)
def backward(probe: JobsProbe) -> None:
    """A law looks at what the others saw."""
    probe.exercise("the run")


@exchange_law("A-06", MUST, ref=REF)
def onlooker(exchange: Exchange, document: Document) -> str | None:
    """A law looks at each exchange."""
    return exchange.operation and document.version


def shared_reading(probe: JobsProbe) -> str:
    """Take a reading that the end of the time cuts short."""
    halfway.by_probe(probe)  # type: ignore[misc]  # it has a function, as all such laws
    return "half"


@law("B-01", MUST, ref=REF)
def takes(probe: JobsProbe) -> None:
    """A law takes a reading."""
    probe.exercise(probe.read_once(shared_reading))


@law("B-02", MUST, ref=REF, after=["B-01"])
def reads(probe: JobsProbe) -> None:
    """A law judges a reading that another one took."""
    probe.exercise(probe.read_once(shared_reading))


@law("C-01", MUST, ref=REF)
def breaks(probe: JobsProbe) -> None:
    """A law finds a violation before its time is over."""
    spend(probe)
    probe.findings.append(Violation("this", "it was that"))
    probe.list_jobs()


@law("C-02", MUST, ref=REF)
def waits(probe: JobsProbe) -> None:
    """A law gives a call up because no time is left to wait for its answer."""
    spend(probe)
    raise Inconclusive("there was no answer")


def judged(serve: Serve, contract: Document, *laws: Law, limit: float | None = LIMIT) -> Runner:
    """Return a run over a conforming deployment that has time for so much."""
    target = Target(serve(jobs=1), PROJECT, KEY, effects=Effects.NONE, max_time=limit)
    return create_runner(target, contract, Registry.of(laws, contract), Settings())


def test_no_law_is_kept_that_was_not_done(serve: Serve, contract: Document) -> None:
    """Each law says the true reason, and the run that it is incomplete."""
    laws = early, halfway, late, ungiven, backward, onlooker
    events = list(judged(serve, contract, *laws).stream_events())
    told = {one.law.id: one for one in events if isinstance(one, LawFinished)}
    end = events[-1]
    assert isinstance(end, RunFinished)

    assert told["A-01"].verdict is Verdict.KEPT
    assert {i: told[i].lack for i in told if i != "A-01"} == {
        "A-02": Lack.TIME,
        "A-03": Lack.TIME,
        "A-04": Lack.OPTION,
        "A-05": Lack.TIME,
        "A-06": Lack.TIME,
    }
    assert "(--max-time 1000 s) was used up before this law was done" in told["A-02"].reason
    assert "was used up before this law had its turn" in told["A-03"].reason
    assert "--effects" in told["A-04"].reason
    assert "looks at the whole run" in told["A-05"].reason
    assert end.exit_code == 3
    assert Summary.of(events).headline == (
        "Incomplete: the time of the run (--max-time 1000 s) was used up, which left 4 of 6 laws "
        "open"
    )


@pytest.mark.parametrize("laws", [(takes, reads), (waits,)], ids=["reading", "waiting"])
def test_what_the_end_of_the_time_spoiled_is_untested(
    serve: Serve, contract: Document, laws: tuple[Law, ...]
) -> None:
    """A reading that was cut short and an answer that was not waited for prove nothing."""
    events = list(judged(serve, contract, *laws).stream_events())

    lacks = [one.lack for one in events if isinstance(one, LawFinished)]
    assert lacks == [Lack.TIME] * len(laws)


def test_a_breach_before_the_end_of_the_time_counts(serve: Serve, contract: Document) -> None:
    """What was found is found; the report also says that the rest is open."""
    events = list(judged(serve, contract, breaks, late).stream_events())
    summary = Summary.of(events)

    assert summary.finished is not None
    assert summary.finished.exit_code == 1
    assert summary.headline == "1 law is broken"
    assert any(line.startswith("incomplete: the time of the run") for line in summary.also)


def test_what_was_made_is_cancelled_when_the_time_is_up(serve: Serve, contract: Document) -> None:
    """A run that ends early leaves nothing behind either: cleaning up has some seconds more."""

    @law("E-01", MUST, ref=REF)
    def makes(probe: JobsProbe) -> None:
        """A law makes a job, and its time is over."""
        made.append(probe.make().job["jobId"])
        spend(probe)
        probe.list_jobs()

    made: list[int] = []
    target = Target(serve(jobs=1), PROJECT, KEY, effects=Effects.OWN, max_time=LIMIT)
    run = create_runner(target, contract, Registry.of([makes], contract), Settings())
    *_, end = run.stream_events()

    last = {seen.job["jobId"]: seen.job["status"] for seen in run.run.history.list_jobs()}
    assert isinstance(end, RunFinished)
    assert end.exit_code == 3
    assert {job_id: last[job_id] for job_id in made} == {made[0]: contract.cancel.to}


def test_time_that_ran_out_after_the_last_call_left_nothing_open(
    serve: Serve, contract: Document
) -> None:
    """A run that got everything done is complete, however late it is."""

    @law("D-01", MUST, ref=REF)
    def in_the_nick_of_time(probe: JobsProbe) -> None:
        """A law makes its last call in time."""
        probe.list_jobs()
        probe.exercise("lists")
        spend(probe)

    *_, end = judged(serve, contract, in_the_nick_of_time, onlooker).stream_events()

    assert isinstance(end, RunFinished)
    assert (end.exit_code, end.trouble) == (0, "")
