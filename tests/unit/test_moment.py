"""Moments and durations as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.domain.moment import format_moment, parse_duration, parse_moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2021-06-17T07:00Z", 1623913200000),
        ("2021-06-17T07:00:00.250Z", 1623913200250),
        ("2021-06-17T07:00:00.999999Z", 1623913200999),
        ("2021-06-17T12:30:00+05:30", 1623913200000),
    ],
)
def test_a_moment_is_iso_8601_with_a_zone(text: str, moment: int) -> None:
    """Guards zones and fractions; what is finer than a millisecond is cut off."""
    assert moment == parse_moment(text)


@pytest.mark.parametrize(
    "text", ["", "2021-06-17", "2021-06-17T07:00:00", "20210617T070000Z", "now", "1623913200000"]
)
def test_anything_else_is_no_moment(text: str) -> None:
    """Guards against guessing a zone or a format."""
    with pytest.raises(ValueError, match="is no moment; write it like 2021-06-17T07:00:00Z"):
        parse_moment(text)


@given(st.integers(0, 253402300799999))
def test_a_moment_is_written_as_it_is_read(moment: int) -> None:
    """Guards that a snapshot or a complaint names the very millisecond."""
    assert moment == parse_moment(format_moment(moment))


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("0s", 0), ("500ms", 500), ("1h30m", 5_400_000), ("2d", 172_800_000), ("1m1ms", 60_001)],
)
def test_a_duration_is_a_sum_of_parts(text: str, milliseconds: int) -> None:
    """Guards every unit."""
    assert milliseconds == parse_duration(text)


@pytest.mark.parametrize("text", ["", "1", "h", "1.5h", "-1h", "1h ", "1w"])
def test_anything_else_is_no_duration(text: str) -> None:
    """Guards against a number without a unit being taken for some unit."""
    with pytest.raises(ValueError, match="is no duration; write it like 30s, 1h30m or 2d"):
        parse_duration(text)
