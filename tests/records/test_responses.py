"""What operations give: records where their schema wants them, messages, errors."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from mockserver.contract.operations import Operation
from mockserver.contract.reader import load
from mockserver.contract.tree import Node
from mockserver.records.bodies.error import ErrorWriter
from mockserver.records.bodies.list_result import ListResult
from mockserver.records.bodies.media import media_of
from mockserver.records.bodies.response import Result, address_of
from mockserver.records.fixtures.generate import Generator
from mockserver.records.schemas.schema import Schema
from tests.records.kinds import ALL, contract, kind, small
from tests.records.parts import part

NOW = 1_768_478_400_000
RECORD = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in ("id", "name", "state")},
}
TEXT = b'{"id":"1","name":"a","state":"done"}'

each = pytest.mark.parametrize("name", ALL)


def operation_of(folder: Path, responses: Mapping[str, Any]) -> Operation:
    """Return an operation that declares *responses*."""
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "paths": {"/things/{id}": {"post": {"operationId": "act", "responses": responses}}},
    }
    file = folder / "things.yaml"
    file.write_text(yaml.safe_dump(document, sort_keys=False))
    return load(file).operations[0]


def said(schema: Any, **beside: Any) -> dict[str, Any]:
    """Return a response with a JSON body of *schema*."""
    media = {**beside, **({} if schema is None else {"schema": schema})}
    return {"description": "", "content": {"application/json": media}}


def objects(**known: Any) -> dict[str, Any]:
    """Return the schema of an object that needs all of *known*."""
    return {"type": "object", "required": list(known), "properties": known}


def schema_of(operation: Operation, code: str) -> Node | None:
    """Return the schema of a response."""
    media = media_of(operation.responses[code])
    return media[1].get("schema") if media is not None else None


@each
def test_each_response_fits_its_schema(name: str) -> None:
    """Guards what the contracts that come along declare: the bodies of all operations fit."""
    found = kind(name)
    record = Generator(found, NOW).records(1)[0].text

    for operation in contract(name).operations:
        result = Result(operation, found.resource.record)
        schema = schema_of(operation, operation.success or "200")
        body = result.body(record)
        assert str(result.status) == operation.success
        assert (result.media_type is None) is (body == b"")
        if schema is not None and body:
            assert Schema(schema).misfits(msgspec.json.decode(body)) == []


@each
def test_each_error_fits_its_schema_and_tells_what_is_wrong(name: str) -> None:
    """Guards the errors that the contracts that come along declare."""
    for operation in contract(name).operations:
        for code in operation.responses:
            if not code.startswith(("4", "5")):
                continue
            written = ErrorWriter(operation).write(int(code), "It is over.")
            schema = schema_of(operation, code)
            media = media_of(operation.responses[code])
            has_example = media is not None and "example" in media[1].value
            assert has_example or b"It is over." in written.body
            if schema is not None:
                assert Schema(schema).misfits(msgspec.json.decode(written.body)) == []


@each
def test_each_page_fits_its_schema(name: str) -> None:
    """Guards lists: the records where the contract says, and what is nothing as it may be."""
    found = kind(name)
    assert found.resource.list is not None
    pages = found.pages
    records = [record.text for record in Generator(found, NOW).records(3)]
    places = (pages.next, pages.previous, pages.first, pages.last)
    nothing = {p.pointer: None for p in places if p is not None and p.pointer is not None}
    body = b"".join(ListResult(found.resource.list.value, pages).body(b",".join(records), nothing))
    schema = found.resource.list.value.result

    assert schema is not None
    assert Schema(schema).misfits(msgspec.json.decode(body)) == []
    assert all(record in body for record in records)


@pytest.mark.parametrize(
    ("example", "shown"),
    [
        ({"a": "x", "b": None, "c": "y"}, {"a": "x", "c": "y"}),
        ({"a": None}, {"a": "x"}),
        ({"a": "x"}, {"a": "x"}),
    ],
)
def test_an_example_is_shown_as_far_as_its_schema_lets_it(
    tmp_path: Path, example: Any, shown: Any
) -> None:
    """Guards examples that contradict the schema beside them: clients go by the schema."""
    said = {"type": "string"}
    schema = {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {**said, "enum": ["x"]}, "b": said, "c": said},
    }
    media = {"application/json": {"schema": schema, "example": example}}
    call = {"operationId": "look", "responses": {"200": {"description": "", "content": media}}}
    small(tmp_path, operations={"/look": {"get": call}})
    found = next(o for o in load(tmp_path / "things.yaml").operations if o.name == "look")

    assert msgspec.json.decode(Result(found, None).body()) == shown


def test_what_a_page_says_besides_stands_in_an_object_that_fits(tmp_path: Path) -> None:
    """Guards totals in an object that a body may lack, and that needs more than the total."""
    meta = {
        "type": "object",
        "required": ["page", "count"],
        "properties": {"page": {"type": "integer"}, "count": {"type": "integer"}},
    }
    told = {"style": "none", "total": "/meta/count"}
    found = small(tmp_path, pagination=told, beside={"meta": meta})
    assert found.resource.list is not None
    schema = found.resource.list.value.result
    assert schema is not None
    made = ListResult(found.resource.list.value, found.pages).body(b"", {"/meta/count": 5})
    body = msgspec.json.decode(b"".join(made))

    assert Schema(schema).misfits(body) == []
    assert body["meta"]["count"] == 5


#: What is said of a record that is gone: its key, and that.
GONE_ONE = objects(id={"type": "string"}, gone={"enum": [True]})
GONE_ONE["properties"]["name"] = {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "shown"),
    [
        (RECORD, TEXT),
        ({}, TEXT),
        ({"anyOf": [objects(other={"type": "string"}), RECORD]}, TEXT),
        (objects(data=RECORD), b'{"data":' + TEXT + b"}"),
        (objects(data=objects(run=RECORD)), b'{"data":{"run":' + TEXT + b"}}"),
        (objects(runs={"type": "array", "items": RECORD}), b'{"runs":[' + TEXT + b"]}"),
        (objects(id={"type": "string"}), b'{"id":"1"}'),
        (objects(id={"type": "integer", "enum": [7]}), b'{"id":7}'),
        ({"anyOf": [GONE_ONE, {**GONE_ONE, "title": "b"}]}, b'{"id":"1","gone":true,"name":"a"}'),
        (objects(ok={"type": "boolean"}), b'{"ok":false}'),
        (objects(message={"type": "string"}), b'{"message":"OK"}'),
        ({"type": "object"}, b"{}"),
    ],
)
def test_a_record_stands_where_the_schema_wants_it(
    tmp_path: Path, schema: Any, shown: bytes
) -> None:
    """Guards envelopes of any depth, and bodies that have less of a record or nothing of it."""
    record = part(tmp_path, RECORD)

    assert Result(operation_of(tmp_path, {"200": said(schema)}), record).body(TEXT) == shown


SECRET = b'{"id":"1","secret":"s"}'


@pytest.mark.parametrize("place", ["", "data", "runs"])
def test_a_body_has_what_it_needs_beside_the_record(tmp_path: Path, place: str) -> None:
    """Guards secrets that are shown once, where they are made: the record does not have them."""
    text = {"type": "string"}
    record = {**objects(id=text), "properties": {"id": text, "name": text, "secret": text}}
    more = {**record, "required": ["id", "secret"]}
    many = {"type": "array", "items": more}
    schema = {"": more, "data": objects(data=more), "runs": objects(runs=many)}[place]
    result = Result(operation_of(tmp_path, {"201": said(schema)}), part(tmp_path, record))
    body, kept = (msgspec.json.decode(result.body(t)) for t in (b'{"id":"1"}', SECRET))
    if place:
        body, kept = body[place], kept[place]
    made, as_kept = (body[0], kept[0]) if place == "runs" else (body, kept)

    assert (made["id"], isinstance(made["secret"], str)) == ("1", True)
    assert as_kept == msgspec.json.decode(SECRET)


@pytest.mark.parametrize(
    ("responses", "status", "media_type", "shown"),
    [
        ({"204": {"description": ""}}, 204, None, b""),
        ({"204": said(RECORD)}, 204, None, b""),
        ({"202": {"description": ""}}, 202, None, b""),
        ({"201": said(None)}, 201, "application/json", b"{}"),
        ({"2XX": said(None)}, 200, "application/json", b"{}"),
        ({"400": said(None)}, 200, None, b""),
        ({"202": said({}, example={"a": 1})}, 202, "application/json", b'{"x":1}'),
        ({"200": said(objects(a={}), example={"a": 1})}, 200, "application/json", b'{"a":1}'),
        (
            {"200": said(objects(a={}), examples={"one": {"value": {"a": 2}}})},
            200,
            "application/json",
            b'{"a":2}',
        ),
    ],
)
def test_status_and_body_are_the_first_declared_success(
    tmp_path: Path, responses: Any, status: int, media_type: str | None, shown: bytes
) -> None:
    """Guards bodies without records: none, an empty object, or the declared example."""
    result = Result(operation_of(tmp_path, responses), part(tmp_path, RECORD))

    assert (result.status, result.media_type) == (status, media_type)
    assert result.body(b'{"x":1}') == shown


ERROR = objects(code={"type": "integer"}, error=objects(message={"type": "string"}))
GONE = {"code": 1, "error": {"message": "Gone."}}
#: An example that a bundler left unresolved.
LOST = {"$ref": "examples/error.json"}


@pytest.mark.parametrize(
    ("responses", "body"),
    [
        ({}, b'{"error":"Why."}'),
        ({"404": {"description": ""}}, b'{"error":"Why."}'),
        ({"404": said(ERROR)}, b'{"code":404,"error":{"message":"Why."}}'),
        ({"4XX": said(ERROR)}, b'{"code":404,"error":{"message":"Why."}}'),
        ({"default": said(ERROR)}, b'{"code":404,"error":{"message":"Why."}}'),
        ({"409": said(ERROR)}, b'{"code":404,"error":{"message":"Why."}}'),
        ({"404": said(ERROR, example=GONE)}, b'{"code":1,"error":{"message":"Gone."}}'),
        ({"404": said(ERROR, example=LOST)}, b'{"code":404,"error":{"message":"Why."}}'),
        (
            {"404": said(ERROR, examples={"one": {"value": LOST}, "two": {"value": GONE}})},
            b'{"code":1,"error":{"message":"Gone."}}',
        ),
        ({"409": said(ERROR, example={"a": 1})}, b'{"code":404,"error":{"message":"Why."}}'),
        ({"404": said({"type": "string"})}, b'"Why."'),
        ({"404": said(objects(title={"type": "string"}, detail={}))}, b"Why."),
        ({"404": said(objects(status={"type": "string", "enum": ["no"]}))}, b'{"status":"no"}'),
        (
            {"404": said(objects(errors={"type": "array", "items": ERROR}))},
            b'{"errors":[{"code":404,"error":{"message":"Why."}}]}',
        ),
    ],
)
def test_an_error_has_the_body_that_is_declared(
    tmp_path: Path, responses: Any, body: bytes
) -> None:
    """Guards errors: the example, the schema with a message in it, that of another, or ours."""
    written = ErrorWriter(operation_of(tmp_path, {"200": said({}), **responses}))

    assert body in written.write(404, "Why.").body


def test_an_error_of_text_is_text(tmp_path: Path) -> None:
    """Guards media types other than JSON."""
    response = {"description": "", "content": {"text/plain": {"schema": {"type": "string"}}}}
    written = ErrorWriter(operation_of(tmp_path, {"404": response})).write(404, "Why.")

    assert (written.media_type, written.body) == ("text/plain", b"Why.")


def test_nothing_belongs_to_no_operation() -> None:
    """Guards errors of paths that the contract does not have."""
    assert ErrorWriter(None).write(404, "Why.").body == b'{"error":"Why."}'


def test_an_address_has_the_key_percent_encoded(tmp_path: Path) -> None:
    """Guards Location: a key may have any character."""
    operation = operation_of(tmp_path, {"200": said({})})

    assert address_of(operation, {"id": "a/b c"}) == "/things/a%2Fb%20c"


def test_a_location_is_given_where_it_is_declared(tmp_path: Path) -> None:
    """Guards the header: by its name in any case, and nowhere else."""
    headers = {"headers": {"location": {"schema": {"type": "string"}}}}
    made = operation_of(tmp_path, {"201": {**said({}), **headers}})

    assert Result(made, None).has_location
    assert not Result(operation_of(tmp_path, {"201": said({})}), None).has_location
