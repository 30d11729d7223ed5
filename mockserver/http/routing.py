"""From a request's path to the operations that the contract declares there."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from mockserver.contract.document import Document, Operation

_PARAMETER = re.compile(r"\{([A-Za-z]+)\}")
_MOST_REMEMBERED = 1024
#: A percent sign that is followed by anything but two hexadecimal digits (RFC 3986, section 2.1).
_NO_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def escapes(text: str) -> bool:
    """Return whether each percent sign in *text* begins an escape, as RFC 3986 has it (2.1)."""
    return _NO_ESCAPE.search(text) is None


class Match(NamedTuple):
    """The operations of a path by method, ``Allow``'s value, the parameters still encoded.

    *sound* says whether they can be decoded.
    """

    operations: Mapping[str, Operation]
    allow: str
    parameters: Mapping[str, str]
    sound: bool = True


class Routes:
    """The paths of a contract, below a base path such as ``/api/v1`` (or the empty one)."""

    def __init__(self, document: Document, base_path: str) -> None:
        by_template: dict[str, dict[str, Operation]] = {}
        for operation in document.operations:
            by_template.setdefault(operation.template, {})[operation.method] = operation
        self.templates = tuple(base_path + template for template in by_template)
        self._routes = [
            (_pattern(base_path + template), operations, _allow(operations))
            for template, operations in by_template.items()
        ]
        self.match = lru_cache(_MOST_REMEMBERED)(self._match)

    def called(self, method: str, path: str) -> tuple[Operation, Mapping[str, str]] | None:
        """Return the operation that a request calls, with its path parameters; HEAD is GET."""
        match = self.match(path)
        operation = match and match.operations.get("GET" if method == "HEAD" else method)
        return (operation, match.parameters) if match and operation else None

    def _match(self, path: str) -> Match | None:
        for pattern, operations, allow in self._routes:
            found = pattern.fullmatch(path)
            if found is not None:
                return Match(operations, allow, found.groupdict(), escapes(path))
        return None


def _pattern(template: str) -> re.Pattern[str]:
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
