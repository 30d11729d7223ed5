"""The statements on records, the same for every contract."""

import operator
from collections.abc import Callable
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    LargeBinary,
    Select,
    Text,
    and_,
    bindparam,
    delete,
    exists,
    false,
    func,
    insert,
    literal_column,
    select,
    tuple_,
    update,
)
from sqlalchemy import (
    cast as cast_to,
)
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.elements import BindParameter

from mockserver.store.sql.database import Database
from mockserver.store.sql.rows import PAGED, SHOWN
from mockserver.store.sql.tables import conflicts, highest, kinds, records

_OFFSET: BindParameter[int] = bindparam("offset", type_=BigInteger)
_UNTIL: BindParameter[int] = bindparam("until", type_=BigInteger)
_LIMIT: BindParameter[int] = bindparam("limit", type_=BigInteger)
_NOW: BindParameter[int] = bindparam("now", type_=BigInteger)
_PLACE: BindParameter[bytes] = bindparam("place", type_=LargeBinary)
_SERIAL: BindParameter[int] = bindparam("serial", type_=BigInteger)
#: What a change of a record writes.
_CHANGED = ("place", "head", "text", "due_at")


def _of(table: Any) -> list[ColumnElement[bool]]:
    """Return that a row is of the kind of a world."""
    return [table.c.owner == bindparam("owner"), table.c.kind == bindparam("kind")]


def _in_scope(table: Any) -> list[ColumnElement[bool]]:
    return [*_of(table), table.c.scope == bindparam("scope")]


_ONE = [*_of(records), records.c.serial == bindparam("serial", type_=BigInteger)]
_NAMED = [*_of(highest), highest.c.name == bindparam("name")]
#: By servers that know how the records move.
_CURRENT = exists(
    select(kinds.c.last).where(
        *_of(kinds), kinds.c.edition == bindparam("current", type_=BigInteger)
    )
)
_SEEN = [*_ONE, records.c.edition == bindparam("seen", type_=BigInteger), _CURRENT]


def _size() -> Select[tuple[int]]:
    """Return how many records a scope has, which is the highest ordinal."""
    counted = records.alias()
    return select(func.coalesce(func.max(counted.c.ordinal), 0)).where(*_in_scope(counted))


def _page(*, descending: bool, has_heads: bool) -> ClauseElement:
    """Return a page that is counted off, which is a range of ordinals, as one row.

    It holds the texts of the records, with commas between; when the first of them is due; the size
    of the list; and, where that is wanted, the heads of the records. For each row that it reads a
    driver takes longer than a database takes to join one.
    """
    size = _size().scalar_subquery()
    if descending:
        ranged = [records.c.ordinal <= size - _OFFSET, records.c.ordinal > size - _UNTIL]
    else:
        ranged = [records.c.ordinal > _OFFSET, records.c.ordinal <= _UNTIL]
    order = records.c.ordinal.desc() if descending else records.c.ordinal.asc()
    columns = PAGED if has_heads else (records.c.text, records.c.due_at)
    ranged_page = select(*columns).where(*_in_scope(records), *ranged).order_by(order)
    # A plan for any range expects a two hundredth of all records in it: so many that PostgreSQL
    # would compile machine code for a query of many pages.
    page = ranged_page.limit(_UNTIL - _OFFSET).subquery()
    heads = (_join(page.c.head),) if has_heads else ()
    return select(_join(page.c.text), func.min(page.c.due_at), size, *heads)


