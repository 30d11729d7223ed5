"""Bodies of errors: examples that the contract declares, or its schema with a message filled in."""

from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct

from mockserver.contract.operations import Operation, is_json
from mockserver.contract.tree import Node
from mockserver.records.bodies.media import JSON, example_of, list_examples, media_of
from mockserver.records.bodies.messages import tell
from mockserver.records.schemas.schema import Schema


class ErrorBody(Struct, frozen=True):
    """The body of an error, and its media type."""

    media_type: str
    body: bytes


class ErrorWriter:
    """Writes the errors of one *operation*; None: what belongs to no operation."""

    def __init__(self, operation: Operation | None) -> None:
        self._operation = operation
        self._schemas: dict[str, Schema] = {}

    def write(self, status: int, message: str) -> ErrorBody:
        """Return the body of an error of *status* that tells *message*.

        A declared example that its schema allows is sent as it is, since clients tell errors apart
        by their texts. Where nothing is declared for the status, the body is like that of another
        error of the same operation, or else ``{"error": message}``.
        """
        for code, response in self._list_declared(status):
            media = media_of(response)
            if media is None:
                continue
            media_type, node = media
            if not is_json(media_type):
                return ErrorBody(media_type, str(example_of(node) or message).encode())
            schema = node.get("schema")
            known = None
            if schema is not None:
                known = self._schemas.setdefault(schema.pointer, Schema(schema))
            for example in list_examples(node) if code is not None else ():
                if known is None or known.may_fit(known.value, example):
                    return ErrorBody(_name_type(media_type), msgspec.json.encode(example))
            if known is not None:
                made = tell(known, status, message)
                return ErrorBody(_name_type(media_type), msgspec.json.encode(made))
        return ErrorBody(JSON, msgspec.json.encode({"error": message}))

    def _list_declared(self, status: int) -> Iterator[tuple[str | None, Node]]:
        """Yield what is said of *status*, then what is said of other errors, without a code."""
        responses: Mapping[str, Node] = self._operation.responses if self._operation else {}
        for code in (str(status), f"{status // 100}XX", "default"):
            if code in responses:
                yield code, responses[code]
        yield from ((None, node) for code, node in responses.items() if code.startswith("4"))


def _name_type(media_type: str) -> str:
    return JSON if "*" in media_type else media_type
