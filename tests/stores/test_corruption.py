"""Databases with damaged contents: one line, an exit code, and no key in it."""

import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.program.process import run, started

KEY = "demo-organization-key"
Damage = Callable[[Path], None]


def _execute(file: Path, sql: str) -> None:
    with sqlite3.connect(file) as connection:
        assert connection.execute(sql).rowcount
    connection.close()


def _no_utf_8(file: Path) -> None:
    _execute(file, "UPDATE mock_worlds SET state = CAST(CAST(state AS BLOB) || x'ff' AS TEXT)")


def _no_json(file: Path) -> None:
    _execute(file, "UPDATE mock_worlds SET state = substr(state, 1, length(state) - 9)")


def _no_control(file: Path) -> None:
    _execute(file, f'UPDATE mock_worlds SET state = \'{{"clock": "{KEY}", "{KEY}": 1}}\'')


def _no_pages(file: Path) -> None:
    octets = bytearray(file.read_bytes())
    at = octets.index(KEY.encode()) // 4096 * 4096
    octets[at : at + 100] = b"\x07" * 100
    file.write_bytes(octets)


DAMAGES = pytest.mark.parametrize(
    "damage",
    [_no_utf_8, _no_json, _no_control, _no_pages],
    ids=["encoding", "json", "shape", "pages"],
)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file that a mock has filled."""
    file = tmp_path_factory.mktemp("sound") / "jobs.db"
    with started("--store", f"sqlite:///{file}", "--port", "0"):
        pass
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return file


@DAMAGES
def test_a_damaged_file_is_refused_in_a_line_without_a_key(
    sound: Path, tmp_path: Path, damage: Damage
) -> None:
    """Guards against tracebacks, and against keys, which database drivers quote in messages."""
    file = tmp_path / "jobs.db"
    shutil.copy(sound, file)
    damage(file)
    ended: subprocess.CompletedProcess[str] = run("--store", f"sqlite:///{file}", "--port", "0")

    assert (2, "") == (ended.returncode, ended.stdout), ended.stderr
    assert ended.stderr.startswith("mockserver: --store: ")
    assert len(ended.stderr.splitlines()) == 1
    assert KEY not in ended.stderr


@pytest.mark.parametrize("damage", [_no_utf_8, _no_json, _no_control])
def test_damage_while_a_mock_runs_is_a_503_without_a_key_in_the_log(
    tmp_path: Path, damage: Damage
) -> None:
    """Guards against keys in the log of a server, which people may publish."""
    file = tmp_path / "jobs.db"
    arguments = ("--store", f"sqlite:///{file}", "--port", "0")
    with started(*arguments) as (process, origin):
        damage(file)
        _execute(file, "UPDATE mock_worlds SET version = version + 1")
        _execute(file, "UPDATE mock_directory SET version = version + 1")
        answer = requests.get(f"{origin}/public/x/jobs", timeout=60)
        process.terminate()
        assert process.stderr is not None
        log = process.stderr.read()

    assert (503, False) == (answer.status_code, "Traceback" in log)
    assert KEY not in log
