"""The check of a response, for ``--validate``: its status, its media type, its body.

Declared statuses are 2xx and what the contract names. What a server answers where no operation is
called, such as a 405, is outside the contract, so there is nothing to check.
"""

import json
from collections.abc import Iterator

from mockserver.contract.operations import Operation, Parameter, is_json
from mockserver.contract.tree import Node
from mockserver.http.messages import Response
from mockserver.records.bodies.media import strip_parameters
from mockserver.records.schemas.schema import Schema
from mockserver.validation.parameters import ParameterValidator
from mockserver.validation.violation import Violation

_WITHOUT_CONTENT = (204, 205, 304)


class ResponseValidator:
    """Checks responses of the operations of any contract, which stands in *file*."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._declared: dict[tuple[str, str], _Declared] = {}

    def check(self, operation: Operation, method: str, response: Response) -> Iterator[Violation]:
        """Yield how *response*, to a request of *method* for *operation*, breaks the contract."""
        clause = f"{operation.node.pointer}/responses"
        status = response.status
        codes = (str(status), f"{status // 100}XX", f"{status // 100}xx", "default")
        code = next((code for code in codes if code in operation.responses), None)
        if code is None:
            yield Violation("answer", clause, f"{status} is not declared", self._file)
            return
        key = (operation.call, code)
        if key not in self._declared:
            self._declared[key] = _Declared(operation.responses[code])
        has_content = method != "HEAD" and status not in _WITHOUT_CONTENT
        for below, message in self._declared[key].check(response, has_content=has_content):
            yield Violation("answer", f"{clause}/{code}/{below}", message, self._file)


class _Declared:
    """One declared response: its header fields, and the schema of its body by media type."""

    def __init__(self, response: Node) -> None:
        fields, content = response.get("headers"), response.get("content")
        self._fields = [
            ParameterValidator(Parameter(name, "header", node.get("schema"), node))
            for name, node in (fields.members() if fields is not None else ())
            # Said of the body, where it is declared (OpenAPI 3.1, 4.8.17.1).
            if name.lower() != "content-type"
        ]
        self._schemas: dict[str, Schema | None] = {}
        for name, media in content.members() if content is not None else ():
            schema = media.get("schema")
            self._schemas[strip_parameters(name)] = None if schema is None else Schema(schema)

    def check(self, response: Response, *, has_content: bool) -> Iterator[tuple[str, str]]:
        """Yield what is wrong: the name of what is broken, and a message."""
        given = {name.lower(): value for name, value in response.headers.items()}
        for field in self._fields:
            if field.name.lower() in given:
                for message in field.check([given[field.name.lower()]]):
                    yield "headers", message
            elif field.is_required:
                yield "headers", f"the header field {field.name} is missing"
        if has_content and self._schemas:
            for message in self._check_body(
                response.body, strip_parameters(given.get("content-type", ""))
            ):
                yield "content", message

    def _check_body(self, body: bytes, media_type: str) -> Iterator[str]:
        ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
        declared = next((name for name in ranges if name in self._schemas), None)
        if declared is None:
            yield f"the media type is not {' or '.join(self._schemas)}"
            return
        schema = self._schemas[declared]
        if schema is None or not is_json(media_type):
            return
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            yield "the body is not JSON"
            return
        yield from map(str, schema.misfits(value))
