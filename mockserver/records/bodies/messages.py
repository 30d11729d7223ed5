"""Bodies that tell people something: values of a schema with a text where it has room for one."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from mockserver.contract.words import plain
from mockserver.records.schemas.fitting import kinds_of, merge_parts
from mockserver.records.schemas.samples import Sampler
from mockserver.records.schemas.schema import Schema

#: Names of members that tell people what is wrong; the first is preferred.
_TELLING = (
    *("message", "msg", "detail", "error", "errormessage", "errordescription", "description"),
    *("reason", "title", "text"),
)
_STATUS = ("status", "statuscode", "httpstatus", "code")
#: Words that a text has to obey, so that it cannot be a message.
_BINDING = ("enum", "const", "format", "pattern")
_MOST_DEEP = 4


def tell(schema: Schema, status: int, message: str) -> Any:
    """Return a value of *schema* that tells *message* in the member that sounds most like it.

    Members that sound like one hold the *status*.
    """
    return _Telling(schema, status, message).value()


class _Telling:
    """Makes the value of a *schema* that tells a *message*."""

    def __init__(self, schema: Schema, status: int, message: str) -> None:
        self._schema = schema
        self._status = status
        self._message = message
        self._sampler = Sampler(schema, Random(0))

    def value(self) -> Any:
        """Return the value."""
        whole = self._schema.value
        path = next((p for depth in range(_MOST_DEEP) if (p := self._path(whole, depth))), None)
        said = merge_parts(self._schema, whole)
        if path is None and "string" in kinds_of(said) and not _is_bound(said):
            return self._message
        return self._sampler.value() if path is None else self._build(whole, path)

    def _path(self, part: Any, depth: int) -> Sequence[str] | None:
        """Return the names that lead to a message *depth* steps further down, if there is one."""
        said = merge_parts(self._schema, part)
        if "items" in said and depth:
            below = self._path(said["items"], depth - 1)
            return None if below is None else ("0", *below)
        known = {
            name: merge_parts(self._schema, p) for name, p in said.get("properties", {}).items()
        }
        if not depth:
            texts = [n for n, p in known.items() if "string" in kinds_of(p) and not _is_bound(p)]
            found = min((n for n in texts if plain(n) in _TELLING), key=_rank, default=None)
            return None if found is None else (found,)
        for name in sorted(known, key=lambda name: name not in said.get("required", ())):
            below = self._path(said["properties"][name], depth - 1)
            if below is not None:
                return (name, *below)
        return None

    def _build(self, part: Any, path: Sequence[str]) -> Any:
        if not path:
            return self._message
        said, (head, *below) = merge_parts(self._schema, part), path
        if "items" in said:
            return [self._build(said["items"], below)]
        made = self._sampler.of(part, "error")
        made = made if isinstance(made, dict) else self._sampler.of({**said, "type": "object"}, "")
        for name, inner in said["properties"].items():
            is_number = "integer" in kinds_of(merge_parts(self._schema, inner))
            if plain(name) in _STATUS and is_number:
                made[name] = self._status
        made[head] = self._build(said["properties"][head], below)
        return made


def _rank(name: str) -> int:
    return _TELLING.index(plain(name))


def _is_bound(said: Mapping[str, Any]) -> bool:
    return any(word in said for word in _BINDING)
