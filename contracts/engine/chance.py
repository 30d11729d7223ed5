"""Chance that can be repeated, and that remembers whether it decided anything."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")


class Chance(Random):
    """A source of choices that notes whether what a law looks at was left to it.

    A law that is kept where chance chose the jobs or the calls may be broken by others. Bits that
    only make up a name (`getrandbits`) do not count: any other name would do as well.
    """

    drawn = False
    """Whether something was chosen that other choices could have gone around."""

    def sample(self, population: Sequence[T], k: int, **more: Any) -> list[T]:
        """Choose *k* of *population*; to take all of it, in any order, is not a choice."""
        self.drawn = self.drawn or k < len(population)
        return super().sample(population, k, **more)

    def choice(self, seq: Any) -> Any:
        """Choose one of *seq*."""
        self.drawn = self.drawn or len(seq) > 1
        return super().choice(seq)

    def randrange(self, *bounds: int) -> int:  # type: ignore[override]  # no names are used
        """Choose a number."""
        self.drawn = True
        return super().randrange(*bounds)
