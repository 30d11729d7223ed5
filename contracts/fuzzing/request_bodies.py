"""Bodies of requests as hypothesis draws them from a schema of any API."""

from __future__ import annotations

from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.config import SchemathesisConfig

from contracts.contract.api import Api
from contracts.contract.model import Operation
from contracts.engine.bodies import list_properties
from contracts.fuzzing.isolation import isolate_schemathesis

PLAIN = {"generation": {"database": "none", "allow-x00": False, "codec": "ascii"}}
"""Texts that a person could have written: what others mean to a server is not judged by them."""


FILE = "contracts"
"""What is sent for a file."""


def draw_bodies(api: Api, operation: Operation, count: int, rng: int) -> list[Any]:
    """Return up to *count* different bodies that *operation* accepts; all follows from *rng*.

    Members that the schema does not name are left out: nobody knows what they would mean.
    """
    found: list[Any] = []
    names = list_properties(api, operation)
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
                if body not in found:
                    found.append(body)

        draw()
    return found[:count]
