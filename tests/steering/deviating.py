"""Two worlds of a contract, one of which deviates, and what a client does in both."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import requests
from msgspec import Struct

from mockserver.client import World
from mockserver.contract.contract import SERVER, Move
from mockserver.deviations.names import spell
from mockserver.records.lifecycle import Lifecycle


class Shape(Struct, frozen=True):
    """How a contract is called: its list, its first scope, and what each event of a client is.

    *events* are method, ending of the path, and body; *made* is a body that makes a record, whose
    key may be in it. *items* and *key* name members.
    """

    resource: str
    listing: str
    scope: str
    items: str
    key: str
    field: str
    events: Mapping[str, tuple[str, str, Any]]
    made: Mapping[str, Any] = {}
    operations: Mapping[str, str] = {}


SHAPES = {
    "openai-batches": Shape(
        resource="batches",
        listing="/batches",
        scope="acme",
        items="data",
        key="id",
        field="status",
        events={"cancel": ("POST", "/cancel", None)},
        made={
            "input_file_id": "file-1",
            "endpoint": "/v1/embeddings",
            "completion_window": "24h",
        },
        operations={"create-batch": "create"},
    ),
    "github-runs": Shape(
        resource="runs",
        listing="/repos/octocat/Hello-World/actions/runs",
        scope="hello",
        items="workflow_runs",
        key="id",
        field="status",
        events={
            "cancel": ("POST", "/cancel", None),
            "force cancel": ("POST", "/force-cancel", None),
            "run again": ("POST", "/rerun", None),
            "run failed jobs again": ("POST", "/rerun-failed-jobs", None),
            "delete": ("DELETE", "", None),
        },
    ),
    "airflow-dagruns": Shape(
        resource="dagRuns",
        listing="/api/v2/dags/etl/dagRuns",
        scope="etl",
        items="dag_runs",
        key="dag_run_id",
        field="state",
        events={
            "mark failed": ("PATCH", "", {"state": "failed"}),
            "mark success": ("PATCH", "", {"state": "success"}),
            "queue again": ("PATCH", "", {"state": "queued"}),
            "clear": ("POST", "/clear", {"dry_run": False}),
            "delete": ("DELETE", "", None),
        },
        made={"dag_run_id": "mine", "logical_date": "2026-01-15T12:00:00Z"},
        operations={
            "trigger-dag-run": "create",
            "patch-dag-run": "mark failed",
            "clear-dag-run": "clear",
            "delete-dag-run": "delete",
        },
    ),
}


class Side:
    """A client of a *world* of a contract of that *shape*."""

    def __init__(self, url: str, world: World, shape: Shape, lifecycle: Lifecycle) -> None:
        self.url = url
        self.world = world
        self.shape = shape
        self.lifecycle = lifecycle
        self._count = 0
        self.secrets = [credential.secret for credential in world.state.credentials]

    def call(
        self, method: str, path: str, body: Any = None, *, secret: str | None = "", **query: Any
    ) -> requests.Response:
        """Send a request with the world's first credential, another (None: none)."""
        shown = self.secrets[0] if secret == "" else secret
        headers = {} if shown is None else {"Authorization": f"Bearer {shown}"}
        return requests.request(
            method, self.url + path, json=body, params=query, headers=headers, timeout=60
        )

    @property
    def deviations(self) -> list[str]:
        """The names of the deviations of the world."""
        return [deviation.name for deviation in self.world.deviations.list()]

    def show(self, **query: Any) -> requests.Response:
        """Ask for a page."""
        return self.call("GET", self.shape.listing, **query)

    def keys(self, **query: Any) -> list[Any]:
        """Return the keys of a page, in its order."""
        return [r[self.shape.key] for r in self.show(**query).json()[self.shape.items]]

    def put(self, state: str, **members: Any) -> Any:
        """Return the key of a new record in *state*."""
        if self.shape.resource == "dagRuns":
            # The client chooses the key.
            self._count += 1
            members = {"dag_run_id": f"run-{self._count}", **members}
        records = self.world.records(self.shape.resource)
        made = records.create(state=state, scope=self.shape.scope, members=members)
        return made.record[self.shape.key]

    def bring(self, state: str) -> Any:
        """Return the key of a new record that has moved to *state*."""
        key = self.put(self.lifecycle.initial[0])
        if state != self.lifecycle.initial[0]:
            self.world.records(self.shape.resource).move(key, state)
        return key

    def state(self, key: Any) -> str | None:
        """Return the state of a record; None if it is gone."""
        found = self.read(key)
        return None if found.status_code == 404 else self.lifecycle.state_of(found.json())

    def read(self, key: Any, **options: Any) -> requests.Response:
        """Read a record."""
        return self.call("GET", f"{self.shape.listing}/{key}", **options)

    def make(self, event: str, key: Any) -> requests.Response:
        """Ask for an *event* of a record."""
        method, ending, body = self.shape.events[event]
        return self.call(method, f"{self.shape.listing}/{key}{ending}", body)

    def create(self) -> requests.Response:
        """Ask for a new record."""
        return self.call("POST", self.shape.listing, self.shape.made)

    def remove_made(self) -> None:
        """Remove the record that `create` makes with a key of its own, if it is there."""
        if "dag_run_id" in self.shape.made:
            self.make("mark failed", self.shape.made["dag_run_id"])
            self.make("delete", self.shape.made["dag_run_id"])

    def next_page(self, first: list[Any], size: int) -> list[Any]:
        """Return the keys of the page after the *first* of *size* records."""
        if self.shape.resource == "batches":
            return self.keys(limit=size, after=first[-1])
        if self.shape.resource == "runs":
            return self.keys(per_page=size, page=2)
        return self.keys(limit=size, offset=size)

    def moves_of(self, spelled: str) -> tuple[Move, ...]:
        """Return the rows of the event whose name is *spelled* so."""
        return tuple(move for move in self.lifecycle.moves if spell(move.event) == spelled)

    def source_of(self, event: str) -> str:
        """Return a state from which a client's *event* leads on to another."""
        for move in self.moves_of(spell(event)):
            for source in move.sources:
                if source not in (*move.targets, "validating", "requested", "waiting"):
                    return source
        raise LookupError(event)

    def state_named(self, spelled: str) -> str:
        """Return the state whose name is *spelled* so."""
        return next(state for state in self.lifecycle.states if spell(state) == spelled)

    def event_named(self, spelled: str) -> str:
        """Return the client's event whose name is *spelled* so."""
        moves = self.moves_of(spelled)
        assert moves
        assert moves[0].by != SERVER
        return moves[0].event


class Pair(NamedTuple):
    """A world that is right, one that is to deviate, and the default world of both."""

    right: Side
    other: Side
    default: Side


class Asked(NamedTuple):
    """What a test asks for: two worlds, and what the pattern of a name has found in it."""

    pair: Pair
    words: tuple[str, ...]

    @property
    def both(self) -> tuple[Side, Side]:
        """The right world and the other."""
        return self.pair.right, self.pair.other


@contextmanager
def let_deviate(world: World, *names: str) -> Iterator[None]:
    """Let *world* deviate for as long as the context is open."""
    world.deviations.set(*names)
    try:
        yield
    finally:
        world.deviations.set()
