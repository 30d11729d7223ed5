"""Each fault as a client sees it, over HTTP."""

import http.client
import json
import time
from typing import Any

import pytest
import requests

from mockserver.client import ControlError, World, effects
from tests.steering.calling import Caller


def test_a_status_replaces_the_answer_of_the_nth_call(world: World, caller: Caller) -> None:
    """Guards the 503 on the second poll, with its header and body, and the counts."""
    effect = effects.status(503, headers={"Retry-After": "7"}, body={"error": "busy"})
    world.faults.add(effect, operation="getJob", job_id=3451, nth=2, name="second")
    other = caller.get(3452).status_code
    answers = [caller.get(3451) for _ in range(3)]

    assert (200, [200, 503, 200]) == (other, [answer.status_code for answer in answers])
    assert ("7", {"error": "busy"}) == (answers[1].headers["Retry-After"], answers[1].json())
    fault = world.faults.list()[0]
    assert (3, 1) == (fault.matched, fault.fired)
    assert ["second"] == [name for entry in world.requests() for name in entry.faults]


def test_a_probability_is_drawn_from_its_seed(world: World, caller: Caller) -> None:
    """Guards that probabilities are the same in every run, and independent of other faults."""
    seen = []
    for _ in range(2):
        world.faults.add(effects.status(500), probability=0.5, seed=4, name="chance")
        seen.append([caller.get(3451).status_code for _ in range(12)])
        world.faults.remove("chance")

    assert seen[0] == seen[1]
    assert {200, 500} == set(seen[0])


def test_a_fault_fires_so_many_times(world: World, caller: Caller) -> None:
    """Guards ``times``."""
    world.faults.add(effects.status(500), times=2)

    assert [500, 500, 200] == [caller.get(3451).status_code for _ in range(3)]


def test_a_fault_is_of_one_project(world: World, caller: Caller) -> None:
    """Guards that a fault of one project does not hit others."""
    world.faults.add(effects.status(500), project="7pQzLmN2vRtYxWc4BdKs")

    assert caller.call("GET", "jobs").status_code == 200
    assert caller.call("GET", "jobs", "7pQzLmN2vRtYxWc4BdKs").status_code == 500


def test_a_fault_hits_no_path_that_is_not_percent_encoded(world: World) -> None:
    """Guards that faults hit calls of operations only, and no other request."""
    world.faults.add(effects.status(500), operation="getJob")
    connection = http.client.HTTPConnection(world.base_url.removeprefix("http://"), timeout=60)
    headers = {"Authorization": f"Bearer {world.api_key}"}
    connection.request("GET", f"/public/{world.project_key}/jobs/%zz", headers=headers)
    status = connection.getresponse().status
    connection.close()
    entry = world.requests()[0]

    assert (400, "-", ()) == (status, entry.operation, entry.faults)


@pytest.mark.parametrize(("when", "after"), [("before", "scheduled"), ("after", "cancelled")])
def test_a_reset_breaks_the_connection(world: World, caller: Caller, when: str, after: str) -> None:
    """Guards that a client cannot tell whether its cancel took effect."""
    effect = effects.reset("after" if when == "after" else "before")
    world.faults.add(effect, operation="cancelJob")
    with pytest.raises(requests.ConnectionError):
        caller.cancel(3451)

    assert after == caller.status(3451)
    assert world.requests(operation="cancelJob")[0].faults == ("fault-1",)


def test_a_truncated_body_is_shorter_than_announced(world: World, caller: Caller) -> None:
    """Guards that a client notices the missing end."""
    world.faults.add(effects.truncated(10))
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        caller.get(3451)


def test_a_malformed_body_is_no_json(world: World, caller: Caller) -> None:
    """Guards a 200 whose body is not JSON."""
    world.faults.add(effects.malformed())
    answer = caller.get(3451)

    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.text)


@pytest.mark.parametrize(
    "effect",
    [
        effects.delay("200ms"),
        effects.delay_between("200ms", "250ms"),
        effects.delay_around("200ms", 0),
        effects.drip(100, "70ms"),
    ],
    ids=["fixed", "uniform", "log-normal", "drip"],
)
def test_an_answer_comes_late_but_whole(
    world: World, caller: Caller, effect: effects.Effect
) -> None:
    """Guards delays and slow bodies: the response is the right one, 0.2 seconds later."""
    expected = caller.get(3451).json()
    world.faults.add(effect)
    began = time.monotonic()

    assert expected == caller.get(3451).json()
    assert time.monotonic() - began >= 0.19


def test_a_rate_limit_opens_again_with_the_worlds_time(world: World, caller: Caller) -> None:
    """Guards 429 with Retry-After, without a test that sleeps."""
    world.faults.add(effects.rate_limit(2, "10s"))
    answers = [caller.get(3451) for _ in range(3)]

    assert [200, 200, 429] == [answer.status_code for answer in answers]
    assert answers[2].headers["Retry-After"] == "10"
    world.clock.advance("10s")
    assert caller.get(3451).status_code == 200


def test_a_fault_hits_before_the_key_is_judged(world: World, caller: Caller) -> None:
    """Guards that faults also hit calls for projects that the key does not open."""
    world.faults.add(effects.status(500))

    assert caller.call("GET", "jobs", "9kHjGfDsAqWeRtYuIoPz").status_code == 500


def test_faults_are_nested_in_their_order(world: World, caller: Caller) -> None:
    """Guards that a delay and a status can hit the same call, and the journal names both."""
    world.faults.add(effects.delay("50ms"), name="slow")
    world.faults.add(effects.status(503), name="busy")

    assert caller.get(3451).status_code == 503
    assert world.requests()[0].faults == ("slow", "busy")


def test_faults_are_removed_one_by_one_or_all(world: World, caller: Caller) -> None:
    """Guards that a removed fault no longer hits."""
    world.faults.add(effects.status(500), name="a")
    world.faults.add(effects.status(501), name="b")
    world.faults.remove("a")
    assert caller.get(3451).status_code == 501
    world.faults.clear()

    assert (200, ()) == (caller.get(3451).status_code, world.faults.list())


@pytest.mark.parametrize(
    ("rule", "where"),
    [
        ({"operation": "noJob"}, "/operation"),
        ({"nth": 1, "probability": 0.5}, "/nth"),
        ({"effect": {"kind": "delay", "duration": "2h"}}, "/effect/duration"),
        (
            {"effect": {"kind": "delay", "duration": "1s", "distribution": "uniform"}},
            "/effect/upTo",
        ),
        ({"effect": {"kind": "rate-limit", "calls": 1, "window": "0s"}}, "/effect/window"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(
    world: World, rule: dict[str, Any], where: str
) -> None:
    """Guards that a typing error is reported and not ignored."""
    with pytest.raises(ControlError) as refused:
        world.faults.add(**{"effect": effects.malformed(), **rule})

    assert (409, where) == (refused.value.status, refused.value.where)


def test_a_scenario_of_the_fixtures_puts_its_faults_into_force(world: World) -> None:
    """Guards scenarios: in the fixture, in the snapshot, and started by name."""
    rule = {"name": "down", "effect": {"kind": "status", "status": 503}}
    world.restore({**world.snapshot(), "scenarios": [{"name": "outage", "faults": [rule]}]})
    world.faults.start("outage")

    assert Caller(world).get(3451).status_code == 503
    assert world.snapshot()["scenarios"] == [{"name": "outage", "faults": [rule]}]
    with pytest.raises(ControlError, match="the world has no scenario of that name"):
        world.faults.start("other")
