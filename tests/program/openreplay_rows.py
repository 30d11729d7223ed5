"""A database with OpenReplay's tables, and rows that do not fit into fixtures."""

import json
from typing import Any, NamedTuple

DDL = """
CREATE TYPE job_status AS ENUM ('scheduled', 'running', 'cancelled', 'failed', 'completed', {more});
CREATE TYPE job_action AS ENUM ('delete_user_data', 'something_newer');
CREATE TABLE tenants (tenant_id integer DEFAULT 1, name text NOT NULL, api_key text NOT NULL);
CREATE TABLE projects (
    project_id integer PRIMARY KEY, project_key varchar(20) NOT NULL UNIQUE, name text NOT NULL,
    active boolean NOT NULL DEFAULT true, deleted_at timestamp {tenant}
);
CREATE TABLE jobs (
    job_id integer PRIMARY KEY, description text NOT NULL, status job_status NOT NULL,
    project_id integer NOT NULL REFERENCES projects, action job_action NOT NULL,
    reference_id text NOT NULL, created_at timestamp NOT NULL, updated_at timestamp,
    start_at timestamp NOT NULL, errors text
);
"""
REAL_KEY = "the-real-key-of-a-real-organization"

MADE, START, MOVED = "2021-06-17 07:00:00.123456", "2021-06-18 00:00:00", "2021-06-18 01:02:03.004"
MADE_MS, START_MS, MOVED_MS = 1_623_913_200_123, 1_623_974_400_000, 1_623_978_123_004
FAR, FAR_MS = "2999-01-01 00:00:00", 32_472_144_000_000


class Row(NamedTuple):
    """A row of the table; *becomes* is what the fixture has instead, None if nothing differs."""

    job_id: int
    reference_id: str
    status: str
    created_at: str = MADE
    updated_at: str | None = MOVED
    start_at: str = START
    errors: str | None = None
    project_id: int = 1
    action: str = "delete_user_data"
    becomes: dict[str, Any] | None = {}  # noqa: RUF012 -- never changed


LONG = "ä" * 300
ROWS = (
    Row(1, "ann@example.com", "scheduled", updated_at=MADE, start_at=FAR),
    Row(2, "bob@example.com", "scheduled", updated_at=None, start_at=FAR),
    Row(3, "late@example.com", "scheduled", updated_at=MADE, becomes={"startAt": "midnight"}),
    Row(4, "cy@example.com", "running"),
    Row(5, "di@example.com", "running", updated_at=MADE, becomes={"updatedAt": START_MS}),
    Row(6, "it's \"quoted\" \\ 100% :fixture :'x' \\q\t\n\u2028é😀", "completed"),
    Row(7, "ed@example.com", "failed", errors="Traceback:\n  \"S3\" said 'no' \\ \x01 ⚠"),
    Row(8, "flo@example.com", "cancelled", updated_at="2021-06-17 08:00:00"),
    Row(9, "gus@example.com", "cancelled", updated_at=None, becomes={"updatedAt": MADE_MS}),
    Row(10, "hal@example.com", "failed", updated_at=None, becomes={"updatedAt": START_MS}),
    Row(
        11,
        "ida@example.com",
        "completed",
        start_at=FAR,
        becomes={"startAt": "now", "updatedAt": "now"},
    ),
    Row(
        12,
        "jo@example.com",
        "scheduled",
        created_at=FAR,
        updated_at=FAR,
        start_at="3000-01-01 00:00:00",
        becomes={"createdAt": "now", "updatedAt": "now"},
    ),
    Row(
        13,
        "kim@example.com",
        "completed",
        start_at="2020-01-01 00:00:00",
        becomes={"startAt": MADE_MS},
    ),
    Row(14, "", "cancelled", becomes={"referenceId": "nobody"}),
    Row(15, LONG, "completed", becomes={"referenceId": "long"}),
    Row(16, "twice@example.com", "running", becomes={"referenceId": "twice@example.com #16"}),
    Row(17, "twice@example.com", "scheduled", updated_at=MADE, start_at=FAR),
    Row(18, "twice@example.com", "completed"),
    Row(
        19,
        "old@example.com",
        "completed",
        created_at="1969-01-01 00:00:00",
        becomes={"createdAt": 0},
    ),
    Row(20, "twice@example.com", "running", project_id=2),
    Row(21, "lou@example.com", "completed", project_id=3),
    Row(22, "infinite@example.com", "scheduled", start_at="infinity", becomes=None),
    Row(-5, "negative@example.com", "completed", becomes=None),
    Row(23, "gone@example.com", "completed", project_id=4, becomes=None),
    Row(24, "newer@example.com", "completed", action="something_newer", becomes=None),
    Row(25, "paused@example.com", "paused", becomes=None),
    Row(26, "max@example.com", "cancelled", errors=""),
)
PROJECTS = (
    (1, "3sWXSsqHgSKnE87YkNJK", "Shop's"),
    (2, "BlogBlogBlogBlogBlog", ""),
    (3, "a b", "Odd"),
)


def statements(*, enterprise: bool = False) -> str:
    """Return the SQL that creates the database; *enterprise* has a second tenant."""
    tenant = ", tenant_id integer NOT NULL DEFAULT 1" if enterprise else ""
    rows = [
        {name: value for name, value in row._asdict().items() if name != "becomes"}
        | {"description": "said by nobody"}
        for row in ROWS
    ]
    text = json.dumps(rows).replace("'", "''")
    parts = [
        DDL.format(more="'paused'", tenant=tenant),
        f"INSERT INTO tenants VALUES (1, 'Acme', '{REAL_KEY}');",
        *(f"INSERT INTO projects VALUES ({i}, '{k}', $${n}$$);" for i, k, n in PROJECTS),
        "INSERT INTO projects VALUES (4, 'DeletedProject000000', 'Gone', true, now());",
        f"INSERT INTO jobs SELECT * FROM json_populate_recordset(NULL::jobs, '{text}');",
    ]
    if enterprise:
        parts += [
            f"INSERT INTO tenants VALUES (2, 'Acme', '{REAL_KEY}');",
            "UPDATE projects SET tenant_id = 2 WHERE project_id = 2;",
        ]
    return "\n".join(parts)
