"""Bodies of forms: what a body of JSON says, in the two ways in which forms say it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from urllib3.filepost import encode_multipart_formdata

from contracts.contract.api import Api
from contracts.contract.model import Operation
from contracts.engine.bodies import FORM, MULTIPART, choose_media, follow, list_properties

BOUNDARY = "contracts-boundary"
"""What stands between the parts of a body, with digits after it if a part has that, too."""


def encode_body(api: Api, operation: Operation, body: Any) -> tuple[bytes, str] | None:
    """Return *body* as a form that *operation* takes, with its media type; None if that is JSON."""
    media = choose_media(operation)
    if media is None or media.lower() not in (FORM, MULTIPART) or body is None:
        return None
    pairs = list(list_pairs(body))
    if media.lower() == FORM:
        return urlencode(pairs).encode(), FORM
    files = {name for name, one in list_properties(api, operation).items() if _is_file(api, one)}
    parts = [(name, _make_part(name, text, is_file=name in files)) for name, text in pairs]
    return encode_multipart_formdata(parts, _choose_boundary(pairs))


def list_pairs(body: Any) -> Iterator[tuple[str, str]]:
    """Go through the members of *body* as a form has them: a pair for each value of an array."""
    for name, value in body.items() if isinstance(body, dict) else ():
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                yield name, one if isinstance(one, str) else json.dumps(one)


def _make_part(name: str, text: str, *, is_file: bool) -> Any:
    """Return a part as urllib3 takes it; one of a file has a name and a media type."""
    return (f"{name}.txt", text.encode(), "application/octet-stream") if is_file else text


def _is_file(api: Api, schema: Any) -> bool:
    """Tell whether a property is a file (OpenAPI 3.0.3 §4.7.14.2, 3.1.0 §4.8.14.2)."""
    found: Mapping[str, Any] = follow(api, schema) if isinstance(schema, dict) else {}
    return found.get("format") == "binary" or "contentMediaType" in found


def _choose_boundary(pairs: list[tuple[str, str]]) -> str:
    """Return a boundary that no part has; it is the same each time, as all that a run sends."""
    text = repr(pairs)
    tried = (f"{BOUNDARY}{number or ''}" for number in range(len(text) + 1))
    return next(one for one in tried if one not in text)
