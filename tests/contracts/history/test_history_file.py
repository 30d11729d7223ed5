"""The file of --history: what is in it, how it is written, and what is refused."""

from __future__ import annotations

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.cli import main
from contracts.contract.document import Document
from contracts.engine.history import History
from contracts.engine.past_runs import records
from contracts.engine.past_runs.file import HistoryError, read
from contracts.engine.past_runs.keeping import PastRuns, open_history
from contracts.http.exchange import Exchange
from contracts.target import Target

AT, LATER = "2026-11-25T02:00:00+00:00", "2026-11-26T02:00:00+00:00"
JOB = {
    "jobId": 7,
    "description": "Delete user sessions of userId = somebody@example.com",
    "status": "scheduled",
    "projectId": 1,
    "action": "delete_user_data",
    "referenceId": "somebody@example.com",
    "createdAt": 1_790_000_000_000,
    "updatedAt": None,
    "startAt": 1_790_086_400_000,
    "errors": None,
}

SPEC = """
openapi: 3.1.0
info: {title: Exports, version: "1"}
paths:
  /exports:
    get:
      responses:
        "200":
          description: All of them.
          content:
            application/json:
              schema: {type: array, items: {type: object, properties: {id: {type: string}}}}
"""


def create_target(url: str = "https://h.example.com/api", project: str = "P") -> Target:
    """Return a deployment that is remembered."""
    return Target(url, project, "Secret-Key-0123456789", remembered=True)


def open_past(file: Path, contract: Document, target: Target | None = None) -> PastRuns:
    """Open the history in *file*."""
    return open_history(file, target or create_target(), contract, "ab" * 16)


def see(contract: Document, *jobs: dict[str, Any], project: str = "P") -> History:
    """Return what a run has seen that was shown *jobs*."""
    history = History(contract)
    for job in jobs:
        history.look(
            Exchange(
                "GET",
                f"https://h.example.com/api/public/{project}/jobs/{job['jobId']}",
                {"Authorization": "Bearer Secret-Key-0123456789"},
                200,
                body=json.dumps({"data": job}).encode(),
                operation=contract.read_id,
                arguments={"projectKey": project, "jobId": str(job["jobId"])},
            )
        )
    return history


def save(file: Path, contract: Document, *jobs: dict[str, Any], at: str = AT) -> PastRuns:
    """Save a run that saw *jobs*."""
    past = open_past(file, contract)
    past.save(see(contract, *jobs), at)
    assert past.trouble == ""
    return past


def test_a_history_has_what_laws_compare_and_nothing_else(
    tmp_path: Path, contract: Document
) -> None:
    """Key, state and stamps are kept; texts are digests, and neither key nor body is there."""
    file = tmp_path / "history.json"
    save(file, contract, JOB)
    text = file.read_text()
    (kept,) = json.loads(text)["records"]

    assert (kept["key"], kept["state"], kept["stamps"]["createdAt"]) == (
        7,
        "scheduled",
        1_790_000_000_000,
    )
    assert set(kept["members"]) == {"description", "projectId", "action", "referenceId", "errors"}
    assert "somebody" not in text
    assert "Secret" not in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_address_of_the_deployment_holds_no_credentials(
    tmp_path: Path, contract: Document
) -> None:
    """A key that is part of the address is replaced in the file by its variable."""
    file = tmp_path / "history.json"
    target = create_target("https://h.example.com/Secret-Key-0123456789")
    open_past(file, contract, target).save(see(contract), AT)

    assert "Secret" not in file.read_text()
    assert open_past(file, contract, target).loaded is not None


def test_a_record_is_remembered_with_the_runs_that_saw_it(
    tmp_path: Path, contract: Document
) -> None:
    """The first and the last run that saw a record are named; another run adds to the file."""
    file = tmp_path / "history.json"
    save(file, contract, JOB, {**JOB, "jobId": 8})
    save(file, contract, {**JOB, "status": "running", "updatedAt": JOB["startAt"]}, at=LATER)
    moved, other = open_past(file, contract).list_records()

    assert (moved.first, moved.last, moved.state) == (AT, LATER, "running")
    assert (other.first, other.last, other.key) == (AT, AT, 8)


