"""Chance that can be repeated and that knows whether it decided anything."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from contracts.engine.randomness import RecordedRandom


@pytest.mark.parametrize(
    "draw",
    [
        lambda chance: chance.sample([1, 2, 3], 2),
        lambda chance: chance.choice([1, 2]),
        lambda chance: chance.randint(1, 9),
        lambda chance: chance.randrange(9),
    ],
)
def test_a_choice_is_noted_and_is_that_of_any_random(draw: Callable[[Random], object]) -> None:
    """Noting that chance decided changes nothing of what it decides."""
    chance = RecordedRandom("7 LAW-01")

    assert draw(chance) == draw(Random("7 LAW-01"))
    assert chance.drawn


@pytest.mark.parametrize(
    "draw",
    [
        lambda chance: chance.sample([1, 2, 3], 3),
        lambda chance: chance.choice([1]),
        lambda chance: chance.getrandbits(64),
    ],
)
def test_what_leaves_nothing_out_is_no_choice(draw: Callable[[Random], object]) -> None:
    """A law that looked at all there is, or made up a name, is the same next time."""
    chance = RecordedRandom("7 LAW-01")
    draw(chance)

    assert not chance.drawn
