"""Exchanges, as laws read them."""

from __future__ import annotations

import pytest

from contracts.http.exchange import NOT_JSON, Exchange


def exchange(body: bytes) -> Exchange:
    """Return an exchange with this body."""
    return Exchange("GET", "http://h/public/p/jobs", {}, 200, body=body)


@pytest.mark.parametrize("body", [b"", b"{", b'{"a": NaN}', b"{'a': 1}", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_told_apart(body: bytes) -> None:
    """A body that RFC 8259 does not allow is not read as if it were JSON."""
    assert exchange(body=body).json is NOT_JSON


def test_the_envelope_may_hold_anything() -> None:
    """Laws may ask for jobs whatever came: nothing but objects is taken for one."""
    assert exchange(body=b'{"data": [1, null, {"jobId": 1}]}').jobs == [{"jobId": 1}]
    assert exchange(body=b'{"data": null}').job == {}
    assert exchange(body=b"[]").jobs == []
