"""The files of a recording: whole at each moment, for their owner alone, without credentials."""

import gzip
import json
import stat
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests

from contracts.traffic.source import open_source
from mockserver.proxy.growing_file import GrowingFile
from tests.program.watching import until
from tests.proxy.running import PATIENCE, proxy, upstream

SECRETS = {
    "bearer": "bearer-secret-1",
    "cookie": "cookie-secret-2",
    "set-cookie": "cookie-secret-3",
    "query": "query secret/4",
    "header": "header-secret-5",
    "body": "body-secret-6",
    "form": "form-secret-7",
    "echo": "sk-abcdefghijklmnop8",
}


def _answer(body: bytes, fields: bytes = b"") -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n%bContent-Length: %d\r\n\r\n"
    return head % (fields, len(body)) + body


def _read(har: Path) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(har.read_bytes())["log"]["entries"]
    return entries


def test_no_credential_reaches_a_file(tmp_path: Path) -> None:
    """Guards every place where a credential may stand, and each file, however it is spelled."""
    echoed = {
        "nested": [{"client_secret": SECRETS["body"]}],
        "told": f"Bearer {SECRETS['bearer']} and {SECRETS['query']}, {SECRETS['echo']}",
    }
    fields = b"Set-Cookie: s=cookie-secret-3; Path=/\r\nContent-Encoding: gzip\r\n"
    answer = _answer(gzip.compress(json.dumps(echoed).encode()), fields)
    har, journal = tmp_path / "t.har", tmp_path / "t.jsonl"
    with upstream(answer) as server, proxy(server.url, har=har, journal=journal) as running:
        requests.post(
            f"{running.url}/x?api_key={quote(SECRETS['query'], safe='')}&page=2",
            headers={
                "Authorization": f"Bearer {SECRETS['bearer']}",
                "Cookie": f"a={SECRETS['cookie']}; b=2",
                "X-Api-Key": SECRETS["header"],
            },
            data={"password": SECRETS["form"], "next_page_token": "kept"},
            timeout=PATIENCE,
        )
    text = har.read_text() + journal.read_text()

    assert [name for name, secret in SECRETS.items() if secret in text] == []
    assert "query%20secret" not in text
    assert "query+secret" not in text
    (entry,) = _read(har)
    sent = {field["name"]: field["value"] for field in entry["request"]["headers"]}
    named = sent["Authorization"].removeprefix("Bearer ")
    told = json.loads(entry["response"]["content"]["text"])["told"]
    assert told.startswith(f"Bearer {named} and credential-")
    assert "next_page_token=kept" in entry["request"]["postData"]["text"]
    assert "page=2" in entry["request"]["url"]


def test_one_credential_has_one_name(tmp_path: Path) -> None:
    """Guards that a recording still tells whose request is whose."""
    har = tmp_path / "t.har"
    with upstream(_answer(b"{}")) as server, proxy(server.url, har=har) as running:
        for key in ("first-key", "other-key", "first-key"):
            authorization = {"Authorization": f"Bearer {key}"}
            requests.get(f"{running.url}/x", headers=authorization, timeout=PATIENCE)
    named = [
        field["value"]
        for entry in _read(har)
        for field in entry["request"]["headers"]
        if field["name"] == "Authorization"
    ]

    assert named == ["Bearer credential-1", "Bearer credential-2", "Bearer credential-1"]


def test_files_are_their_owner_s_alone(tmp_path: Path) -> None:
    """Guards that nobody else on this machine may read what was recorded."""
    har, journal = tmp_path / "t.har", tmp_path / "t.jsonl"
    with upstream(_answer(b"{}")) as server, proxy(server.url, har=har, journal=journal):
        modes = {stat.S_IMODE(file.stat().st_mode) for file in (har, journal)}

    assert modes == {0o600}


def test_a_file_is_whole_while_it_grows(tmp_path: Path) -> None:
    """Guards that a HAR can be read at any moment, before anything was recorded included."""
    har = tmp_path / "t.har"
    with upstream(_answer(b"{}")) as server, proxy(server.url, har=har) as running:
        assert _read(har) == []
        for count in range(1, 4):
            requests.get(f"{running.url}/x", timeout=PATIENCE)
            # A client may have its response a moment before it is recorded.
            until(lambda: len(_read(har)) >= count)  # noqa: B023 -- called within the turn
            assert len(_read(har)) == count


def test_a_recording_keeps_what_was_whole(tmp_path: Path) -> None:
    """Guards that half a body is not taken for a body, and that a missing response is none."""
    har = tmp_path / "t.har"
    broken = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nabc"
    with (
        upstream(_answer(b"{}"), broken, b"no HTTP\r\n\r\n") as server,
        proxy(server.url, har=har) as running,
    ):
        for _ in range(3):
            running.converse(b"GET /x HTTP/1.0\r\n\r\n")
    whole, cut, none = _read(har)

    assert whole["response"]["content"]["text"] == "{}"
    assert "text" not in cut["response"]["content"]
    assert (cut["response"]["status"], none["response"]["status"]) == (200, 0)
    assert "broke off" in cut["comment"]
    assert "does not answer in HTTP" in none["comment"]


def test_large_bodies_are_passed_on_and_not_recorded(tmp_path: Path) -> None:
    """Guards that a recording is bounded and forwarding is not, compressed bombs included."""
    har = tmp_path / "t.har"
    plain = b"x" * 3_000
    bomb = _answer(gzip.compress(b"x" * 3_000), b"Content-Encoding: gzip\r\n")
    with upstream(_answer(plain), bomb) as server, proxy(server.url, har=har, most=1_000) as it:
        got = requests.post(f"{it.url}/x", data=plain, timeout=PATIENCE)
        opened = requests.get(f"{it.url}/x", timeout=PATIENCE)
    one, other = _read(har)

    assert (got.content, opened.content) == (plain, plain)
    assert server.received[0].endswith(plain)
    assert "longer than 1,000 octets" in one["response"]["content"]["comment"]
    assert "longer than 1,000 octets" in one["request"]["postData"]["comment"]
    assert "longer than 1,000 octets" in other["response"]["content"]["comment"]


