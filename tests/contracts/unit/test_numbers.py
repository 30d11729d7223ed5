"""What number a text of JSON is."""

from __future__ import annotations

import math

import pytest

from contracts.http.exchange import Exchange, get_job_id


def read(text: str) -> object:
    """Return the jobId of an answer in which *text* stands for it."""
    body = f'{{"data": {{"jobId": {text}}}}}'.encode()
    return Exchange("GET", "http://h/", {}, 200, body=body).job["jobId"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("7.0", 7),
        ("7.000", 7),
        ("7e2", 700),
        ("-0.0", 0),
        ("9007199254740993.0", 2**53 + 1),
        ("0e99999999999999999999", 0),
    ],
)
def test_a_number_without_a_fraction_is_an_integer(text: str, number: int) -> None:
    """A deployment that writes 7.0 is asked for /jobs/7: to JSON Schema both are one integer."""
    found = read(text)

    assert type(found) is int
    assert found == number


@pytest.mark.parametrize("text", ["7.5", "1e-9", "1e300", "1e99999999999999999999"])
def test_what_is_no_integer_of_sane_length_stays_what_it_is(text: str) -> None:
    """A fraction is not an integer, and a short text is never written out in a billion digits."""
    found = read(text)

    assert isinstance(found, float)
    assert math.isclose(found, float(text)) or math.isinf(found)


@pytest.mark.parametrize("value", [True, None, "7", 7.5, [7], {}])
def test_only_an_integer_is_a_jobid(value: object) -> None:
    """What no path can be made of is never asked for, and never takes the judge down."""
    assert get_job_id({"jobId": value}) is None
    assert get_job_id({}) is None
    assert get_job_id({"jobId": 7}) == 7
