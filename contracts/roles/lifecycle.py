"""LIFE-01 to LIFE-04, LIFE-08: how records move, judged by everything that the run saw of them.

A law is broken only if no legal history explains what was seen: between two sightings of a record,
the server and other clients may have moved it several times, or deleted and made it again where
clients choose its key.
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.contract.json_values import get_value
from contracts.contract.moments import UNSET, read_moment
from contracts.contract.moves import Lifecycle
from contracts.engine.history import Sighting
from contracts.engine.law import MUST
from contracts.engine.probe import Probe
from contracts.engine.verdict import Violation
from contracts.http.excerpt import as_json, compare_records
from contracts.http.shown import says
from contracts.roles.declared import has_lifecycle, has_stamps
from contracts.roles.law import role_law
from contracts.roles.moments import LEEWAY


def _list_changes(probe: Probe) -> Iterator[tuple[Lifecycle, Sighting, Sighting]]:
    """Go through the changes that were seen of records that were not made again meanwhile.

    Both sightings say what state the record is in.
    """
    life = probe.api.resource.lifecycle
    for before, after in probe.run.history.list_lasting_changes() if life else ():
        places = {place for members in (life.states.values() if life else ()) for place in members}
        if life is not None and all(_is_said(probe, before, after, one) for one in places):
            yield life, before, after


def _is_said(probe: Probe, before: Sighting, after: Sighting, place: str) -> bool:
    """Tell whether both sightings of a record say what is at *place*."""
    return all(says(one.exchange, probe.api, one.job, place) for one in (before, after))


def _fail(expected: str, actual: str, before: Sighting, after: Sighting) -> Violation:
    evidence = [before.exchange, after.exchange]
    changed = compare_records(before.job, after.job)
    return Violation(expected, actual, evidence, about=[before.job, after.job], changed=changed)


@role_law("LIFE-01", MUST, ref="@lifecycle/terminal", when=has_lifecycle, last=True)
def a_record_in_a_terminal_state_stays_in_it(probe: Probe) -> None:
    """A record in a state that no move leaves is in that state whenever it is seen again."""
    resource = probe.api.resource
    for sighting in probe.run.history.list_jobs():
        life = resource.lifecycle
        if life and resource.find_state(sighting.job) in life.terminal:
            probe.exercise("records in a terminal state")
    for life, before, after in _list_changes(probe):
        state, now = resource.find_state(before.job), resource.find_state(after.job)
        if state in life.terminal and now != state:
            actual = f"it is {resource.name_state(after.job)}"
            raise _fail(f"a record that is {state} to stay so", actual, before, after)


@role_law("LIFE-02", MUST, ref="@lifecycle/transitions", when=has_lifecycle, last=True)
def a_record_moves_only_as_the_lifecycle_allows(probe: Probe) -> None:
    """Between two sightings, a record moves only along the declared transitions."""
    resource = probe.api.resource
    for life, before, after in _list_changes(probe):
        source, to = resource.find_state(before.job), resource.find_state(after.job)
        if source is None or to is None or source == to:
            continue
        legal = life.find_reachable(source)
        if to not in legal:
            led = " or ".join(sorted(legal - {source}))
            expected = f"a record that is {source} to stay so{led and f', or to be {led} next'}"
            raise _fail(expected, f"it is {to}", before, after)
        probe.exercise(f"{source} to {to}")


@role_law("LIFE-03", MUST, ref="@lifecycle/stamps/moved", when=has_stamps("moved"), last=True)
def the_timestamp_of_the_last_move_never_goes_back(probe: Probe) -> None:
    """The timestamp of the last move never becomes earlier, and is set from the first move on.

    A second is allowed for, since one machine may stamp a record after another.
    """
    for life, before, after in _list_changes(probe):
        stamps = life.stamps
        if stamps is None or not stamps.moved or not _is_said(probe, before, after, stamps.moved):
            continue
        values = [get_value(one.job, stamps.moved) for one in (before, after)]
        old, new = (read_moment(value, stamps.unit) for value in values)
        if values[0] in UNSET or old is None:
            source, to = (probe.api.resource.find_state(one.job) for one in (before, after))
            if values[1] in UNSET and None not in (source, to) and source != to:
                expected = f"{stamps.moved[1:]} of a record that has moved from {source}"
                raise _fail(expected, f"it is {as_json(values[1])}", before, after)
            continue
        if values[1] in UNSET or (new is not None and new + 1 < old):
            expected = f"{stamps.moved[1:]} from {as_json(values[0])} on"
            raise _fail(expected, f"it is {as_json(values[1])}", before, after)
        probe.exercise("changes")


@role_law("LIFE-04", MUST, ref="@lifecycle/keeps", when=has_lifecycle, last=True)
def what_is_kept_never_changes(probe: Probe) -> None:
    """The properties that a record keeps, as declared, never change after it was made."""
    for life, before, after in _list_changes(probe):
        for place in (one for one in life.keeps if _is_said(probe, before, after, one)):
            old, new = (get_value(one.job, place) for one in (before, after))
            if old is not None and old != new:
                expected = f"{place[1:]} to stay {as_json(old)}"
                raise _fail(expected, f"it is {as_json(new)}", before, after)
            probe.exercise("changes")


@role_law("LIFE-08", MUST, ref="@lifecycle/stamps/entered", when=has_stamps("entered"), last=True)
def the_timestamp_of_a_state_is_set_when_it_is_entered(probe: Probe) -> None:
    """The timestamp of a state is set once, when the state is entered, and stays as it is.

    It may change where a record can come into one of the states that share it again. One that is
    newly set is not before what the deployment had already stamped on the record.
    """
    for life, before, after in _list_changes(probe):
        stamps, resource = life.stamps, probe.api.resource
        source = resource.find_state(before.job)
        if stamps is None or source is None:
            continue
        for place in dict.fromkeys(stamps.entered.values()):
            if not _is_said(probe, before, after, place):
                continue
            old, new = (get_value(one.job, place) for one in (before, after))
            sharing = {state for state, one in stamps.entered.items() if one == place}
            enterable = any(
                sharing.intersection(move.targets)
                for move in life.moves
                if life.find_reachable(source).intersection(move.sources)
            )
            if old not in UNSET and old != new and not enterable:
                expected = f"{place[1:]} to stay {as_json(old)}"
                raise _fail(expected, f"it is {as_json(new)}", before, after)
            if old in UNSET and new not in UNSET:
                _expect_late(place, before, after, life)
            probe.exercise("changes")


def _expect_late(place: str, before: Sighting, after: Sighting, life: Lifecycle) -> None:
    """Break the law if a newly set timestamp is before the last move that was already stamped."""
    stamps = life.stamps
    if stamps is None or stamps.moved is None:
        return
    moved = get_value(before.job, stamps.moved)
    new = read_moment(get_value(after.job, place), stamps.unit)
    old = None if moved in UNSET else read_moment(moved, stamps.unit)
    if old is not None and new is not None and new + LEEWAY < old:
        expected = f"{place[1:]} from {as_json(moved)} on, when the record had last moved"
        raise _fail(expected, f"it is {as_json(get_value(after.job, place))}", before, after)
