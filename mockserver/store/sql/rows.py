"""From a job to its row and back."""

from collections.abc import Iterable, Iterator

from mockserver.domain.integer import INT64_MAX
from mockserver.domain.job import Job, Plan
from mockserver.domain.lifecycle import Lifecycle
from mockserver.domain.progress import apply_due, next_due
from mockserver.domain.tenancy import Project
from mockserver.store.sql.database import Row

#: A timestamp that no clock reaches.
NEVER = INT64_MAX + 1


def read_due(row: Row) -> int:
    """Return when the job of a row with `movement.SHOWN` moves next by itself, or `NEVER`."""
    return NEVER if row[-1] is None else int(row[-1])


# PostgreSQL's text holds every character but U+0000, for which two others stand: the first is one
# that Unicode never assigns, and is itself written as two.
_ESCAPE, _ITSELF, _ZERO = "\ufdd0", "\ufdd0\ufdd1", "\ufdd0\ufdd2"


# A job that was made beside another active one of its user: what ends the user's name keeps them
# apart in the index that allows one.
_BESIDE = "\ufdd0\ufdd3"


def beside(reference_id: str, job_id: int | None = None) -> str:
    """Return *reference_id* as that of a job beside others; without a number, how all begin."""
    return escape(reference_id) + _BESIDE + ("" if job_id is None else str(job_id))


def escape(text: str) -> str:
    """Return *text* without the characters that PostgreSQL cannot store."""
    if "\0" in text or _ESCAPE in text:
        return text.replace(_ESCAPE, _ITSELF).replace("\0", _ZERO)
    return text


def _escape_text(text: str | None) -> str | None:
    return None if text is None else escape(text)


def _unescape(text: str) -> str:
    if _ESCAPE not in text:
        return text
    return text.partition(_BESIDE)[0].replace(_ZERO, "\0").replace(_ITSELF, _ESCAPE)


def read_job(row: Row, lifecycle: Lifecycle, now: int) -> Job:
    """Return the job of a row with `movement.SHOWN`, as it is at *now* (epoch milliseconds).

    A row that has not been written since its job was due is out of date; the moves since then are
    made here.
    """
    (
        job_id,
        project_id,
        key,
        user,
        status,
        created,
        start,
        updated,
        errors,
        runs,
        ends,
        ending,
        due_at,
    ) = row
    job = Job(
        job_id,
        Project(project_id, key),
        _unescape(user),
        status,
        created,
        start,
        updated,
        errors if errors is None else _unescape(errors),
        None if runs is None else Plan(runs, ends, ending if ending is None else _unescape(ending)),
    )
    while due_at is not None and due_at <= now:
        due = next_due(lifecycle, job)
        if due is None or due.at > now:
            break
        job = apply_due(lifecycle, job, due)
    return job


def write_row(
    job: Job, owner: int, ordinal: int, lifecycle: Lifecycle, active: frozenset[str]
) -> Row:
    """Return the row of *job*, with every column of the table in order."""
    due = next_due(lifecycle, job)
    plan: tuple[int | None, str | None, str | None] = (None, None, None)
    if job.plan is not None:
        plan = (job.plan.runs, job.plan.ends, _escape_text(job.plan.errors))
    return (
        owner,
        job.job_id,
        job.project.project_id,
        job.project.project_key,
        ordinal,
        escape(job.reference_id),
        job.status,
        job.created_at,
        job.start_at,
        job.updated_at,
        _escape_text(job.errors),
        *plan,
        None if due is None else due.at,
        job.status in active,
    )


def write_rows(
    jobs: Iterable[Job], owner: int, lifecycle: Lifecycle, active: frozenset[str]
) -> Iterator[Row]:
    """Yield the rows of *jobs*, numbered within each project by jobId."""
    counts: dict[int, int] = {}
    for job in sorted(jobs, key=lambda job: job.job_id):
        project_id = job.project.project_id
        counts[project_id] = ordinal = counts.get(project_id, 0) + 1
        yield write_row(job, owner, ordinal, lifecycle, active)
