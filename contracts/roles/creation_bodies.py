"""MAKE-06 to MAKE-08: where a new record is, and what becomes of the body that made it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from contracts.contract.api import Api
from contracts.contract.json_values import Record, is_same
from contracts.contract.model import Operation
from contracts.contract.moments import read_moment
from contracts.engine.bodies import choose_media, follow, list_properties
from contracts.engine.law import MUST, OWN_EFFECTS, SHOULD
from contracts.engine.probe import Probe
from contracts.engine.verdict import Inapplicable, SetupFailed, Untested, Violation
from contracts.http.excerpt import as_json
from contracts.http.exchange import Exchange
from contracts.http.shown import find_located, find_made, get_single, is_success
from contracts.roles.declared import has_creation
from contracts.roles.law import role_law
from contracts.roles.supply import create, find_creation
from contracts.target import get_origin

DRAWN = 4
"""How many bodies are drawn from the schema of a creation."""

TRIES = 3
"""How many records are made, since one may be gone before it was judged."""

CREATED = 201
"""The status that says that a record was made, and where it is (RFC 9110 §15.3.2)."""


def says_where(api: Api, operation: Operation) -> bool:
    """Tell whether a success of *operation* may say in a header where the new record is."""
    declared = (_find_location(api, one) for one in operation.successes.values())
    return operation.is_success(CREATED) or any(one is not None for one in declared)


def _has_location(api: Api) -> str:
    if lacking := has_creation(api):
        return lacking
    for one in api.resource.creations:
        if says_where(api, one.operation):
            return ""
    return "no operation that makes a record declares 201, or a header Location"


def _find_location(api: Api, response: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return what is declared of the header Location of a *response*, if anything."""
    headers = response.get("headers", {})
    declared = (one for name, one in headers.items() if name.lower() == "location")
    header = next(declared, None)
    return None if header is None else follow(api, header)


@role_law("MAKE-06", MUST, ref="RFC 9110 §10.2.2", when=_has_location, needs=OWN_EFFECTS)
def the_location_of_a_new_record_leads_to_it(probe: Probe) -> None:
    """A Location in the response to a creation leads to the record that was made.

    It has to be there only where the document says that the header is required in a response of
    that status. With another status than 201, it may lead to what tells how far the making is. The
    server may forget records by itself, so three that are not there have to be made.
    """
    exchange, response = _make_and_follow(probe)
    for _ in range(TRIES - 1):
        if not get_single(response, probe.api):
            exchange, response = _make_and_follow(probe)
    key = probe.api.resource.find_key(get_single(response, probe.api))
    wanted = find_made(exchange, probe.api)
    if key is None or key != wanted:
        location = exchange.response_headers["location"]
        actual = f"GET {location} got {response.status}, with record {key}"
        raise Violation(f"record {wanted} at its Location", actual, [exchange, response])
    probe.exercise("new records")


def _make_and_follow(probe: Probe) -> tuple[Exchange, Exchange]:
    """Make a record, and read what is at its Location."""
    creation = find_creation(probe)
    exchange, _ = create(probe, creation)
    if not is_success(exchange, probe.api):
        raise SetupFailed(f"no record was made: {creation.operation.id} got {exchange.status}")
    location = exchange.response_headers.get("location")
    if location is None:
        found = creation.operation.find_response(exchange.status or 0)
        header = (_find_location(probe.api, found[1]) if found else None) or {}
        if header.get("required"):
            raise Violation("the header Location", "there was none", [exchange])
        raise Untested("the response to a creation has no Location, and need not have one")
    url = urljoin(exchange.url, location)
    if get_origin(url) != probe.target.origin:
        raise Untested(f"its Location is at another host, where nothing is sent to: {url}")
    if exchange.status != CREATED and find_located(exchange, probe.api) is None:
        raise Untested(f"{exchange.status} may locate what tells of the progress: {url}")
    parts = urlsplit(url)
    path = parts.path.removeprefix(probe.target.prefix)
    return exchange, probe.send("GET", path + (f"?{parts.query}" if parts.query else ""))


@role_law("MAKE-07", SHOULD, ref="@create/requestBody", when=has_creation, needs=OWN_EFFECTS)
def a_new_record_has_what_its_creation_said(probe: Probe) -> None:
    """A record has the values that its creation gave for members that both of them have.

    OpenAPI does not promise that a name means the same in both, so this is a SHOULD. What
    `x-creates` sets is left out, and so is what is neither a number, a moment nor plain text.
    """
    for exchange, body in _make_by_drawn_bodies(probe):
        record = get_single(exchange, probe.api)
        for name, said in _list_judged(probe, body, record):
            if not _means_the_same(said, record[name]):
                raise Violation(
                    f"{name} {as_json(said)}, as its creation said",
                    f"it is {as_json(record[name])}",
                    [exchange],
                    about=[record],
                )
            probe.exercise(name)


@role_law("MAKE-08", MUST, ref="@create/responses", when=has_creation, needs=OWN_EFFECTS)
def a_body_of_the_schema_gets_a_declared_status(probe: Probe) -> None:
    """A creation by a body that its schema allows gets a status that the operation declares.

    The bodies are drawn by hypothesis. A server may refuse one by a status of its own for that.
    """
    for exchange, _ in probe.read_once(make_by_drawn_bodies):
        operation = probe.api.operations[exchange.operation or ""]
        if operation.find_response(exchange.status or 0) is None:
            declared = ", ".join([*map(str, operation.responses), *operation.ranges])
            actual = f"it was {exchange.status}"
            raise Violation(f"one of the statuses {declared}", actual, [exchange])
        probe.exercise(f"{exchange.status}")


def make_by_drawn_bodies(probe: Probe) -> list[tuple[Exchange, Any]]:
    """Call for records by the body of other laws, and by some that are drawn from its schema."""
    from contracts.fuzzing.request_bodies import draw_bodies

    creation = find_creation(probe)
    if choose_media(creation.operation) is None:
        raise Inapplicable(f"{creation.operation.id} takes no body")
    drawn = draw_bodies(probe.api, creation.operation, DRAWN, probe.run.rng)
    return [create(probe, creation, body) for body in (None, *drawn)]


def _make_by_drawn_bodies(probe: Probe) -> Iterator[tuple[Exchange, Any]]:
    """Go through the records that were made, each with the body that made it."""
    for exchange, body in probe.read_once(make_by_drawn_bodies):
        if is_success(exchange, probe.api) and get_single(exchange, probe.api):
            yield exchange, body


def _list_judged(probe: Probe, body: Any, record: Record) -> Iterator[tuple[str, Any]]:
    """Go through the members of *body* that *record* should have as they were given."""
    operation = find_creation(probe).operation
    creates = probe.api.resolve(operation.pointer).get("x-creates") or {}
    placed = {place.lstrip("/").split("/")[0] for place in creates.get("set", {})}
    names = list_properties(probe.api, operation).keys() - placed
    for name, said in body.items() if isinstance(body, dict) else ():
        plain = isinstance(said, int) or (isinstance(said, str) and said.strip() == said != "")
        if name in names and name in record and plain and str(said).isprintable():
            yield name, said


def _means_the_same(said: Any, shown: Any) -> bool:
    moments = [read_moment(value, "rfc3339") for value in (said, shown)]
    return is_same(said, shown) or (moments[0] is not None and moments[0] == moments[1])
