"""Deviations of how a key is shown, as the deployed API has them.

It cuts the header's value at each ``Bearer `` and takes the second of two pieces for the key.
"""

import hmac

from mockserver.domain.tenancy import Tenant
from mockserver.http.messages import Response
from mockserver.profiles.jobs.deviations.deviation import Deviation, InterceptedCall

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
    tenant, key = call.context.tenant, _read_key(call)
    if tenant is not None and key != tenant.organization.api_key:
        call.context.tenant = None
    return await call.respond()


async def _accept_any_scheme(call: InterceptedCall) -> Response:
    """Let in whom a key in the wrong place names, in the world of those without a key."""
    context, key = call.context, _read_key(call)
    if context.tenant is None and key is not None:
        for organization in context.world.organizations:
            if hmac.compare_digest(organization.api_key.encode(), key.encode(errors="replace")):
                context.tenant = Tenant(organization)
    return await call.respond()


DEVIATIONS = (
    Deviation(
        "bearer-to-the-letter",
        "conforming",
        "Knows the scheme only as `Bearer` and one blank: `bearer` is 401, two blanks are.",
        f"{_SECURITY}/scheme",
        _require_exact_scheme,
    ),
    Deviation(
        "any-scheme-before-bearer",
        "conforming",
        "Finds the key of the default world behind any words: `Digest Bearer KEY` is let in.",
        f"{_SECURITY}/scheme",
        _accept_any_scheme,
    ),
)
