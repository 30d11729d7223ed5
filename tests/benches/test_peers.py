"""The comparison with the peers: its arithmetic and the configurations it writes."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from benches import load
from benches.peers import install, java, mockoon, ours, prism, table
from benches.peers.measuring import ROUND_REQUESTS, Round, Start, ratio, size
from benches.peers.peer import OPERATIONS, World, complaint
from benches.peers.process import Tree, members

JOBS = tuple({"jobId": number, "status": "scheduled"} for number in range(3_600, 3_400, -1))
WORLD = World(Path(), JOBS, {"list 50": JOBS[:50], "list 200": JOBS})
ROUNDS: Mapping[tuple[str, str], list[Round]] = {
    (name, operation): [Round(cpu, speed), Round(2 * cpu, speed / 2)]
    for name, cpu, speed in ((ours.RAW, 50, 4_000), (ours.NAME, 25, 8_000), ("Peer", 500, 800))
    for operation in OPERATIONS
    if (name, operation) != ("Peer", "cancel")
}
STARTS = {ours.NAME: [Start(300, 250)], "Peer": [Start(1_500, 1_000)]}


def test_ratios_are_of_rounds_that_stood_next_to_each_other() -> None:
    """Guards the arithmetic: the median of the ratios, not the ratio of the medians."""
    assert ratio([10, 100, 30], [10, 50, 10]) == 2


def test_less_cpu_and_more_requests_both_give_higher_ratios() -> None:
    """Guards the direction of the ratios, to the reference and to this mock."""
    rows = list(table.speed([ours.RAW, ours.NAME, "Peer"], ROUNDS))

    assert "| get one | Peer | 750 | 0.10 | 0.05 | 600 | 0.20 | 0.10 |" in rows
    assert "| get one | this mock (memory) | 38 | 2.00 | 1.00 | 6,000 | 2.00 | 1.00 |" in rows


def test_what_a_peer_cannot_do_is_a_dash() -> None:
    """Guards that an operation that a peer lacks is told, not left out."""
    rows = list(table.speed([ours.RAW, ours.NAME, "Peer"], ROUNDS))

    assert rows[-1] == "| cancel | Peer | - | - | - | - | - | - |"
    assert len(rows) == 2 + 3 * len(OPERATIONS)


def test_starts_and_memory_are_relative_to_this_mock() -> None:
    """Guards the second table."""
    rows = list(table.starts([ours.NAME, "Peer"], STARTS, {ours.NAME: 40, "Peer": 100}))

    assert rows[-1] == "| Peer | 1,500 | 5.0 | 1,000 | 100 | 2.5 |"


def test_where_this_mock_is_not_ahead_is_said() -> None:
    """Guards the honesty of the last lines: a faster peer is named."""
    faster = {**ROUNDS, ("Peer", "get one"): [Round(10, 16_000), Round(20, 8_000)]}
    sooner = {**STARTS, "Peer": [Start(150, 100)]}

    assert list(table.behind(ROUNDS, STARTS)) == []
    assert list(table.behind(faster, sooner)) == [
        "Peer, get one: this mock has 0.50 of its throughput",
        "Peer, start: this mock takes 2.00 of its time",
    ]


@pytest.mark.parametrize(
    ("seconds", "requests", "expected"), [(0.032, 32, 288), (60, 32, 32), (0.001, 32, 1984)]
)
def test_a_round_is_bounded(seconds: float, requests: int, expected: int) -> None:
    """Guards that a slow server gets few requests, and a fast one not too many."""
    assert expected == size(seconds, requests)
    assert expected <= ROUND_REQUESTS


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("get one", {"data": {"jobId": 3451, "status": "scheduled"}}),
        ("get one", {"id": "3451", "jobId": 3451, "status": "scheduled"}),
        ("list 50", list(JOBS[:50])),
        ("list 200", {"pages": 1, "data": list(JOBS)}),
        ("cancel", {"data": {"jobId": 3451, "status": "cancelled"}}),
    ],
)
def test_envelopes_and_ids_of_a_peers_own_are_no_complaint(operation: str, body: object) -> None:
    """Guards that a peer is judged by the jobs it answers."""
    assert complaint(operation, body, WORLD) == ""


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("get one", {"data": {"jobId": 3452, "status": "scheduled"}}),
        ("list 50", list(JOBS)),
        ("list 200", {"data": list(JOBS[:2])}),
        ("cancel", {"jobId": 3451, "status": "scheduled"}),
    ],
)
def test_another_body_is_a_complaint(operation: str, body: object) -> None:
    """Guards that no peer is measured while it answers something else."""
    assert complaint(operation, body, WORLD) != ""


def test_prism_is_given_the_contract_with_the_worlds_jobs() -> None:
    """Guards Prism's configuration: the same paths, the jobs as examples."""
    paths = prism.document(WORLD)["paths"]
    pages = prism.examples(paths["/public/{projectKey}/jobs"]["get"])
    one = prism.examples(paths["/public/{projectKey}/jobs/{jobId}"]["get"])

    assert [50, 200] == [len(page["value"]["data"]) for page in pages.values()]
    assert one["one"]["value"]["data"]["jobId"] == 3451


def test_mockoon_is_given_all_jobs() -> None:
    """Guards Mockoon's configuration: a bucket with the whole world."""
    (bucket,) = mockoon.environment(WORLD)["data"]

    assert json.loads(bucket["value"]) == list(JOBS)


def test_the_jars_are_given_a_stub_for_each_read() -> None:
    """Guards the configurations of WireMock and Specmatic."""
    stubs = [stub["response"]["jsonBody"]["data"] for stub in java.stubs(WORLD)]
    examples = [one["http-response"]["body"]["data"] for one in java.examples(WORLD)]

    assert stubs == examples == [WORLD.one(), list(JOBS[:50]), list(JOBS)]


def test_versions_are_exact() -> None:
    """Guards that a comparison can be repeated."""
    wanted = [install.wanted(name) for name in install.PACKAGES]

    assert not [version for version in wanted if not version[0].isdigit()]
    assert install.wanted("json-server-beta") == "1.0.0-beta.15"


def test_what_is_not_installed_has_no_version(tmp_path: Path) -> None:
    """Guards the look at what is there: absent, then present."""
    before = install.installed("wiremock", tmp_path)
    (tmp_path / "wiremock").mkdir()
    (tmp_path / "wiremock" / "package.json").write_text('{"version": "1.2.3"}')

    assert ("", "1.2.3") == (before, install.installed("wiremock", tmp_path))


def test_a_body_comes_with_its_length() -> None:
    """Guards the requests that change something at a peer."""
    request = load.request("PATCH", "/jobs/1", "Prefer: x", body='{"a": 1}')

    assert b"\r\nPrefer: x\r\n" in request
    assert request.endswith(b"Content-Length: 8\r\n\r\n" + b'{"a": 1}')


@pytest.mark.skipif(sys.platform != "linux", reason="the measurements read /proc")
def test_the_cpu_time_of_a_whole_tree_is_counted() -> None:
    """Guards that work in a child, on a thread of its own, is not missed."""
    work = "import threading as t; w = t.Thread(target=lambda: sum(range(10**7)));"
    child = f"{work} w.start(); w.join(); print(flush=True); input()"
    parent = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
    with subprocess.Popen(
        [sys.executable, "-c", parent, child],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        tree = Tree(process.pid, 0)
        found = (len(members(process.pid)), tree.cpu_seconds(), tree.resident_mebibytes())
        process.communicate(b"\n")

    assert found[0] == 2
    assert found[1] > 0.05
    assert found[2] > 5
