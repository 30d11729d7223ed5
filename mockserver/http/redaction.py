"""Redaction of API keys in header fields."""

from collections.abc import Collection, Mapping

from mockserver.parsing.redaction import REDACTED, redact

#: What may stay of an Authorization field. Anything else at its beginning may be a key.
_SCHEMES = ("", "bearer", "basic", "digest")


def redact_credentials(authorization: str) -> str:
    """Return the value of an Authorization field with its scheme only."""
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() not in _SCHEMES:
        return REDACTED
    return f"{scheme} {REDACTED}" if credentials.strip() else authorization


def redact_fields(headers: Mapping[str, str], api_keys: Collection[str]) -> dict[str, str]:
    """Return header fields without these *api_keys* and without any credentials."""
    return {
        name: redact_credentials(value)
        if name.lower() == "authorization"
        else redact(value, api_keys)
        for name, value in headers.items()
    }
