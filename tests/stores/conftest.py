"""The kinds of stores, for tests that run on each of them."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from mockserver.store.interface import MEMORY
from tests.stores.apis import Api, batches, jobs, runs
from tests.stores.places import Place
from tests.stores.record_places import RecordPlace

LASTING = ("sqlite", "postgres")
#: How long PostgreSQL may take for a statement, for some of them, and for a transaction.
PATIENCE = (
    "mockserver.store.sql.postgres.Postgres._run.__defaults__",
    *(
        f"mockserver.store.sql.postgres.Postgres.{method}.__wrapped__.__defaults__"
        for method in ("_connection", "transaction")
    ),
)


@pytest.fixture(autouse=True)
def _a_busy_machine_is_no_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a minute for a statement, where a mock waits for seconds."""
    for limit in PATIENCE:
        monkeypatch.setattr(limit, (60.0,))


@pytest.fixture(scope="session")
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], str]:
    """Return a function that creates an empty database and returns its URL."""
    numbers = itertools.count(1)

    def make(kind: str) -> str:
        if kind == "postgres":
            url: str = request.getfixturevalue("postgres").new_database()
            return url
        folder: Path = tmp_path_factory.getbasetemp()
        return f"sqlite:///{folder / f'jobs-{next(numbers)}.db'}"

    return make


@pytest.fixture(scope="session")
def shared_databases(databases: Callable[[str], str]) -> Callable[[str], str]:
    """Return a function that returns the URL of a database which tests share."""
    known: dict[str, str] = {}

    def find(kind: str) -> str:
        if kind not in known:
            known[kind] = databases(kind)
        return known[kind]

    return find


@pytest.fixture(params=LASTING)
def lasting(
    request: pytest.FixtureRequest,
    databases: Callable[[str], str],
    shared_databases: Callable[[str], str],
) -> Place:
    """Return each kind of database in turn."""
    kind: str = request.param
    return Place(shared_databases(kind), lambda: databases(kind))


@pytest.fixture(params=[jobs, batches, runs], ids=lambda of: of.__name__)
def api(request: pytest.FixtureRequest) -> Api:
    """Return each contract in turn."""
    found: Api = request.param()
    return found


@pytest.fixture(params=[MEMORY, *LASTING])
def record_place(
    request: pytest.FixtureRequest, shared_databases: Callable[[str], str]
) -> RecordPlace:
    """Return each place for records in turn."""
    kind: str = request.param
    return RecordPlace(MEMORY if kind == MEMORY else shared_databases(kind))


@pytest.fixture(params=LASTING)
def lasting_records(
    request: pytest.FixtureRequest, shared_databases: Callable[[str], str]
) -> RecordPlace:
    """Return each place in which records last, in turn."""
    return RecordPlace(shared_databases(request.param))
