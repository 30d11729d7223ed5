"""What the terminal shows, on a terminal and elsewhere."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contracts.contract.document import load
from contracts.engine.events import Event, Finding
from contracts.engine.verdict import Verdict
from contracts.http.excerpt import Excerpt
from contracts.reports.terminal import Terminal
from contracts.selftest.server import Transmission, serve_miniature
from contracts.selftest.world import KEY, PROJECT, create_miniature
from tests.contracts.reports.conftest import evidence


class Tty(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        """Say so."""
        return True


def printed(events: list[Event], out: io.StringIO | None = None, *, quiet: bool = False) -> str:
    """Return what is printed for *events*."""
    out = out or io.StringIO()
    with Terminal(quiet=quiet, out=out) as terminal:
        for event in events:
            terminal.handle(event)
    return out.getvalue()


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away what the shell that runs the tests says of terminals."""
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def test_elsewhere_each_law_is_a_plain_line(every_verdict: list[Event]) -> None:
    """A CI log has no use for escape sequences, and needs to show how far a run came."""
    told = printed(every_verdict)

    assert "\x1b" not in told
    assert len(re.findall(r"^[a-z-]+ +LAW-\d\d ", told, re.MULTILINE)) == 10


def test_a_terminal_shows_the_law_at_work(every_verdict: list[Event]) -> None:
    """A law may take long: one has to see which, and how many are through."""
    told = printed(every_verdict, Tty())

    assert "\x1b[?25l" in told
    assert "0/10 " in told
    assert "\x1b[?25h" in told[told.index("\x1b[?25l") :]


