"""Records that a test puts into a state have all that a record in that state has."""

from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.client import ControlError, World
from mockserver.contract.reader import load
from mockserver.parsing.timestamp import parse_timestamp
from mockserver.records.kind import Kind
from mockserver.records.lifecycle import Lifecycle
from mockserver.records.moments import moment_of
from mockserver.records.places import Place
from mockserver.resources import shipped
from tests.apis.served import serve

SHIPPED = [api.name for api in shipped.list_all()]


def list_kinds(name: str) -> Iterator[tuple[str, Lifecycle]]:
    """Go through the kinds of records of a shipped contract that move, by name."""
    api = shipped.find(name)
    found = load(api.spec, api.overlays)
    for kind in (Kind(resource, found.operations) for resource in found.resources):
        if kind.lifecycle is not None:
            yield kind.name, kind.lifecycle


def read_stamp(lifecycle: Lifecycle, shown: Any, state: str) -> int | None:
    """Return when the record that is *shown* says that it came into *state*."""
    stamps = lifecycle.stamps
    return moment_of(Place(stamps.entered[state]).read(shown), stamps.unit)


def read_clock(world: World) -> int:
    """Return what the clock of *world* shows, in whole seconds as the coarsest stamps have it."""
    return world.clock.read().epoch_milliseconds // 1000 * 1000


@pytest.mark.parametrize("name", SHIPPED)
def test_a_record_that_is_made_in_a_state_says_since_when(name: str) -> None:
    """Guards stamps of made records: nulls that a scope gives do not take them away."""
    with serve(name) as mock:
        for kind, lifecycle in list_kinds(name):
            for state in lifecycle.states:
                made = mock.world.records(kind).create(state=state)

                assert made.state == state
                if state in lifecycle.stamps.entered:
                    since = read_stamp(lifecycle, made.record, state)
                    assert since is not None, (state, made.record)
                    assert since <= read_clock(mock.world)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_record_that_is_moved_to_a_state_says_so(name: str) -> None:
    """Guards stamps of forced moves: a record entered its state when the clock showed that."""
    with serve(name) as mock:
        for kind, lifecycle in list_kinds(name):
            records = mock.world.records(kind)
            for state in lifecycle.states:
                key = records.create().key
                try:
                    moved = records.move(key, state)
                except ControlError:  # no moves lead there from the first state
                    continue

                assert moved is not None
                assert moved.state == state
                if state in lifecycle.stamps.entered:
                    assert read_stamp(lifecycle, moved.record, state) == read_clock(mock.world)


def test_a_record_that_is_made_is_not_overdue_at_the_pace_of_its_world() -> None:
    """Guards the age of made records: in a state that lasts two seconds, none is older."""
    path = {"dag_id": "etl"}
    seed = {"pace": "PT2S", "scopes": {"etl": {"path": path}}, "records": {}}
    with serve("airflow-dagruns") as mock:
        runs = mock.client.create_world(fixture=seed).records("dagRuns")
        made = [runs.create(state="running", path=path) for _ in range(12)]

    assert [2_000] * 12 == [
        parse_timestamp(one.next.at) - parse_timestamp(one.record["start_date"])
        for one in made
        if one.next is not None
    ]
