"""What stands beside a reference: it holds together with what the reference leads to."""

import pytest

from mockserver.records.schemas.fitting import merge_parts
from mockserver.records.schemas.schema import Schema
from tests.description.conftest import EXPORTS, Read, edited

ONE = "content: {application/json: {schema: {$ref: '#/components/schemas/Export'}}}"


@pytest.mark.parametrize(
    ("beside", "required"),
    [
        ("", {"id", "name"}),
        (", required: true", {"id", "name"}),
        (", required: [status]", {"id", "name", "status"}),
        (", properties: {size: {type: integer}}, required: [size]", {"id", "name", "size"}),
    ],
)
def test_members_that_both_need_are_needed(read: Read, beside: str, required: set[str]) -> None:
    """Guards JSON Schema 2020-12 Core §10.2: nothing beside a reference takes a promise back."""
    old = f"description: One.\n          {ONE}"
    new = old.replace("schemas/Export'", f"schemas/Export'{beside}")
    text = edited(
        EXPORTS, ("    Export:\n", "    Export:\n      required: [id, name]\n"), (old, new)
    )
    read_exports = read(text).resources[0].read
    assert read_exports is not None
    record = read_exports.value.result
    assert record is not None
    held = Schema(record)

    assert set(record.value["required"]) == required
    assert set(merge_parts(held, held.value)["required"]) == required
    assert {"id", "status"} <= record.value["properties"].keys()
    assert ("size" in record.value["properties"]) == ("size" in beside)


def test_a_part_of_a_schema_needs_what_both_need(read: Read) -> None:
    """Guards references within a record, whose parts are put together when values are made."""
    part = "owner: {$ref: '#/components/schemas/Owner', required: [name]}"
    owner = "    Owner: {type: object, required: [id], properties: {id: {type: string}}}\n"
    text = edited(
        EXPORTS,
        ("    Export:\n", f"{owner}    Export:\n"),
        ("        name: {type: string}\n", f"        name: {{type: string}}\n        {part}\n"),
    )
    held = Schema(read(text).resources[0].record)
    said = merge_parts(held, held.value)["properties"]["owner"]

    assert set(held.resolve(said)["required"]) == {"id", "name"}
