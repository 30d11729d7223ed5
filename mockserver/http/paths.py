"""From a request's method and path to the operation that any description declares there."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from urllib.parse import unquote

from msgspec import Struct

from mockserver.contract.operations import Operation

_PARAMETER = re.compile(r"\{([^}]*)\}")
_MOST_CACHED = 1024
#: A percent sign that is followed by anything but two hexadecimal digits (RFC 3986, section 2.1).
_NO_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def is_percent_encoded(text: str) -> bool:
    """Return whether each percent sign in *text* begins an escape, as RFC 3986 has it (2.1)."""
    return "%" not in text or _NO_ESCAPE.search(text) is None


def decode(text: str) -> str:
    """Return a part of a path decoded; octets that are not UTF-8 become surrogates (PEP 383)."""
    return unquote(text, errors="surrogateescape") if "%" in text else text


class PathMatch(Struct, frozen=True):
    """What a description has at the path of a request.

    *allow* is the value of ``Allow``. *parameters* are decoded; octets that are not UTF-8 are in
    them as surrogates (PEP 383). *operation* is None where the path has none with the method.
    *pointer* leads to the path in the description.
    """

    allow: str
    parameters: Mapping[str, str]
    operation: Operation | None
    pointer: str = ""


class _Template:
    """A path of a description: its *pattern*, the *names* of its parameters, its *operations*."""

    __slots__ = ("_names", "_pattern", "allow", "operations", "pointer")

    def __init__(
        self, pattern: str, names: Sequence[str], operations: Mapping[str, Operation]
    ) -> None:
        self._pattern = re.compile(pattern)
        self._names = tuple(names)
        self.operations = operations
        self.allow = _allow(operations)
        self.pointer = next(iter(operations.values())).node.pointer.rpartition("/")[0]

    def match(self, method: str, path: str) -> PathMatch | None:
        """Return what is at *path* for *method*, if it is a path of this template."""
        found = self._pattern.fullmatch(path)
        if found is None:
            return None
        texts = map(decode, found.groups()) if "%" in path else found.groups()
        values = dict(zip(self._names, texts, strict=True))
        return PathMatch(self.allow, values, self.operations.get(method), self.pointer)


class Paths:
    """The paths of *operations*, each below one of *bases* or without one.

    A path without parameters comes before one with them, segment by segment (OpenAPI 3.1, 4.8.8).
    A slash at the end, or ``.json`` where the description has that, may be there or not. If it
    *is_exact*, neither may, nor may the base be left out, and a parameter may be empty.
    """

    def __init__(
        self, operations: Sequence[Operation], bases: Sequence[str], *, is_exact: bool = False
    ) -> None:
        by_template: dict[str, dict[str, Operation]] = {}
        for operation in operations:
            by_template.setdefault(operation.template, {})[operation.method] = operation
        ordered = sorted(by_template, key=_openness)
        self._is_exact = is_exact
        self._bases = tuple(base for base in bases if base)
        below = self._bases[0] if is_exact and self._bases else ""
        self.templates = tuple(below + template for template in by_template)
        build = _compile_exact if is_exact else _compile
        #: By how many slashes a path of them has.
        self._templates: dict[int, list[_Template]] = {}
        for template in ordered:
            slashes = _PARAMETER.sub("", template).count("/")
            least = slashes - template.endswith("/")
            made = build(template, by_template[template])
            for count in (slashes,) if is_exact else (least, least + 1):
                self._templates.setdefault(count, []).append(made)
        self.match = lru_cache(_MOST_CACHED)(self._match)

    def _match(self, method: str, path: str) -> PathMatch | None:
        """Return what is at *path* for *method*; HEAD is GET (RFC 9110, section 9.3.2)."""
        if "%" in path and not is_percent_encoded(path):
            return None
        asked = "GET" if method == "HEAD" else method
        first: PathMatch | None = None
        for below in self._below(path):
            for template in self._templates.get(below.count("/"), ()):
                found = template.match(asked, below)
                if found is not None and found.operation is not None:
                    return found
                # Two templates may differ in the names of their parameters and in their methods.
                first = first or found
        return first

    def _below(self, path: str) -> Sequence[str]:
        """Return what of *path* may be below a base."""
        if not self._bases:
            return (path,)
        found = [path.removeprefix(base) for base in self._bases if path.startswith(f"{base}/")]
        return found if self._is_exact else [*found, path]


def _openness(template: str) -> tuple[int, ...]:
    """Return how much each segment of a path leaves open: nothing, a part of it, or all."""
    segments = template.strip("/").split("/")
    return tuple(
        0 if "{" not in segment else 2 if _PARAMETER.fullmatch(segment) else 1
        for segment in segments
    )


def _compile(template: str, operations: Mapping[str, Operation]) -> _Template:
    text = template.rstrip("/")
    plain = text.removesuffix(".json")
    parts = _PARAMETER.split(plain)
    literals, names = parts[::2], parts[1::2]
    pattern = re.escape(literals[0])
    for literal in literals[1:]:
        pattern += f"([^/]+?){re.escape(literal)}"
    ending = r"(?:\.json)?" if plain != text else ""
    return _Template(f"{pattern}{ending}/?", names, operations)


def _compile_exact(template: str, operations: Mapping[str, Operation]) -> _Template:
    """Return what fits *template* alone. A segment may be empty: ``/users/`` names no user."""
    parts = _PARAMETER.split(template)
    pattern = re.escape(parts[0])
    for literal in parts[2::2]:
        pattern += f"([^/]*){re.escape(literal)}"
    return _Template(pattern, parts[1::2], operations)


def _allow(operations: Mapping[str, Operation]) -> str:
    methods = list(operations)
    if "GET" in operations:
        methods.insert(methods.index("GET") + 1, "HEAD")
    return ", ".join([*methods, *(["OPTIONS"] if "OPTIONS" not in methods else [])])
