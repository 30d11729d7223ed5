"""How a miniature of any API answers: with what the contract requires of each response."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from contracts.contract.api import Api, is_json
from contracts.contract.json_values import put
from contracts.contract.model import Operation
from contracts.engine.bodies import follow, make_value
from contracts.roles.creation_bodies import says_where
from contracts.selftest.any_api.call import Call, Entry
from contracts.selftest.messages import Response

BODILESS = (204, 205)
"""The statuses of responses without content (RFC 9110 §15.3.5, §15.3.6)."""


class Responder:
    """Answers in the form that the contract declares."""

    api: Api

    def succeed(
        self, operation: Operation, entry: Entry | None = None, status: int | None = None
    ) -> Response:
        """Answer with a success that *operation* declares, and a record where it shows one."""
        status = status or operation.success
        place = self.api.resource.shows.get(operation.id)
        if entry is None or place is None:
            return self.answer(operation, status, self.make_body(operation, status))
        shown = self.show(entry)
        if not place:
            return self.answer(operation, status, shown)
        body = self.make_body(operation, status)
        put(body, place, shown)
        return self.answer(operation, status, body)

    def refuse(self, operation: Operation, status: int) -> Response:
        """Answer with an error in the form that *operation* declares."""
        return self.answer(operation, status, self.make_body(operation, status))

    def make_body(self, operation: Operation, status: int) -> Any:
        """Return the least that a response has to have in it; None if that is nothing.

        A body of another media type than JSON is octets.
        """
        pointer = self.api.find_body_schema(operation, status)
        if pointer is not None:
            return deepcopy(make_value(self.api, {"$ref": pointer}))
        content = self._find_declared(operation, status).get("content", {})
        if not content or any(is_json(name) for name in content):
            return None
        given = next(iter(content.values()))
        value = given.get("example", make_value(self.api, given.get("schema", {"type": "string"})))
        return (value if isinstance(value, str) else json.dumps(value)).encode()

    def answer(self, operation: Operation, status: int, body: Any) -> Response:
        """Answer with *body*, under a media type that is declared and with the required headers."""
        declared = self._find_declared(operation, status)
        headers = self.make_headers(declared)
        if status in BODILESS or body is None:
            return Response(status, None, headers)
        media = list(declared.get("content", ()))
        fitting = (name for name in media if is_json(name) is not isinstance(body, bytes))
        label = next(fitting, "text/plain" if isinstance(body, bytes) else "application/json")
        return Response(status, body, {**headers, "Content-Type": _choose_one(label)})

    def make_headers(self, declared: Mapping[str, Any]) -> dict[str, str]:
        """Return the headers that a response has to have as it is *declared*, `Written-So`."""
        made: dict[str, str] = {}
        for name, one in declared.get("headers", {}).items():
            header = follow(self.api, one)
            if header.get("required") and name.lower() != "content-type":
                value = header.get("example", make_value(self.api, header.get("schema", {})))
                made[name.title()] = value if isinstance(value, str) else json.dumps(value)
        return made

    def locate(self, call: Call, entry: Entry) -> Mapping[str, str]:
        """Return the header that says where a new record is, if one is read by its key."""
        read, key = self.api.resource.read, self.api.resource.find_key(entry.record)
        if read is None or not says_where(self.api, call.operation):
            return {}
        known = {**call.arguments, self.api.resource.key_parameter or "": str(key)}
        path = re.sub(r"\{([^{}]+)\}", lambda found: known.get(found[1], ""), read.path)
        return {"Location": path}

    def show(self, entry: Entry) -> Any:
        """Return what is shown of a record."""
        return deepcopy(entry.record)

    def encode(self, response: Response) -> tuple[bytes, str]:
        """Return the body as it is sent, and its media type."""
        if response.body is None:
            return b"", ""
        if isinstance(response.body, bytes):
            return response.body, "text/plain"
        return json.dumps(response.body).encode(), "application/json"

    def _find_declared(self, operation: Operation, status: int) -> Mapping[str, Any]:
        found = operation.find_response(status)
        return found[1] if found else {}


def _choose_one(media: str) -> str:
    """Return a media type of the range *media* (RFC 9110 §12.5.1)."""
    kind, _, rest = media.partition("/")
    if kind == "*":
        return "application/json"
    return f"{kind}/{rest.replace('*', 'json' if kind == 'application' else 'plain')}"
