"""What a request says, as far as the engine asks: its parameters and its body."""

from collections.abc import Iterator, Mapping, Sequence
from operator import methodcaller
from typing import Any, overload
from urllib.parse import parse_qsl

from msgspec import Struct

from mockserver.contract.schemas import pointer_of
from mockserver.records.places import Place

_PARTITION = methodcaller("partition", "=")


class QueryText(Sequence[tuple[str, str]]):
    """The parameters of the query *text* of a request, decoded when somebody looks at them.

    Of several of one name all are there, or the first if it *takes_first*.
    """

    __slots__ = ("_pairs", "_takes_first", "_text")

    def __init__(self, text: str, *, takes_first: bool = False) -> None:
        self._text = text
        self._takes_first = takes_first
        self._pairs: list[tuple[str, str]] | None = None

    def replace(self, text: str) -> "QueryText":
        """Return the parameters of another *text*, read in the same way."""
        return QueryText(text, takes_first=self._takes_first)

    def __len__(self) -> int:
        return len(self._parse())

    @overload
    def __getitem__(self, at: int) -> tuple[str, str]: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[tuple[str, str]]: ...
    def __getitem__(self, at: int | slice) -> tuple[str, str] | Sequence[tuple[str, str]]:
        return self._parse()[at]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._parse())

    def by_name(self) -> dict[str, str]:
        """Return one value of each name: the first if it *takes_first*, or else the last."""
        pairs = _split(self._text)
        # What is written last into a dictionary stays.
        return dict(reversed(pairs) if self._takes_first else pairs)

    def _parse(self) -> list[tuple[str, str]]:
        if self._pairs is None:
            takes_all = not self._takes_first
            self._pairs = _split(self._text) if takes_all else list(self.by_name().items())
        return self._pairs


class Arguments(Struct, frozen=True):
    """The parameters and the body of one request.

    *path* and *query* are decoded; *query* keeps the order and each repetition. *headers* are
    found by names in lower case. *body* is what the JSON or the form states; None without one.
    *implied* are the members that all records of the scope have which the path names.
    """

    path: Mapping[str, str] = {}
    query: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = {}
    body: Any = None
    implied: Mapping[str, Any] = {}

    def texts(self, name: str, where: str = "query") -> tuple[str, ...]:
        """Return the values of a parameter of the query, the path or a header; () if left out."""
        if where == "query":
            return tuple([value for key, value in self.query if key == name])
        found = self.path.get(name) if where == "path" else self.headers.get(name.lower())
        return () if found is None else (found,)

    def has(self, name: str, value: Any) -> bool:
        """Return whether the request has *value* where a key of ``given`` says.

        *name* is a pointer into the body (or the name of a member of it), or ``?`` and the name
        of a query parameter.
        """
        if name.startswith("?"):
            texts = [text for key, text in self.query if key == name[1:]]
            return spell_value(value) in texts
        found = Place(pointer_of(name)).read(self.body)
        return type(found) is type(value) and bool(found == value)


def _split(query: str) -> list[tuple[str, str]]:
    """Return the decoded parameters of a *query*; most have nothing to decode."""
    if "%" in query or "+" in query:
        return parse_qsl(query, keep_blank_values=True)
    parts = map(_PARTITION, filter(None, query.split("&")))
    return [(name, value) for name, _, value in parts]


def spell_value(value: Any) -> str:
    """Return *value* as the text of a parameter."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
