"""Rows of a real deployment's tables become a world of the mock."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import harness
from tests.jobs import read
from tests.postgres import Postgres
from tests.program.openreplay_rows import (
    FAR_MS,
    LONG,
    MADE,
    MADE_MS,
    MOVED_MS,
    PROJECTS,
    REAL_KEY,
    ROWS,
    START_MS,
    Row,
    statements,
)
from tests.program.process import ROOT

QUERY = ROOT / "docs" / "examples" / "openreplay_to_fixture.sql"
DAY = 86_400_000
TIMESTAMPS = {
    MADE: MADE_MS,
    "2021-06-18 01:02:03.004": MOVED_MS,
    "2021-06-18 00:00:00": START_MS,
    "2021-06-17 08:00:00": 1_623_916_800_000,
    "2999-01-01 00:00:00": FAR_MS,
    "3000-01-01 00:00:00": FAR_MS + 365 * DAY,
    None: None,
}


@pytest.fixture(scope="module")
def database(postgres: Postgres) -> str:
    """Return the URL of a database with the tables of OpenReplay's community edition."""
    url = postgres.new_database()
    postgres.psql("-c", statements(), url=url)
    return url


def _exported(postgres: Postgres, url: str, *variables: str) -> dict[str, Any]:
    given = [word for variable in variables for word in ("-v", variable)]
    fixture: dict[str, Any] = json.loads(postgres.psql(*given, "-f", str(QUERY), url=url))
    return fixture


def _shown(row: Row, now: int) -> dict[str, Any]:
    """Return the job that clients have to get for *row*."""
    symbols = {
        "now": now,
        "midnight": (now // DAY + 1) * DAY,
        "long": LONG[:223] + "-cae80e9a5b3ecfa2d96a3ef2af7330ac",
    }
    keys = {"createdAt": "created_at", "updatedAt": "updated_at", "startAt": "start_at"}
    moments = {key: TIMESTAMPS.get(getattr(row, column)) for key, column in keys.items()}
    shown: dict[str, Any] = {
        "jobId": row.job_id,
        "status": row.status,
        "projectId": row.project_id,
        "action": row.action,
        "referenceId": row.reference_id,
        "errors": row.errors,
        **moments,
        **{key: symbols.get(value, value) for key, value in (row.becomes or {}).items()},
    }
    return shown | {"description": f"Delete user sessions of userId = {shown['referenceId']}"}


def test_the_documented_commands_make_a_world_that_is_accepted(
    postgres: Postgres, database: str, tmp_path: Path
) -> None:
    """Guards the shell commands of docs/guides/from_openreplay.md, with the awkward rows."""
    text = (ROOT / "docs" / "guides" / "from_openreplay.md").read_text()
    (commands,) = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    places = [str(postgres.programs), str(Path(sys.executable).parent), os.environ["PATH"]]
    environ = {**os.environ, "PATH": os.pathsep.join(places), "OPENREPLAY_DATABASE": database}
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    ended = subprocess.run(
        ["bash", "-ec", commands],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == "exported: 22 jobs in 3 projects, no problems\n"
    assert "22 of 27 jobs are in the fixture; 1 were late" in ended.stderr


def test_clients_see_the_jobs_of_the_tables(
    postgres: Postgres, database: str, tmp_path: Path
) -> None:
    """Guards each field of each row, through the fixture reader and a running mock."""
    fixture = _exported(postgres, database)
    (tmp_path / "jobs.json").write_text(json.dumps(fixture))
    keys = {project_id: key for project_id, key, _ in PROJECTS} | {3: "project-3"}
    with harness.mock(seed=tmp_path, speed=0.0) as mock:
        listed = {
            project_id: mock.page("?limit=200", project=key, key="from-openreplay-1")
            for project_id, key in keys.items()
        }

    expected = [_shown(row, fixture["now"]) for row in reversed(ROWS) if row.becomes is not None]
    expected.sort(key=lambda job: -int(job["jobId"]))
    for project_id, jobs in listed.items():
        assert [job for job in expected if job["projectId"] == project_id] == jobs


def test_no_real_key_is_exported_and_the_made_up_one_can_be_chosen(
    postgres: Postgres, database: str
) -> None:
    """Guards the organization's key."""
    fixture = _exported(postgres, database, "api_key=mine")

    assert ["mine-1"] == [o["apiKey"] for o in fixture["organizations"]]
    assert REAL_KEY not in json.dumps(fixture)


def test_users_and_errors_can_be_hidden(postgres: Postgres, database: str) -> None:
    """Guards -v hide=1: no user id is exported, and each user has one new id."""
    jobs = {job["jobId"]: job for job in _exported(postgres, database, "hide=1")["jobs"]}
    names = {job_id: re.sub(r" #\d+$", "", job["referenceId"]) for job_id, job in jobs.items()}

    assert all(re.fullmatch(r"user-[0-9a-f]{32}", name) for name in names.values())
    assert names[16] == names[17] == names[18]
    assert names[1] != names[2]
    assert {"hidden"} == {job["errors"] for job in jobs.values() if "errors" in job}
    assert names != {
        job["jobId"]: job["referenceId"] for job in _exported(postgres, database, "hide=1")["jobs"]
    }


def test_only_the_newest_can_be_exported(postgres: Postgres, database: str) -> None:
    """Guards the variable for large tables."""
    fixture = _exported(postgres, database, "newest=3")

    assert [26, 21, 20] == [job["jobId"] for job in fixture["jobs"]]


def test_tenants_become_organizations(postgres: Postgres, tmp_path: Path) -> None:
    """Guards the enterprise edition's tables, where projects belong to one of several tenants."""
    url = postgres.new_database()
    postgres.psql("-c", statements(enterprise=True), url=url)
    fixture = _exported(postgres, url)
    (tmp_path / "jobs.json").write_text(json.dumps(fixture))
    seed = read(tmp_path)

    assert seed.holders == {"from-openreplay-1": "Acme #1", "from-openreplay-2": "Acme #2"}
    assert [[1, 3], [2]] == [
        [seed.scopes[key].members["projectId"] for key in keys]
        for keys in (seed.secrets or {}).values()
    ]


def test_an_empty_database_becomes_an_empty_world(postgres: Postgres, tmp_path: Path) -> None:
    """Guards the export where no job was ever made."""
    url = postgres.new_database()
    postgres.psql("-c", statements(), "-c", "DELETE FROM jobs", url=url)
    (tmp_path / "jobs.json").write_text(json.dumps(_exported(postgres, url)))

    assert read(tmp_path).records == {}
