"""The pytest plugin, in separate runs of pytest."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

TESTS = """
import json
import pytest
import urllib.request

def get(mock, job_id, key=None):
    url = f"{mock.base_url}/public/{mock.project_key}/jobs/{job_id}"
    headers = {"Authorization": f"Bearer {key or mock.api_key}"}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
        return json.load(answer)["data"]["status"]

@pytest.mark.parametrize("number", range(6))
def test_each_has_a_world(jobs_mock, number):
    assert get(jobs_mock, 3451) == "scheduled"
    jobs_mock.clock.advance("12h")
    assert get(jobs_mock, 3451) == "running"
    jobs_mock.verify(operation="getJob", job_id=3451, exactly=2)
    jobs_mock.verify_contract()
    assert len(jobs_mock.requests) == 2

@pytest.mark.jobs_world({"jobs": []})
def test_marked_with_a_dict(jobs_mock):
    assert jobs_mock.jobs.create("ann").job_id == 1

@pytest.mark.jobs_world("mine.yaml")
def test_marked_with_a_file(jobs_mock):
    assert get(jobs_mock, 4) == "cancelled"

@pytest.mark.anyio
async def test_async(jobs_mock):
    assert get(jobs_mock, 3451) == "scheduled"

@pytest.fixture
def anyio_backend():
    return "asyncio"
"""
FAILING = """
import urllib.request

def test_fails(jobs_mock):
    url = f"{jobs_mock.base_url}/public/{jobs_mock.project_key}/jobs/3451?colour=red"
    headers = {"Authorization": f"Bearer {jobs_mock.api_key}"}
    urllib.request.urlopen(urllib.request.Request(url, headers=headers)).close()
    jobs_mock.verify(operation="cancelJob", exactly=1)
"""
YAML = """
jobs:
  - jobId: 4
    project: 3sWXSsqHgSKnE87YkNJK
    referenceId: ann
    status: cancelled
    createdAt: 2021-06-17T01:00:00Z
    startAt: 2021-06-18T00:00:00Z
    updatedAt: 2021-06-17T02:00:00Z
"""


def run(
    folder: Path, *arguments: str, plugins: Sequence[str] = ("mockserver.pytest_plugin",)
) -> str:
    """Run pytest in *folder* with those *plugins*, or with all installed ones if none are named.

    The others of this environment take a second to load.
    """
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"]
    command += [word for plugin in plugins for word in ("-p", plugin)]
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} if plugins else {}
    ended = subprocess.run(
        [*command, *arguments],
        cwd=folder,
        env={**os.environ, **alone},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return ended.stdout + ended.stderr


@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["one process", "xdist"])
def test_each_test_has_a_world_of_its_own(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Guards the fixture and the marker, in sync and async tests, alone and under xdist."""
    (tmp_path / "test_it.py").write_text(TESTS)
    (tmp_path / "mine.yaml").write_text(YAML)

    assert "9 passed" in run(tmp_path, *arguments, plugins=())


def test_a_failure_shows_the_worlds_journal_and_the_nearest_misses(tmp_path: Path) -> None:
    """Guards the report of a failed test, which contains the journal of its world."""
    (tmp_path / "test_it.py").write_text(FAILING)
    told = run(tmp_path)

    assert re.search(r"-+ jobs mock: journal of world-\d+ -+", told)
    assert "GET /public/3sWXSsqHgSKnE87YkNJK/jobs/3451?colour=red 200 getJob" in told
    assert "the query parameter colour is not declared" in told
    assert "operation is getJob, not cancelJob" in told


def test_a_run_that_does_not_use_it_pays_nothing(tmp_path: Path) -> None:
    """Guards runs that do not use the fixture: the plugin imports nothing of the mock."""
    (tmp_path / "test_it.py").write_text(
        "import sys\n\ndef test_it():\n"
        "    loaded = {n for n in sys.modules if n.split('.')[0] in ('mockserver', 'aiohttp')}\n"
        "    assert loaded == {'mockserver', 'mockserver.pytest_plugin'}\n"
    )

    assert "1 passed" in run(tmp_path, plugins=())


SOCKETS = """
import pytest
import socket

def test_blocked(jobs_mock):
    pass

def test_without():
    pass

@pytest.mark.enable_socket
def test_allowed(jobs_mock):
    socket.socket().close()
    assert jobs_mock.jobs.create("ann").job_id
"""


def test_a_server_that_cannot_start_says_why_and_spoils_nothing_else(tmp_path: Path) -> None:
    """Guards runs with --disable-socket: an error with its reason at once, and no warning."""
    (tmp_path / "test_it.py").write_text(SOCKETS)
    with_sockets = ("mockserver.pytest_plugin", "pytest_socket")
    told = run(tmp_path, "--disable-socket", "-W", "default::UserWarning", plugins=with_sockets)

    assert "2 passed, 1 warning, 1 error" in told
    assert (
        "\njobs_mock: the mock did not start: SocketBlockedError: A test tried to use "
        "socket.socket.; mark the test with enable_socket: its mock listens on a local socket\n"
    ) in told
    assert "exception" not in told.lower()
    assert "Traceback" not in told


FROZEN = """
import json
import urllib.request
from freezegun import freeze_time
from mockserver.client import effects

def get(mock):
    url = f"{mock.base_url}/public/{mock.project_key}/jobs/3451"
    headers = {"Authorization": f"Bearer {mock.api_key}"}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60) as answer:
        return json.load(answer)["data"]["status"]

@freeze_time("2030-01-01")
def test_a_delay_ends_in_frozen_time(jobs_mock):
    jobs_mock.faults.add(effects.delay("10ms"), operation="getJob")
    jobs_mock.faults.add(effects.drip(20, "1ms"), operation="getJob")
    assert get(jobs_mock) == "scheduled"

@freeze_time("2030-01-01")
def test_a_running_clock_runs_in_frozen_time(jobs_mock):
    began = jobs_mock.clock.run(1e6).epoch_milliseconds
    while jobs_mock.clock.read().epoch_milliseconds == began:
        pass

def test_the_server_that_was_started_in_frozen_time_goes_on(jobs_mock):
    jobs_mock.faults.add(effects.delay("10ms"), operation="getJob")
    assert get(jobs_mock) == "scheduled"
"""


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_a_test_that_has_frozen_time_meets_a_mock_that_has_not(tmp_path: Path, loop: str) -> None:
    """Guards faults that take time, and clocks, under freezegun; with either event loop."""
    (tmp_path / "test_it.py").write_text(FROZEN)
    without = "import sys\n\nsys.modules['uvloop'] = None\n"
    (tmp_path / "conftest.py").write_text("" if loop == "uvloop" else without)

    assert "3 passed" in (told := run(tmp_path)), told
