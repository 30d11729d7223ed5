"""Deviations of how a key is shown, as the deployed API has them.

It cuts the header's value at each ``Bearer `` and takes the second of two pieces for the key.
"""

import hmac

from mockserver.deviations.deviation import Deviation, InterceptedCall
from mockserver.http.credentials import Caller
from mockserver.http.messages import Response
from mockserver.worlds.context import RequestContext

_SCHEME = "Bearer "
_SECURITY = "/components/securitySchemes/organizationKey"


def _read_key(call: InterceptedCall) -> str | None:
    """Return what the deployed API takes for the key."""
    # Surrounding blanks are not part of a field's value (RFC 9110, section 5.5).
    value = call.request.headers.get("Authorization", "").strip(" \t")
    pieces = value.split(_SCHEME)
    return pieces[1] if len(pieces) == 2 else None


async def _require_exact_scheme(call: InterceptedCall) -> Response:
    """Forget a caller whose key the deployed API would not have found."""
    context, key = call.context, _read_key(call)
    if context.caller is not None and _find_secret(context, key) is None:
        context.caller = None
    return await call.respond()


async def _accept_any_scheme(call: InterceptedCall) -> Response:
    """Let in whom a key in the wrong place names, in the world of those without a key."""
    context = call.context
    secret = None if context.caller is not None else _find_secret(context, _read_key(call))
    if secret is not None:
        scopes = context.world.secrets[secret]
        context.caller = Caller(None if scopes is None else frozenset(scopes))
    return await call.respond()


def _find_secret(context: RequestContext, key: str | None) -> str | None:
    """Return the key of the world that *key* is, in a time that tells nothing of it."""
    octets = "" if key is None else key
    return next((s for s in context.world.secrets if _is_same(s, octets)), None)


def _is_same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(errors="replace"), other.encode(errors="replace"))


DEVIATIONS = (
    Deviation(
        "bearer-to-the-letter",
        "conforming",
        "Knows the scheme only as `Bearer` and one blank: `bearer` is 401, two blanks are.",
        f"{_SECURITY}/scheme",
        around=_require_exact_scheme,
    ),
    Deviation(
        "any-scheme-before-bearer",
        "conforming",
        "Finds the key of the default world behind any words: `Digest Bearer KEY` is let in.",
        f"{_SECURITY}/scheme",
        around=_accept_any_scheme,
    ),
)
