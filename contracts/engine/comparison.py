"""What earlier runs saw, beside what this one sees: read once, for all laws on history.

A deployment may be reset between two runs, or restored from a backup: then records are gone, their
keys belong to others, or they are back in a state that they had left. That breaks no promise, and
it undoes everything that was younger. So a change against the contract counts only if something
that an earlier run saw, and that is younger than what the change undid, is still there. A time that
was in the future when it was first seen proves nothing: fixtures may hold it, and bring it back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from contracts.contract.api import Api
from contracts.contract.moves import Lifecycle, Stamps
from contracts.contract.roles import Key
from contracts.engine.history import Sighting
from contracts.engine.past_runs.records import (
    Remembered,
    get_moved,
    name_member,
    read_stamps,
    sort_key,
)
from contracts.engine.probe import Probe
from contracts.engine.verdict import Inapplicable, Inconclusive
from contracts.http.shown import get_single, is_success

READ_AGAIN = 50
"""How many records that this run has not met are looked for, each with a request of its own."""

ROUNDING = 1_000
"""Milliseconds: a deployment may show whole seconds at one time, and milliseconds at another."""

AHEAD = 3_600_000
"""Milliseconds by which the deployment's clock may be ahead of this machine's."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A record as an earlier run saw it last, and as this run saw it last."""

    before: Remembered
    now: Sighting
    same: bool
    """It was made at the same time: it is not another record to which the key was given."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What can be said of the records that earlier runs saw."""

    pairs: tuple[Pair, ...]
    gone: tuple[Remembered, ...]
    """Records that were looked for and not found."""
    unread: int
    """How many were not looked for."""
    youngest: dict[str, list[tuple[int, Key]]]
    """By project, what earlier runs saw and is still so: timestamps, each with its record's key."""

    def has_outlived(self, before: Remembered, life: Lifecycle) -> bool:
        """Tell whether something younger than *before* is still there: nothing was restored."""
        stamps = (before.stamps.get(get_made(life)), before.stamps.get(get_moved(life)))
        last = max((at for at in stamps if at is not None), default=0)
        return any(
            stamp > last + ROUNDING and key != before.key
            for stamp, key in self.youngest.get(before.project, ())
        )

    @property
    def is_reset(self) -> bool:
        """Tell whether nothing that was looked for is still there."""
        return not any(pair.same for pair in self.pairs)


def explain_unfollowed(api: Api) -> str:
    """Say why no record can be followed from one sighting to the next; empty if it can.

    Where clients choose the keys, a record may be deleted and made again under the same one.
    """
    resource, life = api.resource, api.resource.lifecycle
    made = life.stamps.made if life and life.stamps else None
    chosen = any(
        one.conflict is not None and one.conflict.key == resource.key for one in resource.creations
    )
    if not chosen or made is not None:
        return ""
    line = "x-lifecycle: {stamps: {made: created_at}}"
    return f"clients choose the keys; to tell a record from one made again, add {line}"


def get_comparison(probe: Probe) -> Comparison:
    """Return what there is to compare; raises Inapplicable where that is nothing."""
    past = probe.run.past
    if past is None or past.loaded is None:
        raise Inapplicable("the history begins with this run")
    since = f"since the run of {past.loaded.saved}"
    if past.changed:
        raise Inapplicable(f"the contract has changed {since}: moves across that are not judged")
    if not past.list_records():
        raise Inapplicable("earlier runs saw no record of this project")
    found: Comparison = probe.read_once(take_comparison)
    if found.is_reset:
        looked = len(found.pairs) + len(found.gone)
        if not looked:
            raise Inconclusive("no record that earlier runs saw could be read")
        raise Inapplicable(
            f"the deployment was reset, it seems: of {looked} records that earlier runs saw, none "
            f"is there {since}"
        )
    return found


def take_comparison(probe: Probe) -> Comparison:
    """Pair the records of earlier runs with what this run has seen, or reads now."""
    past, resource, life = probe.run.past, probe.api.resource, probe.api.resource.lifecycle
    if past is None or life is None:
        return Comparison((), (), 0, {})
    met = {
        (resource.find_scope(one.exchange.arguments), resource.find_key(one.job)): one
        for one in probe.run.history.list_jobs()
    }
    pairs: list[Pair] = []
    gone: list[Remembered] = []
    missing = [one for one in past.list_records() if (one.project, one.key) not in met]
    # What can still move first, and of that what was not seen for the longest time.
    missing.sort(key=lambda one: (one.state in life.terminal, one.last, sort_key(one.key)))
    for one in missing[:READ_AGAIN]:
        sighting, absent = read_again(probe, one)
        if sighting is not None:
            met[one.project, one.key] = sighting
        elif absent:
            gone.append(one)
            past.gone.add((one.project, one.key))
    for before in past.list_records():
        now = met.get((before.project, before.key))
        if now is not None:
            made = read_stamps(probe.api, now.job).get(get_made(life))
            same = is_near(before.stamps.get(get_made(life)), made)
            pairs.append(Pair(before, now, same))
    youngest: dict[str, list[tuple[int, Key]]] = {}
    for pair in pairs:
        youngest.setdefault(pair.before.project, []).extend(
            (at, pair.before.key) for at in _list_kept(pair, probe.api, life)
        )
    return Comparison(tuple(pairs), tuple(gone), len(missing[READ_AGAIN:]), youngest)


def read_again(probe: Probe, before: Remembered) -> tuple[Sighting | None, bool]:
    """Read a record; without a sighting, tell whether the deployment says that it has none."""
    resource = probe.api.resource
    path = dict(zip(resource.scope, before.project.split("/"), strict=False))
    response = probe.read_record(before.key, path=path)
    record = get_single(response, probe.api)
    if is_success(response, probe.api) and resource.find_key(record) == before.key:
        return Sighting(record, response), False
    return None, response.status == 404


def get_made(life: Lifecycle) -> str:
    """Return what the file calls the timestamp of the making; empty if there is none."""
    return name_member((life.stamps or Stamps()).made or "")


def is_near(one: object, other: object) -> bool:
    """Tell whether two timestamps are the same, whole seconds or not; None is only itself."""
    if type(one) is int and type(other) is int:
        return abs(one - other) < ROUNDING
    return one is None and other is None


def _list_kept(pair: Pair, api: Api, life: Lifecycle) -> Iterator[int]:
    """Go through the timestamps of *pair* that are as they were, and lay in the past at first."""
    before, now = pair.before, read_stamps(api, pair.now.job)
    met = int(datetime.fromisoformat(before.first).timestamp() * 1000)
    settled = before.state == api.resource.find_state(pair.now.job)
    for name in (get_made(life), get_moved(life)) if settled else (get_made(life),):
        at = before.stamps.get(name)
        if pair.same and at is not None and at <= met + AHEAD and is_near(at, now.get(name)):
            yield at
