"""The journal of a world that several servers share: the exchanges of all of them."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import NamedTuple

import msgspec
from msgspec import Struct
from multidict import CIMultiDict
from sqlalchemy import BindParameter, bindparam, delete, select, update

from mockserver.http.messages import Request, Response, escape_octets
from mockserver.http.redaction import redact_credentials
from mockserver.replicas.batcher import Batcher
from mockserver.store.interface import StoreUnavailableError
from mockserver.store.sql.database import Database
from mockserver.store.sql.tables import exchanges, journals
from mockserver.worlds.journal import Entry, Exchange, Extent

#: How much of a response body is stored: as much as the control API shows.
_MOST_BODY = 16_384
#: How many exchanges wait at most for a database that cannot be reached.
_MOST_PENDING = 10_000


class StoredExchange(Struct, frozen=True, array_like=True):
    """An exchange as it is stored. *known* is whether its API key was one of the world."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    peer: str
    body_length: int
    operation: str
    faults: tuple[str, ...]
    known: bool
    status: int
    fields: dict[str, str]
    body: bytes


class NewEntry(NamedTuple):
    """An exchange to be written into the journal of the world *owner*; *line* is its JSON."""

    owner: int
    capacity: int
    at: int
    seconds: float
    line: str


class JournalWriter:
    """Writes the exchanges of this server to the database, in batches."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pending: Sequence[NewEntry] = ()
        self._batcher = Batcher(self._write)
        owner: BindParameter[int] = bindparam("owner")
        self._count = database.prepare(
            update(journals)
            .where(journals.c.owner == owner)
            .values(recorded=journals.c.recorded + bindparam("more"))
            .returning(journals.c.recorded)
        )
        self._trim = database.prepare(
            delete(exchanges).where(
                exchanges.c.owner == owner, exchanges.c.number <= bindparam("old")
            )
        )

    def write(self, entry: NewEntry) -> Awaitable[int]:
        """Return the future number of the entry; it is known once the entry is written."""
        return self._batcher.add(entry)

    async def _write(self, entries: Sequence[NewEntry]) -> Sequence[int]:
        """Write *entries*, and those that could not be written before; return their numbers."""
        everything = [*self._pending, *entries]
        try:
            numbers = await self._write_together(everything)
        except StoreUnavailableError:
            # The clients have their responses. The entries are written as soon as that is possible.
            self._pending = everything[-_MOST_PENDING:]
            return [0] * len(entries)
        self._pending = ()
        first = len(everything) - len(entries)
        return [numbers.get(first + place, 0) for place in range(len(entries))]

    async def _write_together(self, entries: Sequence[NewEntry]) -> Mapping[int, int]:
        """Write *entries* and return the number of each, by its index."""
        by_owner: dict[int, list[int]] = {}
        for place, entry in enumerate(entries):
            by_owner.setdefault(entry.owner, []).append(place)
        numbers: dict[int, int] = {}
        async with self._database.transaction():
            # In order, so that two servers that write for the same worlds cannot block each other.
            for owner, places in sorted(by_owner.items()):
                more = {"owner": owner, "more": len(places)}
                rows = await self._database.rows(self._count, more)
                if not rows:
                    continue
                recorded = int(rows[0][0])
                first = recorded - len(places) + 1
                numbers |= {place: first + n for n, place in enumerate(places)}
                old = recorded - entries[places[0]].capacity
                if old > 0:
                    await self._database.count(self._trim, {"owner": owner, "old": old})
            await self._database.fill(
                exchanges,
                [
                    (entry.owner, numbers[place], entry.at, entry.seconds, entry.line)
                    for place, entry in enumerate(entries)
                    if place in numbers
                ],
            )
        return numbers


class SharedJournal:
    """The journal of the world whose number is *owner*, in the database."""

    def __init__(
        self, database: Database, recorder: JournalWriter, owner: int, capacity: int
    ) -> None:
        self.capacity = capacity
        self._database = database
        self._writer = recorder
        self._owner = owner

    def record(self, exchange: Exchange) -> Awaitable[int]:
        """Write an exchange; its number is 0 if its world is gone or it is not yet written."""
        line = _encode(exchange)
        return self._writer.write(
            NewEntry(self._owner, self.capacity, exchange.at, exchange.seconds, line)
        )

    async def extent(self) -> Extent:
        """Return how many entries there were and are."""
        query = select(journals.c.recorded).where(journals.c.owner == self._owner)
        rows = await self._database.rows(self._database.prepare(query), {})
        recorded = int(rows[0][0]) if rows else 0
        return Extent(recorded, min(recorded, self.capacity))

    async def entries(self, after: int = 0) -> Sequence[Entry]:
        """Return the entries with a number above *after*, the oldest first."""
        table = exchanges.c
        query = (
            select(table.number, table.at, table.entry, table.seconds)
            .where(table.owner == self._owner, table.number > after)
            .order_by(table.number.desc())
            .limit(self.capacity)
        )
        rows = await self._database.rows(self._database.prepare(query), {})
        return [Entry(number, _decode(line, at, s)) for number, at, line, s in rows[::-1]]

    async def clear(self) -> None:
        """Delete all entries; the next one is number 1."""
        async with self._database.transaction():
            for statement in (
                update(journals).where(journals.c.owner == self._owner).values(recorded=0),
                delete(exchanges).where(exchanges.c.owner == self._owner),
            ):
                await self._database.count(self._database.prepare(statement), {})


def _encode(exchange: Exchange) -> str:
    request, response = exchange.request, exchange.response
    headers = [
        (str(name), redact_credentials(value) if name.lower() == "authorization" else value)
        for name, value in request.headers.items()
    ]
    line = StoredExchange(
        request.method,
        request.target,
        headers,
        request.peer,
        request.body_length,
        request.operation,
        exchange.faults,
        exchange.is_authenticated,
        response.status,
        response.headers,
        response.body[:_MOST_BODY],
    )
    try:
        return msgspec.json.encode(line).decode()
    except UnicodeEncodeError:
        # Octets that are not UTF-8 are stored as the control API shows them.
        clean = [(escape_octets(name), escape_octets(value)) for name, value in headers]
        line = msgspec.structs.replace(line, target=escape_octets(line.target), headers=clean)
        return msgspec.json.encode(line).decode()


def _decode(text: str, at: int, seconds: float) -> Exchange:
    line = msgspec.json.decode(text, type=StoredExchange)
    headers = CIMultiDict(line.headers)
    request = Request(line.method, line.target, headers, line.peer, line.body_length)
    request.operation = line.operation
    response = Response(line.status, line.body, line.fields)
    return Exchange(at, request, line.faults, line.known, response, seconds)
