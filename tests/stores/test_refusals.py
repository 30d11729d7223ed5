"""Stores that cannot be used, as a user of the command line meets them: one line and a code."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.postgres import Postgres
from tests.program.process import PROGRAM, ROOT, run


def refused(url: str) -> str:
    """Return the line with which the program refuses a store."""
    ended = run("--store", url, "--port", "0")
    assert (ended.returncode, ended.stdout) == (2, ""), ended.stderr
    lines = ended.stderr.splitlines()
    assert len(lines) == 1, ended.stderr
    assert lines[0].startswith("mockserver: --store: ")
    return lines[0].removeprefix("mockserver: --store: ")


def _foreign(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE theirs (n)")
        connection.execute("INSERT INTO theirs VALUES (1)")
    connection.close()


def _owned(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA application_id = 77")
    connection.close()


def _text(file: Path) -> None:
    file.write_text("no database at all, but a text that somebody may need\n" * 99)


def _short(file: Path) -> None:
    file.write_text("x")


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (_foreign, "belongs to another program; name another file, or a new one"),
        (_owned, "belongs to another program; name another file, or a new one"),
        (_text, "cannot be used as a store: file is not a database"),
        (_short, "cannot be used as a store: file is not a database"),
    ],
    ids=["other tables", "other owner", "text", "short text"],
)
def test_a_file_of_somebody_else_is_refused_and_left_alone(
    tmp_path: Path, make: Callable[[Path], None], told: str
) -> None:
    """Guards files that were named by mistake: not a byte of them changes."""
    file = tmp_path / "theirs.db"
    make(file)
    before = file.read_bytes()

    assert refused(f"sqlite:///{file}").endswith(told)
    assert before == file.read_bytes()
    assert [file] == list(tmp_path.iterdir())


def test_a_place_where_no_file_can_be_is_refused(tmp_path: Path) -> None:
    """Guards folders, missing folders, and files where a folder should be."""
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    for path in ("folder", "missing/jobs.db", "file/jobs.db"):
        assert refused(f"sqlite:///{tmp_path / path}").startswith(str(tmp_path / path))
    assert {"file", "folder"} == {each.name for each in tmp_path.iterdir()}


def test_a_file_that_is_locked_is_refused_after_a_while(tmp_path: Path) -> None:
    """Guards against an endless wait for a program that has locked the file."""
    file = tmp_path / "jobs.db"
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    script = (
        "import sys, mockserver.store.sql.sqlite_waiting as s; s._FILLING_SECONDS = 0.2; "
        "from mockserver.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [PROGRAM[0], "-c", script, "--store", f"sqlite:///{file}", "--port", "0"]
    ended = subprocess.run(
        command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    holder.close()

    line = f"mockserver: --store: sqlite:///{file}: database is locked\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", line)


def test_a_database_that_is_not_there_is_refused_without_its_password(postgres: Postgres) -> None:
    """Guards each way in which PostgreSQL refuses a connection, and the secret in its URL."""
    parts = urlsplit(postgres.url)
    place = f"127.0.0.1:{postgres.port}"
    secret = str(parts.password)
    for url, told in (
        (f"postgresql://mock:{secret}@{place}/missing", 'database "missing" does not exist'),
        (f"postgresql://mock:wrong-secret@{place}/postgres", "password authentication failed"),
        (f"postgresql://mock:{secret}@127.0.0.1:1/postgres", "cannot be reached"),
    ):
        line = refused(url)
        assert told in line
        assert secret not in line
        assert "wrong-secret" not in line


def test_a_database_in_which_no_table_may_be_made_is_refused(postgres: Postgres) -> None:
    """Guards the right that a user of PostgreSQL lacks by default: to create in public."""
    url = postgres.new_database()
    database = urlsplit(url).path.lstrip("/")
    role = f"reader_{database}"
    postgres.psql("-c", f"CREATE ROLE {role} LOGIN PASSWORD 'secret-of-it'", url=url)
    mine = f"postgresql://{role}:secret-of-it@127.0.0.1:{postgres.port}/{database}"
    postgres.psql("-c", "REVOKE CREATE ON SCHEMA public FROM PUBLIC", url=url)

    line = refused(mine)
    assert "permission denied for schema public" in line
    assert "secret-of-it" not in line


def test_a_database_with_tables_of_our_names_is_refused(postgres: Postgres) -> None:
    """Guards tables of another program that have the names of the mock's tables."""
    url = postgres.new_database()
    postgres.psql("-c", "CREATE TABLE mock_worlds (theirs int)", url=url)

    assert 'relation "mock_worlds" already exists' in refused(url)
    assert postgres.psql("-c", r"\dt", url=url).count("|table|") == 1


@pytest.mark.parametrize(
    ("url", "missing", "extra"),
    [
        ("sqlite:///jobs.db", "sqlalchemy", "sqlite"),
        ("postgresql://mock@127.0.0.1:1/jobs", "sqlalchemy", "postgres"),
        ("postgresql://mock@127.0.0.1:1/jobs", "asyncpg", "postgres"),
    ],
)
def test_what_is_not_installed_is_named_with_how_to_install_it(
    tmp_path: Path, url: str, missing: str, extra: str
) -> None:
    """Guards users who have installed the mock without the extra that a store needs."""
    # For the import system, a module that is None is one that is not there.
    code = (
        f"import sys; sys.modules[{missing!r}] = None; from mockserver.cli import main; "
        f"sys.exit(main(['--store', {url!r}, '--port', '0']))"
    )
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    told = f"{missing} is not installed: {sys.executable} -m pip install 'jobs-mockserver[{extra}]'"
    assert (2, f"mockserver: --store: {told}\n") == (ended.returncode, ended.stderr)
