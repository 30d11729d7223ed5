"""The tables of version 1, as they were released."""

from collections.abc import Iterator

from sqlalchemy.engine.interfaces import Dialect

#: What the two databases spell differently, by the name of their dialect.
_TYPES = {
    "sqlite": {"serial": "INTEGER", "double": "FLOAT"},
    "postgresql": {"serial": "SERIAL", "double": "FLOAT(53)"},
}
_TABLES = """\
CREATE TABLE mock_directory (
    one {serial} NOT NULL,
    version BIGINT NOT NULL,
    next_owner BIGINT NOT NULL,
    PRIMARY KEY (one)
);
CREATE TABLE mock_exchanges (
    owner BIGINT NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    seconds {double} NOT NULL,
    entry TEXT NOT NULL,
    PRIMARY KEY (owner, number)
);
CREATE TABLE mock_faults (
    owner BIGINT NOT NULL,
    name TEXT NOT NULL,
    matched BIGINT NOT NULL,
    fired BIGINT NOT NULL,
    opened BIGINT NOT NULL,
    spent BIGINT NOT NULL,
    PRIMARY KEY (owner, name)
);
CREATE TABLE mock_jobs (
    owner BIGINT NOT NULL,
    job_id BIGINT NOT NULL,
    project_id BIGINT NOT NULL,
    project_key TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    reference_id TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    start_at BIGINT NOT NULL,
    updated_at BIGINT,
    errors TEXT,
    plan_runs BIGINT,
    plan_ends TEXT,
    plan_errors TEXT,
    due_at BIGINT,
    living BOOLEAN NOT NULL,
    PRIMARY KEY (owner, job_id)
);
CREATE INDEX mock_jobs_due ON mock_jobs (owner, due_at) WHERE due_at IS NOT NULL;
CREATE UNIQUE INDEX mock_jobs_living ON mock_jobs (owner, project_id, reference_id) WHERE living;
CREATE INDEX mock_jobs_pages ON mock_jobs (owner, project_id, ordinal);
CREATE TABLE mock_journals (
    owner BIGINT NOT NULL,
    recorded BIGINT NOT NULL,
    PRIMARY KEY (owner)
);
CREATE TABLE mock_seeds (
    owner BIGINT NOT NULL,
    digest TEXT NOT NULL,
    kept BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (owner),
    UNIQUE (digest)
);
CREATE TABLE mock_worlds (
    owner BIGINT NOT NULL,
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    seed BIGINT NOT NULL,
    last_job BIGINT NOT NULL,
    edition BIGINT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (owner),
    UNIQUE (name)
)
"""


def first(dialect: Dialect) -> Iterator[str]:
    """Yield the statements that make the tables of version 1."""
    yield from _TABLES.format(**_TYPES[dialect.name]).rstrip().split(";\n")
