"""CANC-17 to CANC-18: a cancellation lasts, and its timestamp is the time of the cancel."""

from __future__ import annotations

from functools import partial
from math import inf

from contracts.engine.history import Sighting
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MUST, OWN_EFFECTS, law
from contracts.engine.verdict import SetupFailed, Violation
from contracts.laws.cancel.cases import get_cancellations
from contracts.laws.clauses import CANCEL, LIFECYCLE

LEEWAY = 600_000
"""Milliseconds by which the clocks of two machines of one deployment may differ."""


@law("CANC-17", MUST, ref=f"{CANCEL}/description", needs=OWN_EFFECTS, last=True)
def a_cancel_lasts_to_the_end_of_the_run(probe: JobsProbe) -> None:
    """At the end of the run, a cancelled job is still as its cancel returned it.

    Each job that the run cancelled is read again after all other laws: one that has disappeared by
    then, or has another status, was not cancelled. A deployment may forget old jobs, so one that
    this run did not make may disappear; but not several, and all that were cancelled first.
    """
    guard = probe.run.transport.guard
    forgotten: dict[float, Violation] = {}
    survivors: list[float] = []
    cancels = _group_cancels(probe)
    reads = [partial(JobsProbe.get_job, job_id=one, project=project) for project, one in cancels]
    for now, ((_, job_id), responses) in zip(probe.gather(reads), cancels.items(), strict=True):
        cancelled, project = responses[-1], responses[-1].exchange.arguments["projectKey"]
        own = job_id in guard.get_own(project)
        # Of cancels at the same time, it is not known which response is the last.
        if now.status != 200 or all(now.job != one.job for one in responses):
            seconds = now.sent - cancelled.exchange.received
            expected = f"job {job_id} as its cancel returned it, {seconds:.1f} s later"
            evidence = [cancelled.exchange, now]
            violation = Violation.compare(expected, cancelled.job, now.job, evidence)
            if own or now.status != 404:
                raise violation
            forgotten[cancelled.exchange.received] = violation
            continue
        if not own:
            survivors.append(cancelled.exchange.received)
        probe.exercise("jobs that this run cancelled")
    if len(forgotten) > 1 and max(forgotten) < min(survivors, default=inf):
        raise forgotten[min(forgotten)]


def _group_cancels(probe: JobsProbe) -> dict[tuple[str, int], list[Sighting]]:
    """Return the responses to the successful cancels of each job that the run cancelled."""
    life, move = probe.document.lifecycle, probe.document.cancel
    found: dict[tuple[str, int], list[Sighting]] = {}
    for sighting in probe.run.history.list_sightings():
        by_cancel = sighting.exchange.operation == probe.document.cancel_id
        if by_cancel and sighting.job.get(life.field) == move.to:
            key = sighting.exchange.arguments["projectKey"], sighting.job["jobId"]
            found.setdefault(key, []).append(sighting)
    return found


@law(
    "CANC-18",
    MUST,
    ref=f"{LIFECYCLE}/stamps/moved",
    needs=OWN_EFFECTS,
    title="The updatedAt of a cancel is not in the future",
)
def the_updatedat_of_a_cancel_is_not_in_the_future(probe: JobsProbe) -> None:
    """The updatedAt of a cancelled job is not later than the createdAt of a job made afterwards.

    The deployment sets both timestamps, in this order, so neither its clock nor the judge's has to
    be right: one that is more than ten minutes ahead is not the time of the cancel.
    """
    life, cancels = probe.document.lifecycle, get_cancellations(probe)
    later = probe.make()
    limit = later.job.get(life.made)
    if type(limit) is not int:
        raise SetupFailed(f"the new job has no {life.made} to compare with")
    for one in cancels:
        stamp = one.response.job.get(life.moved)
        if type(stamp) is int and stamp > limit + LEEWAY:
            wanted = f"{life.moved} not after {limit}, the {life.made} of a job made afterwards"
            ahead = (stamp - limit) // 60_000
            raise Violation(wanted, f"it is {stamp}, {ahead} minutes later", [one.response, later])
        probe.exercise(one.source)
