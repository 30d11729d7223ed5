"""What a law asks the deployment with."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests

from contracts.contract.api import Api
from contracts.contract.json_values import put
from contracts.contract.moves import Move
from contracts.contract.roles import Key
from contracts.engine.bodies import find_schema, make_value
from contracts.engine.credentials import Carried, carry
from contracts.engine.forms import encode_body
from contracts.engine.law_at_work import LawAtWork
from contracts.engine.verdict import (
    Inapplicable,
    Inconclusive,
    NotGiven,
    SetupFailed,
    Unanswered,
    Violation,
)
from contracts.http.exchange import Exchange
from contracts.http.guard import Refused
from contracts.http.purpose import Purpose, mark
from contracts.http.retries import GivenUp
from contracts.http.shown import list_page
from contracts.http.transport import WAITING, OutOfTime, explain_failure, get_exchange, is_crowded
from contracts.http.wire import TooLarge
from contracts.target import Target

Headers = Mapping[str, str | None]
"""Headers to send besides the key's; None takes one away."""

Query = Mapping[str, str | int]


@dataclass
class Probe(LawAtWork):
    """One law's way to the deployment."""

    @property
    def api(self) -> Api:
        """Return the contract."""
        return self.run.document

    @property
    def target(self) -> Target:
        """Return the deployment."""
        return self.run.target

    def send(  # noqa: PLR0913 -- what a request has
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        headers: Headers | None = None,
        carried: Carried | None = None,
        body: Any = None,
        form: tuple[bytes, str] | None = None,
        observed: bool = False,
    ) -> Exchange:
        """Send a request for *path*, which is already encoded; *body* as JSON, or a *form*.

        The latter is given by its octets and their media type.

        What the contract leaves open is to be *observed*: no promise is judged by the response.
        """
        own = carry(self.api.security, self.target.api_key) if carried is None else carried
        given = {**own.headers, **({"Content-Type": form[1]} if form else {}), **(headers or {})}
        request = requests.Request(
            method,
            self.target.base_url.rstrip("/") + path,
            params={**(query or {}), **own.query},
            headers={name: value for name, value in given.items() if value is not None},
            json=None if form else body,
            data=form[0] if form else None,
        )
        session = self.run.session
        prepared = session.prepare_request(request)
        mark(prepared, self.state_purpose(observed=observed))
        try:
            response = session.send(prepared, allow_redirects=False)
        except (OutOfTime, Refused):
            raise
        except (TooLarge, GivenUp) as error:
            self.note_crowd(crowded=is_crowded(error))
            raise SetupFailed(f"{method} {path}: {explain_failure(error)}") from error
        except requests.RequestException as error:
            self.note_crowd(crowded=is_crowded(error))
            raise Unanswered(f"{method} {path}: {explain_failure(error)}") from error
        exchange = get_exchange(response)
        self.note_crowd(crowded=exchange.crowded)
        if exchange.status in WAITING:
            raise Unanswered(f"{method} {path} got {exchange.status} each time it was sent")
        return exchange

    def state_purpose(self, *, observed: bool = False) -> Purpose:
        """Return what the next request is sent for."""
        return Purpose(
            self.law_id,
            self.account or self.law_id,
            self.take_place(),
            observed=observed or self.observing,
            races=self.races,
        )

    def call(  # noqa: PLR0913 -- what a request has
        self,
        operation_id: str,
        *,
        path: Mapping[str, str] | None = None,
        key: Key | None = None,
        query: Query | None = None,
        carried: Carried | None = None,
        body: Any = None,
        observed: bool = False,
    ) -> Exchange:
        """Call an operation of any API, on the record with *key* if it is one on a record.

        *path* are path parameters that differ from those of the target, *carried* the credentials
        if they are not those of the run, and *body* is sent as the operation takes it.
        """
        operation, resource = self.api.operations[operation_id], self.api.resource
        arguments: dict[str, Any] = {**self.target.path, **(path or {})}
        if key is not None and (name := resource.find_key_parameter(operation)):
            arguments[name] = key
        template = operation.path
        for name, value in arguments.items():
            template = template.replace(f"{{{name}}}", quote(str(value), safe=""))
        if missing := re.search(r"\{([^{}]+)\}", template):
            raise NotGiven(f"{operation.id} needs --path {missing[1]}=VALUE")
        return self.send(
            operation.method,
            template,
            query=query,
            carried=carried,
            body=body,
            form=encode_body(self.api, operation, body),
            observed=observed,
        )

    def list_page(self, query: Query | None = None, **more: Any) -> Exchange:
        """Ask for a page of the list."""
        return self.call(self.api.resource.list.id, query=query, **more)

    def count_records(self, page: Exchange) -> int:
        """Count the records of a page."""
        return len(list_page(page, self.api))

    def read_record(self, key: Key, **more: Any) -> Exchange:
        """Ask for one record."""
        if self.api.resource.read is None:
            raise Inapplicable("the document has no operation that reads one record")
        return self.call(self.api.resource.read.id, key=key, **more)

    def move(self, move: Move, key: Key, **more: Any) -> Exchange:
        """Call for a move of one record, with what the move is meant by in query and body."""
        operation = self.api.operations[move.by]
        query = {
            n[1:]: str(v).lower() if isinstance(v, bool) else v
            for n, v in move.given.items()
            if n.startswith("?")
        }
        schema = find_schema(operation)
        body: Any = None if schema is None else make_value(self.api, schema)
        for pointer, value in move.given.items():
            if not pointer.startswith("?"):
                put(body, pointer, value)
        return self.call(move.by, key=key, query=query, body=body, **more)

    def expect_status(
        self, exchange: Exchange, status: int, what: str, after: Sequence[Exchange] = ()
    ) -> None:
        """Break the law unless *exchange*, sent *after* others, was answered with *status*."""
        if exchange.status != status:
            self.require_certain(exchange)
            raise Violation(f"{status} {what}", f"it was {exchange.status}", [*after, exchange])

    def require_certain(self, exchange: Exchange) -> None:
        """Raise Inconclusive if an earlier try of the request may have been carried out."""
        if exchange.uncertain:
            raise Inconclusive(f"{exchange.status} came after a 503 that may have been carried out")
