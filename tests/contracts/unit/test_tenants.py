"""What tells the records of two tenants apart, where each tenant counts its own from one."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.roles.alike import is_unmistakable


@pytest.mark.parametrize(
    "record",
    [
        {"id": 1, "made": "2026-01-15T12:00:00Z"},
        {"id": 1, "made": "Thu, 15 Jan 2026 12:00:00 +0000"},
        {"id": 1, "made": 1768478400},
        {"id": "00000001-0000-4000-8000-000000000001"},
        {"id": 1, "stamps": {"made": 1768478400000}},
    ],
)
def test_a_moment_or_a_long_key_tells_a_record_from_others(record: dict[str, Any]) -> None:
    """Guards what a tenant may be accused by: two records do not share it by chance."""
    assert is_unmistakable(record)


@pytest.mark.parametrize(
    "record",
    [
        {"id": 1, "status": "done"},
        {"id": "manual__1", "status": "done", "size": 1048576},
        {"id": 1, "title": "Getting started with part 1", "draft": True},
        {},
    ],
)
def test_a_count_and_a_state_are_the_same_by_chance(record: dict[str, Any]) -> None:
    """Guards against false alarms: the first record of two tenants may look the same."""
    assert not is_unmistakable(record)
