"""What shows that a world moves records otherwise than its contract says."""

from tests.steering.deviating import Asked


def check_never_happens(asked: Asked) -> None:
    """Check that a record is not moved when it is due."""
    seen = []
    for side in asked.both:
        move, names = side.moves_of(asked.words[0])[0], side.deviations
        side.world.deviations.set()
        members = {"expires_at": 1768478460} if move.event == "expire" else {}
        key = side.put(move.sources[0], **members)
        due = side.world.records(side.shape.resource).get(key).next
        side.world.deviations.set(*names)
        assert due is not None
        side.world.clock.set(due.at)
        seen.append(side.state(key) in move.targets)
    assert seen == [True, False]


def check_refusal(asked: Asked) -> None:
    """Check that the event is refused in a state, and leaves the record there."""
    seen = []
    for side in asked.both:
        state = side.state_named(asked.words[1])
        key = side.put(state)
        seen.append(side.make(side.event_named(asked.words[0]), key).status_code < 400)
        assert seen[-1] or side.state(key) == state
    assert seen == [True, False]


def check_acceptance(asked: Asked) -> None:
    """Check that the event is accepted in a state that refuses it."""
    seen = []
    for side in asked.both:
        state = side.state_named(asked.words[1])
        key = side.put(state)
        seen.append(side.make(side.event_named(asked.words[0]), key).status_code < 400)
        side.world.clock.advance("9s")
        targets = [t for m in side.moves_of(asked.words[0]) for t in (*m.targets, None)]
        assert (side.state(key) in targets) == (seen[-1] or state in targets)
    assert seen == [False, True]


def check_does_nothing(asked: Asked) -> None:
    """Check that the event is answered with success, and changes nothing."""
    seen = []
    for side in asked.both:
        event = side.event_named(asked.words[0])
        state = side.source_of(event)
        key = side.put(state)
        status = side.make(event, key).status_code
        side.world.clock.advance("9s")
        seen.append((status < 300, side.state(key) == state))
    assert seen == [(True, False), (True, True)]


def check_other_refusal(asked: Asked) -> None:
    """Check the status by which the event is refused."""
    seen = []
    for side in asked.both:
        sources = {s for m in side.moves_of(asked.words[0]) for s in m.sources}
        refused = {"runs": "in_progress", "batches": "completed"}.get(side.shape.resource)
        state = next(
            s
            for s in (refused, *side.lifecycle.states)
            if s and s not in sources and s != "requested"
        )
        state = "success" if "cancel" in asked.words[0] and refused == "in_progress" else state
        seen.append(side.make(side.event_named(asked.words[0]), side.put(state)).status_code)
    assert seen[0] >= 400
    assert seen[0] != seen[1] == int(asked.words[1])


def check_takes_effect_at_once(asked: Asked) -> None:
    """Check that the event has taken effect once it is answered."""
    seen = []
    for side in asked.both:
        event = side.event_named(asked.words[0])
        key = side.put(side.source_of(event))
        side.make(event, key)
        seen.append(side.state(key) in side.moves_of(asked.words[0])[0].targets)
    assert seen == [False, True]


def check_other_success(asked: Asked) -> None:
    """Check the status of a success."""
    seen = []
    for side in asked.both:
        event = side.shape.operations.get(asked.words[0]) or side.event_named(asked.words[0])
        if event == "create":
            side.remove_made()
            seen.append(side.create().status_code)
        else:
            seen.append(side.make(event, side.put(side.source_of(event))).status_code)
    assert seen[0] < 300
    assert seen[0] != seen[1] == int(asked.words[1])


def check_record_is_gone(asked: Asked) -> None:
    """Check that a record in a state is not found."""
    seen = []
    for side in asked.both:
        key = side.put(side.state_named(asked.words[0]))
        seen.append(side.read(key).status_code)
    assert seen == [200, 404]


#: By the pattern of the names that each shows; the first that fits counts.

CHECKS = {
    "(.+)-never-happens": check_never_happens,
    "(.+)-from-(.+)-is-refused": check_refusal,
    "(.+)-from-(.+)-is-accepted": check_acceptance,
    "(.+)-does-nothing": check_does_nothing,
    "(.+)-is-refused-with-(.+)": check_other_refusal,
    "(.+)-takes-effect-at-once": check_takes_effect_at_once,
    "(.+)-answers-(.+)": check_other_success,
    "(.+)-is-gone": check_record_is_gone,
}
