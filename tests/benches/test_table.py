"""The table: its arithmetic, its cells, and that the command prints it."""

import subprocess
import sys
from pathlib import Path

import pytest

from benches import ours, world
from benches.subject import MANY, OPERATIONS, PAGES, Remark, Subject
from benches.table import markdown, report, starts, targets
from benches.table.phases import FULL, QUICK, Large
from benches.table.starts import Start
from benches.table.turns import Pace, Round, ratio, size
from tests.program.process import ROOT

PACE = Pace(32, 7, 0.3, 1_984, 2.5, 6_000)
NAMES = (ours.RAW, ours.MEMORY, ours.POSTGRES)
SPEEDS = ((ours.RAW, 50, 0, 4_000), (ours.MEMORY, 25, 0, 8_000), (ours.POSTGRES, 200, 100, 1_000))
ROUNDS = {
    (name, operation): [Round(cpu, beside, speed), Round(2 * cpu, beside, speed / 2)]
    for name, cpu, beside, speed in (*SPEEDS, ("Peer", 500, 0, 800))
    for operation in OPERATIONS
    if (name, operation) != ("Peer", "cancel")
}
STARTS = {
    ours.RAW: [Start(200, 200, 36)],
    ours.MEMORY: [Start(300, 250, 40)],
    ours.POSTGRES: [Start(600, 500, 60, 450)],
    "Peer": [Start(1_500, 1_000, 100)],
}
DEEP = {
    (name, page): [Round(cpu, beside, 100)]
    for name, page, cpu, beside in (
        (ours.RAW, PAGES[0], 50, 0),
        (ours.RAW, PAGES[1], 50, 0),
        (ours.MEMORY, PAGES[0], 200, 0),
        (ours.MEMORY, PAGES[1], 220, 0),
        (ours.POSTGRES, PAGES[0], 300, 100),
        (ours.POSTGRES, PAGES[1], 300, 500),
    )
}
LARGE = Large(DEEP, {ours.MEMORY: 4.0, ours.POSTGRES: 30.0}, {ours.MEMORY: 500.0}, {})
REMARKS = {"cancel": Remark("no state", "It forgets."), MANY: Remark("no paging", "It has none.")}
PEER = Subject("Peer", lambda *_: [], {}, REMARKS)
FOUND = report.Found(STARTS, ROUNDS, ROUNDS, ROUNDS, LARGE)


def cells(lines: list[str], name: str) -> list[str]:
    """Return the cells of a server's first row."""
    row = next(line for line in lines if line.startswith(f"| {name} |"))
    return row.strip("| ").split(" | ")[1:]


def test_ratios_are_of_rounds_that_stood_next_to_each_other() -> None:
    """Guards the arithmetic: the median of the ratios, not the ratio of the medians."""
    assert ratio([10, 100, 30], [10, 50, 10]) == 2


def test_the_table_has_a_row_for_each_server_and_says_what_is_missing() -> None:
    """Guards the cells: CPU with that of the database, ratios, starts, and words with notes."""
    lines = list(report.lines(FOUND, NAMES, [PEER], FULL))

    assert cells(lines, ours.MEMORY)[0] == "37.5 (2.00)"
    assert cells(lines, ours.POSTGRES)[0] == "300 + 100 (0.25)"
    assert cells(lines, ours.POSTGRES)[4:8] == [
        "300 + 100 (0.17)",
        "300 + 500 (0.17)",
        "2.00",
        "600, again 450 (2.00)",
    ]
    assert cells(lines, "Peer")[2:5] == ["750 (0.10)", "no state [1]", "no paging [2]"]
    assert {"- [1] It forgets.", "- [2] It has none."} <= set(lines)


def test_throughput_is_relative_to_raw_and_to_this_mock() -> None:
    """Guards the direction of the ratios: more requests, a higher ratio."""
    assert markdown.throughput(ROUNDS, "get one")("Peer") == "600 (0.20, 0.10)"


