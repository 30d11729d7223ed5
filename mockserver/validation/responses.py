"""The check of a response, for ``--validate``: its status, its media type, its body.

Declared statuses are 2xx and what the contract names. What a server answers where no operation is
called, such as a 405, is outside the contract, so there is nothing to check.
"""

import json
from collections.abc import Iterator

from jsonschema import Draft202012Validator

from mockserver.contract.document import Document, Operation
from mockserver.http.messages import JSON, Response
from mockserver.validation.violation import Violation


class ResponseValidator:
    """Checks responses against the contract *document*."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._bodies: dict[str, Draft202012Validator] = {}

    def check(self, operation: Operation, method: str, response: Response) -> Iterator[Violation]:
        """Yield how *response*, to a request of *method* for *operation*, breaks the contract."""
        clause = f"{operation.pointer}/responses"
        declared = operation.answers.get(response.status)
        if declared is None:
            yield Violation("answer", clause, f"{response.status} is not declared")
            return
        content = declared.get("content", {}).get(JSON)
        if content is None or method == "HEAD":
            return
        clause = f"{clause}/{response.status}/content"
        if response.headers.get("Content-Type") != JSON:
            yield Violation("answer", clause, f"the media type is not {JSON}")
            return
        validator = self._bodies.get(clause)
        if validator is None:
            # The document's own `#/components/...` references resolve within this schema.
            schema = {**content["schema"], "components": self._document.raw["components"]}
            validator = self._bodies[clause] = Draft202012Validator(schema)
        for error in validator.iter_errors(json.loads(response.body)):
            yield Violation("answer", clause, f"{error.json_path}: {error.message}")
