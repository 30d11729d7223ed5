"""The PostgreSQL server of the tests: what other tests rely on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres import Mode, Postgres
from tests.program.process import ROOT
from tests.program.watching import living, until
from tests.programs import UnavailableError, give_up


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_what_was_committed_outlasts_a_restart(postgres: Postgres, mode: Mode) -> None:
    """Guards that a test can stop the server and find everything again."""
    url = postgres.new_database()
    postgres.psql("-c", "CREATE TABLE t (n int)", "-c", "INSERT INTO t VALUES (7)", url=url)
    before = postgres.pids

    postgres.restart(mode)

    assert postgres.psql("-c", "SELECT n FROM t", url=url) == "7\n"
    assert not set(before) & set(postgres.pids)


def test_a_new_database_is_empty(postgres: Postgres) -> None:
    """Guards that tests do not share databases."""
    urls = [postgres.new_database() for _ in range(5)]

    assert len(set(urls)) == 5
    assert postgres.psql("-c", r"\dt", url=urls[-1]) == ""


def test_the_server_asks_for_its_password(postgres: Postgres) -> None:
    """Guards that the server checks the password of the URL."""
    name, _, address = postgres.url.removeprefix("postgresql://").partition(":")
    wrong = f"postgresql://{name}:wrong@{address.rpartition('@')[2]}"

    with pytest.raises(Exception, match="password authentication failed"):
        postgres.psql("-c", "SELECT 1", url=wrong)


def test_a_server_does_not_outlive_tests_that_are_killed(postgres: Postgres) -> None:
    """Guards that no process and no file is left, even if the tests are killed."""
    assert postgres.pids
    script = (
        "import time, tests.postgres as p\n"
        "with p.running() as server:\n"
        "    print(*server.pids, server._folder, flush=True)\n"
        "    time.sleep(60)\n"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as tests:
        assert tests.stdout is not None
        *pids, folder = tests.stdout.readline().split()
        os.kill(tests.pid, signal.SIGKILL)
    until(lambda: not Path(folder).exists())

    assert not living({int(pid) for pid in pids})


def test_what_is_missing_fails_ci_and_is_skipped_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards that CI fails without the programs, and that other reports say what to install."""
    error = UnavailableError("nginx is missing: install it")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="install it"):
        give_up(error)
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="install it"):
        give_up(error)
