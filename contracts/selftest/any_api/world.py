"""The world that a miniature of any API starts with, and how it is judged."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from contracts.contract.api import Api
from contracts.contract.json_values import put
from contracts.engine.bodies import FORMATS, list_types
from contracts.engine.verdict import Inapplicable
from contracts.selftest.any_api.clock import Clock
from contracts.selftest.any_api.miniature import AnyMiniature
from contracts.selftest.any_api.values import (
    PlayError,
    find_property,
    find_unit,
    is_required,
    list_stamps,
    write_moment,
)
from contracts.selftest.world import KEY, OTHER_KEY
from contracts.target import ANY_API, Effects, Target

REST = 13
"""How many records there are beyond a page of the largest size."""

IN_EACH_STATE = 12
"""How many of them are in each state at least."""

FEW, MOST = 60, 2_000
"""How many records there are at least and at most."""

DAY = 86_400.0


def create_world(
    api: Api,
    kind: Callable[..., AnyMiniature] = AnyMiniature,
    count: int | None = None,
    *,
    plays: Api | None = None,
    **settings: Any,
) -> AnyMiniature:
    """Return a deployment of *kind* with *count* records of the first tenant, in all states.

    It is filled as *api* says, and plays that, or the contract that it *plays* instead. *settings*
    are what the kind takes beyond that.

    Raises:
        PlayError: no records can be made from the contract.
    """
    apart = (*api.resource.scope, *(one.parameter for one in api.resource.filters))
    paths = list_paths(api, apart)
    here, there, foreign = map(api.resource.find_scope, paths)
    world = kind(
        api=api,
        now=Clock(begun=time.time()),  # noqa: TID251 -- here the clock comes in
        opened={KEY: tuple(dict.fromkeys((here, there))), OTHER_KEY: (foreign,)},
        **settings,
    )
    for index in range(count_records(api) if count is None else count):
        _fill(world, KEY, paths[0], index)
        if index % 10 == 3 and paths[0] != paths[1]:
            _fill(world, KEY, paths[1], index)
    for index in range(5):
        _fill(world, OTHER_KEY, paths[2], index)
    world.api = plays or api
    return world


def check_playable(api: Api) -> None:
    """Make what a deployment of *api* would answer with.

    Raises:
        PlayError: something of it cannot be made; says where, and what to add.
    """
    resource = api.resource
    called = [resource.list, *(one.operation for one in resource.creations)]
    called += [resource.read] if resource.read else []
    called += [api.operations[move.by] for move in resource.list_moves()]
    place = resource.schema
    try:
        world = create_world(api)
        for operation in called:
            place = f"{operation.pointer}/responses"
            world.succeed(operation)
    except Inapplicable as error:
        raise PlayError(api.file, place, f"{error.reason}, so that nothing can play it") from error


def count_records(api: Api) -> int:
    """Return how many records it takes to tell any two sizes of a page apart, and to move some.

    There are enough in each state for all laws, also for those that are judged again.
    """
    limit, life = api.resource.pages.limit if api.resource.pages else None, api.resource.lifecycle
    largest = max((limit.max or 0, limit.default or 0)) if limit else 0
    moved = IN_EACH_STATE * len(life.states) if life else 0
    return min(max(FEW, largest + REST, moved), MOST)


def _fill(world: AnyMiniature, owner: str, path: Mapping[str, str], index: int) -> None:
    """Make a record some days ago, in a state by its *index*.

    It came into its state an hour later, or just now if it is promised to leave that soon.
    """
    api, life = world.api, world.api.resource.lifecycle
    entry = world.build(owner, api.resource.find_scope(path), path)
    if life is not None:
        world.begin(entry, list(life.states)[index % len(life.states)])
    stamps = life.stamps if life else None
    made = world.now() - 9 * DAY + 60 * entry.number
    entered = world.now() if world.list_promises(world.get_state(entry)) else made + 3600
    for place in list_stamps(api) if stamps else ():
        first = stamps is not None and place == stamps.made
        moved = stamps is not None and place == stamps.moved and index % 2
        if first or moved or world.read_stamp(entry, place) or is_required(api, place):
            unit = find_unit(api, find_property(api, place))
            put(entry.record, place, write_moment(made if first else entered, unit))
    world.keep(entry)


def list_paths(
    api: Api, apart: Sequence[str] | None = None
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Return the path parameters of a tenant, of another of the same key, and of a foreign one.

    They differ in those that are to tell them *apart*: by default, in what names a tenant.
    """
    resource = api.resource
    apart = resource.scope if apart is None else apart
    paths: tuple[dict[str, str], dict[str, str], dict[str, str]] = ({}, {}, {})
    for operation in api.operations.values():
        own = resource.find_key_parameter(operation)
        for name, parameter in operation.parameters.items():
            if parameter.get("in") == "path" and name != own and not _is_key(api, name):
                for turn, path in enumerate(paths):
                    path[name] = _name(parameter, turn if name in apart else 0)
    return paths


def _is_key(api: Api, name: str) -> bool:
    return name == api.resource.key_parameter or any(
        one.conflict is not None and one.conflict.given == f"$request.path.{name}"
        for one in api.resource.creations
    )


def _name(parameter: Mapping[str, Any], turn: int) -> str:
    schema = parameter.get("schema", {})
    if "integer" in list_types(schema):
        return str(7 + turn)
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]][:-1] + str(turn)
    return ("here", "there", "foreign")[turn]


def create_target(
    api: Api, base_url: str, effects: Effects = Effects.ANY, *, foreign: bool = False
) -> Target:
    """Return how a miniature is judged: with all keys, and another tenant, a *foreign* one or not.

    The other tenant is left out where the path names none, the other key where none is taken.
    """
    here, *others = list_paths(api)
    other = others[foreign]
    return Target(
        base_url=base_url,
        project=ANY_API,
        api_key=KEY if api.security.schemes else "",
        other_api_key=OTHER_KEY if api.security.schemes else None,
        given_path=here,
        given_other_path=other if other != here else {},
        effects=effects,
    )
