"""Large uploads and snapshots: what others see meanwhile, and that they are answered."""

import asyncio
import signal
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import aiohttp
import pytest
import requests

from mockserver.app.build import build
from mockserver.app.mock import Outside
from mockserver.client import Client, ControlError, World
from mockserver.process import serve
from mockserver.resources import files
from mockserver.settings import Settings
from mockserver.testing.server import RunningMock
from tests.harness import BUSY, DEMO
from tests.program.watching import until
from tests.steering.calling import Caller

FEW = 5


def jobs(count: int) -> list[dict[str, Any]]:
    """Return that many jobs for a fixture."""
    return [
        {
            "jobId": number,
            "project": BUSY,
            "referenceId": f"u{number}",
            "status": "scheduled",
            "createdAt": 1623912955277,
            "startAt": 1623954600000,
        }
        for number in range(1, count + 1)
    ]


def create_good(client: Client) -> None:
    """Create a world of many jobs, and delete it."""
    client.create_world(fixture={"jobs": jobs(3_000)}).delete()


def create_empty(client: Client) -> None:
    """Try to create a world of many jobs, each without a member."""
    with pytest.raises(ControlError, match="stopped after 100 problems"):
        client.create_world(fixture={"jobs": [{}] * 40_000})


@pytest.mark.parametrize("create", [create_good, create_empty], ids=["good", "empty"])
def test_others_are_answered_while_a_large_fixture_is_read(
    server: RunningMock, create: Callable[[Client], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards that reading a large fixture does not block other requests."""
    held: list[subprocess.Popen[bytes]] = []

    class Held(subprocess.Popen[bytes]):
        """A process that stands still until it is told to go on."""

        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self.send_signal(signal.SIGSTOP)
            held.append(self)

    with Client(server.url) as other, ThreadPoolExecutor(1) as pool:
        caller = Caller(other.create_world())
        monkeypatch.setattr(subprocess, "Popen", Held)
        creating = pool.submit(create, server.client)
        until(lambda: held or creating.done())
        monkeypatch.undo()
        try:
            answers = [caller.get(3451).status_code for _ in range(FEW) if not creating.done()]
        finally:
            for process in held:
                process.send_signal(signal.SIGCONT)
        creating.result()

    assert answers == [200] * FEW


def test_others_are_answered_while_a_large_world_is_written() -> None:
    """Guards that writing a large snapshot does not block other requests."""
    count = 3_000
    headers = {"Authorization": f"Bearer {DEMO}"}

    async def work() -> tuple[int, str]:
        # Clients and server share one event loop: its turns decide, and not the machine's speed.
        outside = Outside(wall=lambda: 0.0, monotonic=lambda: 0.0, write=lambda _: None)
        chosen = Settings(spec=files.contract(), seed=files.fixtures(), port=0, access_log=False)
        async with (
            serve.listen(build(chosen, outside)) as port,
            aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=headers) as client,
        ):
            world = {"name": "large", "fixture": {"jobs": jobs(count)}}
            async with client.post("/__admin/worlds", json=world) as made:
                assert made.status == 201

            async def take() -> str:
                async with client.get("/__admin/worlds/large/snapshot?format=yaml") as taken:
                    return await taken.text()

            taking, answers = asyncio.create_task(take()), 0
            while not taking.done():
                async with client.get(f"/public/{BUSY}/jobs/3451") as answer:
                    answers += answer.status == 200
            return answers, await taking

    answers, text = asyncio.run(work())
    # Some are answered while the text is sent, also if it is written without a break.
    assert answers > 4 * FEW
    assert text.count("jobId:") == count


def test_worlds_that_are_made_at_once_have_names_of_their_own(server: RunningMock) -> None:
    """Guards against two worlds of one name, created at the same time."""

    def make(_: int) -> str:
        with Client(server.url) as client:
            return client.create_world(fixture={"jobs": jobs(3_000)}).name

    with ThreadPoolExecutor(4) as pool:
        names = list(pool.map(make, range(4)))

    assert len(set(names)) == 4
    for name in names:
        server.client.world(name).delete()


def test_a_world_is_what_it_was_until_its_reset_is_done(server: RunningMock) -> None:
    """Guards that a world that is being replaced is seen as the old one or the new one."""
    world = server.client.create_world(fixture={"jobs": jobs(20_000)})
    caller, seen, ending = Caller(world), set(), threading.Event()

    def reset() -> None:
        while not ending.is_set():
            world.reset()

    with ThreadPoolExecutor(1) as pool:
        resetting = pool.submit(reset)
        for _ in range(20):
            listed = caller.call("GET", "jobs").json()["data"]
            seen.add((caller.get(20_000).status_code, len(listed)))
        ending.set()
        resetting.result()

    assert seen == {(200, 50)}
    world.delete()


def test_a_body_without_a_large_fixture_is_small(
    admin: Callable[..., requests.Response], world: World
) -> None:
    """Guards that large invalid bodies do not block other requests."""
    rule = {"effect": {"kind": "status", "status": 503, "body": [0] * 200_000}}
    refused = admin("POST", f"/worlds/{world.name}/faults", json=rule)

    assert (413, True) == (refused.status_code, "262,144 octets" in refused.json()["error"])
