"""Integers as Go's Atoi reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.parsing.integer import IntegerRangeError, IntegerSyntaxError, parse_integer


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("-0", 0),
        ("+5", 5),
        ("007", 7),
        ("-42", -42),
        ("0" * 5000 + "1", 1),
        (str(2**63 - 1), 2**63 - 1),
        (str(-(2**63)), -(2**63)),
    ],
)
def test_a_sign_and_digits_are_an_integer(text: str, value: int) -> None:
    """Guards what is accepted, up to both ends of 64 bits."""
    assert value == parse_integer(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1 ",
        " 1",
        "+",
        "-",
        "+-1",
        "5.0",
        "1e3",
        "1_000",
        "0x10",
        "٣",
        "\uff11",
        "1\n",
        "abc",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    """Guards the strings that Python's int() would accept and the deployed API does not."""
    with pytest.raises(IntegerSyntaxError):
        parse_integer(text)


@pytest.mark.parametrize("text", [str(2**63), str(-(2**63) - 1), "9" * 30, "-" + "9" * 10_000])
def test_more_than_64_bits_are_too_many(text: str) -> None:
    """Guards the range, also for strings that are too long for int() itself."""
    with pytest.raises(IntegerRangeError):
        parse_integer(text)


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_integer_of_64_bits_is_read_back(value: int) -> None:
    """Guards the whole range."""
    assert value == parse_integer(str(value))
