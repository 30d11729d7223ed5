"""The records that a response shows, whichever API it is of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

from contracts.contract.api import Api
from contracts.contract.document import Document
from contracts.contract.json_values import find_records, get_value, has_value
from contracts.contract.roles import Key
from contracts.http.exchange import Exchange

Record = Mapping[str, Any]


def list_page(exchange: Exchange, api: Api) -> Sequence[Record]:
    """Return the records of a page; none if the response is not a page."""
    if isinstance(api, Document):
        return exchange.jobs  # in its envelope whichever operation was called
    if exchange.operation != api.resource.list.id or not is_success(exchange, api):
        return ()
    return find_records(exchange.json, api.resource.items)


def get_single(exchange: Exchange, api: Api) -> Record:
    """Return the one record that a response shows, or an empty one."""
    if isinstance(api, Document):
        return exchange.job
    place = api.resource.shows.get(exchange.operation or "")
    if place is None or not is_success(exchange, api):
        return {}
    found = get_value(exchange.json, place)
    return found if isinstance(found, dict) else {}


def find_made(exchange: Exchange, api: Api) -> Key | None:
    """Return the key of the record that a creation made, as its response shows or locates it."""
    shown = api.resource.find_key(get_single(exchange, api))
    return find_located(exchange, api) if shown is None else shown


def find_located(exchange: Exchange, api: Api) -> Key | None:
    """Return the key of the record to which a Location leads (RFC 9110 §10.2.2).

    It is None where the Location leads elsewhere: to another host, another scope, or another
    operation than the read.
    """
    resource, location = api.resource, exchange.response_headers.get("location")
    if location is None or resource.read is None or not is_success(exchange, api):
        return None
    url, here = urlsplit(urljoin(exchange.url, location)), urlsplit(exchange.url)
    # What comes before the path of an operation is the deployment's own.
    starts = [at for at, character in enumerate(url.path) if character == "/"]
    ends = (resource.read.parse_arguments(url.path[at:]) for at in starts)
    found = next(filter(None, ends), None)
    if found is None or url.netloc != here.netloc:
        return None
    if resource.find_scope(found) != resource.find_scope(exchange.arguments):
        return None
    text = found[resource.key_parameter or ""]
    return int(text) if resource.has_integer_keys and text.isdecimal() else text


def is_success(exchange: Exchange, api: Api) -> bool:
    """Tell whether the status of *exchange* is a success that its operation declares."""
    operation = api.operations.get(exchange.operation or "")
    return operation is not None and operation.is_success(exchange.status)


def says(exchange: Exchange, api: Api, record: Record, place: str) -> bool:
    """Tell whether *record*, as *exchange* shows it, says what is at *place*, if only nothing.

    An entry of a list may leave members out that the record has; one that is shown alone may not.
    """
    return exchange.operation != api.resource.list.id or has_value(record, place)
