"""What the body of a request says to a miniature: JSON, a form, or the parts of one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from contracts.contract.api import Api
from contracts.contract.model import Operation
from contracts.engine.bodies import FORM, MULTIPART, follow, list_properties, list_types
from contracts.engine.verdict import Inapplicable
from contracts.selftest.messages import Request


def read_body(api: Api, operation: Operation, request: Request) -> Any:
    """Return what *request* carries, or an empty object if that cannot be read.

    The members of a form are texts; each is read as the schema of *operation* declares it
    (OpenAPI 3.0.3 §4.7.14, 3.1.0 §4.8.14).
    """
    media = request.headers.get("content-type", "").lower()
    if not media.startswith((FORM, MULTIPART)):
        try:
            return json.loads(request.body)
        except ValueError:
            return {}
    pairs = _list_parts(request) if media.startswith(MULTIPART) else _list_pairs(request)
    try:
        schemas = list_properties(api, operation)
    except Inapplicable:
        return {}
    said: dict[str, Any] = {}
    for name, text in pairs:
        schema = follow(api, schemas.get(name, {}))
        if "array" in list_types(schema):
            one = _read_text(text, follow(api, schema.get("items", {})))
            said[name] = [*said.get(name, ()), one]
        else:
            said[name] = _read_text(text, schema)
    return said


def _list_pairs(request: Request) -> Iterator[tuple[str, str]]:
    yield from parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)


def _list_parts(request: Request) -> Iterator[tuple[str, str]]:
    """Go through the parts of a body of multipart/form-data (RFC 7578), each with its name."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode("latin-1", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + request.body)
    for part in message.iter_parts() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            yield name, content.decode("utf-8", "replace")


def _read_text(text: str, schema: Mapping[str, Any]) -> Any:
    """Return the value that is written as *text*: as it is, unless it is declared to be no text."""
    types = list_types(schema)
    if not types or "string" in types:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
