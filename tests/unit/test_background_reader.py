"""Fixtures that another process reads: the same seed, the same problems, nothing left behind."""

import asyncio
import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.parsing.sources import MEBIBYTE, InvalidSourceError
from mockserver.records.fixtures import background
from mockserver.records.fixtures.fixtures import Fixtures, ScopeFixture
from mockserver.records.fixtures.process import RECORDS_IN_FRAME
from mockserver.records.fixtures.reader import read_upload
from mockserver.resources import files
from tests.jobs import basis, read

OTHERWISE = Fixtures(
    now=1_000_000,
    secrets={"demo-key": ("p",)},
    scopes={"p": ScopeFixture({"projectKey": "p"}, {"projectId": 1})},
    default_pace=None,
)
JOBS: list[dict[str, Any]] = [
    {
        "jobId": number,
        "project": "p",
        "referenceId": f"é{number}",
        "status": status,
        "createdAt": 5,
        "startAt": 2_000_000 if status == "scheduled" else 6,
        "updatedAt": None if status == "scheduled" else 7,
        "errors": "disk full" if status == "failed" else None,
        **({"plan": {"runs": "1h", "ends": "failed", "errors": "x"}} if number % 7 == 0 else {}),
    }
    for number in range(1, 3 * RECORDS_IN_FRAME)
    for status in (("scheduled", "failed", "completed")[number % 3],)
]
FIXTURE = {
    "rules": [{"referenceId": "é1*", "runs": "2h", "ends": "completed"}],
    "jobs": JOBS,
    "scenarios": [
        {"name": "s", "faults": [{"effect": {"kind": "status", "status": 503, "body": {"a": 1.5}}}]}
    ],
}


def loaded(file: Path, text: str) -> Fixtures:
    """Return the seed of a text."""
    turns = asyncio.Semaphore(1)
    return asyncio.run(background.load_upload(file, text, basis(), OTHERWISE, turns))


def test_only_so_many_processes_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards the machine's memory against many processes that read at the same time."""
    reading: list[int] = []
    most: list[int] = []

    async def reads(_: object) -> Fixtures:
        reading.append(1)
        most.append(len(reading))
        await asyncio.sleep(0)
        reading.pop()
        return Fixtures()

    async def load_all() -> None:
        turns = asyncio.Semaphore(2)
        text = " " * (background.AT_ONCE[".json"] + 1)
        file = Path("f.json")
        loads = [background.load_upload(file, text, basis(), OTHERWISE, turns) for _ in range(9)]
        await asyncio.gather(*loads)

    monkeypatch.setattr(background, "_load", reads)
    asyncio.run(load_all())

    assert (9, 2) == (len(most), max(most))


@pytest.mark.parametrize("suffix", [".json", ".yaml"])
def test_another_process_reads_the_same_seed(suffix: str) -> None:
    """Guards every member of a seed on its way between the processes."""
    text = json.dumps(FIXTURE) if suffix == ".json" else yaml.dump(FIXTURE, allow_unicode=True)
    file = Path(f"fixture{suffix}")
    assert len(text) > background.AT_ONCE[suffix]
    there = loaded(file, text)

    assert there == read_upload(file, text, basis(), OTHERWISE)
    assert len({id(record.scope) for record in there.records["jobs"]}) == 1


def test_another_process_reads_the_same_folder() -> None:
    """Guards the reload of fixtures that have changed."""
    folder = files.fixtures()

    assert asyncio.run(background.load_fixtures([folder], basis())) == read(folder)


def test_another_process_tells_the_same_problems(tmp_path: Path) -> None:
    """Guards that problems are the same, whichever process reads the fixture."""
    text = json.dumps({"jobs": [*JOBS, {"jobId": "x"}]}, indent=1)
    told = []
    file = Path("f.json")
    with pytest.raises(InvalidSourceError) as refused:
        read_upload(file, text, basis(), OTHERWISE)
    told.append(refused.value.diagnostics)
    with pytest.raises(InvalidSourceError) as refused:
        loaded(file, text)
    told.append(refused.value.diagnostics)
    with pytest.raises(InvalidSourceError, match="is not a folder"):
        asyncio.run(background.load_fixtures([tmp_path / "nothing"], basis()))

    assert told[0] == told[1]


def test_what_needs_too_much_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards the machine's memory: the process has a limit, and reports that it was reached."""
    monkeypatch.setattr(background, "MOST_MEMORY", 200 * MEBIBYTE)
    many = f"[{','.join(['[]'] * 3_000_000)}]"
    with pytest.raises(InvalidSourceError, match="needs more than 200 MiB of memory"):
        loaded(Path("f.json"), many)

    monkeypatch.undo()
    assert loaded(Path("f.json"), "{}").records == {}


def test_a_load_that_nobody_waits_for_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards that a server which ends leaves no process behind."""
    started: list[subprocess.Popen[bytes]] = []

    class Noted(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            # It stands still, and so cannot be done before it is given up.
            self.send_signal(signal.SIGSTOP)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Noted)

    async def give_up() -> None:
        load = asyncio.create_task(background.load_fixtures([files.fixtures()], basis()))
        while not started:  # noqa: ASYNC110 -- nothing tells when it has started
            await asyncio.sleep(0)
        load.cancel()
        with pytest.raises(asyncio.CancelledError):
            await load

    asyncio.run(give_up())

    assert started[0].wait(60) == -signal.SIGKILL


def test_no_file_beside_the_server_is_taken_for_a_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards servers that are started in a folder with files such as json.py."""
    (tmp_path / "json.py").write_text("raise SystemExit(3)\n")
    (tmp_path / "mockserver.py").write_text("raise SystemExit(3)\n")
    monkeypatch.chdir(tmp_path)

    assert asyncio.run(background.load_fixtures([files.fixtures()], basis())).records
