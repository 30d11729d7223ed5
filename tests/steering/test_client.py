"""The asynchronous client, the judge's driver, and that both clients have the same methods."""

import asyncio
import inspect
import re
import socket
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import pytest
import yaml

from mockserver.client import AsyncClient, Client, ControlError, World, aio, calls, effects, sync
from mockserver.driver import MockDriver
from mockserver.testing.server import RunningMock
from tests.program.process import ROOT
from tests.steering.calling import Caller


def test_a_world_is_steered_from_an_event_loop(server: RunningMock) -> None:
    """Guards the asynchronous client, one resource after the other."""

    async def steer() -> None:
        async with AsyncClient(server.url) as client:
            world = await client.create_world()
            await world.clock.advance("12h")
            await world.faults.add(effects.status(503), times=1)
            made = await world.jobs.create("ann", status="failed")
            assert (await world.jobs.get(made.job_id)).status == "failed"
            assert len(await world.faults.list()) == 1
            assert [d.name for d in await world.deviations.set("adds-total")] == ["adds-total"]
            assert (await world.verify(operation="getJob", exactly=0)).kept
            assert await world.requests() == ()
            await world.restore(await world.snapshot())
            assert world.name in [other.name for other in await client.worlds()]
            await world.delete()
            with pytest.raises(ControlError):
                await client.world(world.name)

    asyncio.run(steer())


@pytest.mark.parametrize("name", ["Client", "World", "Clock", "Jobs", "Faults", "Deviations"])
def test_both_clients_have_the_same_methods(name: str) -> None:
    """Guards that both clients have the same methods with the same arguments."""

    def methods(kind: type) -> dict[str, list[str]]:
        return {
            method: list(inspect.signature(function).parameters)
            for method, function in inspect.getmembers(kind, inspect.isfunction)
            if not method.startswith("_")
        }

    assert methods(getattr(sync, name)) == methods(getattr(aio, f"Async{name}"))


def test_each_call_has_the_name_of_its_operation() -> None:
    """Guards `mockserver.client.calls`: a function is found by the operationId of the document."""
    document = yaml.safe_load((ROOT / "mockserver" / "control" / "openapi.yaml").read_text())
    operations = {
        re.sub("([A-Z])", lambda found: f"_{found[1].lower()}", operation["operationId"])
        for path in document["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict) and "operationId" in operation
    }
    named = [
        name
        for name, function in inspect.getmembers(calls, inspect.isfunction)
        if function.__module__ == calls.__name__ and not name.startswith("_")
    ]

    assert set(named) - operations == set()


class Target(NamedTuple):
    """What the judge tells a driver."""

    base_url: str
    api_key: str
    project: str
    resource: str = ""
    path: Mapping[str, str] = MappingProxyType({})


@pytest.mark.parametrize("status", ["scheduled", "running", "completed", "failed", "cancelled"])
def test_the_driver_makes_a_job_in_any_status(world: World, caller: Caller, status: str) -> None:
    """Guards that a law of the judge can ask for a job in any status."""
    driver = MockDriver(Target(world.base_url, world.api_key, world.project_key))
    first, second = driver.job_in(status), driver.job_in(status)

    assert first != second
    assert isinstance(first, int)
    assert status == caller.status(first)
    assert driver.job_in("no-status") is None


def test_the_driver_needs_a_key_of_the_mock(client: Client) -> None:
    """Guards against moving jobs of a world other than the judged one."""
    with pytest.raises(LookupError):
        MockDriver(Target(client.base_url, "no-such-key", "x"))


def test_a_connection_that_has_died_while_idle_is_replaced(server: RunningMock) -> None:
    """Guards a client whose server closed the connection, or one side of it, between two tests."""
    with Client(server.url) as client:
        for how in (socket.SHUT_RDWR, socket.SHUT_RD, socket.SHUT_WR):
            assert client.worlds()
            client._transport._connection.sock.shutdown(how)  # noqa: SLF001 -- as the server's end would

        assert client.worlds()


def test_a_client_goes_on_after_an_answer_that_never_came(
    server: RunningMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards that the next request works after one that failed."""

    def no_response() -> None:
        raise TimeoutError

    with Client(server.url) as client:
        with monkeypatch.context() as patched:
            patched.setattr(client._transport._connection, "getresponse", no_response)  # noqa: SLF001 -- the wire
            with pytest.raises(TimeoutError):
                client.worlds()

        assert client.worlds()
