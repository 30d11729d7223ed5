"""What is inferred of states and moments by the values that a record may hold."""

import pytest

from tests.description.conftest import EXPORTS, Read, edited


def test_values_of_another_type_are_not_the_states(read: Read) -> None:
    """Guards a list that is asked in words for a state which its records hold as a number."""
    asked = "{name: status, in: query, schema: {type: string"
    listed = ", enum: [queued, running, cancelling, succeeded, failed, cancelled]"
    text = edited(
        EXPORTS,
        (f"{asked}}}", f"{asked}, enum: [active, deleted]}}"),
        (f"status: {{type: string{listed}}}", "status: {type: integer}"),
    )
    worded = edited(text, ("status: {type: integer}", "status: {type: string}"))
    (number,), (word,) = read(text).resources, read(worded).resources
    assert word.lifecycle is not None

    assert (number.lifecycle, number.filters) == (None, ())
    assert tuple(word.lifecycle.states.value) == ("active", "deleted")
    assert len(word.filters) == 1


@pytest.mark.parametrize(
    ("said", "unit"),
    [
        ("type: integer, format: date-time", "s"),
        ("type: integer, example: 1674917488", "s"),
        ("type: integer, example: 1674917488000", "ms"),
        ("type: integer", "ms"),
    ],
)
def test_a_number_tells_its_unit_by_format_and_example(read: Read, said: str, unit: str) -> None:
    """Guards stamps that are integers, as Unix counts them."""
    old = "created_at: {type: string, format: date-time}"
    text = edited(EXPORTS, (old, f"created_at: {{{said}}}"))
    lifecycle = read(text).resources[0].lifecycle
    assert lifecycle is not None
    assert lifecycle.stamps is not None

    assert lifecycle.stamps.value.unit == unit
