"""Faults in the form of responses: statuses, media types, JSON and schemas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from contracts.contract.api import Api, is_json
from contracts.contract.json_values import put
from contracts.contract.model import Operation
from contracts.engine.bodies import follow, list_types
from contracts.roles.declared import has_key
from contracts.selftest.any_api.call import Call, Entry
from contracts.selftest.any_api.faults.promise import Fault, Promise
from contracts.selftest.any_api.miniature import AnyMiniature
from contracts.selftest.messages import Response


class AnswersWithAnotherSuccess(AnyMiniature):
    """A success has a status that is not declared."""

    def answer(self, operation: Operation, status: int, body: Any) -> Response:
        response = super().answer(operation, status, body)
        return replace(response, status=207) if 200 <= status < 300 else response


class LabelsAsText(AnyMiniature):
    """JSON is labelled as HTML."""

    def answer(self, operation: Operation, status: int, body: Any) -> Response:
        response = super().answer(operation, status, body)
        return replace(response, headers={**response.headers, "Content-Type": "text/html"})


class CutsJson(AnyMiniature):
    """The text of JSON lacks its last character, where one record is read."""

    def encode(self, response: Response) -> tuple[bytes, str]:
        text, media = super().encode(response)
        return text[:-1] if isinstance(response.body, dict) else text, media


class Fails(AnyMiniature):
    """Every third read of one record is a server error."""

    turns = 0

    def read(self, call: Call, entry: Entry) -> Response:
        self.turns += 1
        return Response(500) if self.turns % 3 == 0 else super().read(call, entry)


class LacksAMember(AnyMiniature):
    """A record lacks a member that it has to have."""

    def show(self, entry: Entry) -> Any:
        shown = super().show(entry)
        shown.pop(find_required(self.api)[-1], None)
        return shown


class ShowsAnotherType(AnyMiniature):
    """A member of a record is an object instead of a text or a number."""

    def show(self, entry: Entry) -> Any:
        shown = super().show(entry)
        put(shown, find_plain(self.api)[-1], {"value": 1})
        return shown


def find_required(api: Api) -> list[str]:
    """Return the members that a record has to have, but for its key."""
    schema = follow(api, api.resolve(api.resource.schema))
    return [name for name in schema.get("required", ()) if f"/{name}" != api.resource.key]


def find_plain(api: Api) -> list[str]:
    """Return the places of members that are texts or numbers, but for the key."""
    schema = follow(api, api.resolve(api.resource.schema))
    return [
        f"/{name}"
        for name, one in schema.get("properties", {}).items()
        if f"/{name}" != api.resource.key
        and {"string", "integer"} & set(list_types(follow(api, one)))
    ]


def derive(api: Api) -> Iterator[Promise]:
    """Go through what is promised of the form of responses."""
    listing, read = api.resource.list, api.resource.read
    at = f"{listing.pointer}/responses"
    found = listing.find_response(listing.success)
    if found is None or listing.is_success(207):
        return
    yield Fault("a success has a status that is not declared", at, AnswersWithAnotherSuccess)
    media = list(found[1].get("content", {}))
    if media and not any("*" in one or one == "text/html" for one in media):
        yield Fault("JSON is labelled as HTML", at, LabelsAsText)
    if not any(map(is_json, media)):
        return
    yield Fault("a body is not JSON", at, CutsJson)
    if find_required(api):
        yield Fault(f"a record lacks {find_required(api)[-1]}", api.resource.schema, LacksAMember)
    if find_plain(api):
        sentence = f"{find_plain(api)[-1][1:]} is an object"
        yield Fault(sentence, api.resource.schema, ShowsAnotherType)
    if read is not None and 500 not in read.responses and not has_key(api):
        yield Fault("some reads are server errors", f"{read.pointer}/responses", Fails)
