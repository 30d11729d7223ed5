"""Judges one page of any API by what the document declares of pages and filters."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from contracts.contract.api import Api
from contracts.contract.json_values import get_value
from contracts.contract.pages import Filter
from contracts.engine.verdict import Violation
from contracts.http.excerpt import as_json
from contracts.http.exchange import Exchange
from contracts.http.shown import is_success, list_page
from contracts.roles.filtering import matches, write_value
from contracts.schemathesis_hooks.windows import get_largest


def judge_page(exchange: Exchange, api: Api) -> Iterator[Violation]:
    """Say what is wrong with a page, whatever other pages there are."""
    if exchange.operation != api.resource.list.id or not is_success(exchange, api):
        return
    yield from _judge_size(exchange, api)
    yield from _judge_key(exchange, api)
    yield from _judge_filters(exchange, api)


def _judge_size(exchange: Exchange, api: Api) -> Iterator[Violation]:
    """Object to a page of more records than its limit means."""
    most, count = get_largest(exchange, api), len(list_page(exchange, api))
    if most is not None and count > most:
        expected = f"at most {most} {api.resource.name}"
        yield Violation(expected, f"the page has {count}", [exchange])


def _judge_key(exchange: Exchange, api: Api) -> Iterator[Violation]:
    """Object to a page that says another key than that of its last record."""
    pages, records = api.resource.pages, list_page(exchange, api)
    place = pages.next if pages else None
    if pages is None or pages.cursor is None or place is None or not records:
        return
    last, pointer = api.resource.find_key(records[-1]), place.pointer
    if pages.cursor.kind != "key" or pointer is None or last is None:
        return
    said = get_value(exchange.json, pointer)
    if said is not None and said != last:
        expected = f"{as_json(last)}, the key of the last record, at {pointer}"
        yield Violation(expected, f"it is {as_json(said)}", [exchange], about=[records[-1]])


def _judge_filters(exchange: Exchange, api: Api) -> Iterator[Violation]:
    """Object to a record that a filter of the page leaves out.

    What a value means that is none of those that the document lists is not known for certain.
    """
    query = parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True)
    for one in api.resource.filters:
        given = [text for name, text in query if name == one.parameter]
        if one.relation != "eq" or len(given) != 1 or given[0] not in _list_values(one, api):
            continue
        for record in list_page(exchange, api):
            if not matches(api, one, given[0], record):
                shown = as_json(get_value(record, one.place))
                expected = f"only records with {one.place[1:]} {given[0]}"
                yield Violation(expected, f"one has {shown}", [exchange], about=[record])
                return


def _list_values(one: Filter, api: Api) -> set[str]:
    """Return the values that the document lists for a filter."""
    schema = api.resource.list.parameters.get(one.parameter, {}).get("schema", {})
    life = api.resource.lifecycle
    states = [members.get(one.place) for members in (life.states.values() if life else ())]
    return {write_value(value) for value in [*schema.get("enum", ()), *states] if value is not None}
