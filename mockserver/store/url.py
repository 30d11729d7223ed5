"""The URL of a store, as a user gives it: whether it can be used, and how it may be shown.

Nothing is opened or looked up here, and no driver is needed.
"""

import re

from mockserver.store.interface import MEMORY

SQLITE = "sqlite:///"
_HIDDEN = "***"
_FORMS = f"{MEMORY}, sqlite:///file.db or postgresql://user:password@host/database"
_POSTGRESQL = ("postgresql", "postgres")
_PARTS = re.compile(
    r"(?:(?P<user>[^:/?#@\s]+)(?::(?P<password>[^/?#@\s]*))?@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^:/?#@\[\]\s]*)(?::(?P<port>[0-9]{1,5}))?"
    r"/(?P<database>[^/?#\s]+)(?:\?[^#\s]*)?"
)
_PASSWORD = re.compile(r"([?&](?:ssl)?password=)([^&#]*)", re.IGNORECASE)


def read(text: str) -> str:
    """Return *text*, which names a store: ``memory``, or the URL of a database.

    Raises:
        ValueError: it does not. The message says what to give, and never quotes a password.
    """
    scheme, separator, rest = text.partition("://")
    base, plus, _ = scheme.partition("+")
    if text == MEMORY:
        return text
    if not separator or base not in ("sqlite", *_POSTGRESQL):
        raise ValueError(f"give {_FORMS}")
    if plus:
        raise ValueError(f"leave the driver out: {base}://")
    message = _explain_file(rest) if base == "sqlite" else _explain_address(rest)
    if message is not None:
        raise ValueError(message)
    return text


def redact(url: str) -> str:
    """Return *url* with ``***`` for its password.

    A text that is not a URL is accepted, since it may be mistyped; in doubt, more is hidden.
    """
    prefix, rest = _scheme(url)
    parameter = _PASSWORD.search(rest)
    if parameter is not None and "@" in rest[parameter.end(1) :]:
        # The `@` may end either password, so nothing after a colon is shown.
        return f"{prefix}{re.split('[:?]', rest, maxsplit=1)[0]}:{_HIDDEN}"
    account, _, place = rest.rpartition("@")
    user, colon, _ = account.partition(":")
    if colon:
        rest = f"{user}:{_HIDDEN}@{place}"
    return prefix + _PASSWORD.sub(rf"\1{_HIDDEN}", rest)


def _scheme(url: str) -> tuple[str, str]:
    """Return what *url* begins with, up to the slashes, and the rest."""
    scheme, separator, rest = url.partition("://")
    return (scheme + separator, rest) if separator and ":" not in scheme else ("", url)


def _explain_file(rest: str) -> str | None:
    """Return what is wrong with what follows ``sqlite://``; None if nothing is."""
    if rest in ("", "/", "/:memory:"):
        return f"lasts no longer than the process; give {MEMORY}, or a file: sqlite:///file.db"
    if not rest.startswith("/"):
        return "write sqlite:///file.db, or sqlite:////folder/file.db with four slashes"
    if any(c in rest for c in "?#") or not rest.isprintable() or rest != rest.strip():
        return "give a path and nothing else, such as sqlite:///file.db"
    if rest.endswith(("/", "/.", "/..")):
        return "names a folder; give a file, such as sqlite:///file.db"
    return None


def _explain_address(rest: str) -> str | None:
    """Return what is wrong with what follows ``postgresql://``; None if nothing is."""
    parts = _PARTS.fullmatch(rest)
    if parts is None:
        if re.search(r"[/?#@]", rest.rpartition("@")[0]):
            return "in a user or a password write %40 for @, %2F for /, %3F for ?, %23 for #"
        if "/" not in rest or re.match(r"[^/]*/(?:$|\?)", rest):
            return "names no database; give postgresql://user:password@host/database"
        return "give postgresql://user:password@host:port/database"
    if parts["port"] is not None and not 0 < int(parts["port"]) < 65536:
        return "give a port from 1 to 65535"
    return None
