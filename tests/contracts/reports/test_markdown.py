"""The Markdown report."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from contracts.engine.events import Event
from contracts.engine.verdict import Verdict
from contracts.reports import markdown


def written(events: list[Event], folder: Path) -> str:
    """Return the report as a CI system gets it."""
    markdown.write(events, folder / "summary.md")
    return (folder / "summary.md").read_text("utf-8")


def test_what_is_broken_stands_first_and_open(every_verdict: list[Event], tmp_path: Path) -> None:
    """A reader of a CI summary wants the violation, not a table of what is well."""
    told = written(every_verdict, tmp_path)
    details = re.findall(r"<details.*?>\s*<summary>.*?</summary>", told)

    assert details[0].startswith("<details open>")
    assert "broken: LAW-02" in details[0]
    assert "slack: LAW-03" in details[1]


def test_every_doubt_stands_with_its_reason(every_verdict: list[Event], tmp_path: Path) -> None:
    """What was not judged must be as visible as what was."""
    told = written(every_verdict, tmp_path)

    for verdict in ("inconclusive", "setup-failed", "untested", "blocked", "probe-failed"):
        assert re.search(rf"\| LAW-\d+ .* \| {verdict} \| why LAW-\d+ is {verdict} \|", told)


def test_a_run_that_broke_off_says_so_on_top(broken_off: list[Event], tmp_path: Path) -> None:
    """The first line is all that many people read."""
    first, *rest = written(broken_off, tmp_path).splitlines()

    assert "Incomplete" in first
    assert "\N{WHITE HEAVY CHECK MARK}" not in first
    assert any("| not reached |" in line for line in rest)


def test_tables_hold_whatever_a_server_answered(hostile: list[Event], tmp_path: Path) -> None:
    """A pipe or a line end in a reason must not become a cell or a row."""
    rows = [x for x in written(hostile, tmp_path).splitlines() if x.startswith("| EVIL-03")]

    assert len(rows) == 1
    assert len(re.findall(r"(?<!\\)\|", rows[0])) == 4


def test_no_html_of_a_server_is_left_outside_code(hostile: list[Event], tmp_path: Path) -> None:
    """What an answer holds is text for the reader, never markup of the summary."""
    told = written(hostile, tmp_path)
    outside = re.sub(r"^(`{3,})\w*\n.*?^\1$", "", told, flags=re.MULTILINE | re.DOTALL)

    assert "````text" in told
    assert "<img" not in outside
    assert "<!--" not in outside
    assert "\x1b" not in told


def test_a_command_is_copied_without_the_answer(hostile: list[Event], tmp_path: Path) -> None:
    """A user who copies a block of shell must not copy what a hostile server said."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", written(hostile, tmp_path), re.MULTILINE | re.DOTALL)

    assert len(blocks) == 1
    assert blocks[0].count("\n") == 1
    assert blocks[0].startswith("curl ")


def test_it_stays_short_however_much_is_broken(
    make_run: Callable[..., Any], make_law: Callable[..., Any], tmp_path: Path
) -> None:
    """CI systems refuse a summary that is too long, and then show none at all."""
    laws = [make_law(Verdict.BROKEN, f"LAW-{n}") for n in range(100)]

    told = written(make_run(*laws, exit_code=1), tmp_path)

    assert told.count("<details open>") == markdown.MOST_DETAILED
    assert f"... and {100 - markdown.MOST_DETAILED} more" in told
