"""What `--effects own` lets through to a deployment of any API.

A record may be made by an operation that the document declares to make one, in a scope that was
named on the command line; what else its path names has to be of this run's own making. A record is
this run's own if its key was not seen before. All other calls that could change something have to
be on a record of this run, or on a key that the deployment answered 404 to and that this run made
up, or got for a record of its own in another scope.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from contracts.contract.api import Api
from contracts.contract.model import Operation
from contracts.contract.roles import Key
from contracts.http.exchange import Exchange
from contracts.http.guard import Guard
from contracts.http.shown import find_made, get_single, is_success, list_page

ODD = re.compile(r"[/\\%\x00-\x1f]")
"""What a part of a path must not have: some servers would read another path."""


@dataclass
class RecordGuard(Guard[Api]):
    """Lets records be made, and only those be changed, whatever their keys are."""

    _seen: dict[str, set[Key]] = field(default_factory=dict)
    """By scope: each key that a response had, this run's or not."""

    def learn(self, exchange: Exchange) -> None:
        """Remember which records are own, which are others', and which keys there are not."""
        resource = self.document.resource
        scope = resource.find_scope(exchange.arguments)
        single = resource.find_key(get_single(exchange, self.document))
        shown = {resource.find_key(record) for record in list_page(exchange, self.document)}
        with self._lock:
            seen = self._seen.setdefault(scope, set())
            made = exchange.operation in self._get_creations() and exchange.method != "GET"
            new = find_made(exchange, self.document) if made else None
            if new is not None and new not in seen:
                self._own.setdefault(scope, set()).add(new)
            seen |= {key for key in (single, new, *shown) if key is not None}
            reading = resource.read is not None and exchange.operation == resource.read.id
            text = exchange.arguments.get(resource.key_parameter or "")
            mine = {str(key) for keys in self._own.values() for key in keys}
            missing = reading and exchange.status == 404 and text
            if missing and text and (self.synthetic in text or text in mine):
                self._unknown.setdefault(scope, set()).add(text)
            if self._deletes(exchange) and text is not None:
                own = self._own.get(scope, set())
                own -= {key for key in own if str(key) == text}

    def _deletes(self, exchange: Exchange) -> bool:
        """Tell whether a record is gone: by a move that says so, or by DELETE if no move does."""
        operation = self.document.operations.get(exchange.operation or "")
        if operation is None or not is_success(exchange, self.document):
            return False
        rows = list(self.document.resource.list_moves(operation))
        return any(not row.targets for row in rows) if rows else operation.method == "DELETE"

    def _get_creations(self) -> set[str]:
        return {one.operation.id for one in self.document.resource.creations}

    def _explain_refusal_of_own(self, method: str, url: str) -> str | None:
        path = urlsplit(url).path
        if not path.startswith(self.target.prefix + "/"):
            return f"{path} is not a path of the contract"
        path = path.removeprefix(self.target.prefix)
        operation = self.document.match(method, path)
        if operation is None:
            return f"{method} {path} is not an operation of the contract"
        arguments = operation.parse_arguments(path) or {}
        if any(ODD.search(text) or text in ("", ".", "..") for text in arguments.values()):
            return "a part of its path could be read as another path"
        return self._explain_call(operation, arguments)

    def _explain_call(self, operation: Operation, arguments: dict[str, str]) -> str | None:
        resource, scope = self.document.resource, self.document.resource.find_scope(arguments)
        name = resource.find_key_parameter(operation)
        if name is None:
            known = {
                resource.find_scope(path) for path in (self.target.path, self.target.other_path)
            }
            if operation.id not in self._get_creations():
                return f"{operation.id} is on no record, and makes none"
            for other, text in arguments.items():
                if other not in self.target.path and not text.startswith(self.synthetic):
                    return f"{other} {text} is not of this run"
            return None if scope in known else "it makes a record in a scope that was not named"
        text = arguments[name]
        keys = {*self.get_own(scope), *self._unknown.get(scope, ())}
        if text in map(str, keys):
            return None
        return f"record {text} is not of this run"
