"""The security of a description: which keys a call carries, and whether it has to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.contract.model import Operation
from contracts.contract.pointer import escape
from contracts.contract.roles import Scheme, Security


def read_security(raw: Mapping[str, Any], listing: Operation) -> Security:
    """Return what a call of the list carries; without `security`, a header that it requires.

    `security` is an array of alternatives, each an object of schemes that go together (OpenAPI
    3.1.0 §4.8.30). One that needs two keys at once cannot be used with one, and an empty one means
    that no key is needed.
    """
    given = _find_operation(raw, listing).get("security", raw.get("security"))
    schemes = raw.get("components", {}).get("securitySchemes", {})
    if given:
        single = [next(iter(one)) for one in given if isinstance(one, dict) and len(one) == 1]
        found = [one for name in single for one in _read_scheme(name, schemes.get(name) or {})]
        return Security(tuple(found), declared=bool(found) and all(given))
    if given is None:
        return Security(tuple(_infer_scheme(listing)))
    return Security()


def _find_operation(raw: Mapping[str, Any], operation: Operation) -> Mapping[str, Any]:
    found: Mapping[str, Any] = raw["paths"][operation.path][operation.method.lower()]
    return found


def _read_scheme(name: str, scheme: Mapping[str, Any]) -> Iterator[Scheme]:
    clause = f"#/components/securitySchemes/{escape(name)}"
    match scheme.get("type"):
        case "apiKey":
            yield Scheme("apiKey", scheme.get("in", "header"), scheme.get("name", ""), clause)
        case "http":
            yield Scheme(str(scheme.get("scheme", "bearer")).lower(), "header", name, clause)
        case "oauth2" | "openIdConnect":
            yield Scheme("bearer", "header", name, clause)
        case _:
            return


def _infer_scheme(listing: Operation) -> Iterator[Scheme]:
    for parameter in listing.parameters.values():
        if parameter.get("in") == "header" and parameter["name"].lower() == "authorization":
            yield Scheme("bearer", "header", "Authorization", f"{listing.pointer}/parameters")
