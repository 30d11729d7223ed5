"""Large things, while others call the mock: what they see, and that they are answered."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from mockserver.client import Client, ControlError, World
from mockserver.testing.server import Background
from tests.steering.calling import Caller

FEW = 5


def jobs(count: int) -> list[dict[str, Any]]:
    """Return so many jobs for a fixture."""
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


def large(**fixture: Any) -> Callable[[Client], object]:
    """Return what makes a world from a fixture, be it refused or not."""

    def make(client: Client) -> None:
        try:
            client.create_world(fixture=fixture).delete()
        except ControlError as error:
            assert "stopped after 100 problems" in str(error)  # noqa: PT017 -- in another thread

    return make


@pytest.mark.parametrize(
    "make", [large(jobs=jobs(5_000)), large(jobs=[{}] * 100_000)], ids=["good", "empty"]
)
def test_others_are_answered_while_a_large_fixture_is_read(
    server: Background, make: Callable[[Client], object]
) -> None:
    """Guards the event loop, which reads no large fixture itself."""
    with Client(server.url) as other:
        world = other.create_world()
        caller = Caller(world)

        assert answered_meanwhile(lambda: make(server.client), lambda: caller.get(3451)) >= FEW


def test_others_are_answered_while_a_large_world_is_written(server: Background) -> None:
    """Guards snapshots, which are written in slices."""
    with Client(server.url) as other:
        world = server.client.create_world(fixture={"jobs": jobs(3_000)})
        caller, taken = Caller(other.create_world()), []
        url = f"{server.url}/__admin/worlds/{world.name}/snapshot?format=yaml"

        def take() -> None:
            taken.append(requests.get(url, timeout=60).text)

        assert answered_meanwhile(take, lambda: caller.get(3451)) >= FEW
        assert taken[0].count("jobId:") == 3_000
        world.delete()


def test_worlds_that_are_made_at_once_have_names_of_their_own(server: Background) -> None:
    """Guards the name that a world is made under while another is being made."""

    def make(_: int) -> str:
        with Client(server.url) as client:
            return client.create_world(fixture={"jobs": jobs(3_000)}).name

    with ThreadPoolExecutor(4) as pool:
        names = list(pool.map(make, range(4)))

    assert len(set(names)) == 4
    for name in names:
        server.client.world(name).delete()


def test_a_world_is_what_it_was_until_its_reset_is_done(server: Background) -> None:
    """Guards that nobody meets a world which is half another one."""
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
    """Guards the event loop against bodies that no operation can use."""
    rule = {"effect": {"kind": "status", "status": 503, "body": [0] * 200_000}}
    refused = admin("POST", f"/worlds/{world.name}/faults", json=rule)

    assert (413, True) == (refused.status_code, "262,144 octets" in refused.json()["error"])
