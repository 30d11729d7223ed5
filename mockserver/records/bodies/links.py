"""Members of a record that lead to itself and to what can be done with it, as paths."""

from collections.abc import Iterable, Iterator

from mockserver.contract.operations import Operation
from mockserver.contract.words import plain
from mockserver.parsing.pointer import escape
from mockserver.records.bodies.response import address_of
from mockserver.records.kind import Kind
from mockserver.records.record import Key, Record, Scope
from mockserver.records.schemas.fitting import fits, kinds_of, merge_parts

_ITSELF = ("url", "uri", "href", "self", "selflink", "selfurl")
_ENDINGS = ("url", "uri", "href", "link")
#: What a schema says of a text that holds no path of ours.
_BINDING = ("enum", "const", "example", "examples", "pattern", "default")


class Links:
    """The links in records of *kind*, to those of *operations* that have its path.

    A member named like a link leads to the record itself; one that begins with the last word of
    an operation's path, as ``cancel_url`` with that of ``/things/{id}/cancel``, leads there. Paths
    are without a host, and begin where those of the description do.
    """

    def __init__(self, kind: Kind, operations: Iterable[Operation]) -> None:
        self._kind = kind
        read = kind.resource.read
        self._leading: dict[str, Operation] = {}
        if read is None or kind.key is None:
            return
        self._key = read.value.path_parameters[-1:]
        known = dict(_words(read.value, operations))
        schema = kind.schema
        for name, part in merge_parts(schema, schema.value).get("properties", {}).items():
            said = merge_parts(schema, part)
            is_free = "string" in kinds_of(said) and not any(word in said for word in _BINDING)
            operation = known.get(plain(name))
            # Where an address has to be whole, none is known: nobody has asked for it yet.
            if operation is not None and is_free and fits(schema, part, read.value.template):
                self._leading[name] = operation

    def write_into(self, record: Record) -> Record:
        """Return *record* with its links in the place of what stands there."""
        links = self.of(record.scope, record.key)
        return record.with_members({f"/{escape(name)}": link for name, link in links.items()})

    def of(self, scope: Scope, key: Key) -> dict[str, str]:
        """Return the links of the record of that *key* in a *scope*, by the name of the member."""
        values = dict(zip(self._kind.scope, scope, strict=False))
        found = {}
        for name, operation in self._leading.items():
            filled = {**values, **dict.fromkeys(self._key, str(key))}
            if all(parameter in filled for parameter in operation.path_parameters):
                found[name] = address_of(operation, filled)
        return found


def _words(read: Operation, operations: Iterable[Operation]) -> Iterator[tuple[str, Operation]]:
    """Yield the plain names that a link to each operation on one record may have."""
    for word in _ITSELF:
        yield word, read
    for operation in operations:
        if len(operation.segments) == len(read.segments) + 1 and (
            operation.segments[: len(read.segments)] == read.segments
        ):
            verb = plain(operation.segments[-1])
            yield from ((verb + ending, operation) for ending in _ENDINGS)
