"""Bodies of requests as hypothesis draws them from a schema of any API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import HypothesisException
from schemathesis.config import SchemathesisConfig
from schemathesis.core.errors import SchemathesisError

from contracts.contract.api import Api
from contracts.contract.json_values import get_value
from contracts.contract.model import Operation
from contracts.contract.moments import is_plausible
from contracts.engine.bodies import TAKEN, choose_media, find_schema, follow, list_properties
from contracts.engine.forms import list_pairs
from contracts.engine.verdict import Inapplicable
from contracts.fuzzing.isolation import isolate_schemathesis

PLAIN = {"generation": {"database": "none", "allow-x00": False, "codec": "ascii"}}
"""Texts that a person could have written: what others mean to a server is not judged by them."""


LARGEST = 2**63

FILE = "contracts"
"""What is sent for a file."""


def draw_bodies(api: Api, operation: Operation, count: int, rng: int) -> list[Any]:
    """Return up to *count* different bodies that *operation* accepts; all follows from *rng*.

    Members that the schema does not name are left out: nobody knows what they would mean. So are
    bodies that lack what is required once they are written as a form, which has no empty arrays,
    integers of more than 64 bits, which most servers have no room for, and moments of far-off years
    where a record tells when it moved.

    Raises:
        Inapplicable: schemathesis cannot draw from the schema.
    """
    found: list[Any] = []
    names = list_properties(api, operation).keys() - _list_optional_moments(api, operation)
    with isolate_schemathesis():
        config = SchemathesisConfig.from_dict(PLAIN)
        schema = schemathesis.openapi.from_dict(dict(api.raw), config=config)

        @seed(rng)
        @settings(
            max_examples=4 * count,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(schema[operation.path][operation.method].as_strategy())
        def draw(case: Any) -> None:
            if isinstance(case.body, dict):  # and not the mark that there is none
                body = {
                    name: FILE if isinstance(value, bytes) else value
                    for name, value in case.body.items()
                    if name in names
                }
                if body not in found and _can_be_judged(api, operation, body):
                    found.append(body)

        try:
            draw()
        except (SchemathesisError, HypothesisException) as error:
            told = f"no body of {operation.id} could be drawn: {str(error).splitlines()[0]}"
            raise Inapplicable(told) from error
    return found[:count]


def _list_optional_moments(api: Api, operation: Operation) -> set[str]:
    """Return the members by which records tell when they moved, but for those a body must have."""
    required = follow(api, find_schema(operation) or {}).get("required", ())
    life = api.resource.lifecycle
    places = life.stamps.places if life and life.stamps else ()
    return {place[1:] for place in places}.difference(required)


def _can_be_judged(api: Api, operation: Operation, body: Mapping[str, Any]) -> bool:
    is_lost = _is_lost_in_form(api, operation, body)
    return not is_lost and _is_in_range(body) and _has_plausible_moments(api, body)


def _is_in_range(value: Any) -> bool:
    """Tell whether each integer within *value* has 64 bits at most."""
    if isinstance(value, dict | list):
        return all(map(_is_in_range, value.values() if isinstance(value, dict) else value))
    return not isinstance(value, int) or -LARGEST <= value < LARGEST


def _has_plausible_moments(api: Api, body: Mapping[str, Any]) -> bool:
    life = api.resource.lifecycle
    if life is None or life.stamps is None:
        return True
    given = [get_value(body, place) for place in life.stamps.places]
    return all(is_plausible(one, life.stamps.unit) for one in given if one is not None)


def _is_lost_in_form(api: Api, operation: Operation, body: Mapping[str, Any]) -> bool:
    """Tell whether *operation* takes a form, and *body* has required members that none can have."""
    if choose_media(operation) not in TAKEN:
        return False
    required = follow(api, find_schema(operation) or {}).get("required", ())
    carried = {name for name, _ in list_pairs(body)}
    return any(name in body and name not in carried for name in required)
