"""HIST-01, HIST-03 to HIST-07: how records moved since the last run that saw them.

What is found is read once more before it counts. Each violation says which run saw what; its times
are those of the machine that judged then. A record is judged only if it is known to be the same:
that is told by when it was made, unless the deployment chooses the keys.
"""

from __future__ import annotations

from collections.abc import Callable

from contracts.contract.api import Api
from contracts.contract.json_values import get_value
from contracts.contract.moves import SERVER, Lifecycle
from contracts.engine.comparison import (
    ROUNDING,
    Pair,
    explain_unfollowed,
    get_comparison,
    get_made,
    is_near,
    read_again,
)
from contracts.engine.history import Job
from contracts.engine.law import MAY, MUST, SHOULD, Law, Level
from contracts.engine.past_runs.records import (
    Remembered,
    get_moved,
    list_members,
    name_member,
    read_stamps,
)
from contracts.engine.probe import Probe
from contracts.engine.verdict import Inapplicable, Inconclusive, Violation
from contracts.http.excerpt import as_json, compare_records
from contracts.roles.declared import has_lifecycle, has_stamps
from contracts.roles.law import role_law
from contracts.target import Need

SKEW = 300_000
"""Milliseconds by which the clocks of two servers of one deployment may differ."""

LONG = 24 * 3_600_000
"""Milliseconds after it was due at which a record should have moved."""

Check = Callable[[Remembered, Job], str]
"""Says what is wrong with a record that is now as the job says; an empty text if nothing is."""


def _has_history(api: Api) -> str:
    """Records move as is declared, and can be followed from run to run."""
    return has_lifecycle(api) or explain_unfollowed(api)


def _has_moved(api: Api) -> str:
    return has_stamps("moved")(api) or explain_unfollowed(api)


def _get_life(probe: Probe) -> Lifecycle:
    life = probe.api.resource.lifecycle
    if life is None:
        raise Inapplicable("the document declares no lifecycle")
    return life


def _history_law(
    law_id: str, level: Level, ref: str, when: Callable[[Api], str] = _has_history
) -> Callable[[Callable[[Probe], None]], Law]:
    return role_law(law_id, level, ref=ref, when=when, needs={Need.HISTORY}, last=True)


def _judge(probe: Probe, select: Callable[[Pair], bool], check: Check, expected: str) -> None:
    """Break the law by a record for which *check* finds something wrong, then and once more."""
    life, doubts = _get_life(probe), list[str]()
    comparison = get_comparison(probe)
    for pair in comparison.pairs:
        before = pair.before
        if not select(pair):
            continue
        probe.exercise(f"records of earlier runs that were {before.state}")
        if not check(before, pair.now.job):
            continue
        again, _ = read_again(probe, before)
        wrong = check(before, again.job) if again else ""
        if not again or not wrong:
            continue
        actual = f"record {before.key}, which the run of {before.last} saw {before.state}, {wrong}"
        if not comparison.has_outlived(before, life):
            doubts.append(actual)
            continue
        known = {"state": before.state, **before.stamps}
        now = read_stamps(probe.api, again.job)
        shown = {"state": probe.api.resource.name_state(again.job), **now}
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


def _check_state(probe: Probe) -> Check:
    """Return what finds a record in a state that it cannot have come to."""
    life, resource = _get_life(probe), probe.api.resource

    def check(before: Remembered, job: Job) -> str:
        state = resource.find_state(job)
        reached = life.find_reachable(before.state)
        return f"is {state}" if state is not None and state not in reached else ""

    return check


@_history_law("HIST-01", MUST, "@lifecycle/terminal")
def a_terminal_record_is_terminal_in_later_runs(probe: Probe) -> None:
    """A record that an earlier run saw in a state that no move leaves is in the same state now.

    A worker that had begun, or that reads its own copy of the records, may overwrite a state hours
    after it was confirmed.
    """
    terminal = _get_life(probe).terminal
    if not terminal:
        raise Inapplicable("the document says that each state can be left")
    _judge(
        probe,
        lambda pair: pair.same and pair.before.state in terminal,
        _check_state(probe),
        f"a record that is {' or '.join(terminal)} to stay so from run to run",
    )


