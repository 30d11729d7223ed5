"""The program as its users run it: as a process."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PROGRAM = (sys.executable, "-m", "mockserver")
#: The program with all the time in the world for what is under way when it is told to end: a test
#: that completes a request meanwhile does not depend on the speed of the machine.
PATIENT_PROGRAM = (
    sys.executable,
    "-c",
    """if True:
        import sys
        from mockserver.cli import main
        from mockserver.process import serve, supervisor
        serve._LONGEST_STOP_SECONDS = supervisor._LONGEST_STOP_SECONDS = 600
        sys.exit(main())
    """,
)


def run(*arguments: str, cwd: Path = ROOT, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the program to its end."""
    return subprocess.run(
        [*PROGRAM, *arguments],
        cwd=cwd,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def begin_request(connection: socket.socket, target: str, key: str) -> None:
    """Send a request that lacks its content, two octets, and return when it is under way."""
    fields = f"Host: x\r\nAuthorization: Bearer {key}\r\nContent-Length: 2\r\n"
    connection.sendall(f"GET {target} HTTP/1.1\r\n{fields}Expect: 100-continue\r\n\r\n".encode())
    # Sent when the server waits for the content (RFC 9110, section 10.1.1).
    assert connection.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"


@contextmanager
def started(
    *arguments: str, environ: Mapping[str, str] | None = None, program: Sequence[str] = PROGRAM
) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Run the program until the context ends; the context gets the process and its origin."""
    with subprocess.Popen(
        [*program, *arguments],
        cwd=ROOT,
        env={**os.environ, **(environ or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            yield process, line.removeprefix("Listening on ").strip()
        finally:
            process.kill()
