"""Servers under measurement: started, asked for their CPU time and memory, ended."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
_TICK = os.sysconf("SC_CLK_TCK")


class Server(NamedTuple):
    """A running server process."""

    pid: int
    port: int
    started_seconds: float

    def cpu_seconds(self) -> float:
        """Return the CPU time that the process has used, in seconds."""
        # proc(5): schedstat counts nanoseconds, where /proc/PID/stat counts hundredths.
        fields = Path(f"/proc/{self.pid}/schedstat").read_text().split()
        return int(fields[0]) / 1e9

    def resident_mebibytes(self) -> float:
        """Return the memory that the process occupies."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else 0.0


@contextmanager
def running(command: Sequence[str]) -> Iterator[Server]:
    """Start *command*, which prints ``Listening on http://HOST:PORT``; end it afterwards."""
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=HERE.parent,
    ) as process:
        try:
            if process.stdout is None:
                raise RuntimeError("no stdout")
            line = process.stdout.readline()
            seconds = time.perf_counter() - began
            yield Server(process.pid, int(line.rsplit(":", 1)[1]), seconds)
        finally:
            process.terminate()
            process.wait(10)


def raw(octets: int) -> list[str]:
    """Return the command of the reference, which answers *octets* octets."""
    return [str(HERE / "raw_aiohttp.py"), str(octets)]


def mock(*options: str) -> list[str]:
    """Return the command of the mock."""
    return ["-m", "mockserver", "--port", "0", *options]