def test_a_history_is_bounded(
    tmp_path: Path, contract: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has ended goes before what can still move, and of that what was seen least recently."""
    monkeypatch.setattr(records, "MOST_RECORDS", 3)
    file = tmp_path / "history.json"
    ended = [{**JOB, "jobId": number, "status": "completed"} for number in (1, 2, 3)]
    save(file, contract, JOB, *ended[:2])
    save(file, contract, ended[2], at=LATER)

    assert [one.key for one in open_past(file, contract).list_records()] == [2, 3, 7]


def test_runs_at_once_lose_nothing(tmp_path: Path, contract: Document) -> None:
    """Runs that end at the same time each find their records in the file, in any order."""
    file = tmp_path / "history.json"
    pasts = [open_past(file, contract) for _ in range(8)]

    def end(number: int) -> None:
        pasts[number].save(see(contract, {**JOB, "jobId": number}), AT)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(end, range(8)))

    assert [one.key for one in open_past(file, contract).list_records()] == list(range(8))
    assert [one.name for one in tmp_path.iterdir()] == ["history.json"]


def test_of_two_sightings_at_once_the_earlier_state_is_kept(
    tmp_path: Path, contract: Document
) -> None:
    """Two runs saw a job in two states, in unknown order: the next run judges by the first one."""
    file = tmp_path / "history.json"
    one, other = (open_past(file, contract) for _ in range(2))
    one.save(see(contract, {**JOB, "status": "completed", "updatedAt": JOB["startAt"]}), AT)
    other.save(see(contract, JOB), AT)

    assert [record.state for record in open_past(file, contract).list_records()] == ["scheduled"]


def test_a_record_that_is_gone_is_forgotten(tmp_path: Path, contract: Document) -> None:
    """What a run looked for in vain leaves the file, unless another run has seen it meanwhile."""
    file = tmp_path / "history.json"
    save(file, contract, JOB, {**JOB, "jobId": 8})
    past = open_past(file, contract)
    past.gone |= {("P", 7), ("P", 8)}
    save(file, contract, {**JOB, "jobId": 8}, at=LATER)
    past.save(see(contract), LATER)

    assert [one.key for one in open_past(file, contract).list_records()] == [8]


def test_another_contract_begins_the_records_anew(tmp_path: Path, contract: Document) -> None:
    """Moves across a change of the contract are not judged, and the next run judges again."""
    file = tmp_path / "history.json"
    save(file, contract, JOB)
    value = json.loads(file.read_text())
    file.write_text(json.dumps({**value, "document": "another"}))
    past = open_past(file, contract)
    past.save(see(contract, {**JOB, "jobId": 8}), LATER)

    assert past.changed
    assert [one.key for one in open_past(file, contract).list_records()] == [8]


def test_other_projects_stay_in_the_file(tmp_path: Path, contract: Document) -> None:
    """One file serves several projects of a deployment."""
    file = tmp_path / "history.json"
    save(file, contract, JOB)
    other = open_past(file, contract, create_target(project="Q"))
    other.save(see(contract, {**JOB, "jobId": 9}, project="Q"), AT)

    assert [one.key for one in other.list_records()] == []
    assert [one.key for one in open_past(file, contract).list_records()] == [7]


def test_the_history_of_another_deployment_is_refused(tmp_path: Path, contract: Document) -> None:
    """A file that belongs to staging is not compared with production."""
    file = tmp_path / "history.json"
    save(file, contract, JOB)

    with pytest.raises(HistoryError, match=r"another deployment .* name a file of its own"):
        open_past(file, contract, create_target("https://staging.example.com/api"))


def test_a_history_of_another_api_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What --history cannot do for the document of --spec is said before anything is sent."""
    spec, file = tmp_path / "spec.yaml", tmp_path / "history.json"
    spec.write_text(SPEC)
    given = ["check", "--spec", str(spec), "--base-url", "http://127.0.0.1:9"]

    assert main([*given, "--history", str(file)]) == 2
    assert "--history: the document does not say how a record moves" in capsys.readouterr().err
    assert not file.exists()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"{}",
        b'{"format": "other", "version": 1}',
        b'{"format": "contracts-history", "version": 3}',
        b'{"format": "contracts-history", "version": 1}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
    ],
)
def test_a_damaged_or_foreign_file_is_refused_and_kept(
    tmp_path: Path, contract: Document, text: bytes
) -> None:
    """Whatever is not a whole history is refused with what to do, and is not overwritten."""
    file = tmp_path / "history.json"
    file.write_bytes(text)

    with pytest.raises(HistoryError, match=r"history\.json .*(remove it|judge that wrote it)"):
        open_past(file, contract)
    assert file.read_bytes() == text


def test_a_history_of_version_1_is_read(tmp_path: Path, contract: Document) -> None:
    """What an older judge kept of one resource is known to be of that resource."""
    file = tmp_path / "history.json"
    save(file, contract, JOB)
    old = json.loads(file.read_text())
    del old["records"][0]["resource"]
    file.write_text(json.dumps({**old, "version": 1}))

    assert [one.key for one in open_past(file, contract).list_records()] == [7]
    save(file, contract, {**JOB, "status": "running"}, at=LATER)
    new = json.loads(file.read_text())
    assert new["version"] == 2
    assert [(one["resource"], one["first"]) for one in new["records"]] == [("jobs", AT)]


@given(cut=st.integers(0, 1_000), octet=st.integers(0, 255))
def test_a_history_is_read_whole_or_not_at_all(
    tmp_path_factory: pytest.TempPathFactory, contract: Document, cut: int, octet: int
) -> None:
    """A file that is cut off is refused; one with another octet is refused or has all records."""
    file = tmp_path_factory.mktemp("history") / "history.json"
    save(file, contract, JOB)
    whole = file.read_bytes()
    file.write_bytes(whole[: min(cut, len(whole) - 3)])
    with pytest.raises(HistoryError):
        open_past(file, contract)
    place = cut % len(whole)
    file.write_bytes(whole[:place] + bytes([octet]) + whole[place + 1 :])
    try:
        past = read(file)
    except HistoryError:
        return
    assert past is not None
    assert len(past.records) == 1


def test_a_place_that_cannot_be_written_is_told_before_the_run(
    tmp_path: Path, contract: Document
) -> None:
    """A missing folder or a folder as the file is refused at once, not after an hour."""
    with pytest.raises(HistoryError, match="make it first"):
        open_past(tmp_path / "none" / "history.json", contract)
    with pytest.raises(HistoryError, match="is not a file"):
        open_past(tmp_path, contract)


def test_a_history_that_cannot_be_saved_is_told(
    tmp_path: Path, contract: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk leaves the old file as it was, no other file behind, and a run that says so."""
    file = tmp_path / "history.json"
    save(file, contract, JOB)
    before = file.read_bytes()

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    past = open_past(file, contract)
    past.save(see(contract, {**JOB, "jobId": 8}), LATER)

    assert "No space left" in past.trouble
    assert file.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["history.json"]
