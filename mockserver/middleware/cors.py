"""Lets pages of any origin call the mock from a browser (the Fetch standard, 3.3).

It stands outside the faults, so that a page can read the response of a fault. A preflight calls no
operation, so no fault hits it.
"""

import re

from mockserver.http.messages import Handler, Request, Response

_PREFLIGHT_SECONDS = "600"
#: A list of field names (RFC 9110, section 5.6.2). Nothing else is sent back.
_NAMES = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+([ \t]*,[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+)*")
#: Pages without credentials may read all fields; some old browsers only those that are named.
_USUAL = "authorization, content-type"
_EXPOSED = "Retry-After, Allow, WWW-Authenticate, *"


def allow_origins(handle: Handler) -> Handler:
    """Return *handle* with the header fields that a browser asks for."""

    async def respond(request: Request) -> Response:
        response = await handle(request)
        fields = request.headers
        if "Origin" not in fields:
            return response
        headers = {"Access-Control-Allow-Origin": "*"}
        if "Access-Control-Request-Method" in fields and "Allow" in response.headers:
            names = fields.get("Access-Control-Request-Headers", "")
            headers |= {
                "Access-Control-Allow-Methods": response.headers["Allow"],
                "Access-Control-Allow-Headers": names if _NAMES.fullmatch(names) else _USUAL,
                "Access-Control-Max-Age": _PREFLIGHT_SECONDS,
                "Vary": "Access-Control-Request-Headers",
            }
        else:
            headers["Access-Control-Expose-Headers"] = _EXPOSED
        return response.with_headers(headers)

    return respond
