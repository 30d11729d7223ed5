"""The statements on jobs that are the same under every lifecycle, and those that are not."""

from collections.abc import Iterable

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Select,
    Text,
    bindparam,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.sql import ClauseElement

from mockserver.domain.integer import INT64_MAX
from mockserver.domain.lifecycle import Lifecycle
from mockserver.store.sql.database import Database, Statement
from mockserver.store.sql.movement import SHOWN, Movement
from mockserver.store.sql.tables import jobs, worlds

_OWNER = jobs.c.owner == bindparam("owner")
_IN_PROJECT = jobs.c.project_id == bindparam("project")
_JOB = (_OWNER, jobs.c.job_id == bindparam("job_id"))
#: The columns that a new row is given; the database counts its ordinal.
_GIVEN = [column for column in jobs.c if column.name != "ordinal"]


def _newest() -> Select[tuple[int]]:
    """Return the highest ordinal of a project, which is how many jobs it has."""
    counted = jobs.alias()
    return select(func.coalesce(func.max(counted.c.ordinal), 0)).where(
        counted.c.owner == bindparam("owner"), counted.c.project_id == bindparam("project")
    )


def _page() -> Select[tuple[object, ...]]:
    """Return a page, which is a range of ordinals: its cost does not depend on its number."""
    top = _newest().scalar_subquery() - bindparam("offset", type_=BigInteger)
    ranged = (jobs.c.ordinal <= top, jobs.c.ordinal > top - bindparam("limit", type_=BigInteger))
    return select(*SHOWN).where(_OWNER, _IN_PROJECT, *ranged).order_by(jobs.c.ordinal.desc())


def _before() -> ClauseElement:
    """Return how many jobs of the project have a lower jobId."""
    counted = jobs.alias()
    return select(func.count()).where(
        counted.c.owner == bindparam("owner"),
        counted.c.project_id == bindparam("project"),
        counted.c.job_id < bindparam("job_id"),
    )


class Reads:
    """The prepared reads of a store in *database*."""

    def __init__(self, database: Database) -> None:
        prepare = database.prepare
        self.page = prepare(_page())
        self.get_any = prepare(select(*SHOWN).where(*_JOB))
        self.all = prepare(select(*SHOWN).where(_OWNER).order_by(jobs.c.job_id))
        self.has_active = prepare(
            select(jobs.c.job_id).where(
                _OWNER, _IN_PROJECT, jobs.c.reference_id == bindparam("user"), jobs.c.living
            )
        )
        # Jobs made beside another one of their user, which the unique index does not cover.
        begins = func.substr(jobs.c.reference_id, 1, func.length(bindparam("user", type_=Text)))
        self.beside = prepare(
            select(jobs.c.job_id).where(
                _OWNER, _IN_PROJECT, begins == bindparam("user", type_=Text), jobs.c.living
            )
        )
        self.before = prepare(_before())


class Writes:
    """The prepared writes of a store in *database*, and the locks that it takes for them."""

    def __init__(self, database: Database) -> None:
        prepare = database.prepare
        world = worlds.c.owner == bindparam("owner")
        self.lock = prepare(select(worlds.c.last_job).where(world).with_for_update())
        self.locked = prepare(select(*SHOWN, jobs.c.ordinal).where(*_JOB).with_for_update())
        numbered = update(worlds).where(world, worlds.c.last_job < INT64_MAX)
        self.next_job = prepare(
            numbered.values(last_job=worlds.c.last_job + 1).returning(
                worlds.c.last_job, worlds.c.edition
            )
        )
        following = update(worlds).where(world).values(edition=worlds.c.edition + 1)
        self.next_edition = prepare(following.returning(worlds.c.edition))
        lower = worlds.c.last_job < bindparam("last")
        self.at_least = prepare(
            update(worlds).where(world, lower).values(last_job=bindparam("last"))
        )
        self.add = prepare(_append())
        self.shift = prepare(
            update(jobs)
            .where(_OWNER, _IN_PROJECT, jobs.c.job_id > bindparam("job_id"))
            .values(ordinal=jobs.c.ordinal + 1)
        )
        row: dict[str, BindParameter[object]] = {c.name: bindparam(c.name) for c in jobs.c}
        self.insert = prepare(insert(jobs).values(row))
        its = (jobs.c.owner == bindparam("of"), jobs.c.job_id == bindparam("its"))
        self.replace = prepare(update(jobs).where(*its).values(row))


class Statements:
    """The reads and the writes of one *database*."""

    def __init__(self, database: Database) -> None:
        self.reads = Reads(database)
        self.writes = Writes(database)


def _append() -> ClauseElement:
    """Return the insertion of a job after all others of its project."""
    values = [bindparam(column.name, type_=column.type) for column in _GIVEN]
    ordinal = _newest().scalar_subquery() + literal(1)
    return insert(jobs).from_select(
        [*[column.name for column in _GIVEN], "ordinal"], select(*values, ordinal)
    )


class Moves:
    """The statements that move the jobs of *database* by one lifecycle."""

    def __init__(self, database: Database, lifecycle: Lifecycle, active: Iterable[str]) -> None:
        self.lifecycle = lifecycle
        movement = Movement(lifecycle, active)
        self._prepare = database.prepare
        self._movement = movement
        self._updates: dict[str, Statement] = {}
        self.settle_all = [database.prepare(statement) for statement in movement.settle_all()]
        self.recompute_due = database.prepare(movement.recompute_due())

    def request(self, event: str) -> Statement:
        """Return the statement that makes *event* happen to one job, if it may."""
        if event not in self._updates:
            self._updates[event] = self._prepare(self._movement.request(event))
        return self._updates[event]
