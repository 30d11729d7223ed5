"""EXCH-01 to EXCH-05, EXCH-12 to EXCH-16, EXCH-24: the form of each response."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from contracts.contract.api import Api
from contracts.contract.json_values import Record, get_value, is_same
from contracts.contract.moments import UNSET, is_plausible, read_moment
from contracts.engine.law import MUST, exchange_law
from contracts.engine.verdict import Violation
from contracts.http.excerpt import as_json, cut_beginning
from contracts.http.exchange import NOT_JSON, Exchange
from contracts.http.shown import get_single, list_page, says
from contracts.roles.moments import LEEWAY


def _find_schema(exchange: Exchange, api: Api) -> str | None:
    """Return the pointer to the schema that the response must match, if it has a body."""
    operation = api.operations.get(exchange.operation or "")
    if operation is None or exchange.status in (None, 204) or _is_of_gateway(exchange):
        return None
    return api.find_body_schema(operation, exchange.status or 0)


def _is_of_gateway(exchange: Exchange) -> bool:
    """Tell whether a response may be one of a gateway: what it says is not of the API."""
    return exchange.status is not None and exchange.status >= 500


def _list_records(exchange: Exchange, api: Api) -> Iterator[Record]:
    yield from list_page(exchange, api)
    if single := get_single(exchange, api):
        yield single


@exchange_law("EXCH-01", MUST, ref="@root/paths")
def every_request_is_answered(exchange: Exchange, api: Api) -> str | None:
    """Every request gets a response.

    A read without a response is sent once more before it counts; a timeout does not count.
    """
    if exchange.operation not in api.operations:
        return None
    if (exchange.error or "").startswith("no answer") and exchange.method == "GET":
        raise Violation("a response", f"there was none, twice: {exchange.error}", [exchange])
    return exchange.operation


@exchange_law("EXCH-02", MUST, ref="@root/paths")
def no_declared_operation_gets_a_server_error(exchange: Exchange, api: Api) -> str | None:
    """A request for an operation gets no server error, unless the document declares that status."""
    operation = api.operations.get(exchange.operation or "")
    if operation is None or exchange.status is None:
        return None
    if exchange.status >= 500 and exchange.status not in operation.responses:
        raise Violation("a status below 500", f"it was {exchange.status}", [exchange])
    return operation.id


@exchange_law("EXCH-03", MUST, ref="@list/responses")
def a_success_has_a_declared_status(exchange: Exchange, api: Api) -> str | None:
    """The status of a successful response is declared by the operation."""
    operation = api.operations.get(exchange.operation or "")
    if operation is None or not 200 <= (exchange.status or 0) < 300:
        return None
    if operation.find_response(exchange.status or 0) is None:
        declared = ", ".join(map(str, operation.responses))
        raise Violation(f"one of the statuses {declared}", f"it was {exchange.status}", [exchange])
    return operation.id


@exchange_law("EXCH-04", MUST, ref="@list/responses")
def a_response_has_a_declared_media_type(exchange: Exchange, api: Api) -> str | None:
    """A response with a body has a media type that the operation declares for its status."""
    operation = api.operations.get(exchange.operation or "")
    found = operation.find_response(exchange.status or 0) if operation else None
    content = found[1].get("content") if found else None
    if not content or not exchange.body or operation is None or _is_of_gateway(exchange):
        return None
    names = [name.partition(";")[0].strip().lower() for name in content]
    if not any(_fits(exchange.media_type, name) for name in names):
        actual = f"it was {exchange.media_type or 'nothing'}"
        raise Violation(" or ".join(names), actual, [exchange])
    return operation.id


def _fits(media_type: str, declared: str) -> bool:
    """Tell whether a media type is in a declared one, which may be a range (RFC 9110 §12.5.1)."""
    return fnmatchcase(media_type, declared)


@exchange_law("EXCH-05", MUST, ref="RFC 8259 §2")
def a_body_of_json_is_json(exchange: Exchange, api: Api) -> str | None:
    """The body of a response whose schema is declared as JSON is JSON text."""
    if _find_schema(exchange, api) is None or "json" not in exchange.media_type:
        return None
    if exchange.json is NOT_JSON:
        raise Violation("JSON text", f"it was {cut_beginning(exchange.body)}", [exchange])
    return exchange.operation


@exchange_law("EXCH-13", MUST, ref="@list/responses")
def a_response_matches_its_schema(exchange: Exchange, api: Api) -> str | None:
    """The body of a response matches the schema that the operation declares for its status."""
    pointer = _find_schema(exchange, api)
    if pointer is None or exchange.json is NOT_JSON:
        return None
    for problem in api.validate(pointer, exchange.json):
        raise Violation(f"a body that matches {pointer}", problem, [exchange])
    return exchange.operation


@exchange_law("EXCH-14", MUST, ref="@lifecycle/key")
def the_record_in_a_response_is_the_requested_one(exchange: Exchange, api: Api) -> str | None:
    """The record that a read returns has the key that was requested."""
    resource = api.resource
    if resource.read is None or exchange.operation != resource.read.id:
        return None
    if not resource.has_declared_key:
        return None
    requested = exchange.arguments.get(resource.key_parameter or "")
    shown = resource.find_key(get_single(exchange, api))
    if shown is None or requested is None:
        return None
    if str(shown) != requested:
        raise Violation(f"record {requested}", f"it is record {shown}", [exchange])
    return exchange.operation


@exchange_law("EXCH-12", MUST, ref="@lifecycle/stamps")
def timestamps_are_in_the_declared_unit(exchange: Exchange, api: Api) -> str | None:
    """Each timestamp of a record is a moment in the declared unit, between 2000 and 2100.

    Null, zero and the empty text are timestamps that were not set.
    """
    life = api.resource.lifecycle
    stamps, seen = life.stamps if life else None, None
    for record in _list_records(exchange, api) if stamps else ():
        for place in stamps.places if stamps else ():
            value = get_value(record, place)
            if stamps is None or value in UNSET:
                continue
            seen = exchange.operation
            if not is_plausible(value, stamps.unit):
                expected = f"{place[1:]} as a moment in {stamps.unit}"
                raise Violation(expected, f"it is {as_json(value)}", [exchange], about=[record])
    return seen


@exchange_law("EXCH-15", MUST, ref="@lifecycle/stamps")
def a_record_did_not_move_before_it_was_made(exchange: Exchange, api: Api) -> str | None:
    """No timestamp of a move of a record is before the one that says when it was made."""
    life = api.resource.lifecycle
    stamps, seen = life.stamps if life else None, None
    if stamps is None or stamps.made is None:
        return None
    for record in _list_records(exchange, api):
        made = read_moment(get_value(record, stamps.made), stamps.unit)
        for place in (place for place in stamps.places if place != stamps.made):
            value = get_value(record, place)
            moment = None if value in UNSET else read_moment(value, stamps.unit)
            if made is None or moment is None:
                continue
            seen = exchange.operation
            if moment + LEEWAY < made:
                expected = f"{place[1:]} from {stamps.made[1:]} on"
                raise Violation(expected, f"it is {as_json(value)}", [exchange], about=[record])
    return seen


@exchange_law("EXCH-16", MUST, ref="@lifecycle/stamps/entered")
def a_state_that_was_entered_has_its_timestamp(exchange: Exchange, api: Api) -> str | None:
    """A record in a state whose entry has a timestamp of its own has that timestamp set."""
    life = api.resource.lifecycle
    stamps, seen = life.stamps if life else None, None
    for record in _list_records(exchange, api) if stamps else ():
        state = api.resource.find_state(record)
        place = stamps.entered.get(state or "") if stamps else None
        if place is None or not says(exchange, api, record, place):
            continue
        seen = exchange.operation
        if get_value(record, place) in UNSET:
            expected = f"{place[1:]} of a record that is {state} to be set"
            actual = f"it is {as_json(get_value(record, place))}"
            raise Violation(expected, actual, [exchange], about=[record])
    return seen


@exchange_law("EXCH-24", MUST, ref="@lifecycle/states")
def a_record_is_in_a_declared_state(exchange: Exchange, api: Api) -> str | None:
    """What a record says of its state is what one of the declared states is made of.

    Null says nothing: a record may have no state yet.
    """
    life, seen = api.resource.lifecycle, None
    states = life.states.values() if life else ()
    places = dict.fromkeys(place for members in states for place in members)
    for record in _list_records(exchange, api):
        for place in places:
            value, known = get_value(record, place), [one.get(place) for one in states]
            if value is None:
                continue
            seen = exchange.operation
            if not any(is_same(value, one) for one in known):
                expected = f"{place[1:]} of a declared state"
                actual = f"it is {as_json(value)}"
                raise Violation(expected, actual, [exchange], about=[record])
    return seen
