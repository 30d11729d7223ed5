"""Judges what became of records between two runs, whatever a law demands of it.

What is found is read once more before it counts. Each violation says which run saw what; its times
are those of the machine that judged then.
"""

from __future__ import annotations

from collections.abc import Callable

from contracts.contract.roles import Resource
from contracts.engine.comparison import Pair, get_comparison, read_again
from contracts.engine.history import Job
from contracts.engine.past_runs.records import Remembered, name_member, read_stamps
from contracts.engine.probe import Probe
from contracts.engine.verdict import Inapplicable, Inconclusive, Violation
from contracts.http.excerpt import compare_records

SKEW = 300_000
"""Milliseconds by which the clocks of two servers of one deployment may differ."""

Check = Callable[[Remembered, Job], str]
"""Says what is wrong with a record that is now as the job says; an empty text if nothing is."""


def judge_between_runs(
    probe: Probe, select: Callable[[Pair], bool], check: Check, expected: str
) -> None:
    """Break the law by a record for which *check* finds something wrong, then and once more.

    Only the records that *select* chooses are looked at; *expected* says what they should be like.
    """
    resource = probe.api.resource
    if resource.lifecycle is None:
        raise Inapplicable("the document declares no lifecycle")
    comparison, doubts = get_comparison(probe), list[str]()
    for pair in comparison.pairs:
        before = pair.before
        if not select(pair):
            continue
        probe.exercise(f"{before.state} in earlier runs")
        if not check(before, pair.now.job):
            continue
        again, _ = read_again(probe, before)
        wrong = check(before, again.job) if again else ""
        if not again or not wrong:
            continue
        actual = f"{before.key} was {before.state} in the run of {before.last}, and {wrong}"
        if not comparison.has_outlived(before, resource.lifecycle):
            doubts.append(actual)
            continue
        known = {_name_state_member(resource): before.state, **before.stamps}
        now = read_stamps(probe.api, again.job)
        shown = {_name_state_member(resource): resource.name_state(again.job), **now}
        raise Violation(
            expected,
            actual,
            [again.exchange],
            about=[again.job],
            changed=compare_records(known, {name: shown.get(name) for name in known}),
        )
    if doubts:
        raise Inconclusive(
            f"{doubts[0]}; but nothing younger that earlier runs saw is as it was, as after a "
            "restored backup"
        )


def build_state_check(probe: Probe) -> Check:
    """Return what finds a record in a state that it cannot have come to.

    A state that the document does not name is for other laws.
    """
    resource, life = probe.api.resource, probe.api.resource.lifecycle

    def check(before: Remembered, job: Job) -> str:
        state = resource.find_state(job)
        reached = life.find_reachable(before.state) if life else ()
        return f"is {state}" if state is not None and state not in reached else ""

    return check


def _name_state_member(resource: Resource) -> str:
    """Return the name of the member that tells the state, or another word if several do."""
    states = resource.lifecycle.states.values() if resource.lifecycle else ()
    places = {place for members in states for place in members}
    return name_member(places.pop()) if len(places) == 1 else "state"
