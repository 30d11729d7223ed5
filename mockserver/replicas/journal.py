"""The exchanges of a world, whichever of its servers answered them."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import NamedTuple

import msgspec
from msgspec import Struct
from multidict import CIMultiDict
from sqlalchemy import BindParameter, bindparam, delete, select, update

from mockserver.domain.tenancy import Organization, Tenant
from mockserver.http.messages import Request, Response
from mockserver.replicas.batches import Batches
from mockserver.store.interface import StoreUnavailableError
from mockserver.store.sql.database import Database
from mockserver.store.sql.tables import exchanges, journals
from mockserver.worlds.journal import Entry, Extent

#: How much of an answer is kept: as much as is ever shown.
_MOST_BODY = 16_384
#: How many exchanges are kept at most for a database that cannot be reached.
_MOST_KEPT = 10_000
_HIDDEN = "[API key]"
_SCHEMES = ("", "bearer", "basic", "digest")
_SOMEBODY = Tenant(Organization("", "", ()))


class Line(Struct, frozen=True, array_like=True):
    """An exchange as it is kept. *known* is whether its key opened something."""

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


class Recorded(NamedTuple):
    """An exchange that is to be written into the journal of the world *owner*."""

    owner: int
    capacity: int
    at: int
    seconds: float
    line: str


class Recorder:
    """Writes the exchanges of this server: all that came while it wrote are written together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: Sequence[Recorded] = ()
        self._batches = Batches(self._write)
        of: BindParameter[int] = bindparam("owner")
        self._count = database.prepare(
            update(journals)
            .where(journals.c.owner == of)
            .values(recorded=journals.c.recorded + bindparam("more"))
            .returning(journals.c.recorded)
        )
        self._trim = database.prepare(
            delete(exchanges).where(exchanges.c.owner == of, exchanges.c.number <= bindparam("old"))
        )

    def record(self, recorded: Recorded) -> Awaitable[int]:
        """Return what will be the number of the exchange, once it is written."""
        return self._batches.add(recorded)

    async def _write(self, recorded: Sequence[Recorded]) -> Sequence[int]:
        """Write exchanges, and those that could not be written before; return their numbers."""
        everything = [*self._kept, *recorded]
        try:
            numbers = await self._write_together(everything)
        except StoreUnavailableError:
            # What was answered was answered; it is written when that is possible again.
            self._kept = everything[-_MOST_KEPT:]
            return [0] * len(recorded)
        self._kept = ()
        first = len(everything) - len(recorded)
        return [numbers.get(first + place, 0) for place in range(len(recorded))]

    async def _write_together(self, taken: Sequence[Recorded]) -> Mapping[int, int]:
        """Write exchanges and return the number of each, by its place in *taken*."""
        by_owner: dict[int, list[int]] = {}
        for place, each in enumerate(taken):
            by_owner.setdefault(each.owner, []).append(place)
        numbers: dict[int, int] = {}
        async with self._database.transaction():
            # In order, so that two servers that write for the same worlds cannot block each other.
            for owner, places in sorted(by_owner.items()):
                more = {"owner": owner, "more": len(places)}
                counted = await self._database.rows(self._count, more)
                if not counted:
                    continue
                recorded = int(counted[0][0])
                first = recorded - len(places) + 1
                numbers |= {place: first + n for n, place in enumerate(places)}
                old = recorded - taken[places[0]].capacity
                if old > 0:
                    await self._database.count(self._trim, {"owner": owner, "old": old})
            await self._database.fill(
                exchanges,
                [
                    (w.owner, numbers[place], w.at, w.seconds, w.line)
                    for place, w in enumerate(taken)
                    if place in numbers
                ],
            )
        return numbers


class SharedJournal:
    """The journal of the world whose number is *owner*."""

    def __init__(self, database: Database, recorder: Recorder, owner: int, capacity: int) -> None:
        self.capacity = capacity
        self._database = database
        self._recorder = recorder
        self._owner = owner

    def record(
        self, at: int, request: Request, response: Response, seconds: float
    ) -> Awaitable[int]:
        """Keep an exchange; its number is 0 if its world is gone or it could not be written yet."""
        line = _encode(request, response)
        return self._recorder.record(Recorded(self._owner, self.capacity, at, seconds, line))

    async def extent(self) -> Extent:
        """Return how many entries there were and are."""
        asked = select(journals.c.recorded).where(journals.c.owner == self._owner)
        rows = await self._database.rows(self._database.prepare(asked), {})
        recorded = int(rows[0][0]) if rows else 0
        return Extent(recorded, min(recorded, self.capacity))

    async def entries(self) -> Sequence[Entry]:
        """Return the entries, the oldest first."""
        table = exchanges.c
        asked = (
            select(table.number, table.at, table.entry, table.seconds)
            .where(table.owner == self._owner)
            .order_by(table.number.desc())
            .limit(self.capacity)
        )
        rows = await self._database.rows(self._database.prepare(asked), {})
        return [Entry(number, at, *_decode(line), s) for number, at, line, s in rows[::-1]]

    async def clear(self) -> None:
        """Forget all entries and count from 1 again."""
        async with self._database.transaction():
            for statement in (
                update(journals).where(journals.c.owner == self._owner).values(recorded=0),
                delete(exchanges).where(exchanges.c.owner == self._owner),
            ):
                await self._database.count(self._database.prepare(statement), {})


def _encode(request: Request, response: Response) -> str:
    headers = [(str(name), _hide_key(name, value)) for name, value in request.headers.items()]
    line = Line(
        request.method,
        request.target,
        headers,
        request.peer,
        request.body_length,
        request.operation,
        request.faults,
        request.tenant is not None,
        response.status,
        response.headers,
        response.body[:_MOST_BODY],
    )
    try:
        return msgspec.json.encode(line).decode()
    except UnicodeEncodeError:
        # Octets that are not UTF-8: kept as they will be shown.
        clean = [(_clean(name), _clean(value)) for name, value in headers]
        line = msgspec.structs.replace(line, target=_clean(line.target), headers=clean)
        return msgspec.json.encode(line).decode()


def _hide_key(name: str, value: str) -> str:
    """Return a header's value; of a key that was shown only the scheme is kept."""
    if name.lower() != "authorization":
        return value
    scheme, _, key = value.partition(" ")
    # What is no scheme may be a key as well.
    if scheme.lower() not in _SCHEMES:
        return _HIDDEN
    return f"{scheme} {_HIDDEN}" if key.strip() else value


def _clean(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _decode(text: str) -> tuple[Request, Response]:
    line = msgspec.json.decode(text, type=Line)
    headers = CIMultiDict(line.headers)
    request = Request(line.method, line.target, headers, line.peer, line.body_length)
    request.operation = line.operation
    request.faults = line.faults
    request.tenant = _SOMEBODY if line.known else None
    return request, Response(line.status, line.body, line.fields)
