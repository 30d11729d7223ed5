"""Who calls: the secrets that a request shows, and what they open."""

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http.cookies import CookieError, SimpleCookie
from urllib.parse import unquote

from msgspec import Struct

from mockserver.contract.contract import Credential
from mockserver.contract.operations import Operation

_AUTHORIZATION = "authorization"
_REFUSALS = ("401", "403")


class Caller(Struct, frozen=True):
    """Who has been let in. *scopes* names what they may see; None: everything."""

    scopes: frozenset[str] | None = None

    def choose(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return those of the scopes of these *names* that they may see."""
        scopes = self.scopes
        return names if scopes is None else tuple(filter(scopes.__contains__, names))

    @property
    def tenant(self) -> str:
        """Return the name of what they are of, where nothing but the credential says so."""
        return min(self.scopes, default="") if self.scopes is not None else ""


def list_challenges(declared: Iterable[Credential]) -> tuple[str, ...]:
    """Return the values of the WWW-Authenticate of a 401 (RFC 9110, section 15.5.2)."""
    kinds = dict.fromkeys(credential.kind for credential in declared)
    schemes = [kind for kind in kinds if kind != "apiKey"] or list(kinds)
    return tuple(f'{scheme[0].upper()}{scheme[1:]} realm="mock"' for scheme in schemes)


def find_secrets(
    declared: Sequence[Credential],
    headers: Mapping[str, str],
    query: Iterable[tuple[str, str]],
) -> list[str]:
    """Return the secrets that a request shows where one of the *declared* credentials stands.

    Args:
        declared: the credentials of the contract.
        headers: found by names in lower case.
        query: the decoded parameters.
    """
    return [
        secret
        for credential in declared
        for secret in _secrets(credential, headers, query)
        if secret
    ]


def find_only_field(declared: Sequence[Credential]) -> str | None:
    """Return the name, in lower case, of the header field that shows all of the *declared*.

    None: they may stand elsewhere, or in several fields.
    """
    names = {
        _AUTHORIZATION if credential.kind != "apiKey" else credential.parameter.lower()
        for credential in declared
    }
    is_elsewhere = any(c.kind == "apiKey" and c.where != "header" for c in declared)
    return names.pop() if len(names) == 1 and not is_elsewhere else None


def is_open(operation: Operation) -> bool:
    """Return whether the contract lets everybody call *operation*, whatever others need."""
    security = operation.node.value.get("security")
    return isinstance(security, list) and (not security or {} in security)


def choose_refusal(operation: Operation) -> int:
    """Return the status for a call without a credential: the first declared of 401 and 403."""
    return next((int(code) for code in _REFUSALS if code in operation.responses), 401)


def _secrets(
    declared: Credential, headers: Mapping[str, str], query: Iterable[tuple[str, str]]
) -> Iterable[str]:
    """Return what a request shows where *declared* says, in each way in which it may be meant."""
    if declared.kind != "apiKey":
        # The case of a scheme means nothing (RFC 9110, section 11.1).
        scheme, _, secret = headers.get(_AUTHORIZATION, "").partition(" ")
        if scheme.lower() != declared.kind:
            return ()
        return _of_basic(secret.strip()) if declared.kind == "basic" else (secret.strip(),)
    if declared.where == "query":
        return [value for name, value in query if name == declared.parameter]
    if declared.where == "cookie":
        return (_cookie(headers.get("cookie", ""), declared.parameter),)
    value = headers.get(declared.parameter.lower(), "").strip()
    if declared.parameter.lower() == _AUTHORIZATION:
        return value, value.partition(" ")[2].strip()
    return (value,)


def _of_basic(encoded: str) -> Iterator[str]:
    """Yield the secrets of RFC 7617: both parts, the password, or the user without a password."""
    try:
        text = base64.b64decode(encoded, validate=True).decode("utf-8", "surrogateescape")
    except (binascii.Error, ValueError):
        return
    user, separator, password = text.partition(":")
    if separator:
        yield from (text, password) if password else (user,)


def _cookie(header: str, name: str) -> str:
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return unquote(found.value) if found is not None else ""
