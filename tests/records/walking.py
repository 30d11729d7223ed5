"""A walk over the pages of a list as a client goes: by what each page says of the next."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from mockserver.records.arguments import Arguments
from mockserver.records.kind import Kind
from mockserver.records.listing.pages import PageMembers, PageWriter, Target
from mockserver.records.listing.query import Slice
from mockserver.records.listing.request import QueryReader
from mockserver.records.record import Key, Record, Scope
from mockserver.store.memory import MemoryRecords

Pairs = Sequence[tuple[str, str]]
NOW = 1_768_478_400_000
T = TypeVar("T")
URL = "http://127.0.0.1/things"


def run(made: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine returns that waits for nothing, as those of the memory's store."""
    try:
        made.send(None)
    except StopIteration as ended:
        returned: T = ended.value
        return returned
    raise AssertionError("it waits for something")


def filled(kind: Kind, members: Sequence[dict[str, Any]], scope: Scope = ()) -> MemoryRecords:
    """Return a store with a record of each of *members*, made one after the other."""
    made = [kind.begin(each, scope, NOW + index) for index, each in enumerate(members)]
    return MemoryRecords([kind], {kind.name: made})


def add(store: MemoryRecords, kind: Kind, members: dict[str, Any], scope: Scope = ()) -> Record:
    """Return a record that is made of *members* and kept."""
    return run(store.add(kind, kind.begin(members, scope, NOW), NOW))


def page(
    store: MemoryRecords, kind: Kind, query: Pairs = (), scope: Scope = (), **others: Any
) -> tuple[Slice, PageMembers]:
    """Return a page, and what it says beside its records."""
    asked = QueryReader(kind).read(scope, Arguments(query=query, **others))
    found = run(store.page(kind, scope, asked, NOW))
    return found, PageWriter(kind).write(asked, found, scope, Target(URL, query))


def keys(found: Slice) -> list[Key]:
    """Return the keys of the records of a page."""
    return [record.key for record in found.records]


def links(said: PageMembers, header: str = "Link") -> dict[str, str]:
    """Return the addresses that a Link header names, by relation."""
    parts = [part for part in said.headers.get(header, "").split(", ") if part]
    named = (part.split("; rel=") for part in parts)
    return {relation.strip('"'): address.strip("<>") for address, relation in named}


def query_of(address: str) -> list[tuple[str, str]]:
    """Return the parameters of an address, decoded."""
    return parse_qsl(urlsplit(address).query, keep_blank_values=True)


def walk(
    store: MemoryRecords,
    kind: Kind,
    query: Pairs = (),
    scope: Scope = (),
    between: Callable[[], object] = lambda: None,
) -> list[Key]:
    """Return the keys of all pages, in order; *between* two pages something is called."""
    walked: list[Key] = []
    asked: Pairs | None = query
    while asked is not None:
        found, said = page(store, kind, asked, scope)
        walked += keys(found)
        between()
        asked = _next(kind, query, asked, found, said)
        assert len(walked) < 1_000, "the walk does not end"
    return walked


def _next(
    kind: Kind, first: Pairs, asked: Pairs, found: Slice, said: PageMembers
) -> list[tuple[str, str]] | None:
    """Return the parameters of the next page, as a client would make them, or None at the end."""
    pages = kind.pages
    if pages.next is None:
        return _counted(kind, first, asked, found) if found.records else None
    if pages.next.header is not None:
        address = links(said).get("next")
        return None if address is None else query_of(address)
    value = said.members[str(pages.next.pointer)]
    more = True if pages.more is None else said.members[str(pages.more.pointer)]
    if value is None or not more:
        return None
    if str(value).startswith(URL):
        return query_of(value)
    leading = pages.cursor or pages.page or pages.offset
    assert leading is not None
    return [*first, (leading.parameter, str(value))]


def _counted(kind: Kind, first: Pairs, asked: Pairs, found: Slice) -> list[tuple[str, str]] | None:
    """Return the parameters of the next page where a client finds them itself."""
    pages = kind.pages
    bound = pages.page or pages.offset
    if pages.cursor is not None and pages.cursor.kind == "key":
        return [*first, (pages.cursor.parameter, str(found.records[-1].key))]
    if bound is None:
        return None
    step = 1 if pages.page is not None else len(found.records)
    least = int(pages.page is not None) if bound.min is None else bound.min
    start = least if bound.default is None else bound.default
    return [*first, (bound.parameter, str(int(dict(asked).get(bound.parameter, start)) + step))]
