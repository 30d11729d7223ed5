"""HIST-01, HIST-03 to HIST-07: how records moved since the last run that saw them.

`contracts.engine.between_runs` says when what a check finds counts. A record is judged only if it
is known to be the same: that is told by when it was made, unless the deployment chooses the keys.
"""

from __future__ import annotations

from collections.abc import Callable

from contracts.contract.api import Api
from contracts.contract.json_values import get_value
from contracts.contract.moves import SERVER, Lifecycle
from contracts.engine.between_runs import SKEW, build_state_check, judge_between_runs
from contracts.engine.comparison import (
    ROUNDING,
    explain_unfollowed,
    get_comparison,
    get_made,
    is_near,
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
from contracts.engine.verdict import Inapplicable
from contracts.http.excerpt import as_json
from contracts.roles.declared import has_lifecycle, has_stamps
from contracts.roles.law import role_law
from contracts.target import Need

LONG = 24 * 3_600_000
"""Milliseconds after it was due at which a record should have moved."""


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


@_history_law("HIST-01", MUST, "@lifecycle/terminal")
def a_terminal_record_is_terminal_in_later_runs(probe: Probe) -> None:
    """A record that an earlier run saw in a state that no move leaves is in the same state now.

    A worker that had begun, or that reads its own copy of the records, may overwrite a state hours
    after it was confirmed.
    """
    terminal = _get_life(probe).terminal
    if not terminal:
        raise Inapplicable("the document says that each state can be left")
    judge_between_runs(
        probe,
        lambda pair: pair.same and pair.before.state in terminal,
        build_state_check(probe),
        f"a record that is {' or '.join(terminal)} to stay so from run to run",
    )


@_history_law("HIST-03", MUST, "@lifecycle/transitions")
def a_record_moves_between_runs_as_the_lifecycle_allows(probe: Probe) -> None:
    """Since an earlier run, a record moved only along the declared transitions."""
    terminal = _get_life(probe).terminal
    judge_between_runs(
        probe,
        lambda pair: pair.same and pair.before.state not in terminal,
        build_state_check(probe),
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

    judge_between_runs(
        probe, lambda pair: pair.same, check, f"the {moved} of a record not to go back"
    )


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

    judge_between_runs(
        probe, lambda _: True, check, "a record to keep what is declared from run to run"
    )


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

    judge_between_runs(
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
