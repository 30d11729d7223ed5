"""What a request and a response break of a contract is told, whatever contract it is."""

import json
import re
from contextlib import suppress
from pathlib import Path

import pytest
import yaml

from mockserver.contract.contract import Contract
from mockserver.contract.reader import load
from mockserver.http.messages import Request, Response, json_response
from mockserver.http.paths import Paths
from mockserver.parsing.sources import InvalidSourceError
from mockserver.validation.requests import RequestValidator
from mockserver.validation.responses import ResponseValidator
from tests.description.test_broken_descriptions import STRANGE, broken, places

API = """\
openapi: 3.1.0
info: {title: Exports, version: 1.0.0}
security: [{token: []}, {key: []}]
paths:
  /exports:
    get:
      operationId: listExports
      parameters:
        - {name: state, in: query, schema: {type: array, items: {enum: [queued, done]}}}
        - {name: ids, in: query, explode: false, schema: {type: array, items: {type: integer}}}
        - {name: filter, in: query, style: deepObject, schema: {type: object}}
        - {name: big, in: query, required: true, schema: {type: boolean}}
        - {name: X-Trace, in: header, schema: {type: string, minLength: 3}}
        - {name: share, in: query, schema: {type: number, maximum: 1}}
        - {name: rule, in: query, content: {application/json: {schema: {required: [a]}}}}
      responses:
        2XX:
          description: A page.
          headers: {X-Count: {required: true, schema: {type: integer}}}
          content: {application/*+json: {schema: {type: object}}, text/csv: {}}
    post:
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [name]}}}
      responses:
        default: {description: Made., content: {application/json: {schema: {type: object}}}}
components:
  securitySchemes:
    token: {type: http, scheme: bearer}
    key: {type: apiKey, in: query, name: key}
"""
KNOWN = {"Authorization": "Bearer k"}


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    """Return the contract of the API above."""
    file = tmp_path / "exports.yaml"
    file.write_text(API)
    return load(file)


def complain(contract: Contract, request: Request, *, is_authenticated: bool = True) -> list[str]:
    """Return what a request breaks."""
    validator = RequestValidator(contract, Paths(contract.operations, ()))
    match = validator.match(request)
    found = validator.check(request, match, is_authenticated=is_authenticated)
    return [violation.message for violation in found]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("state=queued&state=done", None),
        ("ids=1,2", None),
        ("filter[name]=x&share=0.5", None),
        ("key=k", None),
        ("rule={%22a%22:1}", None),
        ("state=queued&state=lost", "state/1 there is no value 'lost'; there are queued, done"),
        ("ids=1,two", "ids is not an integer: 'two'"),
        ("ids=1&ids=2", "ids is given more than once"),
        ("share=2", "share is more than 1"),
        ("share=nan", "share is not a number: 'nan'"),
        ("rule={", "rule is not JSON: '{'"),
        ("rule={}", "rule a is missing"),
        ("big=yes", "big is not true or false: 'yes'"),
        ("colour=red", "the query parameter colour is not declared; declared are state, ids, "),
    ],
)
def test_a_query_is_held_against_its_schemas(
    contract: Contract, query: str, message: str | None
) -> None:
    """Guards query parameters of every type and style: what is wrong is told, nothing else."""
    usual = "" if "big" in query else "&big=true"
    found = complain(contract, Request("GET", f"/exports?{query}{usual}", KNOWN, "-"))

    assert len(found) == (message is not None), found
    assert message is None or found[0].startswith(message)


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"X-Trace": "ab"}, "X-Trace has fewer than 3 characters"),
        ({}, "the query parameter big is missing"),
    ],
)
def test_header_fields_and_what_is_missing_are_told(
    contract: Contract, headers: dict[str, str], message: str
) -> None:
    """Guards parameters outside the query, and those that are required."""
    target = "/exports?big=true" if headers else "/exports"

    assert complain(contract, Request("GET", target, {**KNOWN, **headers}, "-")) == [message]


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "no Authorization: Bearer or query parameter key"),
        (KNOWN, "the credential is not known"),
    ],
)
def test_a_credential_that_is_missing_or_unknown_is_told(
    contract: Contract, headers: dict[str, str], message: str
) -> None:
    """Guards the contract's security: each place where a credential can stand is named."""
    request = Request("GET", "/exports?big=true", headers, "-")

    assert complain(contract, request, is_authenticated=False) == [message]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"name":"x"}', None),
        (b"", "the body: is missing; send what the operation declares"),
        (b"{}", "the body: name is missing"),
        (b"{", "the body: is not JSON"),
    ],
)
def test_a_body_is_held_against_its_schema(
    contract: Contract, body: bytes, message: str | None
) -> None:
    """Guards bodies of requests, JSON or none."""
    request = Request("POST", "/exports", KNOWN, "-", len(body))
    request.body = body
    found = complain(contract, request)

    assert len(found) == (message is not None), found
    assert message is None or found[0].startswith(message)


@pytest.mark.parametrize(
    ("method", "response", "message"),
    [
        ("GET", json_response(201, {}, {"X-Count": "1", "Content-Type": "text/csv"}), None),
        ("GET", json_response(200, {}), "the header field X-Count is missing"),
        ("GET", json_response(200, {}, {"X-Count": "x"}), "X-Count is not an integer: 'x'"),
        ("GET", Response(404), "404 is not declared"),
        ("POST", json_response(500, {}), None),
        ("POST", json_response(200, []), "the body: is not an object"),
        ("POST", Response(200, b"{"), "the body is not JSON"),
        ("POST", Response(200, b"x", {"Content-Type": "text/x"}), "the media type is not applicat"),
    ],
)
def test_a_response_is_held_against_what_is_declared(
    contract: Contract, method: str, response: Response, message: str | None
) -> None:
    """Guards statuses, ranges of them and the default, header fields, media types and bodies."""
    operation = next(o for o in contract.operations if o.method == method)
    found = list(ResponseValidator("api.yaml").check(operation, method, response))

    assert len([v for v in found if "media type" not in v.message or message]) >= bool(message)
    assert message is None or any(v.message.startswith(message) for v in found)


def test_no_description_makes_the_validation_fail(tmp_path: Path) -> None:
    """Guards against any error, whatever stands in a description that can be served."""
    document = json.loads(json.dumps(yaml.safe_load(API)))
    file = tmp_path / "api.json"
    checked = 0
    for at, path in enumerate(places(document)):
        for offset in (0, 7):
            value = STRANGE[(at + offset) % len(STRANGE)]
            file.write_text(json.dumps(broken(document, path, value)))
            with suppress(InvalidSourceError):
                validate_all(load(file))
                checked += 1

    assert checked > 50


def validate_all(contract: Contract) -> None:
    """Validate a call of each operation and some of its responses, whatever is found."""
    validator = RequestValidator(contract, Paths(contract.operations, ()))
    answers = ResponseValidator("api.json")
    for operation in contract.operations:
        target = re.sub(r"\{[^}]*\}", "1", operation.template) + "?state=x&ids=1&filter[a]=b"
        request = Request(operation.method, target, {**KNOWN, "X-Trace": "1"}, "-", 2)
        request.body = b"{}"
        list(validator.check(request, validator.match(request), is_authenticated=True))
        for response in (json_response(200, {}, {"X-Count": "1"}), Response(404, b"x")):
            list(answers.check(operation, operation.method, response))