@_history_law("HIST-03", MUST, "@lifecycle/transitions")
def a_record_moves_between_runs_as_the_lifecycle_allows(probe: Probe) -> None:
    """Since an earlier run, a record moved only along the declared transitions."""
    terminal = _get_life(probe).terminal
    _judge(
        probe,
        lambda pair: pair.same and pair.before.state not in terminal,
        _check_state(probe),
        "each record to move only along the transitions from run to run",
    )


@_history_law("HIST-04", MUST, "@lifecycle/stamps/moved", when=_has_moved)
def the_timestamp_of_the_last_move_does_not_go_back_between_runs(probe: Probe) -> None:
    """The timestamp of the last move is not earlier than an earlier run saw it, and not unset.

    Less than a second does not count, since a deployment may round. If the state has changed, up to
    five minutes do not count: another server of the deployment may have made the move.
    """
    moved = get_moved(_get_life(probe))

    def check(before: Remembered, job: Job) -> str:
        old, stamps = before.stamps.get(moved), read_stamps(probe.api, job)
        if old is None or moved not in stamps:
            return ""
        new = stamps[moved]
        allowed = ROUNDING if probe.api.resource.find_state(job) == before.state else SKEW
        back = new is None or old - new >= allowed
        return f"has the {moved} {as_json(new)} instead of {old}" if back else ""

    _judge(probe, lambda pair: pair.same, check, f"the {moved} of a record not to go back")


@_history_law("HIST-05", MUST, "@lifecycle/keeps")
def what_is_kept_is_the_same_in_later_runs(probe: Probe) -> None:
    """What a record keeps, as declared, and when it was made are as an earlier run saw them.

    The history keeps digests of the members, so that the old value cannot be shown. The law also
    finds a key that was given to another record.
    """
    life, past, places = _get_life(probe), probe.run.past, list_members(probe.api)
    made = get_made(life)

    def check(before: Remembered, job: Job) -> str:
        digest = past.describer.digest if past else str
        now = {name_member(place): get_value(job, place) for place in places}
        known = {name: value for name, value in now.items() if name in before.members}
        changed = [n for n, value in known.items() if digest(value) != before.members[n]]
        stamps = read_stamps(probe.api, job)
        told = made in stamps and made in before.stamps
        if told and not is_near(before.stamps[made], stamps[made]):
            changed.append(made)
        return f"has another {' and '.join(changed)}" if changed else ""

    _judge(probe, lambda _: True, check, "a record to keep what is declared from run to run")


@_history_law("HIST-06", SHOULD, "@lifecycle/transitions")
def no_record_is_left_behind_from_run_to_run(probe: Probe) -> None:
    """A record that the server moves once it is due has moved within a day of that.

    The latest timestamp of the deployment serves as its clock, so the law may miss a record, but
    never reports one too early.
    """
    life, resource = _get_life(probe), probe.api.resource
    due = {
        state: name_member(move.not_before)
        for move in life.moves
        if move.by == SERVER and move.not_before is not None
        for state in move.sources
    }
    if not due:
        raise Inapplicable("no move of the server has a notBefore that says when it is due")
    clock = _find_latest(probe, life)

    def check(before: Remembered, job: Job) -> str:
        at = read_stamps(probe.api, job).get(due[before.state])
        if resource.find_state(job) != before.state or at is None or at + LONG >= clock:
            return ""
        hours = (clock - at) // 3_600_000
        return f"is still {before.state} {hours} hours after its {due[before.state]}"

    _judge(
        probe,
        lambda pair: pair.same and pair.before.state in due,
        check,
        "each record to move within a day of when it is due",
    )


def _find_latest(probe: Probe, life: Lifecycle) -> int:
    """Return a time in milliseconds that the deployment's clock has reached; 0 if none is known."""
    names = (get_made(life), get_moved(life))
    stamps = (
        read_stamps(probe.api, one.job).get(name)
        for one in probe.run.history.list_sightings()
        for name in names
    )
    return max((stamp for stamp in stamps if stamp is not None), default=0)


@_history_law("HIST-07", MAY, "@list")
def what_became_of_the_records_of_earlier_runs(probe: Probe) -> None:
    """The contract does not say how long a record is kept; which ones are there is noted."""
    comparison = get_comparison(probe)
    same = sum(pair.same for pair in comparison.pairs)
    probe.observe(
        f"of the records that earlier runs saw, {same} are there and {len(comparison.gone)} are "
        f"gone; {comparison.unread} were not looked for"
    )
