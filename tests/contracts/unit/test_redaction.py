"""What of an exchange may be shown: no key, nothing made of one, however it is spelled."""

from __future__ import annotations

import html
import json
import shlex
import subprocess
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from contracts.http.exchange import Exchange
from contracts.http.redaction import Redactor
from contracts.target import ANY_API, Target
from contracts.target.credentials import Key

KEY = "Organization-Key-1a2B"
REDACTOR = Redactor([Key(KEY, "CONTRACTS_API_KEY")])
MADE = {one.text for one in Key(KEY, "K").all}

SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "upper": str.upper,
    "url": lambda text: quote(text, safe=""),
    "form": quote_plus,
    "every octet": lambda text: "".join(f"%{ord(c):02X}" for c in text),
    "twice": lambda text: quote(quote(text, safe=""), safe=""),
    "json": lambda text: json.dumps(text)[1:-1],
    "json in json": lambda text: json.dumps(json.dumps(text))[3:-3],
    "unicode": lambda text: "".join(f"\\u{ord(c):04X}" for c in text),
    "html": html.escape,
    "numbers": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "base64": lambda text: b64encode(text.encode()).decode(),
    "basic": lambda text: b64encode(f"user:{text}".encode()).decode(),
    "inside": lambda text: b64encode(f"ab:{text}:c".encode()).decode(),
    "for urls": lambda text: urlsafe_b64encode(f"a{text}".encode()).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
}


def exchange(authorization: str = f"Bearer {KEY}", body: bytes = b"{}") -> Exchange:
    """Return an exchange with this header and body."""
    headers = {"Authorization": authorization}
    response = {"x-echo": authorization}
    url = "http://h/public/p/jobs/it's"
    return Exchange("GET", url, headers, 200, response_headers=response, body=body)


