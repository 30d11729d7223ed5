"""Other lifecycles, from a moment on; the same in every store and for every contract."""

from collections.abc import Sequence

import pytest
from msgspec import structs

from mockserver.records.lifecycle import Unmoved
from mockserver.records.progress import Pace
from mockserver.records.record import Planned, Record
from mockserver.store.interface import StoreUnavailableError
from mockserver.store.records import Records
from tests.stores.apis import DEAF, HOUR, MIDNIGHT, NOW, STUCK, Api
from tests.stores.places import Place
from tests.stores.record_places import RecordPlace
from tests.stores.servers import Server

LATE = MIDNIGHT + 9 * HOUR


def pace(api: Api) -> dict[str, Pace]:
    """Return that a state of which nothing is said lasts an hour."""
    return {api.kind.name: Pace(HOUR)}


def states(records: Sequence[Record]) -> list[str]:
    """Return the states of records."""
    return [record.state for record in records]


@pytest.mark.parametrize("look", ["settle", "all", "get", "page", "none"])
def test_each_move_happens_at_its_own_moment_whoever_looks_when(
    record_place: RecordPlace, api: Api, look: str
) -> None:
    """Guards that the past does not depend on when it is read."""
    made = [api.record(1)]

    async def law(store: Records) -> Record:
        for now in range(NOW, LATE, HOUR):
            if look == "settle":
                await store.settle(now)
            elif look == "all":
                await store.all(api.kind, now)
            elif look == "get":
                await store.get(api.kind, api.scope(), api.key(1), now)
            elif look == "page":
                await store.page(api.kind, api.scope(), api.query(3), now)
        return await store.get(api.kind, None, api.key(1), LATE)

    async def once(store: Records) -> Record:
        return await store.get(api.kind, None, api.key(1), LATE)

    seed = {api.kind.name: made}
    looked = record_place.run([api.kind], seed, law, paces=pace(api), begins=NOW)
    assert looked == RecordPlace("memory").run([api.kind], seed, once, paces=pace(api), begins=NOW)
    assert looked.state != made[0].state


def test_another_lifecycle_holds_from_then_on(record_place: RecordPlace, api: Api) -> None:
    """Guards that moves due before the change are kept, and later ones computed again."""

    async def law(store: Records) -> list[str]:
        seen = []
        for name, now, later in (
            (STUCK, NOW, LATE),
            ("", LATE, LATE),
            (STUCK, LATE, LATE + 9 * HOUR),
        ):
            await store.use_lifecycles(api.lifecycles_of((name,)), now)
            seen += states(await store.all(api.kind, later))
        return seen

    stuck, moved, kept = record_place.run(
        [api.kind], {api.kind.name: [api.record(1)]}, law, paces=pace(api), begins=NOW
    )
    assert (stuck, kept) == (api.record(1).state, moved)
    assert moved != stuck


def test_the_lifecycle_of_now_answers_a_call(record_place: RecordPlace, api: Api) -> None:
    """Guards that a client's call meets the current lifecycle and not an older one."""

    async def law(store: Records) -> list[bool]:
        moved = []
        for number, name in enumerate((DEAF, "", DEAF), 1):
            await store.use_lifecycles(api.lifecycles_of((name,)), NOW)
            await store.move(api.kind, None, api.key(number), api.call, NOW)
            found = await store.get(api.kind, None, api.key(number), NOW)
            moved.append(found.state == api.state)
        return moved

    made = [api.record(number) for number in (1, 2, 3)]
    assert [False, True, False] == record_place.run(
        [api.kind], {api.kind.name: made}, law, begins=NOW
    )


def test_a_record_made_while_nothing_moves_moves_when_the_rest_does(
    record_place: RecordPlace, api: Api
) -> None:
    """Guards the moments of records that were made under another lifecycle."""

    async def law(store: Records) -> list[str]:
        await store.use_lifecycles(api.lifecycles_of((STUCK,)), NOW)
        await store.add(api.kind, structs.replace(api.record(1), entered=NOW), NOW)
        seen = states(await store.all(api.kind, LATE))
        await store.use_lifecycles(api.lifecycles_of(()), LATE)
        return [*seen, *states(await store.all(api.kind, LATE))]

    before, after = record_place.run([api.kind], {}, law, paces=pace(api), begins=NOW)
    assert before != after


def test_nothing_is_written_by_a_lifecycle_that_another_server_has_replaced(
    lasting: Place, api: Api
) -> None:
    """Guards the next moment of a record that is written while the lifecycle changes."""

    async def work(first: Server, second: Server) -> list[str]:
        kind, records = api.kind, second.worlds.default.records
        async with first.persistence.change("default"):
            await first.factory.set_deviations(first.worlds.default, (STUCK,))
        # In flight on the second server, which knew the old lifecycle when the request came.
        with pytest.raises(StoreUnavailableError):
            await records.add(kind, api.record(2), NOW)
        with pytest.raises(StoreUnavailableError):
            await records.move(kind, None, api.key(1), api.call, NOW)
        world = await second.world()
        assert not isinstance(await world.records.add(kind, api.record(2), NOW), Unmoved)
        return states(await first.worlds.default.records.all(kind, LATE))

    made = api.record(1)
    of = api.seed([structs.replace(made, plan=(Planned(made.state, after=HOUR),))])
    assert [made.state] * 2 == lasting.pair(work, structs.replace(of, default_pace=HOUR), api)
