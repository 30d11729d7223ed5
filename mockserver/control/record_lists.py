"""The records of a resource: all of them, or a page of those in a state or with a text in them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from msgspec import Meta

from mockserver.client import record_models as models
from mockserver.control.record_lookup import find_kind, make_describer
from mockserver.control.record_scopes import ScopeQuery, find_scope
from mockserver.control.request import ControlRequest, list_names
from mockserver.http.messages import Response, json_response
from mockserver.http.refused import RefusedError
from mockserver.records.kind import Kind
from mockserver.records.record import Record
from mockserver.worlds.cooperative import iterate_in_slices

_AT_ONCE = 500


class ListQuery(ScopeQuery, frozen=True, forbid_unknown_fields=True):
    """Which records are listed.

    Those in a *state* that have the text *search* in their key or in a value, in upper or lower
    case. Of these, *limit* are listed after the first *offset*, the *order* being that in which
    they were made, or the newest first.
    """

    state: str | None = None
    search: str = ""
    order: Literal["oldest", "newest"] = "oldest"
    limit: Annotated[int, Meta(ge=0, le=10_000)] | None = None
    offset: Annotated[int, Meta(ge=0, le=1_000_000_000)] = 0


async def list_all(request: ControlRequest) -> Response:
    """Respond with a page of the records, and how many there are in each state."""
    world, kind, query = request.world, find_kind(request), request.read_query(ListQuery)
    if query.state is not None and query.state not in kind.states:
        hint = f"the states are {list_names(kind.states)}"
        raise RefusedError(409, f"{query.state!r} is not a state", "state", hint)
    scope = find_scope(request, kind, query)
    every = await world.records.all(kind, world.clock.now())
    of_scope = [record for record in every if scope in (None, record.scope)]
    found = await _search(of_scope, query)
    if query.order == "newest":
        found.reverse()
    end = None if query.limit is None else query.offset + query.limit
    describe = make_describer(request, kind)
    page = tuple(map(describe, found[query.offset : end]))
    return json_response(200, models.RecordList(page, len(found), _count(kind, of_scope)))


async def _search(records: Sequence[Record], query: ListQuery) -> list[Record]:
    """Return those of *records* that *query* asks for."""
    needle = query.search.lower()
    found: list[Record] = []
    async for some in iterate_in_slices(records, _AT_ONCE):
        found += [
            record
            for record in some
            if query.state in (None, record.state) and (not needle or _has(record, needle))
        ]
    return found


def _has(record: Record, needle: str) -> bool:
    """Return whether a record has a text in its key, its scope or a value."""
    texts = (str(record.key), *record.scope, *_list_values(record.members()))
    return any(needle in text.lower() for text in texts)


def _list_values(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for member in value.values():
            yield from _list_values(member)
    elif isinstance(value, list):
        for item in value:
            yield from _list_values(item)
    elif value is not None:
        yield str(value)


def _count(kind: Kind, records: Sequence[Record]) -> dict[str, int]:
    """Return how many of *records* are in each state, in the order of the contract."""
    counted = Counter(record.state for record in records)
    return {state: counted[state] for state in kind.states}
