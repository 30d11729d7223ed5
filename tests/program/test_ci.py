"""The script of CI, with programs in place of make and of the second Python that only say so."""

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from tests.program.process import ROOT
from tests.program.watching import until

#: What the script looks for before it installs anything.
SERVERS = ("initdb", "nginx", "chromium")
SECOND = """
[ "$1" = -V ] && echo "Python 3.99.0" && exit
mkdir -p "$3/bin"
echo "#!/bin/sh" > "$3/bin/pip"
cp suites "$3/bin/pytest"
chmod +x "$3/bin/pip"
"""


def write(file: Path, does: str) -> None:
    """Write a program."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{does}\n")
    file.chmod(0o755)


def run(folder: Path, make: str, suites: str) -> "subprocess.CompletedProcess[str]":
    """Run the script where ``make`` and the suites on the second Python do as told."""
    write(folder / "bin" / "make", make)
    write(folder / "suites", suites)
    write(folder / "second", SECOND)
    write(folder / ".venv" / "bin" / "python", f"echo {folder / 'second'}")
    for name in SERVERS:
        write(folder / "bin" / name, "")
    (folder / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", folder / ".ci" / "run")
    (folder / "temporary").mkdir()
    environ = {
        **os.environ,
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "TMPDIR": str(folder / "temporary"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.run(
        ["bash", folder / ".ci" / "run"],
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("code", [0, 3])
def test_the_suites_on_the_second_python_count(code: int, tmp_path: Path) -> None:
    """Guards the exit code: what runs in the background is waited for, told, and may fail CI."""
    ended = run(tmp_path, "echo made $*", f"sleep 0.2; echo said by the suites; exit {code}")
    told = ended.stdout.splitlines()

    assert ended.returncode == code, ended.stderr
    assert told[0] == "made .venv/ci.stamp"
    assert {"test", "dist"} <= set(told[1].split())
    assert told[2:] == ["The quick suites on Python 3.99.0:", "said by the suites"]
    assert list((tmp_path / "temporary").iterdir()) == []


def test_what_fails_ends_what_runs_beside_it(tmp_path: Path) -> None:
    """Guards a machine of CI: no process and no folder is left when the tests have failed."""
    pid = tmp_path / "pid"
    fail = f'case "$*" in *test*) until [ -s {pid} ]; do sleep 0.05; done; exit 2;; esac'
    ended = run(tmp_path, fail, f"echo $$ > {pid}; sleep 600")

    def is_gone() -> bool:
        with suppress(ProcessLookupError):
            os.kill(int(pid.read_text()), 0)
            return False
        return True

    until(is_gone)
    assert ended.returncode == 2, ended.stderr
    assert list((tmp_path / "temporary").iterdir()) == []


def test_what_processes_compile_is_kept(tmp_path: Path) -> None:
    """Guards the time of CI: without bytecode each of hundreds of processes compiles again."""
    ended = run(tmp_path, "echo ${PYTHONDONTWRITEBYTECODE-kept}", "")

    assert ended.stdout.splitlines()[:2] == ["kept", "kept"]
