"""How processes are measured."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benches import processes
from benches.processes import Tree, first_answer, members, started
from tests.programs import free_port


@pytest.mark.skipif(sys.platform != "linux", reason="the measurements read /proc")
def test_the_cpu_time_of_a_whole_tree_is_counted() -> None:
    """Guards that the CPU time of a thread in a child process is counted."""
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


@pytest.mark.skipif(sys.platform != "linux", reason="the measurements read /proc")
def test_a_server_that_ends_at_once_is_not_waited_for(tmp_path: Path) -> None:
    """Guards the bound of a run: a peer that cannot load its jobs is given up at once."""
    port = free_port()
    with (
        started([sys.executable, "-c", ""], port, tmp_path) as tree,
        pytest.raises(ChildProcessError, match="has ended"),
    ):
        first_answer(tree, b"", patience=30)


@pytest.mark.skipif(sys.platform != "linux", reason="the measurements read /proc")
def test_a_process_that_ends_meanwhile_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards a long measurement: a database ends processes of its own, and a server must not."""
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    tree = Tree(os.getpid(), 0)
    monkeypatch.setattr(processes, "members", lambda pid: [pid, ended.pid])

    assert tree.cpu_seconds() > 0
    assert tree.resident_mebibytes() > 5
    with pytest.raises(FileNotFoundError):
        Tree(ended.pid, 0).resident_mebibytes()