def run(curl: str, key: str) -> list[str]:
    """Return the arguments that curl gets where a shell runs the command *curl*."""
    done = subprocess.run(
        ["sh", "-c", "curl() { printf '%s\\n' \"$@\"; }; " + curl],
        env={"CONTRACTS_API_KEY": key, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize("sent", sorted({*MADE, KEY.upper(), KEY.lower()}))
@pytest.mark.parametrize("scheme", ["Bearer ", "Basic ", "Digest Bearer ", ""])
def test_no_form_of_the_key_is_shown(scheme: str, sent: str) -> None:
    """Neither the key nor what the laws on keys make of it is in what reports get."""
    given = exchange(f"{scheme}{sent}", body=f"no key {sent}".encode())
    shown = repr(REDACTOR.make_evidence(given))

    assert sent not in shown
    assert KEY[1:-1].lower() not in shown.lower()
    assert b64encode(KEY.encode()).decode()[4:-4] not in shown


@pytest.mark.parametrize("sent", sorted(MADE))
@pytest.mark.parametrize("scheme", ["Bearer ", "Basic ", "Digest Bearer ", ""])
def test_a_shell_makes_the_same_header_again(scheme: str, sent: str) -> None:
    """The curl command sends what was sent, with the key from the environment."""
    words = run(REDACTOR.make_evidence(exchange(f"{scheme}{sent}")).as_curl(), KEY)

    assert f"Authorization: {scheme}{sent}" in words
    assert "http://h/public/p/jobs/it's" in words


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40).filter(
        lambda key: len(set(key)) > 5
    )
)
@example('S3cret+Key/with=chars&"quo"te$(id)`id`!and\\more')
def test_no_key_leaves_in_any_form(key: str) -> None:
    """Whatever a key looks like: nothing made of it is shown, and the command still sends it."""
    one = Key(key, "CONTRACTS_API_KEY")
    redactor = Redactor([one])
    for made in one.all:
        sent = exchange(f"Bearer {made.text}", json.dumps({"error": made.text}).encode())
        shown = redactor.make_evidence(sent)

        assert key[1:-1] not in shown.body
        assert key[1:-1] not in repr(shown.headers)
        assert key[1:-1] not in repr(shown.response_headers)
        assert f"Authorization: Bearer {made.text}" in run(shown.as_curl(), key)


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=12, max_size=40).filter(
        lambda key: len({*key.lower()} - {*"abcdefghijklmnopqrstuvwxyz_"}) > 2
    ),
    st.sampled_from(sorted(SPELLINGS)),
    st.sampled_from(["", "who are you, ", "?key=", "<b>"]),
)
@example('S3cret+Key/with=chars&"quo"te-and-more', "basic", "")
def test_a_key_is_taken_out_however_it_is_spelled(key: str, spelling: str, before: str) -> None:
    """A deployment that echoes a key encodes it first, as the place where it puts it wants."""
    one = Key(key, "K")
    spell = SPELLINGS[spelling]
    for made in one.all:
        shown = Redactor([one]).redact(f"{before}{spell(made.text)}</b>")
        middle = spell(made.text)
        middle = middle[len(middle) // 3 : -(len(middle) // 3)]

        assert middle not in shown, made


def test_two_keys_that_run_into_each_other_are_hidden() -> None:
    """Where nothing stands between two secrets, none of them shows."""
    other = "Another-Organizations-Key-9z8Y"
    redactor = Redactor([Key(KEY, "A"), Key(other, "B")])
    for text in (KEY + other, b64encode(f"{KEY}{other}:{KEY}".encode()).decode(), f"{KEY}{KEY}"):
        shown = redactor.redact(text)

        assert len(shown) < 50, shown


def test_a_key_that_was_cut_off_is_hidden() -> None:
    """Where a law shows the beginning of a body, the key in it may be cut: its part is hidden."""
    assert "Organization" not in REDACTOR.redact(f"it was {f'no key {KEY}'[:20].encode()!r}")
    long = exchange(body=b"x" * 1_990 + KEY.encode() + b"y" * 500)
    assert "Organization" not in REDACTOR.make_evidence(long).body
    many = exchange(body=(KEY * 300).encode())
    assert "Organization" not in REDACTOR.make_evidence(many).body


def test_a_header_without_a_key_is_shown_as_it_is() -> None:
    """An unknown key is not a secret."""
    curl = REDACTOR.make_evidence(exchange("Bearer no-key-77")).as_curl()

    assert "Authorization: Bearer no-key-77" in shlex.split(curl)


def test_a_short_key_does_not_garble_words() -> None:
    """A key of a few letters is taken out only where it stands as a word."""
    redactor = Redactor([Key("s", "CONTRACTS_API_KEY")])

    assert redactor.redact("jobs of s") == "jobs of ${CONTRACTS_API_KEY}"
    assert "xs" not in repr(redactor.make_evidence(exchange("Bearer xs")).headers)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("set-cookie", "sid=s3cr3t; Path=/; HttpOnly", "sid=[redacted]; Path=/; HttpOnly"),
        (
            "Set-Cookie",
            "a=s3; Expires=Wed, 21 Oct 2026 07:28:00 GMT, b=s4; SameSite=Lax",
            "a=[redacted]; Expires=Wed, 21 Oct 2026 07:28:00 GMT, b=[redacted]; SameSite=Lax",
        ),
        ("cookie", "a=s3; b=s4", "a=[redacted]; b=[redacted]"),
    ],
)
def test_the_values_of_cookies_are_hidden(name: str, value: str, shown: str) -> None:
    """A session's cookie opens as much as a key."""
    assert REDACTOR.redact_header(name, value) == shown


def test_the_password_of_a_proxy_is_hidden() -> None:
    """What has no variable of its own is hidden, too."""
    shown = Redactor([], ["hunter2-hunter2"]).redact("ProxyError: http://me:hunter2-hunter2@proxy")

    assert shown == "ProxyError: http://me:[redacted]@proxy"


def test_a_long_body_is_cut() -> None:
    """Evidence keeps the beginning of a body and says how long it was; nothing is endless."""
    shown = REDACTOR.make_evidence(exchange(body=b"x" * 5_000))

    assert shown.body.startswith("xxx")
    assert shown.body.endswith("... (5000 bytes)")
    assert len(shown.body) < 2_100
    assert len(REDACTOR.redact("x" * 1_000_000)) < 30_000


def test_an_api_without_a_key_has_nothing_to_hide() -> None:
    """Guards texts of a run that has no key: an empty one is not found between all characters."""
    target = Target("http://127.0.0.1:1", ANY_API, "")

    assert Redactor.of(target).redact("GET /lions needs nothing") == "GET /lions needs nothing"
