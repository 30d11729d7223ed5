"""What a run says that it saw of records: counted where the deployment's own records moved."""

from __future__ import annotations

from contracts.contract.document import load
from contracts.engine.events import Event
from contracts.engine.runner import Settings, create_runner
from contracts.engine.seen import MoveKind, ResourceSeen
from contracts.laws import catalogue
from contracts.roles.catalogue import create_registry
from contracts.target import ANY_API, Effects, Target
from tests import harness
from tests.apis.served import serve
from tests.both.any_api import SHIPPED, read_shipped


def find_seen(events: list[Event]) -> ResourceSeen:
    """Return what the run saw of its one resource."""
    (seen,) = [event for event in events if isinstance(event, ResourceSeen)]
    return seen


def see(name: str, url: str, *laws: str) -> ResourceSeen:
    """Judge a mock of a contract by some laws, and return what was seen."""
    given, api = SHIPPED[name], read_shipped(name)
    target = Target(url, ANY_API, given.key, given_path=given.path, effects=Effects.ANY)
    registry = create_registry(api).select(laws)
    return find_seen(list(create_runner(target, api, registry, Settings(rng=1)).stream_events()))


def test_moves_and_ends_are_counted() -> None:
    """Guards the counts: a move that was made is seen, and so is a deletion."""
    with serve("woodpecker-pipelines") as mock:
        seen = see("woodpecker-pipelines", mock.url, "CANC-*")
    times = {(one.source, one.target): one.times for one in seen.moves}

    assert times["pending", "canceled"] > 0
    assert times["success", ""] > 0
    assert times["running", "success"] == 0
    assert not [one for one in seen.moves if one.kind is MoveKind.ILLEGAL]
    assert sum(state.records for state in seen.states) > 0


def test_an_illegal_move_is_told_from_one_that_was_passed() -> None:
    """Guards the red line: a move that no row explains, and nothing else."""
    with serve("openai-batches") as mock:
        mock.world.deviations.set("cancel-from-completed-is-accepted")
        seen = see("openai-batches", mock.url, "CANC-*")

    illegal = [one for one in seen.moves if one.kind is MoveKind.ILLEGAL]
    assert [(one.source, one.target) for one in illegal] == [("completed", "cancelling")]


def test_pages_by_cursor_have_their_places() -> None:
    """Guards the map of a list that pages by cursor: each page begins where the last one ended."""
    with serve("openai-batches") as mock:
        seen = see("openai-batches", mock.url, "WALK-03")
    small = [page for page in seen.pages if page.limit == 3]

    assert [page.start for page in small] == list(range(0, 3 * len(small), 3))
    assert seen.calls == {"listBatches: GET /batches": sum(seen.calls.values())}


def test_the_jobs_api_is_drawn_too() -> None:
    """Guards that the default API has its states and its pages like any other."""
    document = load()
    with harness.mock(access_log=False) as running:
        url = f"http://127.0.0.1:{running.port}"
        target = Target(url, harness.BUSY, harness.DEMO, effects=Effects.NONE)
        registry = catalogue.create_registry(document, generated=False).select(["WALK-03"])
        run = create_runner(target, document, registry, Settings(rng=1))
        seen = find_seen(list(run.stream_events()))

    assert {state.name for state in seen.states} == set(document.lifecycle.states)
    assert max(page.start + page.records for page in seen.pages) > 500
