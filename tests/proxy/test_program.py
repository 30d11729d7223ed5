"""The command as its users run it: what it says, and how it ends."""

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.program.process import PROGRAM, ROOT, run
from tests.proxy.running import PATIENCE, upstream

_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"


@contextmanager
def _started(url: str, *options: str, most: int | None = None) -> Iterator[tuple[str, list[str]]]:
    """Run the program; *most* octets may be in each of its files. Give its address and its end."""
    limited = f"ulimit -f {most // 1024}; " if most is not None else ""
    command = [*PROGRAM, "proxy", "--upstream", url, "--port", "0", *options]
    with subprocess.Popen(
        ["bash", "-c", f'{limited}exec "$@"', "bash", *command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().removeprefix("Listening on ").strip()
        ended: list[str] = []
        yield address, ended
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=PATIENCE)
        ended += [str(process.returncode), told]


def test_a_recording_that_is_complete_ends_with_0(tmp_path: Path) -> None:
    """Guards the usual end: Ctrl-C, and all was recorded."""
    har = tmp_path / "t.har"
    with upstream(_OK) as server, _started(server.url, "--har", str(har)) as (address, ended):
        assert requests.get(f"{address}/x", timeout=PATIENCE).text == "ok"

    assert ended == ["0", ""]
    assert len(json.loads(har.read_text())["log"]["entries"]) == 1


def test_a_file_that_cannot_grow_is_told_once_and_ends_with_1(tmp_path: Path) -> None:
    """Guards a disk that is full: clients notice nothing, and the program says so."""
    har = tmp_path / "t.har"
    with (
        upstream(_OK) as server,
        _started(server.url, "--har", str(har), most=4096) as (address, ended),
    ):
        for _ in range(20):
            assert requests.get(f"{address}/x", timeout=PATIENCE).text == "ok"
    kept = len(json.loads(har.read_text())["log"]["entries"])

    assert ended[0] == "1"
    assert ended[1].count("cannot be written") == 1
    assert f"{har} lacks {20 - kept} exchanges" in ended[1]
    assert 0 < kept < 20


@pytest.mark.parametrize("option", ["--har", "--journal", "--record"])
def test_nothing_that_is_there_is_overwritten(tmp_path: Path, option: str) -> None:
    """Guards recordings of yesterday: a file or a folder has to be new."""
    there = tmp_path / "there"
    there.mkdir()
    ended = run("proxy", "--upstream", "http://127.0.0.1:1", "--port", "0", option, str(there))

    assert ended.returncode == 2
    assert f"{there} exists; a recording begins with a new file" in ended.stderr


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], "--upstream"),
        (["--upstream", "nowhere"], "--upstream='nowhere': give an address"),
        (["--upstream", "http://u:secret@127.0.0.1"], "--upstream: holds credentials"),
        (["--upstream", "http://127.0.0.1:1", "--most-mib", "0"], "give a whole number"),
        (["--upstream", "http://127.0.0.1:1", "--keep-identities"], "give --record DIR too"),
        (["--upstream", "http://127.0.0.1:1", "--port", "70000"], "give a port from 0"),
        (["--upstream", "http://127.0.0.1:1", "--har", "/nowhere/t.har"], "cannot be made"),
        (["--upstream", "http://127.0.0.1:1", "--host", "203.0.113.1"], "cannot listen on"),
    ],
)
def test_what_cannot_be_used_is_told_and_ends_with_2(options: list[str], told: str) -> None:
    """Guards the words for options that cannot be used, and that no secret is among them."""
    ended = run("proxy", *options)

    assert ended.returncode == 2
    assert told in ended.stderr
    assert "secret" not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_it_says_where_it_listens_and_what_it_writes(tmp_path: Path) -> None:
    """Guards the announcement, and that it listens on this machine only."""
    har, folder = tmp_path / "t.har", tmp_path / "r"
    command = ["proxy", "--upstream", "http://127.0.0.1:1/v2", "--port", "0"]
    with subprocess.Popen(
        [*PROGRAM, *command, "--har", str(har), "--record", str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(4)]
        process.send_signal(signal.SIGTERM)
        code = process.wait(PATIENCE)

    assert re.fullmatch(r"Listening on http://127\.0\.0\.1:\d+\n", lines[0])
    assert lines[1:] == [
        "  Forwards to http://127.0.0.1:1/v2\n",
        f"  HAR: {har}\n",
        f"  Fixtures: {folder}\n",
    ]
    assert code == 0
