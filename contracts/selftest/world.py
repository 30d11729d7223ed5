"""The worlds that miniatures start with."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from contracts.contract.document import Document
from contracts.selftest.miniature import DAY, Job, Miniature
from contracts.target import Effects, Target

KEY, OTHER_KEY = "Organization-Key-1a2B3c4D", "Another-Organizations-Key-9z8Y"
PROJECT, OTHER_PROJECT, FOREIGN_PROJECT = "3sWXSsqHgSKnE87YkNJK", "7pQzLmN2vRtYxWc4BdKs", "Foreign"
JOBS = 213
"""Enough for a page of the largest limit and a rest."""


def create_clock(document: Document) -> Callable[[], int]:
    """Return a clock in epoch milliseconds that starts at a fixed moment of the contract's time."""
    start = int(document.resolve("#/components/examples/RunningJob/value/data/createdAt"))
    begun = time.monotonic()
    return lambda: start + 10 * DAY + int((time.monotonic() - begun) * 1000)


def create_miniature(
    document: Document,
    kind: Callable[..., Miniature] = Miniature,
    jobs: int = JOBS,
    statuses: tuple[str, ...] = (),
) -> Miniature:
    """Return a deployment of *kind* with that number of jobs in its first project."""
    now = create_clock(document)
    world = kind(
        document=document,
        now=now,
        organizations={KEY: (PROJECT, OTHER_PROJECT), OTHER_KEY: (FOREIGN_PROJECT,)},
        jobs={},
    )
    number = 0
    for index in range(jobs):
        number += 1 + (index % 9 == 4)
        job = _make_job(world, PROJECT, number, index, statuses)
        world.jobs[number] = job
        if index % 10 == 3:
            number += 1
            world.jobs[number] = _make_job(world, OTHER_PROJECT, number, index, statuses)
    return world


def _make_job(
    world: Miniature, project: str, number: int, index: int, statuses: tuple[str, ...]
) -> Job:
    life = world.document.lifecycle
    cycle = statuses or (
        *("scheduled",) * 3,
        *("running",) * 3,
        "completed",
        "failed",
        "cancelled",
        "completed",
    )
    status = cycle[index % len(cycle)]
    made = world.now() - 9 * DAY + number * 60_000
    due = world.compute_start(made)
    moved: Any = None if status == life.initial else due + 3_600_000 + number
    if status == life.initial:
        due = world.compute_start(world.now())
    if status == "cancelled":
        moved = made + 5_000
    user = f"user-{number}@example.com"
    return {
        "jobId": number,
        "description": f"Delete user sessions of userId = {user}",
        "status": status,
        "projectId": world.get_project_number(project),
        "action": "delete_user_data",
        "referenceId": user,
        "createdAt": made,
        "updatedAt": moved,
        "startAt": due,
        "errors": "the storage could not be reached" if status == "failed" else None,
        "_project": project,
    }


def create_target(base_url: str, effects: Effects = Effects.ANY, **more: Any) -> Target:
    """Return how a miniature is judged: with all keys and all effects, and *more* of a Target."""
    return Target(
        base_url=base_url,
        project=PROJECT,
        api_key=KEY,
        other_project=OTHER_PROJECT,
        other_api_key=OTHER_KEY,
        other_key_project=FOREIGN_PROJECT,
        effects=effects,
        **more,
    )
