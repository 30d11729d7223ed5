"""The statements on records, the same for every contract."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    LargeBinary,
    Select,
    Text,
    bindparam,
    delete,
    exists,
    false,
    func,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.elements import BindParameter

from mockserver.records.sql.rows import PAGED, SHOWN
from mockserver.store.sql.database import Database
from mockserver.store.sql.tables import conflicts, kinds, records, scopes

_OFFSET: BindParameter[int] = bindparam("offset", type_=BigInteger)
_UNTIL: BindParameter[int] = bindparam("until", type_=BigInteger)
_LIMIT: BindParameter[int] = bindparam("limit", type_=BigInteger)
_NOW: BindParameter[int] = bindparam("now", type_=BigInteger)
_ORDER: tuple[ColumnElement[Any], ...] = (records.c.place, records.c.serial)
_POSITION = tuple_(bindparam("place", type_=LargeBinary), bindparam("serial", type_=BigInteger))
#: What a change of a record writes.
_CHANGED = ("place", "state", "entered", "text", "plan", "pending", "due_at")


def _of(table: Any) -> list[ColumnElement[bool]]:
    """Return that a row is of the kind of a world."""
    return [table.c.owner == bindparam("owner"), table.c.kind == bindparam("kind")]


def _in_scope(table: Any) -> list[ColumnElement[bool]]:
    return [*_of(table), table.c.scope == bindparam("scope")]


_ONE = [*_of(records), records.c.serial == bindparam("serial", type_=BigInteger)]
_SEEN = [*_ONE, records.c.edition == bindparam("seen", type_=BigInteger)]


def _size() -> Select[tuple[int]]:
    """Return how many records a scope has, which is the highest ordinal."""
    counted = records.alias()
    return select(func.coalesce(func.max(counted.c.ordinal), 0)).where(*_in_scope(counted))


def _page(*, descending: bool) -> ClauseElement:
    """Return a page that is counted off, which is a range of ordinals, and the size of the list."""
    size = _size().scalar_subquery()
    if descending:
        ranged = [records.c.ordinal <= size - _OFFSET, records.c.ordinal > size - _UNTIL]
    else:
        ranged = [records.c.ordinal > _OFFSET, records.c.ordinal <= _UNTIL]
    order = records.c.ordinal.desc() if descending else records.c.ordinal.asc()
    return select(*PAGED, size).where(*_in_scope(records), *ranged).order_by(order)


def _beyond(*, descending: bool, has_position: bool) -> ClauseElement:
    """Return so many records beyond a position, or from an end; last, whether others are behind."""
    order = [column.desc() if descending else column.asc() for column in _ORDER]
    where = _in_scope(records)
    behind: ColumnElement[bool] = false()
    if has_position:
        behind = exists(_behind(descending=descending))
        here = tuple_(*_ORDER)
        where.append(here < _POSITION if descending else here > _POSITION)
    return select(*PAGED, behind).where(*where).order_by(*order).limit(_LIMIT)


def _behind(*, descending: bool) -> Select[Any]:
    """Return the nearest record at a position or on its other side."""
    other = records.alias()
    here = tuple_(other.c.place, other.c.serial)
    where = here >= _POSITION if descending else here <= _POSITION
    columns = (other.c.place, other.c.serial)
    order = [column.asc() if descending else column.desc() for column in columns]
    return select(other.c.serial).where(*_in_scope(other), where).order_by(*order).limit(1)


def _renumber() -> ClauseElement:
    """Return what counts the records of a scope again, from a position on."""
    before, behind = records.alias(), records.alias()
    last = (
        select(before.c.ordinal)
        .where(*_in_scope(before), tuple_(before.c.place, before.c.serial) < _POSITION)
        .order_by(before.c.place.desc(), before.c.serial.desc())
        .limit(1)
    )
    order = (behind.c.place, behind.c.serial)
    rank = func.row_number().over(order_by=order).label("rank")
    counted = (
        select(behind.c.serial, rank)
        .where(*_in_scope(behind), tuple_(*order) >= _POSITION)
        .subquery()
    )
    ordinal = func.coalesce(last.scalar_subquery(), 0) + counted.c.rank
    return (
        update(records)
        .where(*_of(records), records.c.serial == counted.c.serial, records.c.ordinal != ordinal)
        .values(ordinal=ordinal)
    )


class Reads:
    """What a store asks of *database*, ready to be run."""

    def __init__(self, database: Database) -> None:
        prepare = database.prepare
        self._prepare = prepare
        both = (False, True)
        #: By whether the list begins with the greatest.
        self.page = {d: prepare(_page(descending=d)) for d in both}
        #: By the direction, and whether there is a position to begin at.
        self.beyond = {
            (d, p): prepare(_beyond(descending=d, has_position=p)) for d in both for p in both
        }
        self.size = prepare(_size())
        self.scope = prepare(
            select(*PAGED).where(*_in_scope(records)).order_by(records.c.place, records.c.serial)
        )
        keyed = [*_of(records), records.c.key == bindparam("key")]
        self.get = prepare(
            select(*SHOWN).where(*keyed, records.c.scope == bindparam("scope", type_=Text))
        )
        self.get_any = prepare(select(*SHOWN).where(*keyed).order_by(records.c.serial).limit(1))
        self.all = prepare(select(*SHOWN).where(*_of(records)).order_by(records.c.serial))
        due = [*_of(records), records.c.due_at <= _NOW]
        self.due = prepare(
            select(*SHOWN).where(*due).order_by(records.c.due_at, records.c.serial).limit(_LIMIT)
        )
        self.is_due = prepare(select(records.c.serial).where(*due).limit(1))
        self.conflicting = prepare(_conflicting())
        self.highest = prepare(select(scopes.c.highest).where(*_in_scope(scopes)))
        self.highest_of_all = prepare(select(func.max(scopes.c.highest)).where(*_of(scopes)))


class Writes:
    """What a store does to *database*, ready to be run."""

    def __init__(self, database: Database) -> None:
        prepare = database.prepare
        same = update(kinds).where(*_of(kinds)).values(last=kinds.c.last)
        #: Locks the kind, and tells its last serial number.
        self.lock = prepare(same.returning(kinds.c.last))
        last = bindparam("serial", type_=BigInteger)
        self.count_up = prepare(update(kinds).where(*_of(kinds)).values(last=last))
        changed = {name: bindparam(name, type_=records.c[name].type) for name in _CHANGED}
        edition = {"edition": records.c.edition + 1}
        self.swap = prepare(update(records).where(*_SEEN).values({**changed, **edition}))
        self.remove = prepare(delete(records).where(*_SEEN))
        self.insert = prepare(insert(records).values(_parameters(records)))
        self.renumber = prepare(_renumber())
        of_record = [*_of(conflicts), conflicts.c.serial == bindparam("serial", type_=BigInteger)]
        self.forget_conflicts = prepare(delete(conflicts).where(*of_record))
        self.insert_conflict = prepare(insert(conflicts).values(_parameters(conflicts)))
        self.insert_scope = prepare(_insert_scope())
        highest = bindparam("highest", type_=BigInteger)
        lower = [*_in_scope(scopes), scopes.c.highest < highest]
        self.at_least = prepare(update(scopes).where(*lower).values(highest=highest))


class Statements:
    """Both, of one *database*."""

    def __init__(self, database: Database) -> None:
        self.reads = Reads(database)
        self.writes = Writes(database)


def _parameters(table: Any) -> dict[str, BindParameter[Any]]:
    return {column.name: bindparam(column.name, type_=column.type) for column in table.c}


def _conflicting() -> ClauseElement:
    """Return the records that hold the same where they may conflict."""
    same = [conflicts.c[name] == records.c[name] for name in ("owner", "kind", "serial")]
    held = [conflicts.c[name] == bindparam(name) for name in ("pointer", "value")]
    return select(*SHOWN).where(*_of(conflicts), *held, *same)


def _insert_scope() -> ClauseElement:
    """Return the insertion of a scope that is not known yet."""
    known = exists(select(scopes.c.highest).where(*_in_scope(scopes)))
    values = [bindparam(column.name, type_=column.type) for column in scopes.c]
    return insert(scopes).from_select([c.name for c in scopes.c], select(*values).where(~known))
