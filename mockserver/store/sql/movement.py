"""How jobs move, as statements: each row of the lifecycle's table becomes one.

`lifecycle.step` and `progress.next_due` say this of one job; here it is said of all jobs of a world
at once. The tests compare the two.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Update,
    and_,
    bindparam,
    case,
    func,
    literal,
    null,
    or_,
    update,
)

from mockserver.domain.job import TIMESTAMPS
from mockserver.domain.lifecycle import Batch, Lifecycle, Transition
from mockserver.domain.timestamp import MILLISECONDS
from mockserver.store.sql.tables import jobs

#: The columns of a job as `rows.job_of` reads them.
SHOWN = (
    jobs.c.job_id,
    jobs.c.project_id,
    jobs.c.project_key,
    jobs.c.reference_id,
    jobs.c.status,
    jobs.c.created_at,
    jobs.c.start_at,
    jobs.c.updated_at,
    jobs.c.errors,
    jobs.c.plan_runs,
    jobs.c.plan_ends,
    jobs.c.plan_errors,
    jobs.c.due_at,
)
Number = ColumnElement[int]
_DAY = MILLISECONDS["d"]


class Movement:
    """The statements that move jobs by one lifecycle.

    Their parameters are *owner*, *now* (epoch milliseconds) and, where one job is meant, *project*
    and *job_id*.
    """

    def __init__(self, lifecycle: Lifecycle, active: Iterable[str]) -> None:
        self._lifecycle = lifecycle
        self._active = frozenset(active)
        self._stamp = jobs.c[TIMESTAMPS[lifecycle.moved]]

    def settle_all(self) -> Iterator[Update]:
        """Yield a statement for each transition that happens by itself; run until none moves."""
        due = and_(jobs.c.owner == bindparam("owner"), jobs.c.due_at <= bindparam("now"))
        for status in sorted(self._lifecycle.transient):
            for row in self._lifecycle.automatic(status):
                planned = jobs.c.plan_ends == row.to
                chosen = self._select(status, row, planned)
                # A job that ends as planned takes its errors from the plan.
                errors = case((planned, jobs.c.plan_errors), else_=jobs.c.errors)
                values = self._set_status(row.to, jobs.c.due_at) | {"errors": errors}
                yield update(jobs).where(due, jobs.c.status == status, *chosen).values(values)

    def _select(
        self, status: str, row: Transition, planned: ColumnElement[bool]
    ) -> list[ColumnElement[bool]]:
        """Return the conditions of due jobs that *row* moves, and not another row of *status*."""
        if row.batch is None:
            return [] if row.not_before is not None else [planned]
        if row.batch.overtakes or row is not self._lifecycle.automatic(status)[0]:
            return [planned]
        return [or_(planned, jobs.c.plan_ends.is_(None))]

    def request(self, event: str) -> Update:
        """Return the statement that makes *event* happen to one job, if it may, and returns it."""
        now: Number = bindparam("now", type_=jobs.c.due_at.type)
        allowed: list[tuple[ColumnElement[bool], Transition]] = [
            (or_(*(jobs.c.status == source for source in row.sources)), row)
            for row in self._lifecycle.transitions
            if row.event == event
        ]
        moved = [(where, self._set_status(row.to, now)) for where, row in allowed]
        values = moved[0][1]
        if len(moved) > 1:
            values = {n: case(*((where, each[n]) for where, each in moved)) for n in values}
        return (
            update(jobs)
            .where(
                jobs.c.owner == bindparam("owner"),
                jobs.c.job_id == bindparam("job_id"),
                jobs.c.project_id == bindparam("project"),
                or_(*(where for where, _ in allowed)),
                or_(jobs.c.due_at.is_(None), jobs.c.due_at > now),
            )
            .values(values)
            .returning(*SHOWN)
        )

    def recompute_due(self) -> Update:
        """Return the statement that recomputes when each job is due."""
        due = [
            (jobs.c.status == status, self._due(status, {}))
            for status in sorted(self._lifecycle.transient)
        ]
        values = {jobs.c.due_at: case(*due) if due else null()}
        return update(jobs).where(jobs.c.owner == bindparam("owner")).values(values)

    def _set_status(self, to: str, at: Number) -> dict[str, ColumnElement[Any]]:
        """Return the columns of a job that gets the status *to* at the moment *at*."""
        stamp = {self._stamp.name: at}
        literal = bindparam(None, to, type_=jobs.c.status.type)
        is_active = bindparam(None, to in self._active, type_=jobs.c.living.type)
        return {**stamp, "status": literal, "living": is_active, "due_at": self._due(to, stamp)}

    def _due(self, status: str, stamped: dict[str, Number]) -> ColumnElement[Any]:
        """Return when a job of *status* moves next by itself; *stamped* are its new columns."""

        def column(name: str) -> Number:
            return stamped.get(name, jobs.c[name])

        chosen: list[tuple[ColumnElement[bool], Number]] = []
        for row in self._lifecycle.automatic(status):
            if row.batch is not None:
                chosen += _by_batch(row, row.batch, column)
                continue
            if row.not_before is not None:
                return _first(chosen, column(TIMESTAMPS[row.not_before]))
            began = func.coalesce(column("updated_at"), column("start_at"))
            chosen.append((jobs.c.plan_ends == row.to, began + jobs.c.plan_runs))
        return _first(chosen, null())


def _by_batch(
    row: Transition, batch: Batch, column: Callable[[str], Number]
) -> Iterator[tuple[ColumnElement[bool], Number]]:
    """Yield when a batch makes *row* happen, and to which jobs: `progress.next_due`."""
    begins = column(TIMESTAMPS[batch.after])
    if batch.daily is not None:
        # The remainder of a negative number is negative in SQL.
        begins += ((literal(batch.daily) - begins) % _DAY + _DAY) % _DAY
    ends, planned = begins + jobs.c.plan_runs, jobs.c.plan_ends == row.to
    if not batch.overtakes:
        yield planned, ends
        yield jobs.c.plan_ends.is_(None), begins
        return
    moved = column("updated_at")
    yield and_(planned, moved >= begins, moved < ends), ends


def _first(
    chosen: list[tuple[ColumnElement[bool], Number]], otherwise: ColumnElement[Any]
) -> ColumnElement[Any]:
    return case(*chosen, else_=otherwise) if chosen else otherwise
