"""Which records a test speaks of, and how they are shown."""

from collections.abc import Callable

import msgspec

from mockserver.client import record_models as models
from mockserver.control.record_scopes import read_scope
from mockserver.control.request import ControlRequest, list_names
from mockserver.http.refused import RefusedError
from mockserver.parsing.timestamp import format_timestamp
from mockserver.records.kind import Kind
from mockserver.records.progress import Progress
from mockserver.records.record import Record
from mockserver.store.records import RecordNotFoundError


def find_kind(request: ControlRequest) -> Kind:
    """Return the kind of records that the path names, as they move in the world.

    Raises:
        RefusedError: there is none of that name.
    """
    kinds = request.services.api.kinds
    name = request.path["resource"]
    if name not in kinds:
        hint = f"there are {list_names(kinds)}"
        raise RefusedError(404, f"the API has no resource {name!r}", "resource", hint)
    return request.world.adapt(kinds[name])


async def find_record(request: ControlRequest, kind: Kind) -> Record:
    """Return the record that the path names, in the scope of the query.

    Raises:
        RefusedError: there is none, or there are several, of several scopes.
    """
    world, key, scope = request.world, kind.key_of(request.path["key"]), read_scope(request, kind)
    now = world.clock.now()
    if key is None:
        raise RefusedError(400, "that is not a key of such a record", "key", "give a number")
    if scope is None and not kind.has_one_sequence:
        records = await world.records.all(kind, now)
        scopes = [record.scope for record in records if record.key == key]
        if len(scopes) > 1:
            told = ", ".join("/".join(scope) for scope in scopes)
            hint = "say which: ?scope=NAME of the fixtures, or ?path=PARAMETER=VALUE"
            raise RefusedError(409, f"records of several scopes have that key: {told}", "key", hint)
    try:
        return await world.records.get(kind, scope, key, now)
    except RecordNotFoundError:
        raise refuse_unknown() from None


def find_progress(request: ControlRequest, kind: Kind) -> Progress | None:
    """Return how records of *kind* move by themselves in the world; None: they have no states."""
    pace = request.world.seed.pace_of(kind.name)
    return None if kind.lifecycle is None else Progress(kind.lifecycle, pace)


def make_describer(request: ControlRequest, kind: Kind) -> Callable[[Record], models.SteeredRecord]:
    """Return what shows a record of *kind*, and what will become of it."""
    progress = find_progress(request, kind)

    def describe(record: Record) -> models.SteeredRecord:
        due = progress.next_due(record) if progress else None
        return models.SteeredRecord(
            key=record.key,
            scope=record.scope,
            state=record.state,
            record=msgspec.json.decode(record.text),
            next=None if due is None else models.NextMove(due.to, format_timestamp(due.at)),
        )

    return describe


def refuse_unknown() -> RefusedError:
    """Return the refusal of a key that no record has."""
    hint = "GET .../records/{resource} lists all of them"
    return RefusedError(404, "the world has no record with that key", "key", hint)
