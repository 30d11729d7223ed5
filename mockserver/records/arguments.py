"""What a request says, as far as the engine asks: its parameters and its body."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from mockserver.contract.description.schemas import pointer_of
from mockserver.records.places import Place


class Arguments(Struct, frozen=True):
    """The parameters and the body of one request.

    *path* and *query* are decoded; *query* keeps the order and each repetition. Names of
    *headers* are in lower case. *body* is what the JSON or the form states; None without one.
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
            return tuple(value for key, value in self.query if key == name)
        found = self.path.get(name) if where == "path" else self.headers.get(name.lower())
        return () if found is None else (found,)

    def has(self, name: str, value: Any) -> bool:
        """Return whether the request has *value* where a key of ``given`` says.

        *name* is a pointer into the body (or the name of a member of it), or ``?`` and the name
        of a query parameter.
        """
        if name.startswith("?"):
            texts = [text for key, text in self.query if key == name[1:]]
            return _spell(value) in texts
        found = Place(pointer_of(name)).read(self.body)
        return type(found) is type(value) and bool(found == value)


def _spell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
