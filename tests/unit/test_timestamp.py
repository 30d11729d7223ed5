"""Timestamps and durations as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.parsing.timestamp import format_timestamp, parse_duration, parse_timestamp


@pytest.mark.parametrize(
    ("text", "timestamp"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2021-06-17T07:00Z", 1623913200000),
        ("2021-06-17T07:00:00.250Z", 1623913200250),
        ("2021-06-17T07:00:00.999999Z", 1623913200999),
        ("2021-06-17T12:30:00+05:30", 1623913200000),
    ],
)
def test_a_timestamp_is_iso_8601_with_a_zone(text: str, timestamp: int) -> None:
    """Guards time zones and fractions; digits beyond milliseconds are cut off."""
    assert timestamp == parse_timestamp(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is not a timestamp"),
        ("now", "is not a timestamp"),
        ("20210617T070000Z", "is not a timestamp"),
        ("2021-06-17T07:00:00Z\n", "is not a timestamp"),
        ("2021-06-17", "is a day without a time"),
        ("2021-06-17T07:00:00", "has no time zone"),
        ("2021-06-17 07:00", "has no time zone"),
        ("2021-06-17 07:00:00Z", "has a space where T separates day and time"),
        ("2021-06-17t07:00:00z", "has t or z in place of T and Z"),
        ("2021-06-17T07:00:00+0200", "has a time zone without its colon"),
        ("2021-06-17T07:00:00.1234567Z", "has a fraction that is not a point and 1 to 6 digits"),
        ("1623913200000", "is text; write epoch milliseconds as a number, without quotes"),
    ],
)
def test_anything_else_is_not_a_timestamp(text: str, why: str) -> None:
    """Guards against guessing a time zone or a format, and that the error says what is wrong."""
    with pytest.raises(ValueError, match="; write it like 2021-06-17T07:00:00Z") as refused:
        parse_timestamp(text)

    assert str(refused.value).startswith(why)


@given(st.integers(0, 253402300799999))
def test_a_timestamp_is_written_as_it_is_read(timestamp: int) -> None:
    """Guards that a timestamp is written with its milliseconds."""
    assert timestamp == parse_timestamp(format_timestamp(timestamp))


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("0s", 0), ("500ms", 500), ("1h30m", 5_400_000), ("2d", 172_800_000), ("1m1ms", 60_001)],
)
def test_a_duration_is_a_sum_of_parts(text: str, milliseconds: int) -> None:
    """Guards every unit."""
    assert milliseconds == parse_duration(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is not a duration"),
        ("h", "is not a duration"),
        ("1h\n", "is not a duration"),
        ("1", "has no unit"),
        ("1.5h", "has a fraction"),
        ("-1h", "is negative"),
        ("1h ", "has spaces"),
        ("1 h 30 m", "has spaces"),
        ("1H", "has a unit in capitals"),
        ("1w", "has an unknown unit"),
        ("PT1H", "is a duration of ISO 8601"),
    ],
)
def test_anything_else_is_no_duration(text: str, why: str) -> None:
    """Guards against guessing the unit of a number; the error lists all units."""
    with pytest.raises(ValueError, match="30s, 1h30m or 2d; there are ms, s, m, h, d") as refused:
        parse_duration(text)

    assert str(refused.value).startswith(why)
