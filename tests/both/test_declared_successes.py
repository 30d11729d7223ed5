"""A success is declared by its status, by a range or by `default`, to the mock and to the judge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.both.test_ways_of_vendors import TEAM, check, describe, write


def declare(whole: dict[str, Any], written: str) -> dict[str, Any]:
    """Return paths in which each success is *written* in another way."""
    for item in whole.values():
        responses = item["get"]["responses"]
        item["get"]["responses"] = {written: responses["200"]}
    return whole


@pytest.mark.parametrize("written", ["200", "2XX", "default"])
def test_a_success_is_served_and_judged_however_it_is_declared(
    written: str, tmp_path: Path
) -> None:
    """Guards OpenAPI 3.1.0, section 4.8.16: ranges and `default` declare responses, too."""
    spec = write(tmp_path, declare(describe(TEAM, "/teams", "team_id"), written))

    found = check(tmp_path, spec, None, "--laws", "EXCH-*,READ-*")

    assert found.keys() <= {"kept", "untested", "observed"}
    assert {"READ-01", "READ-02", "EXCH-02"} <= found["kept"]
