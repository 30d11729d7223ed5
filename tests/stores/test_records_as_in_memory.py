"""Records in a database do what those in memory do, whatever is asked of them in which order."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from mockserver.contract.contract import SERVER
from mockserver.records.arguments import Arguments
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Lifecycle
from mockserver.records.listing.pages import PageWriter, Target
from mockserver.records.listing.query import Mark, Query, Slice
from mockserver.records.listing.request import QueryReader
from mockserver.records.moments import stamp_of
from mockserver.records.record import Planned, Record, Scope
from mockserver.records.refusals import InvalidArgumentError
from mockserver.store.records import (
    ConflictError,
    KeyTakenError,
    MoveCall,
    RecordNotFoundError,
    Records,
)
from tests.records.kinds import ALL, JOBS, action, kind, small
from tests.records.walking import NOW, URL
from tests.stores.apis import jobs
from tests.stores.record_places import RecordPlace

#: Small contracts: records that are gone by themselves, are ordered by what moves write, or
#: by text.
GONE, MOVING, COLOURED = "gone by themselves", "ordered by moves", "ordered by text"
#: What is done, with which of the records and operations, after how many milliseconds.
Step = tuple[str, int, int, int]
DOINGS = (
    "page",
    "page",
    "page",
    "get",
    "add",
    "add",
    "move",
    "move",
    "delete",
    "plan",
    "write",
    "settle",
    "restore",
    "force",
    "use",
)
steps = st.lists(
    st.tuples(
        st.sampled_from(DOINGS),
        st.integers(0, 9),
        st.integers(0, 9),
        st.sampled_from([0, 0, 1, 40_000, 3_600_000]),
    ),
    max_size=14,
)
#: Orders that a request may state, by kind.
STATED = {
    "dagRuns": ("order_by", ["state", "-run_after", "-dag_run_id"]),
    "batches": ("order", ["asc", "desc"]),
}
#: A filter, by kind, and what it may be.
FILTERED = {
    "dagRuns": ("state", ["queued", "success"]),
    "runs": ("status", ["queued", "completed"]),
    "pipelines": ("status", ["pending", "success"]),
    "things": ("state", ["new", "failed"]),
}


def members(of: Kind, number: int) -> dict[str, Any]:
    """Return the members of a record of a kind; every third is in the way of others."""
    made: dict[str, Any] = {
        "number": number,
        "colour": "ä\0\ud7ff"[number % 3],
        "referenceId": "same" if number % 3 == 0 else f"u{number}",
    }
    if of.key is not None:
        of.key.write(made, number if of.key_of("7") == 7 else f'k"{number}')
    for pointer in ("/created_at", "/run_after"):
        unit = of.scale(pointer).moment
        if unit is not None:
            made[pointer[1:]] = stamp_of(NOW - number * 7919 % 13 * 1000, unit)
    return made


def scopes_of(of: Kind) -> list[Scope]:
    """Return the scopes in which there are records."""
    return [tuple(f"{each}{name}" for name in of.scope) for each in ("a", "b")][
        : 2 if of.scope else 1
    ]


def queries(of: Kind, one: int, two: int) -> list[tuple[str, str]]:
    """Return parameters of a list, chosen by two numbers."""
    asked: list[tuple[str, str]] = []
    pages = of.pages
    if pages.limit is not None:
        asked.append((pages.limit.parameter, str(1 + two % 4)))
    if pages.page is not None:
        asked.append((pages.page.parameter, str(one % 4)))
    if pages.offset is not None:
        asked.append((pages.offset.parameter, str(one)))
    if of.name in STATED and one % 2:
        parameter, values = STATED[of.name]
        asked.append((parameter, values[two % len(values)]))
    if of.name in FILTERED and one % 3 == 0:
        parameter, values = FILTERED[of.name]
        asked.append((parameter, values[two % len(values)]))
    return asked


def leave_out(of: Kind, left: frozenset[str]) -> Mapping[str, Lifecycle]:
    """Return a lifecycle without the moves of the server, or those of clients (``""``)."""
    said = of.resource.lifecycle
    assert said is not None
    moves = tuple(
        fact for fact in said.moves if (SERVER if fact.value.by == SERVER else "") not in left
    )
    return {of.name: Lifecycle(structs.replace(said, moves=moves), of.resource.record)}


class Session:
    """A client of a store, which remembers what it was told."""

    def __init__(self, of: Kind, store: Records) -> None:
        self.told: list[Any] = []
        self._kind = of
        self._store = store
        self._now = NOW
        self._made = 0
        self._gone: list[Record] = []
        self._seen: dict[int, Slice] = {}
        self._scopes = scopes_of(of)
        self._moves = () if self._kind.lifecycle is None else self._kind.lifecycle.moves

    async def live(self, history: Sequence[Step]) -> list[Any]:
        """Do all steps; return what was told, and what there is at last."""
        if len(history) % 2:
            await self._store.highest_at(self._kind, "/number", self._now)
        for doing, one, two, passed in history:
            self._now += passed
            try:
                self.told.append(await getattr(self, f"_{doing}")(one, two))
            except (
                ConflictError,
                InvalidArgumentError,
                KeyTakenError,
                RecordNotFoundError,
            ) as error:
                self.told.append((type(error), str(error)))
            await self._look()
        for scope in (None, *self._scopes):
            self.told.append(await self._store.highest(self._kind, scope, self._now))
        self.told.append(await self._store.highest_at(self._kind, "/number", self._now))
        await self._store.settle(self._now)
        self.told.append(await self._store.all(self._kind, self._now))
        return self.told

    async def _page(self, one: int, two: int) -> Any:
        scope = self._scopes[one % len(self._scopes)]
        asked = queries(self._kind, one, two)
        query = QueryReader(self._kind).read(scope, Arguments(query=asked))
        found = await self._store.page(self._kind, scope, query, self._now)
        said = PageWriter(self._kind).write(query, found, scope, Target(URL, asked))
        marked = [
            await self._store.page(self._kind, scope, each, self._now)
            for record in found.records[:1]
            for each in _beside(query, record)
        ]
        ends = structs.replace(query, offset=0, mark=Mark(back=bool(two % 2)))
        last = await self._store.page(self._kind, scope, ends, self._now)
        return said, [_told(each) for each in (found, last, *marked)]

    async def _look(self) -> None:
        """Look whether what is remembered of a revision is what would be read."""
        revision = self._store.revision(self._now)
        query = QueryReader(self._kind).read(self._scopes[0], Arguments())
        found = await self._store.page(self._kind, self._scopes[0], query, self._now)
        if revision is not None:
            assert _told(self._seen.setdefault(revision, found)) == _told(found)

    async def _get(self, one: int, two: int) -> Any:
        scope = None if two % 3 == 0 else self._scopes[two % len(self._scopes)]
        return await self._store.get(self._kind, scope, self._key(one), self._now)

    async def _add(self, one: int, two: int) -> Any:
        self._made += 1
        # Also such as are there already.
        number = one if two % 2 else 10 + self._made
        scope = self._scopes[two % len(self._scopes)]
        record = self._kind.begin(members(self._kind, number), scope, self._now)
        creations = self._kind.resource.creations
        conflict = creations[0].value.conflict if creations else None
        return await self._store.add(self._kind, record, self._now, conflict)

    async def _move(self, one: int, two: int) -> Any:
        asked = [move for move in self._moves if move.by != SERVER]
        move = asked[two % len(asked)]
        body = {name.removeprefix("body."): value for name, value in move.given.items()}
        call = MoveCall(move.by, Arguments(body=body), {"/note": two} if one % 2 else {})
        scope = self._scopes[one % len(self._scopes)]
        return await self._store.move(self._kind, scope, self._key(one), call, self._now)

    async def _delete(self, one: int, _: int) -> Any:
        key, now = self._key(one), self._now
        self._gone.append(await self._store.get(self._kind, None, key, now))
        return await self._store.change(self._kind, None, key, lambda _: None, now)

    async def _restore(self, _: int, two: int) -> Any:
        """Put a record back that was deleted, to where it stood."""
        if not self._gone:
            return None
        record = self._gone[two % len(self._gone)]
        return await self._store.add(self._kind, record, self._now)

    async def _force(self, one: int, two: int) -> Any:
        lifecycle, now = self._kind.lifecycle, self._now
        assert lifecycle is not None
        state = sorted(lifecycle.states)[two % len(lifecycle.states)]

        def change(record: Record) -> Record:
            return lifecycle.enter(record, state, now)

        return await self._store.change(self._kind, None, self._key(one), change, now)

    async def _use(self, one: int, two: int) -> None:
        left = frozenset(name for name, n in ((SERVER, one), ("", two)) if n % 2)
        await self._store.use_lifecycles(leave_out(self._kind, left), self._now)

    async def _plan(self, one: int, two: int) -> Any:
        lifecycle = self._kind.lifecycle
        assert lifecycle is not None
        states = sorted(lifecycle.states)
        plan = (Planned(states[two % len(states)], after=1_000 * two, members={"/number": -two}),)

        def change(record: Record) -> Record:
            return structs.replace(record, plan=plan)

        return await self._store.change(self._kind, None, self._key(one), change, self._now)

    async def _write(self, one: int, two: int) -> Any:
        written = {"/colour": "zab"[two % 3], "/referenceId": f"u{two}"}

        def change(record: Record) -> Record:
            return record.with_members(written)

        return await self._store.change(self._kind, None, self._key(one), change, self._now)

    async def _settle(self, _: int, __: int) -> None:
        await self._store.settle(self._now)

    def _key(self, number: int) -> Any:
        made = members(self._kind, number)
        return number if self._kind.key is None else self._kind.key.read(made)


def _told(page: Slice) -> tuple[Any, ...]:
    """Return what a page tells, whatever it keeps its records in."""
    assert [record.text for record in page.records] == list(page.texts)
    return list(page.records), page.before, page.after, page.total


def _beside(query: Query, record: Record) -> list[Query]:
    """Return queries for the pages that begin and end at a record."""
    marks = (
        Mark(position=query.ordering.position(record)),
        Mark(position=query.ordering.position(record), back=True),
        Mark(key=record.key, back=True),
    )
    return [structs.replace(query, offset=0, mark=mark) for mark in marks]


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Kind]:
    """Return what records there are: of all contracts, and of small ones that go further."""
    server = {"by": "server", "event": "next"}
    lifecycle = {
        "field": "state",
        "initial": "new",
        "stamps": {"moved": "since", "unit": "ms"},
        "transitions": [
            {**server, "from": ["new"], "to": "failed", "after": ["PT1S", "PT50S"]},
            {"event": "stop", "by": "stop", "from": ["new"], "to": "failed", "after": "PT30S"},
            {**server, "from": ["failed"], "to": None, "after": "PT1H"},
        ],
    }

    def described(order: Mapping[str, str], cursor: Mapping[str, Any]) -> Kind:
        return small(
            tmp_path_factory.mktemp("things"),
            pagination={**cursor, "limit": {"parameter": "size"}, "order": order},
            properties={
                "state": {"type": "string", "enum": ["new", "failed"]},
                "since": {"type": "integer"},
                "colour": {"type": "string"},
            },
            parameters={n: {"type": "string"} for n in ("size", "page", "cursor", "state")},
            beside={"next": {"type": ["string", "null"]}, "total": {"type": "integer"}},
            filters={"state": "state"},
            operations=action("stop", "409"),
            lifecycle=lifecycle,
        )

    numbered = {"style": "page", "page": {"parameter": "page", "default": 0}, "total": "/total"}
    token = {"style": "cursor", "cursor": {"parameter": "cursor"}, "next": "/next"}
    return {
        **{name: kind(name) for name in ALL},
        JOBS: jobs().kind,
        GONE: described({"direction": "descending"}, numbered),
        MOVING: described({"by": "since", "direction": "ascending"}, numbered),
        COLOURED: described({"by": "colour", "direction": "descending"}, token),
    }


@pytest.mark.parametrize("name", [*ALL, GONE, MOVING, COLOURED])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=steps)
def test_a_database_tells_what_memory_tells(
    lasting_records: RecordPlace, kinds: Mapping[str, Kind], name: str, history: list[Step]
) -> None:
    """Guards every promise of a store of records by the one in memory, over all contracts."""
    found = kinds[name]
    scopes = scopes_of(found)
    made = [
        found.begin(members(found, number), scopes[number % len(scopes)], NOW - 10 + number)
        for number in range(7)
    ]
    seed = {found.name: made}
    changes: list[list[Any]] = [[], []]

    def observer(index: int) -> Any:
        return lambda _, before, after: changes[index].append((before, after))

    async def live(store: Records) -> list[Any]:
        return await Session(found, store).live(history)

    expected = RecordPlace("memory").run([found], seed, live, observe=observer(0))
    told = lasting_records.run([found], seed, live, observe=observer(1))

    assert told == expected
    # Of several records it does not matter whose changes are told first.
    assert _by_record(changes[1]) == _by_record(changes[0])


def _by_record(changes: Sequence[tuple[Record | None, Record | None]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for before, after in changes:
        there = before if before is not None else after
        assert there is not None
        found.setdefault(there.serial, []).append((before, after))
    return found
