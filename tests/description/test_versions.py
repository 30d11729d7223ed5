"""OpenAPI 3.0, Swagger 2.0, and what descriptions of others hold that is not as it should be."""

import json
from pathlib import Path

import pytest
import yaml

from mockserver.contract.contract import Bound
from mockserver.contract.explain import explain
from mockserver.contract.schemas import properties, types, values
from mockserver.parsing.sources import InvalidSourceError
from tests.description.conftest import EXPORTS, Read, edited

SWAGGER = """\
swagger: '2.0'
info: {title: Runs, version: '1'}
basePath: /api
consumes: [application/json]
parameters:
  Page: {name: page, in: query, type: integer, default: 1}
responses:
  Missing: {description: Not found.}
paths:
  /runs:
    parameters: [{name: Authorization, in: header, type: string}]
    get:
      produces: [application/json]
      parameters: [{$ref: '#/parameters/Page'}, {name: perPage, in: query, type: integer}]
      responses:
        200:
          description: Runs.
          headers: {Link: {type: string}}
          schema: {type: array, items: {$ref: '#/definitions/Run'}}
    post:
      parameters: [{name: run, in: body, required: true, schema: {$ref: '#/definitions/Run'}}]
      responses: {201: {description: Made., schema: {$ref: '#/definitions/Run'}}}
  /runs/{number}:
    get:
      responses:
        200: {description: A run., schema: {$ref: '#/definitions/Run'}}
        404: {$ref: '#/responses/Missing'}
    put:
      consumes: [application/x-www-form-urlencoded]
      parameters: [{name: note, in: formData, type: string, required: true}]
      responses: {204: {description: Noted.}}
  /runs/{number}/stop:
    post: {responses: {204: {description: Stopped.}, 400: {description: It was over.}}}
definitions:
  Run:
    type: object
    properties:
      number: {type: integer}
      note: {type: string, x-nullable: true}
      status: {type: string, enum: [waiting, running, stopped, done]}
"""


def test_swagger_is_read_like_openapi(read: Read) -> None:
    """Guards bodies, forms, shared parameters and responses, and operations without an id."""
    contract = read(SWAGGER)
    (runs,) = contract.resources
    assert runs.pages is not None
    assert runs.key is not None
    assert runs.lifecycle is not None
    put = next(o for o in contract.operations if o.method == "PUT")
    post = next(o for o in contract.operations if o.call == "POST /runs")
    assert put.body is not None
    assert post.body is not None

    assert runs.record.pointer == "/definitions/Run"
    assert (runs.pages.value.style, runs.pages.value.items) == ("page", "")
    assert runs.pages.value.page == Bound("page", "query", 1)
    assert runs.pages.value.next is not None
    assert runs.pages.value.next.header == "Link"
    assert runs.key.value == "/number"
    assert (list(properties(put.body)), list(properties(post.body))) == (
        ["note"],
        ["number", "note", "status"],
    )
    (stop,) = [m.value for m in runs.lifecycle.moves if m.value.event == "stop"]
    assert (stop.by, stop.otherwise) == ("POST /runs/{number}/stop", {"*": 400})
    assert [c.kind for c in contract.credentials.value] == ["bearer"]


def test_schemes_of_swagger_are_credentials(read: Read) -> None:
    """Guards securityDefinitions: basic, keys, and OAuth 2 as a bearer token."""
    schemes = (
        "securityDefinitions:\n  a: {type: basic}\n  b: {type: apiKey, in: query, name: key}\n"
        "  c: {type: oauth2, flow: accessCode}\nsecurity: [{a: []}, {b: []}, {c: []}]\npaths:\n"
    )
    contract = read(edited(SWAGGER, ("\npaths:\n", f"\n{schemes}")))

    assert [(c.kind, c.where, c.parameter) for c in contract.credentials.value] == [
        ("basic", "header", "Authorization"),
        ("apiKey", "query", "key"),
        ("bearer", "header", "Authorization"),
    ]


def test_a_wrong_key_of_swagger_is_told_where_it_was_written(read: Read) -> None:
    """Guards positions in what is read in another form than it is written in."""
    key = "x-pagination: {style: page, items: /runs, page: {parameter: page}}"
    with pytest.raises(
        InvalidSourceError, match=r"api\.yaml:13:42: /paths/~1runs/get/x-pagination/items"
    ):
        read(edited(SWAGGER, ("      produces: [application/json]\n", f"      {key}\n")))


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("3.0.3", "{type: string, nullable: true, enum: [queued, done]}"),
        ("3.0.3", "{nullable: true, allOf: [{type: string, enum: [queued, done]}]}"),
        ("3.1.0", "{type: [string, 'null'], enum: [queued, done, null]}"),
        ("3.1.0", "{anyOf: [{type: string, enum: [queued, done]}, {type: 'null'}]}"),
        ("3.1.0", "{oneOf: [{const: queued}, {const: done}, {type: 'null'}], type: string}"),
    ],
)
def test_null_is_known_in_each_of_its_spellings(read: Read, version: str, said: str) -> None:
    """Guards that a state that may be null has the same values everywhere."""
    states = "{type: string, enum: [queued, running, cancelling, succeeded, failed, cancelled]}"
    text = edited(EXPORTS, ("openapi: 3.1.0", f"openapi: {version}"), (states, said))
    (exports,) = read(text).resources
    status = properties(exports.record)["status"]

    assert values(status) == ("queued", "done")
    assert types(status) == frozenset(("string",))
    assert exports.lifecycle is not None


