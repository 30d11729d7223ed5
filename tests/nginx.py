"""A real nginx in front of replicas, with the configuration of the deployment."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.program.process import ROOT
from tests.programs import UnavailableError, account, free_port, give_away

_DEPLOYED = ROOT / "deploy" / "nginx.conf"
_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/usr/local/nginx/sbin", "/opt/homebrew/bin")
_START_SECONDS = 60.0


@contextmanager
def before(replicas: Sequence[str]) -> Iterator[str]:
    """Run nginx in front of *replicas*, given by their origins; the context gets its own origin.

    Raises:
        UnavailableError: nginx is not installed, or does not start.
    """
    program = shutil.which("nginx") or next(
        (found for folder in _FOLDERS if (found := shutil.which("nginx", path=folder))), None
    )
    if program is None:
        raise UnavailableError("nginx is missing: install Debian's nginx-light")
    folder = Path(tempfile.mkdtemp(prefix="mock-nginx-"))
    port = free_port()
    configure(folder, port, replicas)
    give_away(folder)
    log = folder / "log"
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [program, "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")],
            stdin=subprocess.DEVNULL,
            stderr=stderr,
            cwd=folder,
            start_new_session=True,
            **account(),
        )
    try:
        _wait(process, port, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(folder)


def configure(folder: Path, port: int, replicas: Sequence[str]) -> None:
    """Write the deployment's configuration with other addresses and other replicas."""
    text = _DEPLOYED.read_text()
    inner = free_port()
    for written, here in (
        ("listen 8080;", f"listen 127.0.0.1:{port};"),
        ("listen 127.0.0.1:8081;", f"listen 127.0.0.1:{inner};"),
        ("server 127.0.0.1:8081;", f"server 127.0.0.1:{inner};"),
    ):
        assert text.count(written) == 1
        text = text.replace(written, here)
    (folder / "nginx.conf").write_text(text)
    servers = [f"server {urlsplit(origin).netloc} max_fails=0;\n" for origin in replicas]
    (folder / "replicas.conf").write_text("".join(servers))


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=60).close()
        except OSError:
            if process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.02)
                continue
            raise UnavailableError(f"nginx does not start: {log.read_text()}") from None
        return
