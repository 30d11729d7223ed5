"""Makes an Exchange of a generated call and its response, as schemathesis passes them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from schemathesis.core.transport import Response
from schemathesis.generation.case import Case

from contracts.contract.api import Api
from contracts.http.exchange import Exchange

UNSENT = 0
"""The status of a response to a call that never left."""


def read_exchange(case: Case[Any], response: Response, document: Api) -> Exchange:
    """Return the exchange that *response* ends; the transport's own one where there is one."""
    request = response.request
    known = vars(request).get("exchange")
    if isinstance(known, Exchange):
        return known
    prefix = urlsplit(case.operation.schema.get_base_url()).path.rstrip("/")
    path = urlsplit(request.url or "").path.removeprefix(prefix)
    operation = document.match(request.method or "", path)
    return Exchange(
        method=request.method or "",
        url=request.url or "",
        headers=dict(request.headers),
        status=response.status_code,
        response_headers={name: values[0] for name, values in response.headers.items()},
        body=response.content or b"",
        operation=operation.id if operation else None,
        arguments=(operation.parse_arguments(path) or {}) if operation else {},
        received=response.elapsed,
    )
