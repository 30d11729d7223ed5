"""Each deviation as a client meets it, over HTTP."""

import pytest

from mockserver.background import Background
from mockserver.client import Client, World
from mockserver.deviations.catalogue import CATALOGUE
from tests.steering.calling import Caller

SECOND = "7pQzLmN2vRtYxWc4BdKs"
EMPTY = "EmptyProject00000000"


def walk(world: World) -> list[tuple[int, str, str]]:
    """Do what a client can do, and return all that it sees."""
    caller = Caller(world)
    busy = [
        *(("GET", f"jobs?limit={limit}") for limit in (1, 3, 0, 201)),
        *(("GET", f"jobs?limit=3&page={page}") for page in (0, 1, 2, 100_000)),
        ("GET", "jobs"),
        *(("GET", f"jobs/{job_id}") for job_id in (3446, 3447, 3449, 3451, 3452, 1)),
        ("GET", "jobs/no-integer"),
        ("DELETE", "jobs/no-integer"),
        *(("DELETE", f"jobs/{job_id}") for job_id in (3446, 3447, 3449, 3449, 3451, 3452)),
        *(("GET", f"jobs/{job_id}") for job_id in (3449, 3451)),
        ("DELETE", "users/new"),
        ("DELETE", "users/new"),
        ("GET", "jobs?limit=2"),
    ]
    seen = [caller.call(method, rest) for method, rest in busy]
    seen += [caller.call("GET", "jobs/3451", EMPTY), caller.call("GET", "jobs", EMPTY)]
    world.clock.advance("18h")
    seen += [caller.call("GET", f"jobs/{job_id}", SECOND) for job_id in (3448, 3451)]
    seen.append(caller.call("GET", "jobs", "9kHjGfDsAqWeRtYuIoPz"))
    caller.key = "no-such-key"
    seen.append(caller.call("GET", "jobs/3451"))
    return [(s.status_code, s.headers.get("Content-Type", ""), s.text) for s in seen]


@pytest.fixture(scope="module")
def plain(server: Background) -> list[tuple[int, str, str]]:
    """Return what a client sees of a mock that keeps the contract."""
    client = server.client
    world = client.create_world()
    return walk(world)


@pytest.mark.parametrize("name", [n for n in CATALOGUE if n != "no-key-needed"])
def test_each_deviation_shows(world: World, plain: list[tuple[int, str, str]], name: str) -> None:
    """Guards that no deviation is a name only: one walk sees each of them."""
    world.deviations.set(name)

    assert plain != walk(world)


def test_no_key_is_needed_where_that_is_the_deviation(client: Client) -> None:
    """Guards the one deviation that shows only in the world that keyless requests meet."""
    world = client.world("default")
    caller = Caller(world)
    caller.key = None
    assert caller.get(3452).status_code == 401
    world.deviations.set("no-key-needed")

    assert caller.get(3452).status_code == 200
    world.deviations.set()
    assert caller.get(3452).status_code == 401


def test_a_world_that_deviates_no_longer_is_right_again(
    world: World, plain: list[tuple[int, str, str]]
) -> None:
    """Guards that deviations leave nothing behind, those of the lifecycle included."""
    world.deviations.set(*CATALOGUE)
    world.deviations.set()

    assert plain == walk(world)


def test_there_are_enough_and_each_says_what_it_does() -> None:
    """Guards the catalogue: the real deployment's own three, twenty others, a level, a clause."""
    own = {"failed-is-cancellable", "updated-at-set-on-creation", "stuck-in-scheduled"}

    assert own < set(CATALOGUE)
    assert len(CATALOGUE) >= 23
    for name, deviation in CATALOGUE.items():
        assert (name, True) == (deviation.name, deviation.does.endswith("."))
        assert deviation.clause.startswith("/")
        assert (deviation.around is None) != (deviation.lifecycle is None)


def test_a_job_stuck_in_scheduled_starts_at_its_own_time_once_it_is_let(
    world: World, caller: Caller
) -> None:
    """Guards that a lifecycle put back makes the moves that it would have made."""
    world.deviations.set("stuck-in-scheduled")
    world.clock.advance("12h")
    assert caller.status(3451) == "scheduled"
    world.deviations.set()

    job = caller.get(3451).json()["data"]
    assert ("running", 1_623_954_600_000) == (job["status"], job["updatedAt"])
