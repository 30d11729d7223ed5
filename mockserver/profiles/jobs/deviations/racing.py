"""The deviation of requests at the same time: the deployed API looks first, and then inserts."""

import asyncio

from mockserver.contract.contract import Conflict
from mockserver.deviations.deviation import Deviation
from mockserver.deviations.records import ForwardingRecords
from mockserver.records.kind import Kind
from mockserver.records.listing.filters import Condition
from mockserver.records.listing.query import Query
from mockserver.records.places import Place
from mockserver.records.record import Record
from mockserver.store.records import Records

#: Between a look and an insertion, so that others look meanwhile: more than a round trip to the
#: deployed API's database, since here nothing else takes time.
PAUSE_SECONDS = 0.03


class _RacingRecords(ForwardingRecords):
    """Adds a record beside others that were not there yet when its request looked."""

    _has_looked = False

    async def add(
        self, kind: Kind, record: Record, now: int, conflict: Conflict | None = None
    ) -> Record:
        """Keep *record*, unless another was in its way before."""
        if conflict is None or (
            not self._has_looked and await self._meets(kind, record, now, conflict)
        ):
            return await self._inner.add(kind, record, now, conflict)
        if not self._has_looked:
            self._has_looked = True
            await asyncio.sleep(PAUSE_SECONDS)
        return await self._inner.add(kind, record, now)

    async def _meets(self, kind: Kind, record: Record, now: int, conflict: Conflict) -> bool:
        """Return whether *conflict* refuses *record* beside one that is there."""
        place = Place(conflict.key)
        scale, text = kind.scale(conflict.key), str(place.read(record.members()))
        same = Condition(place, "eq", (text,), scale, (scale.of_text(text),))
        found = await self._inner.page(kind, record.scope, Query(conditions=(same,)), now)
        return any(conflict.states is None or r.state in conflict.states for r in found.records)


def _look_first(records: Records, operation: str) -> Records:
    return _RacingRecords(records, "jobs") if operation == "deleteUser" else records


DEVIATIONS = (
    Deviation(
        "deletions-race",
        "must",
        "Makes a job for each of several deletions of one user at the same time.",
        "/paths/~1public~1{projectKey}~1users~1{userId}/delete/x-conflict",
        records=_look_first,
    ),
)