def _join(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the values of a *column* in the order of the rows, with commas between."""
    # A bound comma would be text, and PostgreSQL joins bytes with bytes alone.
    comma: Any = literal_column("','")
    return cast_to(func.aggregate_strings(column, comma), column.type)


def _stands(
    table: Any, compare: Callable[[Any, Any], Any], *, by_place: bool
) -> ColumnElement[bool]:
    """Return that a row stands before or behind a position, as *compare* says.

    Without places the rows are in the order of their serial numbers. A comparison of pairs says the
    same, but PostgreSQL would expect it to hold for no row, and look for those in any index.
    """
    if by_place:
        pair = tuple_(table.c.place, table.c.serial)
        return cast("ColumnElement[bool]", compare(pair, tuple_(_PLACE, _SERIAL)))
    return and_(table.c.place == _PLACE, compare(table.c.serial, _SERIAL))


def _order(table: Any, *, descending: bool) -> list[ColumnElement[Any]]:
    columns = (table.c.place, table.c.serial)
    return [column.desc() if descending else column.asc() for column in columns]


def _beyond(*, by_place: bool, descending: bool, has_position: bool) -> ClauseElement:
    """Return so many records beyond a position, or from an end; last, whether others are behind."""
    where = _in_scope(records)
    behind: ColumnElement[bool] = false()
    if has_position:
        other = records.alias()
        stands = _stands(other, operator.ge if descending else operator.le, by_place=by_place)
        nearest = (
            select(other.c.serial)
            .where(*_in_scope(other), stands)
            .order_by(*_order(other, descending=not descending))
            .limit(1)
        )
        # Of EXISTS, PostgreSQL forgets the order, and then looks in any index.
        behind = nearest.scalar_subquery().is_not(None)
        compare = operator.lt if descending else operator.gt
        where.append(_stands(records, compare, by_place=by_place))
    order = _order(records, descending=descending)
    return select(*PAGED, behind).where(*where).order_by(*order).limit(_LIMIT)


def _number(*, by_place: bool) -> ClauseElement:
    """Return what counts one record of a scope, behind all that stand before its position."""
    before = records.alias()
    last = (
        select(before.c.ordinal)
        .where(*_in_scope(before), _stands(before, operator.lt, by_place=by_place))
        .order_by(*_order(before, descending=True))
        .limit(1)
    )
    ordinal = func.coalesce(last.scalar_subquery(), 0) + 1
    return update(records).where(*_ONE).values(ordinal=ordinal)


def _shift(*, by_place: bool) -> ClauseElement:
    """Return what counts all records of a scope behind a position higher, or lower."""
    behind = _stands(records, operator.gt, by_place=by_place)
    ordinal = records.c.ordinal + bindparam("by", type_=BigInteger)
    return update(records).where(*_in_scope(records), behind).values(ordinal=ordinal)


class Reads:
    """What a store asks of *database*, ready to be run."""

    def __init__(self, database: Database) -> None:
        prepare = database.prepare
        both = (False, True)
        #: By whether the list begins with the greatest, and whether heads are read.
        self.page = {(d, h): prepare(_page(descending=d, has_heads=h)) for d in both for h in both}
        #: By whether the list is ordered by a place, begins with the greatest, and whether there is
        #: a position to begin at.
        self.beyond = {
            (o, d, p): prepare(_beyond(by_place=o, descending=d, has_position=p))
            for o in both
            for d in both
            for p in both
        }
        self.size = prepare(_size())
        self.scope = prepare(select(*PAGED).where(*_in_scope(records)))
        keyed = [*_of(records), records.c.key == bindparam("key")]
        self.get = prepare(
            select(*SHOWN).where(*keyed, records.c.scope == bindparam("scope", type_=Text))
        )
        # By the number itself, SQLite would look for the key in all records, one after the other.
        first = records.c.serial + 0
        self.get_any = prepare(select(*SHOWN).where(*keyed).order_by(first).limit(1))
        self.all = prepare(select(*SHOWN).where(*_of(records)).order_by(records.c.serial))
        due = [*_of(records), records.c.due_at <= _NOW]
        self.due = prepare(
            select(*SHOWN).where(*due).order_by(records.c.due_at, records.c.serial).limit(_LIMIT)
        )
        self.is_due = prepare(select(records.c.serial).where(*due).limit(1))
        held = [conflicts.c[name] == bindparam(name) for name in ("pointer", "value")]
        # Joined, PostgreSQL may read all conflicts for each record while it knows neither table.
        self.conflicting = prepare(select(conflicts.c.serial).where(*_of(conflicts), *held))
        self.numbered = prepare(select(*SHOWN).where(*_ONE))
        self.highest = prepare(select(highest.c.highest).where(*_NAMED))
        # The names of scopes are JSON arrays.
        is_scope = func.substr(highest.c.name, 1, 1) == "["
        self.highest_key = prepare(
            select(func.max(highest.c.highest)).where(*_of(highest), is_scope)
        )


class Writes:
    """What a store does to *database*, ready to be run."""

    def __init__(self, database: Database) -> None:
        prepare = database.prepare
        same = update(kinds).where(*_of(kinds)).values(last=kinds.c.last)
        #: Locks the kind, and tells its last serial number and its edition.
        self.lock = prepare(same.returning(kinds.c.last, kinds.c.edition))
        self.edition = prepare(select(kinds.c.edition).where(*_of(kinds)))
        begun = update(kinds).where(*_of(kinds)).values(edition=kinds.c.edition + 1)
        self.begin_edition = prepare(begun.returning(kinds.c.edition))
        lower_last = [*_of(kinds), kinds.c.last < _SERIAL]
        self.count_up = prepare(update(kinds).where(*lower_last).values(last=_SERIAL))
        changed = {name: bindparam(name, type_=records.c[name].type) for name in _CHANGED}
        edition = {"edition": records.c.edition + 1}
        self.swap = prepare(update(records).where(*_SEEN).values({**changed, **edition}))
        self.remove = prepare(delete(records).where(*_SEEN))
        self.insert = prepare(insert(records).values(_parameters(records)))
        #: By whether the list is ordered by a place.
        self.number = {o: prepare(_number(by_place=o)) for o in (False, True)}
        self.shift = {o: prepare(_shift(by_place=o)) for o in (False, True)}
        of_record = [*_of(conflicts), conflicts.c.serial == bindparam("serial", type_=BigInteger)]
        self.forget_conflicts = prepare(delete(conflicts).where(*of_record))
        self.insert_conflict = prepare(insert(conflicts).values(_parameters(conflicts)))
        self.insert_highest = prepare(_insert_highest())
        number = bindparam("highest", type_=BigInteger)
        lower = [*_NAMED, highest.c.highest < number]
        self.at_least = prepare(update(highest).where(*lower).values(highest=number))


class Statements:
    """Both, of one *database*."""

    def __init__(self, database: Database) -> None:
        self.reads = Reads(database)
        self.writes = Writes(database)


def _parameters(table: Any) -> dict[str, BindParameter[Any]]:
    return {column.name: bindparam(column.name, type_=column.type) for column in table.c}


def _insert_highest() -> ClauseElement:
    """Return the insertion of a number under a name that has none yet."""
    known = exists(select(highest.c.highest).where(*_NAMED))
    values = [bindparam(column.name, type_=column.type) for column in highest.c]
    return insert(highest).from_select([c.name for c in highest.c], select(*values).where(~known))
