"""The formats of recordings: what is read of them, and what is refused in one line."""

from __future__ import annotations

import base64
import io
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.cli import main
from contracts.traffic import har_entries
from contracts.traffic.errors import TrafficError
from contracts.traffic.har import read_entry
from contracts.traffic.har_entries import CutOff, EntryFinder
from contracts.traffic.json_lines import read_line
from contracts.traffic.source import open_source
from tests.contracts.traffic.recording import make_call, make_job, write_har, write_lines

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda some: st.lists(some, max_size=3) | st.dictionaries(st.text(), some, max_size=3),
)
ENTRIES = st.lists(st.dictionaries(st.text(), VALUES, max_size=4), max_size=5)


def find_entries(text: bytes) -> list[Any]:
    """Return the entries of a HAR."""
    return [json.loads(entry) for _, entry in EntryFinder(io.BytesIO(text)).find()]


@given(
    entries=ENTRIES,
    before=VALUES,
    after=VALUES,
    style=st.sampled_from([{}, {"indent": 1}, {"ensure_ascii": False}]),
    piece=st.integers(1, 200),
)
def test_entries_are_cut_where_they_end(
    entries: list[Any], before: Any, after: Any, style: dict[str, Any], piece: int
) -> None:
    """Whatever texts and brackets a HAR holds, in pieces of any size, its entries are found."""
    log = {"version": "1.2", "comment": before, "entries": entries, "pages": after}
    text = json.dumps({"log": log}, **style)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(har_entries, "PIECE", piece)
        found = find_entries(text.encode("utf-8", "surrogatepass"))

    assert found == entries


@given(entries=ENTRIES, cut=st.floats(0, 1, exclude_max=True))
def test_a_har_that_is_cut_off_is_never_taken_for_a_whole_one(
    entries: list[Any], cut: float
) -> None:
    """At each place where a recording may end too early, that is noticed."""
    text = json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()

    with pytest.raises((CutOff, TrafficError)):
        find_entries(text[: int(cut * len(text))])


@given(body=st.binary(max_size=100) | st.text().map(str.encode))
def test_bodies_come_back_as_they_were(body: bytes) -> None:
    """A body is text or base64, in either format; octets that are not text are base64."""
    packed = base64.b64encode(body).decode()
    forms = [({"text": packed, "encoding": "base64"}, {"body_base64": packed})]
    with suppress(UnicodeDecodeError):
        forms.append(({"text": body.decode()}, {"body": body.decode()}))
    for content, member in forms:
        entry = make_call(0, None)
        entry["response"]["content"] = {"size": len(body), **content}
        line = {"at": 0, "method": "GET", "url": "http://h/", "status": 200, **member}

        assert read_entry(json.dumps(entry).encode()).body == body
        assert read_line(json.dumps(line).encode()).body == body


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ({}, None),
        ({"size": 0}, b""),
        ({"size": 5}, None),
        ({"size": 5, "text": "abc"}, None),
        ({"size": -1, "text": "abc"}, b"abc"),
        ({"size": 3, "text": "abc", "encoding": "rot13"}, None),
    ],
)
def test_a_body_that_is_not_whole_is_not_judged(
    content: dict[str, Any], body: bytes | None
) -> None:
    """A body that was left out, cut off or encoded in another way is not taken for the real one."""
    entry = make_call(0, None)
    entry["response"]["content"] = content

    assert read_entry(json.dumps(entry).encode()).body == body


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.har", b"", "ends in the middle"),
        ("a.har", b"not JSON", "does not begin with a JSON object"),
        ("a.har", b'{"log": {"entries": [', "ends in the middle"),
        ("a.har", b'{"log": {"entries": [{"a": "', "after entry 0"),
        ("a.har", b'{"log": {"entries": [1]}}', "no entry begins at byte 21"),
        ("a.har", b'{"log": {"entries": [{}]}}', "entry 1 (byte 21): "),
        ("a.har", b'{"log": {"entries": []} x', "is not JSON"),
        ("a.har", b'{"entries": []}', "no `log` object"),
        ("a.har", b'{"log": {"pages": {"entries": []}}}', "are not in `log`"),
        ("a.har", b'{"log": {}}', "ends in the middle"),
        ("a.jsonl", b"{", "line 1 (byte 0): "),
        ("a.jsonl", b'\n{"at": 1}\n', "line 1 (byte 1): "),
        ("a.jsonl", b'{"at": 1, "method": "GET", "url": "u", "status": 1, "x": 1}', "`x`"),
        ("a.jsonl", b"\xff\xfe", "line 1"),
        ("a.log", b"", "give --format"),
    ],
)
def test_a_damaged_recording_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: bytes, said: str
) -> None:
    """The message names the file and the place, the exit code is 2, and nothing is judged."""
    (tmp_path / name).write_bytes(text)
    code = main(["watch", str(tmp_path / name)])
    told = capsys.readouterr()

    assert (code, told.out) == (2, "")
    (line,) = told.err.splitlines()
    assert said in line
    assert name in line


def test_an_entry_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry without an end does not fill the memory."""
    monkeypatch.setattr(har_entries, "LARGEST_ENTRY", 1 << 20)
    file = write_har(tmp_path / "a.har", [make_call(0, "x" * (5 << 20))])

    with pytest.raises(TrafficError, match=r"the entry at byte [\d,]+ is larger than 1 MiB"):
        list(open_source(file, None).read())


def test_a_file_that_is_missing_is_a_usage_error(tmp_path: Path) -> None:
    """A misspelled name ends the program at once, also with --follow."""
    assert main(["watch", str(tmp_path / "none.har")]) == 2
    assert main(["watch", str(tmp_path / "none.har"), "--follow"]) == 2


def test_a_report_does_not_overwrite_the_recording(tmp_path: Path) -> None:
    """The file that is judged is not replaced by the report on it."""
    file = write_har(tmp_path / "a.har", [])

    assert main(["watch", str(file), "--report-json", str(file)]) == 2


def test_times_have_a_zone_or_are_utc() -> None:
    """Offsets and fractions of all recorders are read as the same moment."""
    texts = ("2026-11-26T02:00:00.5Z", "2026-11-26T03:30:00.500+01:30", "2026-11-26T02:00:00.500")
    line = {"method": "get", "url": "http://h/", "status": 200}
    read = [read_line(json.dumps({**line, "at": at}).encode()) for at in (*texts, 1795658400500)]

    assert {one.sent for one in read} == {1795658400.5}
    assert {one.method for one in read} == {"GET"}


def test_exchanges_are_read_in_the_order_of_their_times(tmp_path: Path) -> None:
    """Recorders write what ended first, and merge files: laws get what was sent first."""
    entries = [make_call(at, make_job()) for at in (3, 1, 2)]
    found = open_source(write_har(tmp_path / "a.har", entries), None).read()
    times = [one.sent for one in found]

    assert times == sorted(times)


def test_lines_may_lack_all_but_the_call(tmp_path: Path) -> None:
    """A recorder that knows only call and status can be read; the end of the call is unknown."""
    line = {"at": 0, "method": "GET", "url": "http://h/", "status": 204}
    (found,) = open_source(write_lines(tmp_path / "a.ndjson", [line]), None).read()

    assert (found.body, found.received) == (None, float("inf"))
