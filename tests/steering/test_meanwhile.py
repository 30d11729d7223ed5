"""Large uploads and snapshots: what others see meanwhile, and that they are answered."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
import requests

from mockserver.client import Client, ControlError, World
from mockserver.testing.server import Background
from tests.steering.calling import Caller

FEW = 5
SIZES = (3_000, 15_000, 75_000)
"""Numbers of jobs to try in turn: a fast machine is done with few before it answers others."""


def jobs(count: int) -> list[dict[str, Any]]:
    """Return that many jobs for a fixture."""
    return [
        {
            "jobId": number,
            "project": "3sWXSsqHgSKnE87YkNJK",
            "referenceId": f"u{number}",
            "status": "scheduled",
            "createdAt": 1623912955277,
            "startAt": 1623954600000,
        }
        for number in range(1, count + 1)
    ]


def answered_meanwhile(act: Callable[[], object], ask: Callable[[], object]) -> int:
    """Return how often *ask* was answered while *act* was under way."""
    thread, answers = threading.Thread(target=act), 0
    thread.start()
    while thread.is_alive():
        ask()
        answers += thread.is_alive()
    return answers


def most_answered_meanwhile(act: Callable[[int], object], ask: Callable[[], object]) -> int:
    """Return how often *ask* was answered during *act*, with the first size that takes long enough.

    A step that blocks the server answers none, with any size.
    """
    most = 0
    for size in SIZES:
        most = max(most, answered_meanwhile(partial(act, size), ask))
        if most >= FEW:
            break
    return most


def create_good(client: Client, size: int) -> None:
    """Create a world of that many jobs, and delete it."""
    client.create_world(fixture={"jobs": jobs(size)}).delete()


def create_empty(client: Client, size: int) -> None:
    """Try to create a world of that many jobs, each without a member."""
    try:
        client.create_world(fixture={"jobs": [{}] * size})
    except ControlError as error:
        assert "stopped after 100 problems" in str(error)  # noqa: PT017 -- in another thread


@pytest.mark.parametrize("create", [create_good, create_empty], ids=["good", "empty"])
def test_others_are_answered_while_a_large_fixture_is_read(
    server: Background, create: Callable[[Client, int], None]
) -> None:
    """Guards that reading a large fixture does not block other requests."""
    with Client(server.url) as other:
        caller = Caller(other.create_world())

        answers = most_answered_meanwhile(
            lambda size: create(server.client, size), lambda: caller.get(3451)
        )

        assert answers >= FEW


def test_others_are_answered_while_a_large_world_is_written(server: Background) -> None:
    """Guards that writing a large snapshot does not block other requests."""
    with Client(server.url) as other:
        worlds = {n: server.client.create_world(fixture={"jobs": jobs(n)}) for n in SIZES}
        caller, taken = Caller(other.create_world()), dict[int, str]()

        def take(size: int) -> None:
            url = f"{server.url}/__admin/worlds/{worlds[size].name}/snapshot?format=yaml"
            taken[size] = requests.get(url, timeout=60).text

        assert most_answered_meanwhile(take, lambda: caller.get(3451)) >= FEW
        assert all(text.count("jobId:") == size for size, text in taken.items())
        for world in worlds.values():
            world.delete()


def test_worlds_that_are_made_at_once_have_names_of_their_own(server: Background) -> None:
    """Guards against two worlds of one name, created at the same time."""

    def make(_: int) -> str:
        with Client(server.url) as client:
            return client.create_world(fixture={"jobs": jobs(3_000)}).name

    with ThreadPoolExecutor(4) as pool:
        names = list(pool.map(make, range(4)))

    assert len(set(names)) == 4
    for name in names:
        server.client.world(name).delete()


def test_a_world_is_what_it_was_until_its_reset_is_done(server: Background) -> None:
    """Guards that a world that is being replaced is seen as the old one or the new one."""
    world = server.client.create_world(fixture={"jobs": jobs(20_000)})
    caller, seen = Caller(world), set()

    def look() -> None:
        seen.add((caller.get(20_000).status_code, len(caller.call("GET", "jobs").json()["data"])))

    def reset() -> None:
        for _ in range(3):
            world.reset()

    answered_meanwhile(reset, look)

    assert seen == {(200, 50)}
    world.delete()


def test_a_body_without_a_large_fixture_is_small(
    admin: Callable[..., requests.Response], world: World
) -> None:
    """Guards that large invalid bodies do not block other requests."""
    rule = {"effect": {"kind": "status", "status": 503, "body": [0] * 200_000}}
    refused = admin("POST", f"/worlds/{world.name}/faults", json=rule)

    assert (413, True) == (refused.status_code, "262,144 octets" in refused.json()["error"])
