"""Exchanges, and what of them may be shown."""

from __future__ import annotations

import json
import shlex
import subprocess
from base64 import b64encode
from collections.abc import Callable
from html import escape
from urllib.parse import quote, quote_plus

import pytest

from contracts.exchange import NOT_JSON, Exchange, Redactor

KEY = "Organization-Key-1a2B"
REDACTOR = Redactor({KEY: "$CONTRACTS_API_KEY"})


def exchange(authorization: str = f"Bearer {KEY}", body: bytes = b"{}") -> Exchange:
    """Return an exchange with this header and body."""
    headers = {"Authorization": authorization}
    answer = {"x-echo": authorization}
    url = "http://h/public/p/jobs/it's"
    return Exchange("GET", url, headers, 200, answer_headers=answer, body=body)


@pytest.mark.parametrize(
    "sent", [KEY, KEY[:-1], KEY[1:], f"{KEY}x", f"x{KEY}", KEY.swapcase(), KEY.upper()]
)
def test_no_form_of_the_key_is_shown(sent: str) -> None:
    """Neither the key nor what the laws on keys make of it is in what reports get."""
    shown = REDACTOR.evidence(exchange(f"Bearer {sent}", body=f"no key {sent}".encode()))
    headers = f"{shown.headers} {shown.curl}"

    assert sent not in headers
    assert KEY[1:-1] not in headers
    assert KEY.lower() not in repr(shown).lower()


@pytest.mark.parametrize("sent", [KEY, KEY[:-1], KEY[1:], f"{KEY}x", f"x{KEY}", KEY.swapcase()])
def test_a_shell_makes_the_same_header_again(sent: str) -> None:
    """The curl command sends what was sent, with the key from the environment."""
    curl = REDACTOR.evidence(exchange(f"Bearer {sent}")).as_curl()
    script = "curl() { printf '%s\\n' \"$@\"; }; " + curl
    environment = {"CONTRACTS_API_KEY": KEY, "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        ["bash", "-c", script], env=environment, capture_output=True, text=True, check=True
    )

    assert f"Authorization: Bearer {sent}" in done.stdout.splitlines()
    assert "http://h/public/p/jobs/it's" in done.stdout.splitlines()


def test_a_header_without_a_key_is_shown_as_it_is() -> None:
    """A key that is nobody's is no secret."""
    curl = REDACTOR.evidence(exchange("Bearer no-key-77")).as_curl()

    assert "Authorization: Bearer no-key-77" in shlex.split(curl)


def test_a_short_key_does_not_garble_words() -> None:
    """A key of a few letters is taken out only where it stands as a word."""
    redactor = Redactor({"s": "$CONTRACTS_API_KEY"})

    assert redactor.text("jobs of s") == "jobs of $CONTRACTS_API_KEY"


@pytest.mark.parametrize(
    "spell",
    [
        str.upper,
        lambda key: quote(key, safe=""),
        quote_plus,
        json.dumps,
        escape,
        lambda key: b64encode(key.encode()).decode(),
        lambda key: b64encode(f"user:{key}".encode()).decode(),
        lambda key: b64encode(f"ab:{key}:c".encode()).decode(),
    ],
    ids=["case", "url", "form", "json", "html", "base64", "basic", "inside"],
)
def test_a_key_is_taken_out_however_it_is_spelled(spell: Callable[[str], str]) -> None:
    """A deployment that echoes a key encodes it first, as the place where it puts it wants."""
    key = 'S3cret+Key/with=chars&"quo"te-and-more'
    shown = Redactor({key: "$CONTRACTS_API_KEY"}).text(f"<{spell(key)}>")

    middle = spell(key)[8:-8]
    assert "$CONTRACTS_API_KEY" in shown
    assert middle not in shown


@pytest.mark.parametrize("body", [b"", b"{", b'{"a": NaN}', b"{'a': 1}", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_told_apart(body: bytes) -> None:
    """A body that RFC 8259 does not allow is not read as if it were JSON."""
    assert exchange(body=body).json is NOT_JSON


def test_the_envelope_may_hold_anything() -> None:
    """Laws may ask for jobs whatever came: nothing but objects is taken for one."""
    assert exchange(body=b'{"data": [1, null, {"jobId": 1}]}').jobs == [{"jobId": 1}]
    assert exchange(body=b'{"data": null}').job == {}
    assert exchange(body=b"[]").jobs == []


def test_a_long_body_is_cut() -> None:
    """Evidence keeps the beginning of a body and says how long it was."""
    shown = REDACTOR.evidence(exchange(body=b"x" * 5_000))

    assert shown.body.endswith("... (5000 bytes)")
