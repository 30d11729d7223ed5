"""Judges 100,000 recorded exchanges: seconds and memory of `contracts watch`, in each format.

    python -m benches.traffic [EXCHANGES]

One in ten is a page of 50 jobs, the others read one of 5,000 jobs, which move now and then; each
entry has the headers of a browser. The targets are a minute and 300 MB.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

JOBS = 5_000
START = 1_790_000_000_000
HEADERS = {f"x-header-{number}": "a value of some length" * 2 for number in range(14)}
STATES = ("scheduled", "running", "completed")

Formatter = Callable[[int, str, Any], str]


def make_job(number: int, state: str) -> dict[str, Any]:
    """Return a job."""
    return {
        "jobId": number,
        "description": f"Delete user sessions of userId = user{number}@example.com",
        "status": state,
        "projectId": 1,
        "action": "delete_user_data",
        "referenceId": f"user{number}@example.com",
        "createdAt": START - 86_400_000 + number,
        "updatedAt": None if state == "scheduled" else START + STATES.index(state) * 1000 + number,
        "startAt": START - 3_600_000,
        "errors": None,
    }


def make_exchanges(count: int) -> Iterator[tuple[int, str, Any]]:
    """Yield time, path and data of each exchange."""
    random, states = Random(1), dict.fromkeys(range(1, JOBS + 1), 0)
    for number in range(count):
        if number % 10 == 0:
            page = random.randrange(JOBS // 50)
            ids = range(JOBS - 50 * page, JOBS - 50 * page - 50, -1)
            data: Any = [make_job(one, STATES[states[one]]) for one in ids]
            path = f"/public/P/jobs?page={page + 1}"
        else:
            one = random.randrange(1, JOBS + 1)
            states[one] = min(2, states[one] + (random.random() < 0.05))
            data, path = make_job(one, STATES[states[one]]), f"/public/P/jobs/{one}"
        yield START + number * 10, path, data


def format_entry(at: int, path: str, data: Any) -> str:
    """Return a HAR entry."""
    body, stamp = json.dumps({"data": data}), time.gmtime(at // 1000)
    headers = [{"name": name, "value": value} for name, value in HEADERS.items()]
    key = {"name": "authorization", "value": "Bearer an-organizations-key"}
    kind = {"name": "content-type", "value": "application/json"}
    return json.dumps(
        {
            "startedDateTime": f"{time.strftime('%Y-%m-%dT%H:%M:%S', stamp)}.{at % 1000:03}Z",
            "time": 4.2,
            "request": {
                "method": "GET",
                "url": f"https://api.example.com{path}",
                "headers": [*headers, key],
            },
            "response": {
                "status": 200,
                "headers": [*headers, kind],
                "content": {"size": len(body), "mimeType": "application/json", "text": body},
            },
            "cache": {},
            "timings": {"send": 0, "wait": 4, "receive": 0.2},
        }
    )


def format_line(at: int, path: str, data: Any) -> str:
    """Return a JSON line."""
    return json.dumps(
        {
            "at": at,
            "ms": 4.2,
            "method": "GET",
            "url": f"https://api.example.com{path}",
            "headers": {**HEADERS, "authorization": "Bearer an-organizations-key"},
            "status": 200,
            "response_headers": {**HEADERS, "content-type": "application/json"},
            "body": json.dumps({"data": data}),
        }
    )


def write(file: Path, count: int, format_one: Formatter) -> None:
    """Write a recording."""
    har = file.suffix == ".har"
    with file.open("w") as stream:
        stream.write('{"log": {"version": "1.2", "entries": [' if har else "")
        for number, exchange in enumerate(make_exchanges(count)):
            stream.write((",\n" if har and number else "") + format_one(*exchange))
            stream.write("" if har else "\n")
        stream.write("]}}" if har else "")


def measure(file: Path) -> tuple[float, float, float, int]:
    """Judge *file*; return seconds, those of the processor, megabytes, and the exit code."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "contracts", "watch", str(file), "--quiet"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds, busy = time.monotonic() - begun, usage.ru_utime + usage.ru_stime
    return seconds, busy, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)


def main() -> None:
    """Write recordings in both formats, judge them, and print what that took."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        for name, format_one in (("traffic.har", format_entry), ("traffic.jsonl", format_line)):
            file = Path(folder) / name
            write(file, count, format_one)
            size = file.stat().st_size / 1e6
            seconds, busy, memory, code = measure(file)
            print(
                f"{count:,} exchanges in {name} ({size:.0f} MB): {seconds:.1f} s "
                f"({busy:.1f} s of a processor), "
                f"{count / seconds:,.0f}/s, {memory:.0f} MB of memory, exit code {code}"
            )


if __name__ == "__main__":
    main()
