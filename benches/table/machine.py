"""The machine and the versions that a table was measured with."""

import os
import platform
import re
import sqlite3
import subprocess
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from benches.peers import install


def described(postgres: str) -> str:
    """Return a line about this machine; *postgres* is the version of the database server."""
    processor = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = [
        f"{os.cpu_count()} cores ({processor[1] if processor else platform.machine()})",
        f"{memory:.0f} GiB",
        f"{platform.system()} {platform.release()}",
        f"Python {platform.python_version()}",
        *(f"{name} {version(name)}" for name in ("aiohttp", "uvloop", "asyncpg")),
        f"SQLite {sqlite3.sqlite_version}",
        *([f"PostgreSQL {postgres}"] if postgres else []),
        *_told("node", [install.node("")[0], "--version"], r"v(.*)"),
        *_told("Java", ["java", "-version"], r'version "(.*?)"'),
        time.strftime("%Y-%m-%d"),
    ]
    return ", ".join(parts)


def load_average() -> str:
    """Return how many processes wanted a core in the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def _told(name: str, command: Sequence[str], pattern: str) -> list[str]:
    """Return a program and its version, if it is there."""
    try:
        ended = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    found = re.search(pattern, ended.stdout + ended.stderr)
    return [f"{name} {found[1]}"] if found else []
