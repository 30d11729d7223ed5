"""Records within records, and lists that show little: which of all is the record."""

from tests.description.conftest import EXPORTS, Read, edited

STATUS = "status: {type: string, enum: [queued, running, cancelling, succeeded, failed, cancelled]}"
ROW = "{properties: {id: {}, status: {}, score: {}, summary: {}, kind: {}}}"
ANALYSIS = "analysis: {properties: {score: {}, summary: {}}}"


def test_the_state_of_another_record_within_is_none_of_the_record(read: Read) -> None:
    """Guards records that hold others: what has a key of its own has a state of its own."""
    text = edited(EXPORTS, (STATUS, f"charge: {{properties: {{id: {{}}, {STATUS}}}}}"))

    assert read(text).resources[0].lifecycle is None


def test_a_list_may_show_little_of_what_the_read_gives(read: Read) -> None:
    """Guards the record of a read: the whole with the key, and no part that looks like the row."""
    text = edited(
        EXPORTS,
        ("items: {$ref: '#/components/schemas/Export'}", f"items: {ROW}"),
        ("running_at: {type", f"{ANALYSIS}\n        at: {{type"),
    )

    assert read(text).resources[0].record.pointer == "/components/schemas/Export"
