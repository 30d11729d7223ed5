"""Lists that page wrongly, whatever they page by: what a page holds, and what follows it."""

from collections.abc import Awaitable, Callable
from typing import cast

from msgspec import structs

from mockserver.deviations.deviation import OtherRecords
from mockserver.deviations.records import ForwardingRecords
from mockserver.records.kind import Kind
from mockserver.records.listing.query import Query, Slice
from mockserver.records.record import Record, Scope
from mockserver.store.records import Records

#: Returns the page that a query gets instead.
Turn = Callable[["PageRequest"], Awaitable[Slice]]


class PageRequest:
    """A request for the page of a *query*, and the way to the right one."""

    def __init__(self, records: Records, kind: Kind, scope: Scope, query: Query, now: int) -> None:
        self.query = query
        self._records = records
        self._kind = kind
        self._scope = scope
        self._now = now

    @property
    def is_first(self) -> bool:
        """Whether it asks for the first page."""
        return not self.query.offset and self.query.mark is None

    async def find(self, query: Query | None = None) -> Slice:
        """Return the right page, or that of another *query*."""
        asked = self.query if query is None else query
        return await self._records.page(self._kind, self._scope, asked, self._now)

    async def find_before(self) -> Record | None:
        """Return the record that stands before the page, in the list that is asked for."""
        query = self.query
        if query.offset:
            before = structs.replace(query, offset=query.offset - 1, limit=1)
            found = (await self.find(before)).records
            return found[0] if found else None
        mark = query.mark
        if mark is None or mark.back:
            return None
        if mark.key is not None:
            return await self._records.get(self._kind, self._scope, mark.key, self._now)
        position = mark.position
        serial = cast("int", position[-1]) if isinstance(position, tuple) else position
        known = await self._records.all(self._kind, self._now)
        return next((record for record in known if record.serial == serial), None)


class _TurnedRecords(ForwardingRecords):
    def __init__(self, inner: Records, name: str, turn: Turn) -> None:
        super().__init__(inner, name)
        self._turn = turn

    async def page(self, kind: Kind, scope: Scope, query: Query, now: int) -> Slice:
        if kind.name != self._name:
            return await self._inner.page(kind, scope, query, now)
        wanted = structs.replace(query, wants_records=True)
        return await self._turn(PageRequest(self._inner, kind, scope, wanted, now))


def turn_pages(name: str, turn: Turn) -> OtherRecords:
    """Return records whose lists of the kind of that *name* page as *turn* says."""
    return lambda records, _: _TurnedRecords(records, name, turn)


async def overlap(request: PageRequest) -> Slice:
    """Begin a page with the last record of the one before; what follows it is shifted."""
    before = None if request.is_first else await request.find_before()
    if before is None:
        return await request.find()
    found = await request.find()
    kept = list(found.records)
    if request.query.offset and len(kept) == request.query.limit:
        # The next page begins with the one that is left out here.
        kept = kept[:-1]
    return _hold(found, [before, *kept])


async def skip(request: PageRequest) -> Slice:
    """Leave out the first record of each page but the first."""
    found = await request.find()
    return found if request.is_first else _hold(found, list(found.records)[1:])


async def start_over(request: PageRequest) -> Slice:
    """Show the first page again past the end."""
    found = await request.find()
    if request.is_first or found.records:
        return found
    return await request.find(structs.replace(request.query, offset=0, mark=None))


async def say_the_last(request: PageRequest) -> Slice:
    """Say of each page that none comes after it."""
    return structs.replace(await request.find(), after=False)


async def say_more(request: PageRequest) -> Slice:
    """Say of each page that another comes after it."""
    return structs.replace(await request.find(), after=True)


async def count_one_more(request: PageRequest) -> Slice:
    """Count one record more than there are."""
    found = await request.find()
    return found if found.total is None else structs.replace(found, total=found.total + 1)


async def turn_round(request: PageRequest) -> Slice:
    """Show the list from its other end."""
    query = request.query
    return await request.find(structs.replace(query, descending=not query.descending))


def hide(state: str) -> Turn:
    """Return what leaves records of a *state* out of pages."""

    async def turn(request: PageRequest) -> Slice:
        found = await request.find()
        return _hold(found, [record for record in found.records if record.state != state])

    return turn


def _hold(found: Slice, records: list[Record]) -> Slice:
    """Return the page *found*, holding other *records*."""
    joined = b",".join([record.text for record in records])
    return structs.replace(found, records=records, joined=joined)
