"""From a request's method and path to the operation that any description declares there."""

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from urllib.parse import unquote

from msgspec import Struct

from mockserver.contract.operations import Operation

_PARAMETER = re.compile(r"\{([^}]*)\}")
#: A slash outside the name of a parameter.
_SLASH = re.compile(r"/(?![^{}]*\})")
_ENDING = ".json"
_OPEN_IN_PART = 1
#: As many as clients poll at a time; more would be in no cache of the processor.
_MOST_CACHED = 32
#: What no path has, and so stands for any text of its last segment.
_ANY = "\0"
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
    """A path of a description: its parameters by the *segments* they stand in, its *operations*.

    A parameter that *may_be_empty* may be that.
    """

    __slots__ = ("_may_be_empty", "_names", "_open", "allow", "operations", "pointer")

    def __init__(
        self, segments: Sequence[str], operations: Mapping[str, Operation], *, may_be_empty: bool
    ) -> None:
        self._may_be_empty = may_be_empty
        self._names = tuple(_PARAMETER.findall("/".join(segments)))
        #: Where parameters stand; the pattern of a segment that has more than one of them.
        self._open = tuple(
            (at, None if _is_parameter(segment) else _compile(segment, may_be_empty=may_be_empty))
            for at, segment in enumerate(segments)
            if _PARAMETER.search(segment)
        )
        self.operations = operations
        self.allow = _allow(operations)
        self.pointer = next(iter(operations.values())).node.pointer.rpartition("/")[0]

    def match(self, method: str, segments: Sequence[str], *, encoded: bool) -> PathMatch | None:
        """Return what is at a path of *segments* for *method*, if it is one of this template.

        Those that have no parameter are the same; *encoded* is whether one has a percent sign.
        """
        texts: list[str] = []
        for at, pattern in self._open:
            if pattern is None:
                texts.append(segments[at])
                continue
            found = pattern.fullmatch(segments[at])
            if found is None:
                return None
            texts += found.groups()
        if "" in texts and not self._may_be_empty:
            return None
        values = dict(zip(self._names, map(decode, texts) if encoded else texts, strict=True))
        return PathMatch(self.allow, values, self.operations.get(method), self.pointer)


#: Chooses what has no parameter among the segments of a path, and the templates that have it.
_Shape = tuple[Callable[[Sequence[str]], Hashable], dict[Hashable, list[_Template]]]


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
        self._is_exact = is_exact
        based = tuple(dict.fromkeys(base for base in bases if base))
        self.templates = tuple("".join(based[:1] * is_exact) + template for template in by_template)
        #: By how many segments a path has.
        self._shapes: dict[int, list[_Shape]] = {}
        #: What paths end with that end with no parameter.
        self._ends = {""}
        #: How many segments the paths have whose last one is a parameter in part.
        self._mixed: set[int] = set()
        for base in based or ("",) if is_exact else (*based, ""):
            self._add(base, by_template)
        self.match = lru_cache(_MOST_CACHED)(self._match)
        self._find_below = lru_cache(_MOST_CACHED)(self._search_below)

    def _add(self, base: str, by_template: Mapping[str, Mapping[str, Operation]]) -> None:
        """Take in the paths below a *base*, which come after those of the bases before."""
        spelled = list(by_template.items())
        if not self._is_exact:
            spelled = [(template.rstrip("/"), of) for template, of in spelled]
            spelled += [(t.removesuffix(_ENDING), of) for t, of in spelled if t.endswith(_ENDING)]
        shapes: dict[tuple[int, ...], _Shape] = {}
        for template, operations in spelled:
            segments = _SLASH.split(base + template)
            made = _Template(segments, operations, may_be_empty=self._is_exact)
            openness = tuple(map(_openness, segments))
            if openness[-1] == _OPEN_IN_PART:
                self._mixed.add(len(openness))
            elif not openness[-1]:
                self._ends.add(segments[-1])
            if openness not in shapes:
                shapes[openness] = (_picker(openness), {})
            pick, known = shapes[openness]
            known.setdefault(pick(segments), []).append(made)
        for openness in sorted(shapes):
            self._shapes.setdefault(len(openness), []).append(shapes[openness])

    def _match(self, method: str, path: str) -> PathMatch | None:
        """Return what is at *path* for *method*; HEAD is GET (RFC 9110, section 9.3.2)."""
        head, _, last = path.rpartition("/")
        below = self._find_below(method, head)
        if below is None or last in self._ends or "%" in last:
            return self._search(method, path)
        match, name = below
        parameters = {**match.parameters, name: last}
        return PathMatch(match.allow, parameters, match.operation, match.pointer)

    def _search_below(self, method: str, head: str) -> tuple[PathMatch, str] | None:
        """Return what is below *head* whatever the last segment is, and the parameter that that is.

        None where it depends on more than that it is none of those that a template ends with.
        """
        found = self._search(method, f"{head}/{_ANY}")
        if found is None or found.operation is None or head.count("/") + 2 in self._mixed:
            return None
        names = [name for name, value in found.parameters.items() if value == _ANY]
        return (found, names[0]) if len(names) == 1 else None

    def _search(self, method: str, path: str) -> PathMatch | None:
        encoded = "%" in path
        if encoded and not is_percent_encoded(path):
            return None
        asked = "GET" if method == "HEAD" else method
        segments = (path if self._is_exact else path.removesuffix("/")).split("/")
        first: PathMatch | None = None
        for pick, known in self._shapes.get(len(segments), ()):
            for template in known.get(pick(segments), ()):
                found = template.match(asked, segments, encoded=encoded)
                if found is not None and found.operation is not None:
                    return found
                # Two templates may differ in the names of their parameters and in their methods.
                first = first or found
        return first


def _is_parameter(segment: str) -> bool:
    return _PARAMETER.fullmatch(segment) is not None


def _openness(segment: str) -> int:
    """Return how much a *segment* leaves open: nothing, a part of it, or all."""
    return 0 if "{" not in segment else 2 if _is_parameter(segment) else _OPEN_IN_PART


def _picker(openness: Sequence[int]) -> Callable[[Sequence[str]], Hashable]:
    """Return what chooses those segments of a path that leave nothing open."""
    places = [at for at, is_open in enumerate(openness) if not is_open]
    return itemgetter(*places) if places else lambda _: ()


def _compile(segment: str, *, may_be_empty: bool) -> re.Pattern[str]:
    """Return the pattern of a *segment* that is more than a parameter."""
    literals = map(re.escape, _PARAMETER.split(segment)[::2])
    return re.compile(("([^/]*)" if may_be_empty else "([^/]+?)").join(literals))


def _allow(operations: Mapping[str, Operation]) -> str:
    methods = list(operations)
    if "GET" in operations:
        methods.insert(methods.index("GET") + 1, "HEAD")
    return ", ".join([*methods, *(["OPTIONS"] if "OPTIONS" not in methods else [])])