def test_the_law_at_work_takes_one_line(
    make_law: Callable[..., Any], make_run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a narrow terminal a second line would jump at every law."""
    monkeypatch.setenv("COLUMNS", "30")
    run = make_run(make_law(Verdict.KEPT, "LAW-01"), make_law(Verdict.KEPT, "LAW-02"))

    told = printed(run, Tty())

    assert "\u280b \x1b[1m1/2" in told
    assert "\u2026" in told
    assert "\x1b[1A\x1b[2K\x1b[1A" not in told


def test_no_color_is_obeyed(every_verdict: list[Event], monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR is a promise to people who cannot read colours."""
    monkeypatch.setenv("NO_COLOR", "1")

    told = printed(every_verdict, Tty())

    assert not re.search(r"\x1b\[[\d;]*(3[0-7]|9[0-7]|38|48)[;m]", told)


def test_a_dumb_terminal_gets_plain_lines(
    every_verdict: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An editor's shell cannot move its cursor."""
    monkeypatch.setenv("TERM", "dumb")

    assert "\x1b[?25l" not in printed(every_verdict, Tty())


def test_the_summary_goes_from_what_to_act_on_to_what_is_well(every_verdict: list[Event]) -> None:
    """The violation has to be found without scrolling through doubts and observations."""
    told = printed(every_verdict, quiet=True)
    heads = re.findall(r"^[A-Z-]{5,}", told, re.MULTILINE)

    assert heads[:2] == ["BROKEN", "SLACK"]
    assert heads.index("INCONCLUSIVE") < heads.index("UNTESTED") < heads.index("OBSERVED")


def test_a_breach_is_told_in_full(
    make_run: Callable[..., Any], make_law: Callable[..., Any]
) -> None:
    """Clause, what stands there, expected, actual and the command: nothing has to be looked up."""
    told = printed(make_run(make_law(Verdict.BROKEN, "LAW-01"), exit_code=1), quiet=True)

    for part in (
        "BROKEN LAW-01 A limit of zero means the default.",
        "clause    MUST #/paths/~1public~1{projectKey}~1jobs/get/x-pagination/limit",
        '{"default": 50, "min": 1, "max": 200, "outside": "default"}',
        "expected  50 jobs, as without a limit",
        "actual    there were 0",
        'repeat    curl -i -H "Authorization: Bearer ${CONTRACTS_API_KEY}"',
        'answer    200 {"data": []}',
    ):
        assert part in told


def test_a_command_stays_on_its_line(
    make_run: Callable[..., Any], make_law: Callable[..., Any]
) -> None:
    """A command that is broken into lines cannot be copied."""
    told = printed(make_run(make_law(Verdict.BROKEN, "LAW-01"), exit_code=1), quiet=True)
    (line,) = [line for line in told.splitlines() if "curl" in line]

    assert line.endswith("/jobs?limit=0'")


def test_the_last_line_sums_up(all_kept: list[Event]) -> None:
    """A reader of one line reads the last: counts, what was sent, what the exit code means."""
    last = printed(all_kept).splitlines()[-1]

    assert last == (
        "2 kept in 1.5 s | 8 requests: 8 GET; 0 requests other than GET were sent | "
        "exit 0: nothing is broken"
    )


def test_one_reason_is_said_once(
    make_run: Callable[..., Any], make_law: Callable[..., Any]
) -> None:
    """Thirty laws that lack the same option are one thing to do, not thirty lines."""
    laws = [make_law(Verdict.UNTESTED, f"LAW-{n}", reason="no key") for n in range(1, 4)]

    assert "  no key: LAW-1, LAW-2, LAW-3\n" in printed(make_run(*laws, exit_code=3))


def test_a_run_that_breaks_off_is_summed_up_as_a_part(broken_off: list[Event]) -> None:
    """After an interrupt the last lines must not read as if all was judged."""
    told = printed(broken_off, Tty())

    assert "Incomplete: the run did not finish; 1 of 2 laws were judged" in told
    assert "nothing is proven" in told
    assert told.rindex("\x1b[?25h") > told.rindex("\x1b[?25l")


def test_answers_cannot_act_on_the_terminal(hostile: list[Event]) -> None:
    """A server could otherwise clear the screen, or paint its own verdict."""
    told = printed(hostile)

    assert "\x1b" not in told
    assert "\u241b[31m" in told


def test_a_stream_that_knows_only_ascii_is_enough(hostile: list[Event]) -> None:
    """A container without a locale must not end the run with a UnicodeEncodeError."""
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    with Terminal(out=out) as terminal:
        for event in hostile:
            terminal.handle(event)
    out.flush()

    assert b"EVIL-01" in raw.getvalue()


def test_a_reader_who_goes_away_is_no_breach() -> None:
    """`contracts check | head` must not end with the exit code that means a violation."""
    with serve_miniature(create_miniature(load(), jobs=7), Transmission()) as url:
        check = subprocess.Popen(
            [
                *(sys.executable, "-m", "contracts", "check", "--base-url", url),
                *("--project-key", PROJECT, "--api-key", KEY),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert check.stdout
        check.stdout.close()
        _, complaints = check.communicate(timeout=60)

    assert check.returncode == 3
    assert complaints == b""


def on_a_terminal(events: list[Event], columns: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the lines of a quiet run on a terminal of that many columns, without their colours."""
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("NO_COLOR", "1")
    told = printed(events, Tty(), quiet=True)
    return re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", told).splitlines()


def test_prose_fits_a_narrow_terminal(
    make_run: Callable[..., Any], make_law: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sentence is broken between words and goes on below its beginning; a command stays whole."""
    reason = " ".join(["word"] * 30)
    run = make_run(
        make_law(Verdict.BROKEN, "LAW-01"),
        make_law(Verdict.BLOCKED, "LAW-02", reason=reason),
        exit_code=1,
    )

    lines = on_a_terminal(run, 60, monkeypatch)

    long = [line.split() for line in lines if len(line) > 60 and "curl" not in line]
    assert all(len(words) == 1 for words in long)
    begin = next(n for n, line in enumerate(lines) if line.startswith("  LAW-02 "))
    assert lines[begin + 1].startswith(" " * 12 + "word word")
    assert [line.endswith("/jobs?limit=0'") for line in lines if "curl" in line] == [True]


def test_json_is_broken_between_members(
    make_run: Callable[..., Any], make_law: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A record that is copied from a narrow terminal is still JSON."""
    job = {"jobId": 7, "description": "Delete user sessions of userId = ann", "status": "done"}
    seen = replace(evidence(), excerpts=(Excerpt("/data", json.dumps(job)),))
    finding = Finding("this", "it is that", (seen,))
    run = make_run(make_law(Verdict.BROKEN, "LAW-01", findings=(finding,)), exit_code=1)

    told = "\n".join(on_a_terminal(run, 60, monkeypatch))
    record = told[told.index('{"jobId"') : told.index("}", told.index('{"jobId"')) + 1]

    assert "\n" in record
    assert json.loads(record) == job


def test_a_law_is_one_line_on_a_narrow_terminal(
    every_verdict: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Figures that have no room are left to the reports: titles are what is read."""
    monkeypatch.setenv("COLUMNS", "66")
    told = re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", printed(every_verdict, Tty()))
    lines = [line for line in told.splitlines() if re.match(r"[a-z-]+ +LAW-\d\d ", line)]

    assert len(lines) == 10
    assert all(len(line.rstrip()) <= 66 for line in lines)
