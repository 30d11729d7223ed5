"""Holds every request and every answer against openapi.yaml, for ``--validate``.

What is found is a complaint: it is logged, and changes nothing. Declared statuses are 2xx and
what the contract names; a 405, a 404 of a path that is not in the contract and the like are
outside it, so about such answers there is nothing to say.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qsl, unquote

from jsonschema import Draft202012Validator

from mockserver.contract.document import Document, Operation, Parameter
from mockserver.domain.integer import parse_integer
from mockserver.http.messages import JSON, Request, Response
from mockserver.http.routing import Routes


class Complaint(NamedTuple):
    """One breach of the contract: the *side* that broke it, the clause, and how."""

    side: Literal["request", "answer"]
    clause: str
    message: str

    def __str__(self) -> str:
        """Return the complaint as one line."""
        return f"{self.side} breaks openapi.yaml#{self.clause}: {self.message}"


class Validator:
    """Judges exchanges by the contract *document*, served below *base_path*."""

    def __init__(self, document: Document, base_path: str) -> None:
        self._document = document
        self._routes = Routes(document, base_path)
        self._bodies: dict[str, Draft202012Validator] = {}

    def complaints(self, request: Request, response: Response) -> list[Complaint]:
        """Return all that the exchange breaks."""
        match = self._routes.match(request.path)
        if match is None:
            return [Complaint("request", "/paths", f"no path is {request.path}")]
        method = "GET" if request.method == "HEAD" else request.method
        operation = match.operations.get(method)
        if operation is None:
            if method == "OPTIONS":
                return []
            clause = next(iter(match.operations.values())).pointer.rpartition("/")[0]
            return [Complaint("request", clause, f"no operation has the method {method}")]
        return [
            *self._of_request(request, operation, match.parameters),
            *self._of_answer(request, operation, response),
        ]

    def _of_request(
        self, request: Request, operation: Operation, path: Mapping[str, str]
    ) -> Iterator[Complaint]:
        clause = operation.pointer
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            yield Complaint("request", "/security", "no Authorization: Bearer")
        if request.body_length:
            yield Complaint("request", clause, "the operation takes no content")
        queries = {p.name: p for p in operation.parameters if p.where == "query"}
        for name, value in parse_qsl(request.query, keep_blank_values=True):
            if name not in queries:
                yield Complaint("request", clause, f"no query parameter is named {name}")
            else:
                yield from _of_value(clause, queries[name], value)
        for parameter in operation.parameters:
            if parameter.where == "path":
                yield from _of_value(clause, parameter, unquote(path[parameter.name]))

    def _of_answer(
        self, request: Request, operation: Operation, response: Response
    ) -> Iterator[Complaint]:
        clause = f"{operation.pointer}/responses"
        declared = operation.answers.get(response.status)
        if declared is None:
            yield Complaint("answer", clause, f"{response.status} is not declared")
            return
        content = declared.get("content", {}).get(JSON)
        if content is None or request.method == "HEAD":
            return
        clause = f"{clause}/{response.status}/content"
        if response.headers.get("Content-Type") != JSON:
            yield Complaint("answer", clause, f"the media type is not {JSON}")
            return
        validator = self._bodies.get(clause)
        if validator is None:
            # The document's own `#/components/...` references resolve within this schema.
            schema = {**content["schema"], "components": self._document.raw["components"]}
            validator = self._bodies[clause] = Draft202012Validator(schema)
        for error in validator.iter_errors(json.loads(response.body)):
            yield Complaint("answer", clause, f"{error.json_path}: {error.message}")


def _of_value(clause: str, parameter: Parameter, text: str) -> Iterator[Complaint]:
    value: Any = text
    if parameter.schema.get("type") == "integer":
        try:
            value = parse_integer(text)
        except ValueError:
            yield Complaint("request", clause, f"{parameter.name} is no integer: {text!r}")
            return
    for error in Draft202012Validator(dict(parameter.schema)).iter_errors(value):
        yield Complaint("request", clause, f"{parameter.name}: {error.message}")
