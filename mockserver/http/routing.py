"""From a request's method and path to the operation that the contract declares there."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote

from mockserver.contract.document import Document, Operation

_PARAMETER = re.compile(r"\{([A-Za-z]+)\}")
_MOST_CACHED = 1024
#: A percent sign that is followed by anything but two hexadecimal digits (RFC 3986, section 2.1).
_NO_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def is_percent_encoded(text: str) -> bool:
    """Return whether each percent sign in *text* begins an escape, as RFC 3986 has it (2.1)."""
    return _NO_ESCAPE.search(text) is None


def decode(text: str) -> str:
    """Return a part of a path decoded; octets that are not UTF-8 become surrogates (PEP 383)."""
    return unquote(text, errors="surrogateescape")


class Match(NamedTuple):
    """What a contract has at the path of a request.

    *template* is the path template that fits, below the base path, and *pointer* leads to it in
    the contract. *allow* is the value of ``Allow``. *parameters* are decoded; octets that are not
    UTF-8 are in them as surrogates (PEP 383). *operation* is None where the path has none with the
    request's method, or is not percent-encoded.
    """

    template: str
    pointer: str
    allow: str
    parameters: Mapping[str, str]
    operation: Operation | None
    is_percent_encoded: bool = True

    def path(self, **changes: str) -> str:
        """Return the path with some of its parameters changed."""
        values = {**self.parameters, **changes}
        encoded = {n: quote(v, safe="", errors="surrogateescape") for n, v in values.items()}
        return self.template.format(**encoded)


class Routes:
    """The paths of a contract, below a base path such as ``/api/v1`` (or the empty one)."""

    def __init__(self, document: Document, base_path: str) -> None:
        by_template: dict[str, dict[str, Operation]] = {}
        for operation in document.operations:
            by_template.setdefault(operation.template, {})[operation.method] = operation
        self._routes = [
            (base_path + template, _compile(base_path + template), operations, _allow(operations))
            for template, operations in by_template.items()
        ]
        self.templates = tuple(template for template, *_ in self._routes)
        self.match = lru_cache(_MOST_CACHED)(self._match)

    def _match(self, method: str, path: str) -> Match | None:
        """Return what is at *path* for *method*; HEAD is GET (RFC 9110, section 9.3.2)."""
        for template, pattern, operations, allow in self._routes:
            fields = pattern.fullmatch(path)
            if fields is None:
                continue
            pointer = next(iter(operations.values())).pointer.rpartition("/")[0]
            values = {n: decode(v) for n, v in fields.groupdict().items()}
            if not is_percent_encoded(path):
                return Match(template, pointer, allow, values, None, is_percent_encoded=False)
            operation = operations.get("GET" if method == "HEAD" else method)
            return Match(template, pointer, allow, values, operation)
        return None


def _compile(template: str) -> re.Pattern[str]:
    """Return the pattern of a path template. A segment may be empty: ``/users/`` names no user."""
    parts = _PARAMETER.split(template)
    literals, names = parts[::2], parts[1::2]
    pattern = re.escape(literals[0])
    for name, literal in zip(names, literals[1:], strict=True):
        pattern += f"(?P<{name}>[^/]*){re.escape(literal)}"
    return re.compile(pattern)


def _allow(operations: Mapping[str, Operation]) -> str:
    methods = list(operations)
    if "GET" in operations:
        methods.insert(methods.index("GET") + 1, "HEAD")
    return ", ".join([*methods, "OPTIONS"])
