"""Lets pages of other origins call the mock from a browser (the Fetch standard, 3.3): all, or one.

It stands outside the faults, so that a page can read the response of a fault. A preflight calls no
operation, so no fault hits it.
"""

import re
from collections.abc import Mapping

from mockserver.http.messages import Handler, Middleware, Request, Response
from mockserver.http.ports import Ports

_PREFLIGHT_SECONDS = "600"
#: A list of field names (RFC 9110, section 5.6.2). Nothing else is sent back.
_NAMES = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+([ \t]*,[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+)*")
_USUAL = "authorization, content-type"
_PORT = re.compile(r":\d+$")
#: Pages without credentials may read all fields; some old browsers only those that are named.
_EXPOSED = "Retry-After, Allow, WWW-Authenticate, *"


def allow_origins(handle: Handler) -> Handler:
    """Return *handle* with the header fields that a browser asks for."""

    async def respond(request: Request) -> Response:
        response = await handle(request)
        if "Origin" not in request.headers:
            return response
        return response.with_headers(_permit(request.headers, response, "*"))

    return respond


def allow_dashboard(ports: Ports) -> Middleware:
    """Return middleware that lets the dashboard call, whose port (*ports*) makes it another origin.

    It is a page of the same host: a browser of this machine reaches both by the same name.
    """

    def wrap(handle: Handler) -> Handler:
        async def respond(request: Request) -> Response:
            response = await handle(request)
            host = _PORT.sub("", request.headers.get("Host", ""))
            origin = request.headers.get("Origin")
            if origin is None or origin.lower() != f"http://{host}:{ports.admin}".lower():
                return response
            fields = _permit(request.headers, response, origin)
            vary = ", ".join(filter(None, ("Origin", fields.get("Vary"))))
            return response.with_headers({**fields, "Vary": vary})

        return respond

    return wrap


def _permit(fields: Mapping[str, str], response: Response, origin: str) -> dict[str, str]:
    """Return what tells a browser that *origin* may read *response*, or send what it asks about."""
    headers = {"Access-Control-Allow-Origin": origin}
    if "Access-Control-Request-Method" in fields and "Allow" in response.headers:
        names = fields.get("Access-Control-Request-Headers", "")
        return headers | {
            "Access-Control-Allow-Methods": response.headers["Allow"],
            "Access-Control-Allow-Headers": names if _NAMES.fullmatch(names) else _USUAL,
            "Access-Control-Max-Age": _PREFLIGHT_SECONDS,
            "Vary": "Access-Control-Request-Headers",
        }
    return headers | {"Access-Control-Expose-Headers": _EXPOSED}
