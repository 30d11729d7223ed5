"""Recorded traffic judged: mutants are found by the right law, honest traffic is not accused."""

from __future__ import annotations

import base64
import gzip
import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from contracts.cli import main
from contracts.contract.document import Document
from contracts.selftest.conforming import open_choices, real_server
from contracts.selftest.miniature import Miniature
from contracts.selftest.server import Transmission, serve_miniature
from contracts.selftest.world import KEY, OTHER_KEY, create_miniature, create_target
from contracts.startup import recording
from tests.contracts.traffic.conftest import Watch, list_broken
from tests.contracts.traffic.recording import (
    Entry,
    make_call,
    make_entry,
    make_job,
    make_line,
    record,
    write_har,
    write_lines,
)
from tests.program.process import ROOT

LIST = "/public/P/jobs"
DONE = {"status": "completed", "updatedAt": 1_790_010_000_000}
MUTANTS: dict[str, tuple[str, list[Entry]]] = {
    "a stamp goes back": (
        "LIFE-03",
        [
            make_call(0, make_job(status="running", updatedAt=1_790_010_000_000)),
            make_call(1, make_job(status="running", updatedAt=1_790_009_999_999)),
        ],
    ),
    "a terminal job moves": (
        "LIFE-01",
        [make_call(0, make_job(**DONE)), make_call(1, make_job(status="running", updatedAt=None))],
    ),
    "a job goes back": (
        "LIFE-02",
        [
            make_call(0, make_job(status="running", updatedAt=1_790_010_000_000)),
            make_call(1, make_job(updatedAt=1_790_010_000_001)),
        ],
    ),
    "another user": (
        "LIFE-04",
        [
            make_call(0, make_job()),
            make_call(
                1,
                make_job(
                    referenceId="v@example.com",
                    description="Delete user sessions of userId = v@example.com",
                ),
            ),
        ],
    ),
    "a page repeats a job": ("EXCH-18", [make_call(0, [make_job(), make_job()], LIST)]),
    "a page is too long": (
        "EXCH-19",
        [make_call(0, [make_job(jobId=n) for n in (1, 2, 3)], f"{LIST}?limit=2")],
    ),
    "the list differs from a read in between": (
        "READ-12",
        [
            make_call(0, [make_job()], LIST),
            make_call(1, make_job(startAt=1_790_020_000_000)),
            make_call(2, [make_job()], LIST),
        ],
    ),
    "an undeclared status": ("EXCH-03", [make_call(0, make_job(), status=202)]),
    "a server error": ("EXCH-02", [make_call(0, None, status=500)]),
    "another job": ("EXCH-14", [make_call(0, make_job(jobId=8))]),
    "a broken schema": ("EXCH-13", [make_call(0, make_job(jobId="7"))]),
    "an unknown state": ("EXCH-09", [make_call(0, make_job(status="paused"))]),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_what_traffic_shows_is_found_by_the_right_law(
    watch: Watch, tmp_path: Path, name: str
) -> None:
    """Each deviation in a recording is found, with evidence and without the key."""
    law, entries = MUTANTS[name]
    code, report = watch(write_har(tmp_path / "traffic.har", entries))

    assert code == 1
    assert law in list_broken(report)
    assert "Secret" not in json.dumps(report)
    assert "${CONTRACTS_API_KEY}" in json.dumps(report)
    (outcome,) = (one for one in report["laws"] if one["id"] == law)
    assert outcome["findings"][0]["exchanges"]


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_without_its_fault_is_not_accused(watch: Watch, tmp_path: Path, name: str) -> None:
    """The first half of each recording, or a job in its place, is honest: the tests find faults."""
    _, entries = MUTANTS[name]
    honest = entries[:-1] or [make_call(0, make_job())]
    code, report = watch(write_har(tmp_path / "traffic.har", honest))

    assert (code, list_broken(report)) == (0, [])


WORLDS: list[type[Miniature]] = [
    Miniature,
    open_choices.GrowingAndProgressing,
    open_choices.Forgetting,
    open_choices.KeepsWholeSeconds,
    real_server.LikeTheRealServer,
]


@pytest.mark.parametrize("kind", WORLDS)
def test_honest_traffic_is_accused_of_nothing(
    watch: Watch, tmp_path: Path, contract: Document, kind: type[Miniature]
) -> None:
    """All that a whole run of the judge sends is kept, in whichever order it is recorded."""
    with serve_miniature(create_miniature(contract, kind), Transmission()) as url:
        entries = [make_entry(one) for one in record(create_target(url), contract)]
    for recorded in (entries, entries[::-1]):
        code, report = watch(write_har(tmp_path / "traffic.har", recorded))
        text = json.dumps(report)

        assert (code, list_broken(report)) == (0, [])
        assert "probe-failed" not in {law["verdict"] for law in report["laws"]}
        assert KEY not in text
        assert OTHER_KEY not in text


def test_both_formats_say_the_same(watch: Watch, tmp_path: Path, contract: Document) -> None:
    """JSON lines are judged as HAR is."""
    with serve_miniature(create_miniature(contract), Transmission()) as url:
        exchanges = record(create_target(url), contract)
    (_, har), (_, lines) = (
        watch(write_har(tmp_path / "a.har", map(make_entry, exchanges))),
        watch(write_lines(tmp_path / "a.jsonl", map(make_line, exchanges))),
    )

    assert [(law["id"], law["verdict"], law["exercised"]) for law in har["laws"]] == [
        (law["id"], law["verdict"], law["exercised"]) for law in lines["laws"]
    ]
    assert har["requests"]["total"] == lines["requests"]["total"] == 0


def change(**response: Any) -> Callable[[Entry], None]:
    """Return what changes the response of an entry."""

    def apply(entry: Entry) -> None:
        entry["response"].update(response)

    return apply


def call_elsewhere(entry: Entry) -> None:
    """Let the entry be a call of another host."""
    entry["request"]["url"] = "https://cdn.example.net/v2/public/P/jobs/7/picture.png"


def come_from_cache(entry: Entry) -> None:
    """Mark the entry as browsers mark what they did not send."""
    entry["_fromCache"] = "disk"


def stay_compressed(entry: Entry) -> None:
    """Let the recorder keep the body as it came."""
    packed = base64.b64encode(gzip.compress(b"{}")).decode()
    entry["response"]["headers"].append({"name": "content-encoding", "value": "gzip"})
    entry["response"]["content"] = {"size": 2, "text": packed, "encoding": "base64"}


def come_from_shared_cache(entry: Entry) -> None:
    """Let a cache on the way answer."""
    entry["response"]["headers"].append({"name": "Age", "value": "60"})


def ask_for_options(entry: Entry) -> None:
    """Let the entry be a preflight of CORS."""
    entry["request"]["method"] = "OPTIONS"


@pytest.mark.parametrize(
    ("disturb", "told"),
    [
        (call_elsewhere, "of other hosts or paths"),
        (come_from_cache, "from a cache"),
        (come_from_shared_cache, "from a cache"),
        (stay_compressed, "without a body, by their status only"),
        (ask_for_options, "with a method that the contract does not have"),
        (change(status=0, content={}), "without a response"),
        (change(status=307, content={}), "redirected or not modified"),
        (change(status=304, content={}), "redirected or not modified"),
        (change(status=502), "answered by a gateway"),
        (change(content={"size": 512}), "without a body, by their status only"),
        (change(content={"size": 9_999, "text": '{"da'}), "without a body, by their status only"),
    ],
)
def test_what_says_nothing_of_the_deployment_is_counted_and_left_alone(
    watch: Watch, tmp_path: Path, disturb: Callable[[Entry], None], told: str
) -> None:
    """What caches, browsers and proxies made up, or left out, does not count as a violation."""
    entry = make_call(1, make_job(status="nonsense"))
    disturb(entry)
    file = write_har(tmp_path / "traffic.har", [make_call(0, make_job()), entry])
    code, report = watch(file)

    assert (code, list_broken(report)) == (0, [])
    assert told in report["run"]["surveyed"]


def test_a_recording_of_something_else_is_not_judged(watch: Watch, tmp_path: Path) -> None:
    """A file without a call of the API proves nothing: exit code 3."""
    entry = make_call(0, make_job())
    call_elsewhere(entry)
    for entries in ([], [entry]):
        code, report = watch(write_har(tmp_path / "traffic.har", entries))

        assert code == 3
        assert "no exchange of the API" in report["headline"]


def test_of_two_deployments_only_one_is_judged(watch: Watch, tmp_path: Path) -> None:
    """Jobs of staging and production are not compared; --base-url says which is meant."""
    one, other = make_call(0, make_job(**DONE)), make_call(1, make_job(status="nonsense"))
    other["request"]["url"] = other["request"]["url"].replace("api.", "staging.")
    file = write_har(tmp_path / "traffic.har", [one, other])

    assert list_broken(watch(file)[1]) == []
    assert "staging.example.com/v2 as well" in watch(file)[1]["run"]["surveyed"]
    code, report = watch(file, "--base-url", "https://staging.example.com/v2")
    assert (code, report["run"]["base_url"]) == (1, "https://staging.example.com/v2")


def test_what_two_keys_see_is_not_compared(watch: Watch, tmp_path: Path) -> None:
    """A key may open a world of its own, with the same projects and jobIds."""
    one, other = make_call(0, make_job(**DONE)), make_call(1, make_job())
    other["request"]["headers"] = [{"name": "authorization", "value": "Bearer another-key"}]
    code, report = watch(write_har(tmp_path / "traffic.har", [one, other]))

    assert (code, list_broken(report)) == (0, [])


def test_a_job_that_was_made_at_another_time_is_another_job(watch: Watch, tmp_path: Path) -> None:
    """A deployment that is reset within a recording gives its jobIds to other jobs."""
    made = 1_790_000_000_500
    entries = [make_call(0, make_job(**DONE)), make_call(1, make_job(createdAt=made))]
    code, report = watch(write_har(tmp_path / "traffic.har", entries))

    assert (code, list_broken(report)) == (0, [])


def test_more_than_can_be_kept_is_told(
    watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A recording of very many jobs is judged in part, within bounds, and says so."""
    monkeypatch.setattr(recording, "MOST_SIGHTINGS", 3)
    jobs = [make_job(jobId=number) for number in range(1, 6)]
    _, report = watch(write_har(tmp_path / "traffic.har", [make_call(0, jobs, LIST)]))

    assert "2 jobs or more could not be followed" in report["run"]["surveyed"]


def test_headers_that_were_not_recorded_are_not_missed(watch: Watch, tmp_path: Path) -> None:
    """Where a recorder keeps no headers, the media type of a response is unknown."""
    call = {"at": 0, "method": "GET", "url": "https://h.example.com/public/P/jobs/7"}
    line = {**call, "status": 200, "body": json.dumps({"data": make_job()})}
    code, report = watch(write_lines(tmp_path / "a.jsonl", [line]))
    assert (code, list_broken(report)) == (0, [])
    code, report = watch(write_lines(tmp_path / "a.jsonl", [{**line, "response_headers": {}}]))
    assert (code, list_broken(report)) == (1, ["EXCH-04"])


def test_overlapping_calls_prove_no_order(watch: Watch, tmp_path: Path) -> None:
    """Of two calls at one time either may be the first, also of one whose end is unknown."""
    late, early = make_call(0, make_job()), make_call(0.5, make_job(**DONE))
    late["time"] = 1_000
    again = make_call(0.7, make_job())
    again["time"] = -1
    code, report = watch(write_har(tmp_path / "traffic.har", [early, late, again]))

    assert (code, list_broken(report)) == (1, ["LIFE-01", "LIFE-02", "LIFE-03"])
    code, report = watch(write_har(tmp_path / "traffic.har", [early, late]))
    assert (code, list_broken(report)) == (0, [])
    early["time"] = -1
    code, report = watch(write_har(tmp_path / "traffic.har", [early, again]))
    assert (code, list_broken(report)) == (0, [])


@pytest.mark.parametrize(("behind", "broken"), [(1, []), (5, ["LIFE-01", "LIFE-02", "LIFE-03"])])
def test_reads_may_lag_as_far_behind_as_is_said(
    watch: Watch, tmp_path: Path, behind: float, broken: list[str]
) -> None:
    """A replica may show for a moment, and no longer, how a job was before it moved."""
    entries = [make_call(0, make_job(**DONE)), make_call(behind, make_job())]
    file = write_har(tmp_path / "traffic.har", entries)

    assert list_broken(watch(file)[1]) == ["LIFE-01", "LIFE-02", "LIFE-03"]
    assert list_broken(watch(file, "--lag", "3")[1]) == broken


def test_pseudo_headers_and_cookies_are_not_shown(watch: Watch, tmp_path: Path) -> None:
    """Of a browser's headers only those are kept that laws need: no cookie, no other key."""
    entry = make_call(0, make_job(status="nonsense"))
    entry["request"]["headers"] += [
        {"name": ":authority", "value": "api.example.com"},
        {"name": "cookie", "value": "session=top-secret-cookie"},
        {"name": "x-api-key", "value": "top-secret-key"},
    ]
    entry["response"]["headers"].append({"name": "set-cookie", "value": "s=top-secret-too"})
    entry["request"]["url"] = entry["request"]["url"].replace("://", "://user:top-secret-pw@")
    code, report = watch(write_har(tmp_path / "traffic.har", [entry]))

    assert code == 1
    assert "top-secret" not in json.dumps(report)


def test_all_reports_are_written_and_say_what_was_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each report of check is one of watch as well: the recording, the violation, and no key."""
    file = write_har(tmp_path / "traffic.har", [make_call(0, make_job(status="nonsense"))])
    kinds = ("json", "junit", "html", "markdown")
    words = [word for kind in kinds for word in (f"--report-{kind}", str(tmp_path / kind))]

    assert main(["watch", str(file), *words]) == 1
    told = [capsys.readouterr().out, *((tmp_path / kind).read_text() for kind in kinds)]
    assert all("1 recorded exchanges of traffic.har" in text for text in told)
    assert all("EXCH-09" in text and "Secret" not in text for text in told)
    report = json.loads((tmp_path / "json").read_text())
    schema = json.loads((ROOT / "docs" / "schemas" / "report.schema.json").read_text())
    jsonschema_rs.validate(schema, report)


def test_nothing_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No law of a recording opens a connection, whatever the recording holds."""

    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    for name, (_, entries) in MUTANTS.items():
        file = write_har(tmp_path / "traffic.har", entries)
        assert main(["watch", str(file), "--quiet"]) == 1, name


def test_keys_are_hidden_however_many_there_are(watch: Watch, tmp_path: Path) -> None:
    """Tokens that live for one request each are as secret as the first ones."""
    entries = []
    for number in range(40):
        token = f"Token-Of-One-Request-{number:03}"
        entry = make_call(number, make_job(errors=f"bad {token}", status=f"odd {number}"))
        entry["request"]["headers"] = [{"name": "Authorization", "value": f"Bearer {token}"}]
        entries.append(entry)
    code, report = watch(write_har(tmp_path / "traffic.har", reversed(entries)))

    assert code == 1
    assert "Token-Of" not in json.dumps(report)
