"""Bodies of requests: JSON and forms, and what is told of those that cannot be taken."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.contract.reader import load
from mockserver.records.bodies.request import RequestBody
from mockserver.records.refusals import InvalidBodyError
from tests.records.kinds import contract

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
THING = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "id": {"type": "string", "readOnly": True},
        "name": {"type": "string"},
        "size": {"type": "integer"},
        "ratio": {"type": "number"},
        "on": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "integer"}},
        "limits": {"type": "object", "properties": {"most": {"type": "integer"}}},
    },
}


def body_of(
    folder: Path,
    *media: str,
    codes: tuple[str, ...] = (),
    required: bool = True,
    schema: Any = THING,
) -> Any:
    """Return what reads the body of an operation that takes a value of *schema* as *media*."""
    operation = {
        "requestBody": {"required": required, "content": {m: {"schema": schema} for m in media}},
        "responses": {code: {"description": ""} for code in ("200", *codes)},
    }
    if not media:
        del operation["requestBody"]
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "paths": {"/things": {"post": operation}},
    }
    file = folder / "things.yaml"
    file.write_text(yaml.safe_dump(document))
    return RequestBody(load(file).operations[0])


def multipart(boundary: str = "b") -> bytes:
    """Return a form of two fields and a file."""
    fields = {'name="name"': "a\r\nb", 'name="size"': "5", 'name="tags"; filename="t"': "7"}
    parts = [
        f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n"
        for head, text in fields.items()
    ]
    return ("".join(parts) + f"--{boundary}--\r\n").encode()


def test_json_is_read(tmp_path: Path) -> None:
    """Guards JSON, whatever parameters its Content-Type has, and also without one."""
    body = body_of(tmp_path, "application/json")

    for content_type in ("application/json", "Application/JSON; charset=utf-8", ""):
        assert body.read(b'{"name": "a", "size": 5}', content_type) == {"name": "a", "size": 5}


def test_a_form_has_the_types_of_its_schema(tmp_path: Path) -> None:
    """Guards urlencoded forms: numbers, repeated names, members of members."""
    body = body_of(tmp_path, FORM)
    sent = b"name=5&size=5&ratio=.5&on=TRUE&tags=1&tags=2&limits[most]=3&more=x+y"

    assert body.read(sent, FORM) == {
        "name": "5",
        "size": 5,
        "ratio": 0.5,
        "on": True,
        "tags": [1, 2],
        "limits": {"most": 3},
        "more": "x y",
    }
    assert body.read(b"name=a&tags[]=1", FORM) == {"name": "a", "tags": [1]}


def test_a_multipart_form_is_read(tmp_path: Path) -> None:
    """Guards multipart forms: fields as text, files as their text."""
    body = body_of(tmp_path, MULTIPART)

    found = body.read(multipart(), f"{MULTIPART}; boundary=b")
    assert found == {"name": "a\r\nb", "size": 5, "tags": [7]}


@pytest.mark.parametrize(
    ("media", "sent", "content_type", "told"),
    [
        ("application/json", b"", "application/json", "the body: is missing"),
        ("application/json", b"{", "application/json", "the body: is not JSON"),
        ("application/json", b"\xff", "application/json", "is not JSON"),
        ("application/json", b"[" * 100_000, "application/json", "is not JSON"),
        ("application/json", b'{"name": 5}', "application/json", "/name: is not text"),
        ("application/json", b"{}", "application/json", "name is missing"),
        ("application/json", b"[]", "application/json", "is not an object"),
        ("application/json", b"name=a", FORM, "send Content-Type: application/json"),
        (FORM, b"name=a&size=x", FORM, "/size: is not an integer"),
        (MULTIPART, b"nothing", f"{MULTIPART}; boundary=b", "is"),
        (MULTIPART, multipart(), MULTIPART, "is not form: its boundary"),
    ],
)
def test_a_body_that_cannot_be_taken_is_told(
    tmp_path: Path, media: str, sent: bytes, content_type: str, told: str
) -> None:
    """Guards refusals: each says what is wrong and where, and has a status."""
    with pytest.raises(InvalidBodyError) as caught:
        body_of(tmp_path, media).read(sent, content_type)

    assert told in str(caught.value)
    assert caught.value.status == 400


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    """Guards messages: a body is mended once, not flaw by flaw."""
    with pytest.raises(InvalidBodyError) as caught:
        body_of(tmp_path, "application/json").read(b'{"name": 5, "size": "x", "on": 1}')

    assert [m.pointer for m in caught.value.misfits] == ["/name", "/on", "/size"]


@pytest.mark.parametrize(
    ("codes", "sent", "status"),
    [
        (("422",), b"{}", 422),
        (("422",), b"{", 422),
        (("400",), b"{}", 400),
        (("400", "422"), b"{}", 422),
        (("400", "422"), b"{", 400),
        ((), b"{}", 400),
    ],
)
def test_the_status_is_one_that_is_declared(
    tmp_path: Path, codes: tuple[str, ...], sent: bytes, status: int
) -> None:
    """Guards the status: 422 for what breaks the schema, 400 for what does not parse."""
    with pytest.raises(InvalidBodyError) as caught:
        body_of(tmp_path, "application/json", codes=codes).read(sent)

    assert caught.value.status == status


def test_an_empty_body_is_none_whatever_its_type_says(tmp_path: Path) -> None:
    """Guards clients that send Content-Type: application/json without a body."""
    assert body_of(tmp_path).read(b"", "application/json") is None
    assert body_of(tmp_path, "application/json", required=False).read(b"", "x/y") is None


def test_a_body_that_is_not_declared_breaks_nothing(tmp_path: Path) -> None:
    """Guards operations without a body: what is sent all the same is read if it is JSON."""
    body = body_of(tmp_path)

    assert body.read(b'{"a": 1}') == {"a": 1}
    assert body.read(b"{", "application/json") is None


def test_a_null_that_only_nullable_allows_is_taken() -> None:
    """Guards a client that always sends null where a 3.1 document says nullable."""
    operation = next(
        o for o in contract("airflow-dagruns").operations if o.name == "trigger_dag_run"
    )

    assert RequestBody(operation).read(b'{"logical_date": null}') == {"logical_date": None}


def test_parts_that_are_closed_each_for_itself_are_one_object(tmp_path: Path) -> None:
    """Guards bodies of allOf: a member that one part does not know may be one of another."""
    one = {"properties": {"a": {"type": "string"}}, "additionalProperties": False}
    two = {"properties": {"b": {"type": "integer"}}, "additionalProperties": False}
    body = body_of(
        tmp_path, "application/json", schema={"allOf": [one, two], "additionalProperties": False}
    )

    assert body.read(b'{"a": "x", "b": 1}', "application/json") == {"a": "x", "b": 1}
    with pytest.raises(InvalidBodyError):
        body.read(b'{"a": "x", "b": "y"}', "application/json")


def test_octets_of_a_file_are_not_parsed(tmp_path: Path) -> None:
    """Guards uploads: what is neither JSON nor a form is taken as it is."""
    body = body_of(tmp_path, "application/octet-stream", schema={})

    assert body.read(b"\xff\x00", "application/octet-stream") is None
    assert body.read(b"\xff\x00") is None
