"""What identifies a record, inferred of a description that does not say it."""

import pytest

from tests.description.conftest import EXPORTS, Read, edited

ID = "        id: {type: string, format: uuid}\n"


def find_key(read: Read, parameter: str, *members: str) -> str | None:
    """Return the key of records with *members* in the place of an id, read by *parameter*."""
    lines = "".join(f"        {member}\n" for member in members)
    text = edited(EXPORTS, (ID, lines)).replace("{exportId}", f"{{{parameter}}}")
    key = read(text).resources[0].key
    return None if key is None else key.value


def test_a_key_can_be_the_end_of_a_parameter(read: Read) -> None:
    """Guards `username` for a name, where the record has nothing that is named like a key."""
    assert find_key(read, "exportname") == "/name"


def test_a_record_with_metadata_is_read_by_its_name_there(read: Read) -> None:
    """Guards records with metadata: {name} is /metadata/name, and not the uid beside it."""
    target = "target: {properties: {exportLabel: {type: string}}}"
    metadata = "metadata: {properties: {uid: {}, exportLabel: {type: string}}}"

    assert find_key(read, "exportLabel", target, metadata) == "/metadata/exportLabel"


@pytest.mark.parametrize(
    ("parameter", "members", "key"),
    [
        ("export_name_or_id", ["export_id: {type: integer}"], "/export_id"),
        ("idOrName", ["title: {}"], "/name"),
        ("exportKey", ["ExportID: {}"], "/ExportID"),
        ("reference", ["exportId: {}"], "/exportId"),
        ("exportAccessor", ["AccessorID: {}"], "/AccessorID"),
    ],
)
def test_what_a_record_says_of_itself_comes_before_what_it_refers_to(
    read: Read, parameter: str, members: list[str], key: str
) -> None:
    """Guards records whose own key has a name of its own, beside an object with an id."""
    other = "list: {properties: {id: {type: integer}}}"
    assert find_key(read, parameter, other, *members) == key


@pytest.mark.parametrize("holder", ["spec", "exportInfo", "metadata"])
def test_an_id_one_step_down_is_a_key_where_it_is_that_of_the_record(
    read: Read, holder: str
) -> None:
    """Guards an id in an object that describes the record: that of another record is none."""
    members = (f"{holder}: {{properties: {{id: {{}}}}}}", "owner: {properties: {id: {}}}")

    assert find_key(read, "reference", *reversed(members)) == f"/{holder}/id"
    assert find_key(read, "reference", members[1]) is None