def test_a_word_of_schemas_within_an_example_is_data(read: Read) -> None:
    """Guards that examples are left as they are, and a property of such a name is none."""
    said = (
        "{type: object, properties: {nullable: {type: string}}, example: {nullable: true, type: x}}"
    )
    text = edited(
        EXPORTS,
        ("3.1.0", "3.0.0"),
        ("name: {type: string}\n        status", f"name: {said}\n        status"),
    )
    name = properties(read(text).resources[0].record)["name"]

    assert name.value["example"] == {"nullable": True, "type": "x"}
    assert list(properties(name)) == ["nullable"]


@pytest.mark.parametrize(
    "change",
    [
        ("operationId: cancelExport", "operationId: exports/cancel an export"),
        ("      operationId: cancelExport\n", ""),
        ("/exports/{exportId}/cancel:", "/exports/{id}/cancel:"),
        ("/exports/{exportId}/cancel:", "/exports/{exportId}/cancel/:"),
        ("/exports/{exportId}/cancel:", "/exports/{exportId}/cancel.json:"),
        ("name: status, in: query", "name: 'DateCreated<', in: query"),
        ("name: status, in: query", "name: 'status[]', in: query"),
        (
            "application/json: {schema: {type: object, properties: {name",
            "application/x-www-form-urlencoded: {schema: {type: object, properties: {name",
        ),
    ],
)
def test_what_others_write_is_taken(read: Read, change: tuple[str, str]) -> None:
    """Guards ids with spaces or none, paths of every shape, and odd names of parameters."""
    (exports,) = read(edited(EXPORTS, change)).resources
    assert exports.lifecycle is not None

    assert [m.value.event for m in exports.lifecycle.moves][-1] == "cancel"


def test_json_paths_end_in_json(read: Read) -> None:
    """Guards a list and a read whose paths both end in .json, from a JSON document."""
    text = EXPORTS.replace("/exports:", "/exports.json:").replace("{exportId}:", "{exportId}.json:")
    document = json.dumps(yaml.safe_load(text))
    (exports,) = read(document, name="api.json").resources
    assert exports.read is not None

    assert exports.read.value.template == "/teams/{team}/exports/{exportId}.json"


def test_inline_schemas_are_compared_by_their_properties(read: Read) -> None:
    """Guards a record that is written out in the list and in the read."""
    start = EXPORTS.index("    Export:\n")
    inline = json.dumps(yaml.safe_load(EXPORTS[start:])["Export"])
    text = EXPORTS[:start].replace("{$ref: '#/components/schemas/Export'}", inline)
    (exports,) = read(text.replace("  schemas:\n", "")).resources

    assert exports.record.pointer.endswith("/get/responses/200/content/application~1json/schema")
    assert exports.lifecycle is not None


def test_references_lead_to_other_files_and_into_circles(read: Read, tmp_path: Path) -> None:
    """Guards references between files, a schema within itself, and references that lead nowhere."""
    parts = tmp_path / "parts"
    parts.mkdir()
    (parts / "export.yaml").write_text(
        "Export:\n  properties:\n    id: {type: string}\n    name: {$ref: '../api.yaml#/x-name'}\n"
        "    parent: {$ref: '#/Export'}\n    lost: {$ref: '#/Nothing'}\n"
        "    loop: {$ref: '#/Loop'}\n"
        "Loop: {$ref: '#/Loop'}\n"
    )
    start = EXPORTS.index("    Export:\n")
    text = (
        EXPORTS[:start]
        + "    Export: {$ref: 'parts/export.yaml#/Export'}\nx-name: {type: string}\n"
    )
    contract = read(text)
    known = properties(contract.resources[0].record)

    assert types(known["name"]) == frozenset(("string",))
    assert list(properties(known["parent"])) == ["id", "name", "parent", "lost", "loop"]
    assert [w.partition("/properties")[2] for w in contract.warnings] == [
        "/lost: the reference '#/Nothing' leads to nothing; it is read as empty",
        "/loop: its references lead in a circle; it is read as empty",
    ]


def test_a_map_of_media_types_may_be_a_reference(read: Read) -> None:
    """Guards documents whose bundler refers to any part, where OpenAPI has no reference."""
    body = "content: {application/json: {schema: {$ref: '#/components/schemas/Export'}}}"
    there = "#/paths/~1teams~1{team}~1exports/post/responses/201/content"
    one = f"          description: One.\n          {body}"
    text = edited(EXPORTS, (one, one.replace(body, f"content: {{$ref: '{there}'}}")))

    assert explain(read(text)) == explain(read(EXPORTS))


def test_several_resources_with_one_schema_have_names_of_their_own(read: Read) -> None:
    """Guards that all records of a description are found, and told apart by their paths."""
    paths = EXPORTS[EXPORTS.index("  /teams/{team}/exports:\n") : EXPORTS.index("  /health:\n")]
    second = paths.replace("/teams/{team}", "/users/{user}")
    for name in ("listExports", "createExport", "getExport", "deleteExport", "cancelExport"):
        second = second.replace(name, f"{name}2")
    contract = read(EXPORTS.replace("  /health:\n", f"{second}  /health:\n"))

    assert [resource.name for resource in contract.resources] == ["exports", "users-exports"]
    assert contract.tenancy is None
