"""Exchanges without the credentials that were in them, which reach no file."""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote, quote_plus, unquote_plus

import msgspec
from msgspec import structs

from mockserver.contract.contract import Credential
from mockserver.proxy.exchange import Content, Exchange, Fields, find_field
from mockserver.proxy.secrets import FORMS, is_secret_field, is_secret_member

#: Schemes of Authorization that may stay; anything else at its beginning may be a key.
_SCHEMES = frozenset(
    {"basic", "bearer", "digest", "token", "apikey", "hawk", "negotiate", "aws4-hmac-sha256"}
)
#: A shorter text is replaced where it is known to be a credential, and nowhere else.
_SHORTEST = 6
_MOST_REMEMBERED = 1_000
_NAME = re.compile(r"credential-\d+")
_JSON = re.compile(r"[/+]json\b", re.IGNORECASE)
_FORM = "application/x-www-form-urlencoded"


class Redactor:
    """Replaces credentials by names: the same by the same, for as long as a recording lasts.

    Args:
        declared: the credentials of the contract, whose parameters may be called anything.
    """

    def __init__(self, declared: Sequence[Credential] = ()) -> None:
        self._fields = {c.parameter.lower() for c in declared if c.where == "header"}
        self._query = {c.parameter for c in declared if c.where == "query"}
        self._schemes = _SCHEMES | {c.kind for c in declared if c.kind != "apiKey"}
        self._names: dict[str, str] = {}
        self._count = 0
        self._known: re.Pattern[str] | None = None

    def name(self, secret: str) -> str:
        """Return the name of *secret*, which is known from now on wherever it stands."""
        found = self._names.get(secret)
        if found is None:
            self._count += 1
            found = self._names[secret] = f"credential-{self._count}"
            if len(self._names) > _MOST_REMEMBERED:
                del self._names[next(iter(self._names))]
            self._known = None
        return found

    def redact(self, exchange: Exchange) -> Exchange:
        """Return *exchange* without credentials."""
        # All that stands where credentials stand is learned before any text is searched for it.
        request_fields = self._replace_fields(exchange.request_fields)
        url = self._replace_query(exchange.url)
        fields = self._replace_fields(exchange.fields)
        request = self._replace_members(exchange.request, exchange.request_fields)
        response = self._replace_members(exchange.response, exchange.fields)
        clean = self._clean
        return structs.replace(
            exchange,
            url=clean(url),
            request_fields=tuple((name, clean(value)) for name, value in request_fields),
            request=self._clean_content(request),
            reason=clean(exchange.reason),
            fields=tuple((name, clean(value)) for name, value in fields),
            response=self._clean_content(response),
            failure=clean(exchange.failure),
        )

    def _replace_fields(self, fields: Fields) -> Fields:
        return tuple((name, self._replace_field(name, value)) for name, value in fields)

    def _replace_field(self, name: str, value: str) -> str:
        lower = name.lower()
        if lower in ("authorization", "proxy-authorization"):
            return self._replace_authorization(value)
        if lower == "cookie":
            return "; ".join(self._replace_cookie(pair) for pair in value.split(";"))
        if lower == "set-cookie":
            pair, separator, attributes = value.partition(";")
            return self._replace_cookie(pair) + separator + attributes
        if lower in self._fields or is_secret_field(lower):
            return self.name(value) if value else value
        if "://" in value or "?" in value:
            return self._replace_query(value)
        return value

    def _replace_authorization(self, value: str) -> str:
        scheme, _, rest = value.strip().partition(" ")
        if not rest.strip() or scheme.lower() not in self._schemes:
            return self.name(value.strip()) if value.strip() else value
        for secret in _list_basic(scheme, rest.strip()):
            self._names.setdefault(secret, self.name(rest.strip()))
        return f"{scheme} {self.name(rest.strip())}"

    def _replace_cookie(self, pair: str) -> str:
        name, separator, value = pair.strip().partition("=")
        return f"{name}={self.name(value)}" if separator and value else pair.strip()

    def _replace_query(self, url: str) -> str:
        """Return *url* with other values of the parameters that hold credentials."""
        head, mark, query = url.partition("?")
        return head + mark + self._replace_pairs(query, unquote_plus) if query else url

    def _replace_pairs(self, text: str, decode: Callable[[str], str]) -> str:
        pairs = []
        for pair in text.split("&"):
            name, separator, value = pair.partition("=")
            plain = decode(name)
            is_secret = plain in self._query or is_secret_member(plain)
            if value and is_secret:
                pairs.append(f"{name}{separator}{self.name(decode(value))}")
            else:
                pairs.append(pair)
        return "&".join(pairs)

    def _replace_members(self, content: Content, fields: Fields) -> Content:
        """Return *content* with other values of the members that hold credentials."""
        if not content.octets:
            return content
        kind = find_field(fields, "content-type")
        if kind.partition(";")[0].strip().lower() == _FORM:
            text = content.octets.decode("utf-8", "replace")
            made = self._replace_pairs(text, unquote_plus)
            return content if made == text else _of(made)
        if not _JSON.search(kind):
            return content
        try:
            value = msgspec.json.decode(content.octets)
        except msgspec.DecodeError:
            return content
        made = self._replace_in(value)
        return content if made == value else _of(msgspec.json.encode(made).decode())

    def _replace_in(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._replace_in(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {
            name: self.name(item)
            if isinstance(item, str) and item and is_secret_member(name)
            else self._replace_in(item)
            for name, item in value.items()
        }

    def _clean_content(self, content: Content) -> Content:
        if not content.octets:
            return content
        try:
            text = content.octets.decode()
        except UnicodeDecodeError:
            # No text to be searched for forms; what is known must not be in it either.
            known = self._clean(content.octets.decode("latin-1"))
            if known.encode("latin-1", "replace") == content.octets:
                return content
            return Content(None, content.length, "not recorded: a credential is in it")
        made = self._clean(text)
        return content if made == text else _of(made)

    def _clean(self, text: str) -> str:
        """Return *text* without what is known, or looks like, a credential."""
        found = FORMS.sub(
            lambda match: match[0] if _NAME.fullmatch(match[0]) else self.name(match[0]), text
        )
        if self._known is None:
            spelled = {s: n for secret, n in self._names.items() for s in _spell(secret)}
            self._spelled = spelled
            longest = sorted(spelled, key=len, reverse=True)
            self._known = re.compile("|".join(map(re.escape, longest)) or r"(?!)")
        return self._known.sub(lambda match: self._spelled[match[0]], found)


def _of(text: str) -> Content:
    octets = text.encode()
    return Content(octets, len(octets))


def _spell(secret: str) -> Iterator[str]:
    """Yield *secret* as it is, and as URLs, forms and JSON spell it."""
    if len(secret) < _SHORTEST:
        return
    yield secret
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield msgspec.json.encode(secret).decode()[1:-1]


def _list_basic(scheme: str, encoded: str) -> Iterable[str]:
    """Return the parts of RFC 7617's credentials."""
    if scheme.lower() != "basic":
        return ()
    try:
        text = base64.b64decode(encoded, validate=True).decode("utf-8", "surrogateescape")
    except (binascii.Error, ValueError):
        return ()
    user, _, password = text.partition(":")
    return (text, password or user)
