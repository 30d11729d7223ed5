"""Recordings that grow while they are judged."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contracts.cli import main
from contracts.traffic.errors import TrafficError
from contracts.traffic.source import Source, open_source
from tests.contracts.traffic.recording import Entry, make_call, make_job, write_har

Step = Callable[[], object]


def collect(source: Source, *steps: Step) -> list[int]:
    """Return the seconds at which the exchanges were sent that are read while *steps* are taken."""
    sent: list[float] = []
    left: Iterator[Step] = iter(steps)

    def sleep(_: float) -> None:
        step = next(left, None)
        if step is None:
            raise KeyboardInterrupt
        step()

    def read() -> None:
        for one in source.follow(sleep):
            sent.append(one.sent)  # noqa: PERF401 -- what came before the interrupt is kept

    with pytest.raises(KeyboardInterrupt):
        read()
    return [round(at) % 1000 for at in sent]


def make_lines(*times: int) -> str:
    """Return exchanges as JSON lines."""
    line = {"method": "GET", "url": "http://h/", "status": 200}
    return "".join(json.dumps({**line, "at": at * 1000}) + "\n" for at in times)


def calls(*times: int) -> list[Entry]:
    """Return entries that were sent at *times*."""
    return [make_call(at, make_job()) for at in times]


def test_lines_are_read_as_they_are_appended(tmp_path: Path) -> None:
    """A line that is half written waits for its end, and none is read twice."""
    file = tmp_path / "a.jsonl"
    file.write_text(make_lines(1))
    half, rest = make_lines(3)[:20], make_lines(3)[20:]

    def append(text: str) -> Step:
        return lambda: file.write_text(file.read_text() + text)

    steps = (append(make_lines(2)), append(half), append(rest))

    assert collect(open_source(file, None), *steps) == [1, 2, 3]


def test_a_har_is_read_as_it_is_written_again(tmp_path: Path) -> None:
    """Recorders write the whole file each time: only what is new is judged, half files wait."""
    file = write_har(tmp_path / "a.har", calls(1))

    def cut() -> None:
        write_har(file, calls(1, 2, 3))
        file.write_bytes(file.read_bytes()[:-300])

    steps = (
        lambda: write_har(file, calls(1, 2)),
        cut,
        lambda: write_har(file, calls(1, 2, 3)),
        lambda: write_har(file, calls(2, 3, 4)),
    )

    assert collect(open_source(file, None), *steps) == [1, 2, 3, 4]


def test_a_rotated_file_is_read_from_its_beginning(tmp_path: Path) -> None:
    """A recording that begins again in the same file is read as a new one."""
    file = tmp_path / "a.jsonl"
    file.write_text(make_lines(1, 2))

    assert collect(open_source(file, None), lambda: file.write_text(make_lines(3))) == [1, 2, 3]


def test_what_stays_damaged_is_refused(tmp_path: Path) -> None:
    """A file of another kind ends the program, once it is not just being written."""
    file = tmp_path / "a.jsonl"
    file.write_text("nonsense\n")
    source = open_source(file, None)

    with pytest.raises(TrafficError, match="line 1"):
        collect(source, lambda: None, lambda: None)


@pytest.fixture(params=[signal.SIGINT, signal.SIGTERM])
def ignored(request: pytest.FixtureRequest) -> Iterator[signal.Signals]:
    """A signal that is ignored at start, as shells have it in the background."""
    number: signal.Signals = request.param
    before = signal.signal(number, signal.SIG_IGN)
    yield number
    signal.signal(number, before)


def test_an_interrupt_ends_with_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ignored: signal.Signals
) -> None:
    """--follow judges until it is interrupted, and then says what it saw: the usual exit codes."""
    file = write_har(tmp_path / "a.har", calls(0))
    bad = make_call(1, make_job(status="nonsense"))
    taken: list[Step] = [
        lambda: write_har(file, [*calls(0), bad]),
        lambda: None,
        lambda: os.kill(os.getpid(), ignored),
    ]
    steps = iter(taken)
    monkeypatch.setattr(Source.follow, "__defaults__", (lambda _: next(steps)(),))
    report = tmp_path / "report.json"
    code = main(["watch", str(file), "--follow", "--quiet", "--report-json", str(report)])
    found = json.loads(report.read_text())

    assert (code, found["complete"]) == (1, True)
    assert "2 recorded exchanges of a.har" in found["run"]["surveyed"]
    assert signal.getsignal(ignored) is signal.SIG_IGN
