"""HIST-01 to HIST-07: how records moved since the last run that saw them.

`contracts.engine.between_runs` says when what a check finds counts.
"""

from __future__ import annotations

from contracts.engine.between_runs import SKEW, build_state_check, judge_between_runs
from contracts.engine.comparison import ROUNDING, get_comparison, is_near
from contracts.engine.history import Job
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MAY, MUST, SHOULD, law
from contracts.engine.past_runs.records import Remembered
from contracts.http.excerpt import as_json
from contracts.laws.clauses import CANCEL, LIFECYCLE, LIST, PROPERTIES
from contracts.laws.clock import find_latest_timestamp
from contracts.laws.lifecycle import FIXED, LONG
from contracts.target import Need


@law("HIST-01", MUST, ref=f"{LIFECYCLE}/terminal", needs={Need.HISTORY}, last=True)
def a_terminal_job_is_terminal_in_later_runs(probe: JobsProbe) -> None:
    """A job that an earlier run saw completed or failed has the same status now."""
    life, cancelled = probe.document.lifecycle, probe.document.cancel.to
    ends = set(life.terminal) - {cancelled}
    judge_between_runs(
        probe,
        lambda pair: pair.same and pair.before.state in ends,
        build_state_check(probe),
        f"a job that is {' or '.join(sorted(ends))} to stay so from run to run",
    )


@law("HIST-02", MUST, ref=f"{CANCEL}/responses/200", needs={Need.HISTORY}, last=True)
def a_cancelled_job_is_cancelled_in_later_runs(probe: JobsProbe) -> None:
    """A job that an earlier run saw cancelled has not been completed since, nor anything else.

    A runner that had begun the job, or that reads its own copy of the jobs, may overwrite a cancel
    hours after it was confirmed.
    """
    cancelled = probe.document.cancel.to
    judge_between_runs(
        probe,
        lambda pair: pair.same and pair.before.state == cancelled,
        build_state_check(probe),
        f"a job that is {cancelled} to stay so from run to run",
    )


@law("HIST-03", MUST, ref=f"{LIFECYCLE}/transitions", needs={Need.HISTORY}, last=True)
def a_job_moves_between_runs_as_the_lifecycle_allows(probe: JobsProbe) -> None:
    """Since an earlier run, a job moved only along the transitions of the contract."""
    life = probe.document.lifecycle
    judge_between_runs(
        probe,
        lambda pair: pair.same and pair.before.state not in life.terminal,
        build_state_check(probe),
        "each job to move only along the transitions from run to run",
    )


@law(
    "HIST-04",
    MUST,
    ref=f"{LIFECYCLE}/stamps/moved",
    needs={Need.HISTORY},
    last=True,
    title="The updatedAt of a job does not go back between runs",
)
def the_updatedat_of_a_job_does_not_go_back_between_runs(probe: JobsProbe) -> None:
    """The updatedAt of a job is not earlier than an earlier run saw it, and not null again.

    Less than a second does not count, since a deployment may round. If the status has changed, up
    to five minutes do not count: another server of the deployment may have made the move.
    """
    life = probe.document.lifecycle

    def check(before: Remembered, job: Job) -> str:
        old, new = before.stamps.get(life.moved), job.get(life.moved)
        if old is None or life.moved not in job or not (new is None or type(new) is int):
            return ""
        allowed = ROUNDING if job.get(life.field) == before.state else SKEW
        back = new is None or old - new >= allowed
        return f"has the {life.moved} {as_json(new)} instead of {old}" if back else ""

    judge_between_runs(
        probe, lambda pair: pair.same, check, f"the {life.moved} of a job not to go back"
    )


@law("HIST-05", MUST, ref=PROPERTIES, needs={Need.HISTORY}, last=True)
def the_identity_of_a_job_is_the_same_in_later_runs(probe: JobsProbe) -> None:
    """The description, projectId, action, referenceId and createdAt are as an earlier run saw them.

    The history keeps digests of them, so that the old value cannot be shown. The law also finds a
    jobId that was given to another job.
    """
    life, past = probe.document.lifecycle, probe.run.past

    def check(before: Remembered, job: Job) -> str:
        digest = past.describer.digest if past else str
        changed = [
            name
            for name in FIXED
            if name in before.members and name in job and before.members[name] != digest(job[name])
        ]
        if life.made in job and not is_near(before.stamps.get(life.made), job[life.made]):
            changed.append(life.made)
        return f"has another {' and '.join(changed)}" if changed else ""

    judge_between_runs(
        probe, lambda _: True, check, "a job to keep what identifies it from run to run"
    )


@law("HIST-06", SHOULD, ref=f"{LIFECYCLE}/transitions/0", needs={Need.HISTORY}, last=True)
def no_job_is_left_behind_from_run_to_run(probe: JobsProbe) -> None:
    """A job that an earlier run saw scheduled has started within a day of its startAt.

    As in LIFE-06, the latest timestamp of the deployment serves as its clock, so the law may miss
    a job, but never reports one too early.
    """
    life = probe.document.lifecycle
    clock = find_latest_timestamp(probe)
    due = next((move.not_before for move in life.transitions if move.not_before), None) or ""

    def check(_: Remembered, job: Job) -> str:
        at = job.get(due)
        if job.get(life.field) != life.initial or type(at) is not int or at + LONG >= clock:
            return ""
        return f"is still {life.initial} {(clock - at) // 3_600_000} hours after its {due}"

    judge_between_runs(
        probe,
        lambda pair: pair.same and pair.before.state == life.initial,
        check,
        f"each job to start within a day of its {due}",
    )


@law("HIST-07", MAY, ref=LIST, needs={Need.HISTORY}, last=True)
def what_became_of_the_jobs_of_earlier_runs(probe: JobsProbe) -> None:
    """The contract does not say how long a job is kept; which ones are still there is noted."""
    comparison = get_comparison(probe)
    same = sum(pair.same for pair in comparison.pairs)
    probe.observe(
        f"of the jobs that earlier runs saw, {same} are there and {len(comparison.gone)} are gone; "
        f"{comparison.unread} were not looked for"
    )
