"""Faults in force: list, add, read, remove; and the scenarios of the fixtures."""

from collections.abc import Iterable

import msgspec

from mockserver.client import models
from mockserver.control.request import ControlRequest, list_names
from mockserver.faults.active import MOST_FAULTS, ActiveFault, FaultExistsError, TooManyFaultsError
from mockserver.faults.rule import FaultRule, abbreviate, inconsistencies, spell_out
from mockserver.http.messages import Response, json_response
from mockserver.http.refused import RefusedError
from mockserver.worlds.world import World


async def list_all(request: ControlRequest) -> Response:
    """Respond with the faults in force, with their counts."""
    return json_response(200, _show_all(request, request.world.faults))


async def add(request: ControlRequest) -> Response:
    """Put a fault into force."""
    world, rule = request.world, request.read_body(FaultRule)
    for member, what in inconsistencies(rule, request.services.api.operation_names, request.places):
        raise RefusedError(409, what, member, "docs/reference/faults.md explains each fault")
    return json_response(201, _show(request, _add_fault(request, world, rule)))


async def read(request: ControlRequest) -> Response:
    """Respond with one fault, with its counts."""
    return json_response(200, _show(request, _find_fault(request)))


async def remove(request: ControlRequest) -> Response:
    """Take one fault out of force."""
    fault, world = _find_fault(request), request.world
    world.faults.remove(fault.name)
    _publish(request, world, "removed", fault.name)
    return Response(204)


async def clear(request: ControlRequest) -> Response:
    """Take all faults out of force."""
    world = request.world
    world.faults.clear()
    _publish(request, world, "cleared", None)
    return Response(204)


async def list_scenarios(request: ControlRequest) -> Response:
    """Respond with the scenarios of the world's fixtures."""
    scenarios = [{"name": s.name, "faults": s.faults} for s in request.world.scenarios]
    return json_response(200, {"scenarios": scenarios})


async def start_scenario(request: ControlRequest) -> Response:
    """Put the faults of a scenario into force."""
    world, name = request.world, request.path["scenario"]
    for scenario in world.scenarios:
        if scenario.name == name:
            in_force = [r.name for r in scenario.faults if r.name and world.faults.find(r.name)]
            if in_force:
                hint = f"DELETE .../faults/{in_force[0]} first"
                raise RefusedError(409, "a fault of the scenario is in force", "scenario", hint)
            faults = [_add_fault(request, world, rule) for rule in scenario.faults]
            return json_response(201, _show_all(request, faults))
    hint = f"there are {list_names(scenario.name for scenario in world.scenarios)}"
    raise RefusedError(404, "the world has no scenario of that name", "scenario", hint)


def _add_fault(request: ControlRequest, world: World, rule: FaultRule) -> ActiveFault:
    try:
        fault = world.faults.add(spell_out(rule, request.services.profile.words.path_words))
    except FaultExistsError:
        hint = "take another name, or none to have one made"
        raise RefusedError(409, "a fault of that name is in force", "/name", hint) from None
    except TooManyFaultsError:
        hint = "DELETE those that are no longer needed"
        raise RefusedError(409, f"{MOST_FAULTS} faults are in force", "", hint) from None
    _publish(request, world, "added", fault.name)
    return fault


def _find_fault(request: ControlRequest) -> ActiveFault:
    fault = request.world.faults.find(request.path["fault"])
    if fault is None:
        hint = f"in force are {list_names(fault.name for fault in request.world.faults)}"
        raise RefusedError(404, "no fault of that name is in force", "fault", hint)
    return fault


def _publish(request: ControlRequest, world: World, change: str, name: str | None) -> None:
    data = {"change": change, "fault": name}
    request.services.events.publish("fault", world.name, data)


def _show_all(request: ControlRequest, faults: Iterable[ActiveFault]) -> models.ActiveFaultList:
    return models.ActiveFaultList(tuple(_show(request, fault) for fault in faults))


def _show(request: ControlRequest, fault: ActiveFault) -> models.ActiveFault:
    rule = abbreviate(fault.rule, request.services.profile.words.path_words)
    rule = msgspec.structs.replace(rule, name=fault.name)
    counts = fault.counts
    return models.ActiveFault(msgspec.to_builtins(rule), counts.matched, counts.fired)