@pytest.mark.parametrize(
    ("coded", "coding"),
    [
        (gzip.compress(b'{"a":') + gzip.compress(b"1}"), "gzip"),
        (gzip.compress(b'{"a":1}') + bytes(8), "x-gzip"),
        (zlib.compress(b'{"a":1}'), "deflate"),
        (zlib.compress(b'{"a":1}')[2:-4], "deflate"),
        (gzip.compress(zlib.compress(b'{"a":1}')), "deflate, gzip"),
    ],
    ids=["members", "padding", "deflate", "bare", "both"],
)
def test_what_servers_send_compressed_is_opened(tmp_path: Path, coded: bytes, coding: str) -> None:
    """Guards each form of the codings that are accepted: all of it is recorded."""
    har = tmp_path / "t.har"
    answer = _answer(coded, f"Content-Encoding: {coding}\r\n".encode())
    with upstream(answer) as server, proxy(server.url, har=har) as running:
        running.converse(b"GET /x HTTP/1.0\r\n\r\n")
    (entry,) = _read(har)

    assert entry["response"]["content"]["text"] == '{"a":1}'
    assert running.told == []


@pytest.mark.parametrize(
    ("sent", "passed"),
    [
        ("gzip, deflate, br, zstd", "gzip, deflate"),
        ("br;q=1.0, gzip;q=0.5, *;q=0", "gzip;q=0.5, *;q=0"),
        ("br, zstd", "identity"),
        ("*", "gzip"),
        ("br;q=0, *;q=0.1", "br;q=0, gzip"),
        ("identity", "identity"),
    ],
)
def test_a_recording_asks_for_codings_that_it_can_open(
    tmp_path: Path, sent: str, passed: str
) -> None:
    """Guards bodies in br and zstd: the upstream is not asked for them while it is recorded."""
    request = f"GET /x HTTP/1.0\r\nAccept-Encoding: {sent}\r\n\r\n".encode()
    with upstream(_answer(b"{}")) as server:
        with proxy(server.url, har=tmp_path / "t.har") as running:
            running.converse(request)
        with proxy(server.url) as running:
            running.converse(request)
    recorded, plain = server.received

    assert f"\r\nAccept-Encoding: {passed}\r\n".encode() in recorded
    assert f"\r\nAccept-Encoding: {sent}\r\n".encode() in plain


def test_a_body_that_cannot_be_opened_is_told_once(tmp_path: Path) -> None:
    """Guards an upstream that sends br although nobody asked for it."""
    har = tmp_path / "t.har"
    answer = _answer(b"whatever", b"Content-Encoding: br\r\n")
    with upstream(answer) as server, proxy(server.url, har=har) as running:
        for _ in range(2):
            running.converse(b"GET /x HTTP/1.0\r\n\r\n")
    told = "not recorded: the content coding br is not decoded"

    assert [entry["response"]["content"]["comment"] for entry in _read(har)] == [told, told]
    assert running.told == [f"GET /x, a body: {told}; forwarding goes on"]


def test_a_full_disk_is_told_once_and_forwarding_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards that a recording that lacks something says so, and what it has stays whole."""
    har = tmp_path / "t.har"
    written = GrowingFile._write  # noqa: SLF001 -- what meets the disk

    def fill(self: GrowingFile, at: int, octets: bytes) -> None:
        if b"/full" in octets:
            written(self, at, octets[:50])
            raise OSError(28, "No space left on device")
        written(self, at, octets)

    monkeypatch.setattr(GrowingFile, "_write", fill)
    with upstream(_answer(b"{}")) as server, proxy(server.url, har=har) as running:
        for path in ("first", "full/1", "full/2", "last"):
            got = requests.get(f"{running.url}/{path}", timeout=PATIENCE)
            assert got.status_code == 200

    assert [entry["request"]["url"].rpartition("/")[2] for entry in _read(har)] == ["first", "last"]
    assert running.told == [
        f"{har} cannot be written: No space left on device; forwarding goes on",
        f"{har} lacks 2 exchanges",
    ]


def test_the_judge_follows_a_recording_as_it_grows(tmp_path: Path) -> None:
    """Guards the interplay with contracts watch --follow, which reads on while this is written."""
    har = tmp_path / "t.har"
    with upstream(_answer(b"{}")) as server, proxy(server.url, har=har) as running:
        numbers = iter(range(100))

        def ask_for_more(_: float) -> None:
            requests.get(f"{running.url}/{next(numbers)}", timeout=PATIENCE)

        followed = open_source(har, None).follow(ask_for_more)
        seen = [next(followed) for _ in range(5)]

    assert [found.url.rpartition("/")[2] for found in seen] == ["0", "1", "2", "3", "4"]
    assert {found.body for found in seen} == {b"{}"}


def test_a_journal_is_read_by_the_judge(tmp_path: Path) -> None:
    """Guards the interplay with contracts watch --format jsonl."""
    journal = tmp_path / "t.jsonl"
    with upstream(_answer(b"{}")) as server, proxy(server.url, journal=journal) as running:
        requests.get(f"{running.url}/x", timeout=PATIENCE)
    (found,) = open_source(journal, None).read()

    assert (found.status, found.body, found.url) == (200, b"{}", f"{server.url}/x")
