"""Descriptions of a small API of exports, and how a test reads one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mockserver.contract.contract import Contract
from mockserver.contract.reader import load

#: An API with a list, a read, a creation, a cancel and a deletion, and no key of ours.
EXPORTS = """\
openapi: 3.1.0
info: {title: Exports, version: 1.0.0}
security: [{token: []}]
paths:
  /teams/{team}/exports:
    get:
      operationId: listExports
      parameters:
        - {name: team, in: path, required: true, schema: {type: string}}
        - {name: cursor, in: query, schema: {type: string}}
        - {name: limit, in: query, schema: {type: integer, default: 20, maximum: 100}}
        - {name: status, in: query, schema: {type: string}}
      responses:
        200:
          description: A page.
          content:
            application/json:
              schema:
                type: object
                properties:
                  exports: {type: array, items: {$ref: '#/components/schemas/Export'}}
                  next_cursor: {type: [string, 'null']}
                  count: {type: integer}
                  total: {type: integer}
    post:
      operationId: createExport
      requestBody:
        content:
          application/json: {schema: {type: object, properties: {name: {type: string}}}}
      responses:
        201:
          description: Made.
          content: {application/json: {schema: {$ref: '#/components/schemas/Export'}}}
        409: {description: There is one.}
  /teams/{team}/exports/{exportId}:
    get:
      operationId: getExport
      responses:
        200:
          description: One.
          content: {application/json: {schema: {$ref: '#/components/schemas/Export'}}}
    delete:
      operationId: deleteExport
      responses: {204: {description: Gone.}}
  /teams/{team}/exports/{exportId}/cancel:
    post:
      operationId: cancelExport
      responses:
        202: {description: Asked.}
        422: {description: Too late.}
  /health:
    get:
      responses: {200: {description: Well.}}
components:
  securitySchemes:
    token: {type: http, scheme: bearer}
  schemas:
    Export:
      type: object
      properties:
        id: {type: string, format: uuid}
        name: {type: string}
        status: {type: string, enum: [queued, running, cancelling, succeeded, failed, cancelled]}
        created_at: {type: string, format: date-time}
        running_at: {type: string, format: date-time}
"""

Read = Callable[..., Contract]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return what reads a description, and overlays on it, each given as its text."""

    def read(text: str, *overlays: str, name: str = "api.yaml", strict: bool = False) -> Contract:
        file = tmp_path / name
        file.write_text(text)
        files = [tmp_path / f"{index}.overlay.yaml" for index in range(len(overlays))]
        for written, overlay in zip(files, overlays, strict=True):
            written.write_text(overlay)
        return load(file, files, strict=strict)

    return read


def edited(text: str, *changes: tuple[str, str]) -> str:
    """Return *text* with each change made at the one place where it fits."""
    for old, new in changes:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    return text
