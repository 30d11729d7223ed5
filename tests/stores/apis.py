"""The contracts of the tests of stores: integer and text keys, and three ways of paging."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from msgspec import structs

from mockserver.contract.contract import SERVER, Contract
from mockserver.contract.reader import load
from mockserver.profiles.jobs.profile import PROFILE
from mockserver.records.arguments import Arguments
from mockserver.records.fixtures.fixtures import Fixtures, ScopeFixture
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Lifecycle
from mockserver.records.listing.query import Query
from mockserver.records.listing.request import QueryReader
from mockserver.records.moments import stamp_of
from mockserver.records.places import Place
from mockserver.records.record import Planned, Record
from mockserver.records.rule import Rule
from mockserver.resources import files
from mockserver.store.records import MoveCall
from tests.apis.overlaid import APIS

KEY = "the-key-of-the-tests"
#: 2021-06-17T07:00:00Z, the midnight after it, and an hour.
NOW = 1_623_913_200_000
MIDNIGHT = 1_623_974_400_000
HOUR = 3_600_000
ONE, TWO = "One", "Two"
#: The names of deviations that these tests know: nothing moves by itself, or for a client.
STUCK, DEAF = "stuck", "deaf"


class Api(NamedTuple):
    """A contract, the *kind* of its records, and what a client can ask of one.

    *call* moves a record that is made; *state* is the one that this leads to.
    """

    name: str
    contract: Contract
    kind: Kind
    call: MoveCall
    state: str

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """Return the kind by its name."""
        return {self.kind.name: self.kind}

    def key(self, number: int) -> int | str:
        """Return the key of the record of that number."""
        key = self.kind.key_of(f"key-{number}")
        return number if key is None else key

    def scope(self, name: str = ONE) -> tuple[str, ...]:
        """Return the scope called *name*."""
        return tuple(name for _ in self.kind.scope) or (name,)

    def record(self, number: int, scope: str = ONE, **members: Any) -> Record:
        """Return a record as it is made an hour before `NOW`."""
        made: dict[str, Any] = {"referenceId": f"u{number}", **members}
        assert self.kind.key is not None
        self.kind.key.write(made, self.key(number))
        limits = [move.not_before for move in self._lifecycle.moves if move.not_before]
        for pointer in limits:
            if Place(pointer).read(made) is None:
                unit = self._lifecycle.unit_of(pointer)
                Place(pointer).write(made, stamp_of(MIDNIGHT, unit))
        return self.kind.begin(made, self.scope(scope), NOW - HOUR)

    def planned(self, number: int, to: str, after: int = HOUR) -> Record:
        """Return a record that moves to that state after so many milliseconds in the one before."""
        return structs.replace(self.record(number), plan=(Planned(to, after=after),))

    def seed(self, records: Iterable[Record] = (), rules: tuple[Rule, ...] = ()) -> Fixtures:
        """Return the fixtures of a world with these *records*."""
        scopes = {
            name: ScopeFixture(dict.fromkeys(self.kind.scope, name), {"projectId": number})
            for number, name in enumerate((ONE, TWO), 1)
        }
        return Fixtures(
            now=NOW,
            secrets={KEY: (ONE, TWO)},
            holders={KEY: "Demo"},
            scopes=scopes,
            records={self.kind.name: tuple(records)},
            rules={self.kind.name: rules},
            default_pace=None,
        )

    def lifecycles_of(self, names: tuple[str, ...]) -> Mapping[str, Lifecycle]:
        """Return how the records move in a world with these deviations."""
        resource = self.kind.resource
        assert resource.lifecycle is not None
        moves = tuple(
            fact
            for fact in resource.lifecycle.moves
            if (STUCK if fact.value.by == SERVER else DEAF) not in names
        )
        changed = structs.replace(resource.lifecycle, moves=moves)
        other = Kind(structs.replace(resource, lifecycle=changed), self.contract.operations)
        assert other.lifecycle is not None
        return {self.kind.name: other.lifecycle}

    def query(self, limit: int | None = None, offset: int = 0) -> Query:
        """Return what asks for a page."""
        query = QueryReader(self.kind).read(self.scope(), Arguments())
        return structs.replace(query, limit=limit, offset=offset)

    @property
    def _lifecycle(self) -> Lifecycle:
        assert self.kind.lifecycle is not None
        return self.kind.lifecycle


@cache
def jobs() -> Api:
    """Return the jobs API: integer keys that count the records of all scopes, and pages."""
    found = load(files.contract(), PROFILE.overlays)
    kind = Kind(found.resources[0], found.operations, has_one_sequence=True)
    return Api("jobs", found, kind, MoveCall("cancelJob"), "cancelled")


@cache
def batches() -> Api:
    """Return batches: text keys, a cursor, and scopes by the credential."""
    found = _load("openai-batches")
    kind = Kind(found.resources[0], found.operations)
    return Api("openai-batches", found, kind, MoveCall("cancelBatch"), "cancelling")


@cache
def runs() -> Api:
    """Return DAG runs: text keys, offsets, and a body that asks for a move."""
    found = _load("airflow-dagruns")
    kind = Kind(found.resources[0], found.operations)
    call = MoveCall("patch_dag_run", Arguments(body={"state": "failed"}))
    return Api("airflow-dagruns", found, kind, call, "failed")


def _load(name: str) -> Contract:
    return load(APIS / name / "openapi.yaml", [APIS / name / "overlay.yaml"])