def test_workers_are_relative_to_one_process_of_the_same_store() -> None:
    """Guards the ratio of the table of options."""
    names = [ours.MEMORY, ours.SQLITE, f"{ours.SQLITE}, 4 workers"]

    assert report.bare(names[2], names) == ours.SQLITE
    assert report.bare(ours.RAW, [ours.RAW, *names]) == ours.RAW


def test_targets_are_judged_and_the_database_counts_for_deep_pages() -> None:
    """Guards when a target is met: at least or at most, and the work of the database server."""
    rows = [each.row() for each in targets.of_many(LARGE, 1_000_000)]
    least = [each.row() for each in targets.of_requests(ROUNDS)]

    assert "last page to page 1 | at most 1.5 | 1.10 | 1.10 - 1.10 | met |" in rows[0]
    assert "at most 1.5 | 2.00 | 2.00 - 2.00 | **missed** |" in rows[1]
    assert "get one: CPU to raw | at least 1.4 | 2.00 | 2.00 - 2.00 | met |" in least[0]


def test_where_this_mock_is_not_ahead_is_said() -> None:
    """Guards the last lines: a faster peer is named, this mock's own stores are not."""
    faster = {**ROUNDS, ("Peer", "get one"): [Round(10, 0, 16_000), Round(20, 0, 8_000)]}
    sooner = {**STARTS, "Peer": [Start(150, 100, 100)]}

    assert list(markdown.behind(ROUNDS, STARTS, NAMES)) == []
    assert list(markdown.behind(faster, sooner, NAMES)) == [
        "Peer, get one: this mock has 0.50 of its throughput.",
        "Peer, start: this mock takes 2.00 times as long.",
    ]


def test_a_server_that_does_not_load_many_jobs_has_a_cell_that_says_so() -> None:
    """Guards that a failure is reported, and does not end the run."""
    remarks = markdown.with_failures({}, LARGE._replace(failed={"Peer": "no 200 in 150 s"}))

    assert remarks == {"Peer": {MANY: Remark("not loaded", "no 200 in 150 s")}}


def test_a_second_start_is_the_median_of_second_starts() -> None:
    """Guards the cell of starts of a store that keeps the jobs."""
    begun = {"x": [Start(1, 1, 1, 10), Start(2, 2, 2, 20), Start(9, 9, 9, 90)]}

    assert starts.medians(begun, "x") == Start(2, 2, 2, 20)


@pytest.mark.parametrize(
    ("seconds", "requests", "expected"), [(0.032, 32, 288), (60, 32, 32), (0.001, 32, 1984)]
)
def test_a_round_is_bounded(seconds: float, requests: int, expected: int) -> None:
    """Guards that a slow server gets few requests, and a fast one not too many."""
    assert expected == size(seconds, requests, PACE)


def test_the_last_page_of_a_million_jobs_is_the_5000th() -> None:
    """Guards which page is the deep one, and that it is full."""
    assert (FULL.last, FULL.jobs % 200) == (5_000, 0)


def test_many_jobs_are_served_page_by_page(tmp_path: Path) -> None:
    """Guards the world of many jobs, as this mock serves it and as the peers get it."""
    served = world.many(tmp_path / "many", QUICK.jobs)

    assert [job["jobId"] for job in served.pages["page 1"]] == list(range(4_000, 3_800, -1))
    assert [job["jobId"] for job in served.pages["last page"]] == list(range(200, 0, -1))
    assert served.jobs.read_text().count('"jobId"') == QUICK.jobs
    assert world.octets(served, "get one") < world.octets(served, "page 1") // 100


def test_the_command_prints_the_table() -> None:
    """Guards the command, in a round that is too short for meaningful figures."""
    command = [sys.executable, "-m", "benches.table", "--quick"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stderr[-2000:]
    rows = [line for line in ended.stdout.splitlines() if line.startswith("| this mock, SQLite |")]
    assert len(rows) == 4
    assert all("-" not in cell for row in rows[:1] for cell in row.split("|"))
    assert "| this mock, memory, as users run it (access log and journal) |" in ended.stdout
    assert "| this mock, memory, OpenAI's batches |" in ended.stdout
