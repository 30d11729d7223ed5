"""The faults of one world: counted, seeded, and thus the same in every run."""

import random
from collections.abc import Iterator

from mockserver.domain.fault import FaultRule, RateLimit
from mockserver.domain.moment import parse_duration

MOST_FAULTS = 200


class TooManyFaultsError(Exception):
    """The world has as many faults in force as it may."""


class FaultExistsError(Exception):
    """A fault of that name is in force."""


class Force:
    """A fault in force: how many calls it was about so far, and how often it fired.

    *drawn* are the random numbers of its delays; a generator of its own decides whether it fires,
    so that neither changes the other.
    """

    __slots__ = ("_chance", "_opened", "_spent", "drawn", "fired", "matched", "name", "rule")

    def __init__(self, name: str, rule: FaultRule) -> None:
        self.name = name
        self.rule = rule
        self.matched = 0
        self.fired = 0
        self.drawn = random.Random(f"{rule.seed}/effect")  # noqa: S311 -- seeded, no secret
        self._chance = random.Random(rule.seed)  # noqa: S311 -- seeded, no secret
        self._opened = 0
        self._spent = 0

    def is_about(self, operation: str, project: str, job_id: int | None) -> bool:
        """Return whether the fault is about such a call."""
        rule = self.rule
        return (
            rule.operation in (None, operation)
            and rule.project in (None, project)
            and rule.job_id in (None, job_id)
        )

    def fires(self, now: int) -> bool:
        """Count a call at *now* (epoch milliseconds) and return whether the fault hits it."""
        rule = self.rule
        self.matched += 1
        hit = rule.nth is None or self.matched == rule.nth
        if rule.probability is not None:
            hit = self._chance.random() < rule.probability
        if rule.times is not None and self.fired >= rule.times:
            hit = False
        if isinstance(rule.effect, RateLimit):
            hit = hit and self._exhausted(rule.effect, now)
        self.fired += hit
        return hit

    def opens_in(self, now: int) -> int:
        """Return after how many milliseconds the window of a rate limit is over."""
        effect = self.rule.effect
        window = parse_duration(effect.window) if isinstance(effect, RateLimit) else 0
        return max(0, self._opened + window - now)

    def _exhausted(self, effect: RateLimit, now: int) -> bool:
        if not self._spent or self.opens_in(now) == 0:
            self._opened, self._spent = now, 0
        self._spent += 1
        return self._spent > effect.calls


class Faults:
    """The faults in force, in the order in which they were put there."""

    __slots__ = ("_forces", "_numbered")

    def __init__(self) -> None:
        self._forces: dict[str, Force] = {}
        self._numbered = 0

    def __bool__(self) -> bool:
        """Return whether any fault is in force."""
        return bool(self._forces)

    def __iter__(self) -> Iterator[Force]:
        """Yield the faults in force."""
        return iter(tuple(self._forces.values()))

    def add(self, rule: FaultRule) -> Force:
        """Put *rule* into force, under its name or one that is made for it.

        Raises:
            FaultExistsError: a fault of that name is in force.
            TooManyFaultsError: there are `MOST_FAULTS` already.
        """
        if len(self._forces) >= MOST_FAULTS:
            raise TooManyFaultsError
        name = rule.name
        while name is None or (rule.name is None and name in self._forces):
            self._numbered += 1
            name = f"fault-{self._numbered}"
        if name in self._forces:
            raise FaultExistsError(name)
        self._forces[name] = Force(name, rule)
        return self._forces[name]

    def find(self, name: str) -> Force | None:
        """Return the fault of that name, if it is in force."""
        return self._forces.get(name)

    def remove(self, name: str) -> bool:
        """Take a fault out of force; return whether it was there."""
        return self._forces.pop(name, None) is not None

    def clear(self) -> int:
        """Take all faults out of force; return how many there were."""
        count = len(self._forces)
        self._forces.clear()
        return count
