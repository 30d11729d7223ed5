"""Bodies that are drawn of the schema of a creation, by which MAKE-07 and MAKE-08 judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from contracts.contract.api import Api
from contracts.contract.description.reader import parse_each
from contracts.contract.moments import is_plausible
from contracts.contract.moves import Lifecycle, Stamps
from contracts.engine.forms import list_pairs
from contracts.engine.verdict import Inapplicable
from contracts.fuzzing.request_bodies import draw_bodies

TEXT = {"type": "string"}


def describe(schema: Mapping[str, Any], media: str, **schemas: Any) -> Api:
    """Return a description of things that a body of *schema* makes."""
    one = {"type": "object", "properties": {"id": TEXT}}

    def answer(shown: Any) -> dict[str, Any]:
        content = {"application/json": {"schema": shown}}
        return {"responses": {"200": {"description": "", "content": content}}}

    post = {**answer(one), "operationId": "make"}
    post["requestBody"] = {"required": True, "content": {media: {"schema": schema}}}
    raw = {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "paths": {"/things": {"get": answer({"type": "array", "items": one}), "post": post}},
        "components": {"schemas": schemas},
    }
    return parse_each(raw, "api.yaml")[0]


def test_a_form_has_each_required_member_of_a_body() -> None:
    """Guards MAKE-08: an empty array or null, which no form has, would break the schema."""
    schema = {"type": "object", "properties": {"any": {}, "name": TEXT}, "required": ["any"]}
    form = describe(schema, "application/x-www-form-urlencoded")
    drawn = draw_bodies(form, form.operations["make"], 30, 0)

    assert drawn
    assert all("any" in dict(list_pairs(body)) for body in drawn)


def test_no_integer_is_too_large_for_a_server() -> None:
    """Guards MAKE-08: a schema that sets no bounds does not promise numbers of any size."""
    many = {"type": "array", "items": {"type": "integer"}, "minItems": 3}
    schema = {"type": "object", "properties": {"many": many}, "required": ["many"]}
    api = describe(schema, "application/json")
    drawn = draw_bodies(api, api.operations["make"], 40, 0)

    assert drawn
    assert all(abs(one) <= 2**63 for body in drawn for one in body["many"])


def test_a_schema_of_which_nothing_can_be_drawn_is_told() -> None:
    """Guards the run: what schemathesis cannot draw is a reason, and no failure of the judge."""
    part = {"$ref": "#/components/schemas/Part"}
    endless = {"type": "object", "properties": {"part": part}, "required": ["part"]}
    api = describe(endless, "application/json", Part=endless)

    with pytest.raises(Inapplicable, match="no body of make could be drawn"):
        draw_bodies(replace(api), api.operations["make"], 2, 0)


@pytest.mark.parametrize("required", [["made"], []])
def test_a_record_does_not_begin_in_far_off_years(required: list[str]) -> None:
    """Guards EXCH-12: what a client sends as the moment of a move comes back, in any year."""
    moment = {"type": "integer", "minimum": 0, "maximum": 5_000_000_000}
    schema = {"type": "object", "properties": {"made": moment}, "required": required}
    api = describe(schema, "application/json")
    life = Lifecycle({"new": {}}, ("new",), (), (), "", Stamps("/made", None, {}, "s"))
    api = replace(api, resource=replace(api.resource, lifecycle=life))
    drawn = draw_bodies(api, api.operations["make"], 40, 0)

    assert drawn
    assert all(("made" in body) is bool(required) for body in drawn)
    assert all(is_plausible(body["made"], "s") for body in drawn if "made" in body)
