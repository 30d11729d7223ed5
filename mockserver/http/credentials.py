"""Who calls: the secrets that a request shows, and what they open."""

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http.cookies import CookieError, SimpleCookie
from urllib.parse import unquote

from msgspec import Struct

from mockserver.contract.contract import Credential
from mockserver.contract.operations import Operation
from mockserver.parsing.keys import Keyring

_AUTHORIZATION = "authorization"
_REFUSALS = ("401", "403")


class Caller(Struct, frozen=True):
    """Who has been let in. *scopes* names what they may see; None: everything."""

    scopes: frozenset[str] | None = None

    def choose(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return those of the scopes of these *names* that they may see."""
        scopes = self.scopes
        return names if scopes is None else tuple([name for name in names if name in scopes])

    @property
    def tenant(self) -> str:
        """Return the name of what they are of, where nothing but the credential says so."""
        return min(self.scopes, default="") if self.scopes is not None else ""


class Access:
    """Lets in who shows a credential that the contract *declares*.

    Args:
        declared: the credentials of the contract, any one of which is enough. Without any,
            everybody is let in.
        secrets: what opens which scopes, by secret as it stands in fixtures, without its scheme.
            None: every secret opens everything.
    """

    def __init__(
        self, declared: Sequence[Credential], secrets: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        self._declared = tuple(declared)
        self._keyring: Keyring[Caller] | None = None
        if secrets is not None:
            self._keyring = Keyring()
            for secret, scopes in secrets.items():
                self._keyring.add(secret, Caller(frozenset(scopes)))

    @property
    def challenges(self) -> tuple[str, ...]:
        """The values of WWW-Authenticate, which a 401 has to carry (RFC 9110, section 15.5.2)."""
        schemes = dict.fromkeys(c.kind for c in self._declared if c.kind != "apiKey")
        return tuple(f'{scheme.capitalize()} realm="mock"' for scheme in schemes) or (
            ('ApiKey realm="mock"',) if self._declared else ()
        )

    def caller(
        self,
        headers: Mapping[str, str],
        query: Iterable[tuple[str, str]] = (),
        operation: Operation | None = None,
    ) -> Caller | None:
        """Return who sends a request, or None if it shows no credential that opens anything.

        Of several credentials one that is known is enough.

        Args:
            headers: found by names in lower case.
            query: the decoded parameters.
            operation: what is called; the contract may leave it open to everybody.
        """
        if not self._declared:
            return Caller()
        shown = find_secrets(self._declared, headers, query)
        for secret in shown:
            found = Caller() if self._keyring is None else self._keyring.find(secret)
            if found is not None:
                return found
        return Caller() if not shown and operation is not None and is_open(operation) else None


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
