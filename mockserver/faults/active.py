"""The faults in force in a world. They are counted and seeded, so every run is the same."""

import random
from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct, structs

from mockserver.faults.rule import FaultRule, RateLimit
from mockserver.parsing.integer import parse_integer
from mockserver.parsing.timestamp import parse_duration

MOST_FAULTS = 200


class TooManyFaultsError(Exception):
    """The world has as many faults in force as it may."""


class FaultExistsError(Exception):
    """A fault of that name is in force."""


class Counts(Struct, frozen=True):
    """How many calls a fault was about so far, and how often it fired.

    Of a rate limit: when its window *opened* (epoch milliseconds), and the calls *spent* in it.
    """

    matched: int = 0
    fired: int = 0
    opened: int = 0
    spent: int = 0


class ActiveFault:
    """A fault in force.

    Whether it fires follows from its rule, its counts and the time alone, so a fault that several
    servers share is the same one on each of them.
    """

    __slots__ = ("counts", "name", "rule")

    def __init__(self, name: str, rule: FaultRule, counts: Counts = Counts()) -> None:  # noqa: B008 -- frozen
        self.name = name
        self.rule = rule
        self.counts = counts

    @property
    def random_numbers(self) -> random.Random:
        """The random numbers of its effect on the call that it hit last."""
        # Not those that decide whether it fires, so that the two do not influence each other.
        return random.Random(f"{self.rule.seed}/effect/{self.counts.fired}")

    def is_about(self, names: Collection[str], parameters: Mapping[str, str]) -> bool:
        """Return whether the fault is about a call.

        Args:
            names: those of its operation.
            parameters: those of its path, decoded.
        """
        rule = self.rule
        return (rule.operation is None or rule.operation in names) and all(
            name in parameters and _same(parameters[name], value)
            for name, value in rule.parameters.items()
        )

    def fire_if_due(self, now: int) -> bool:
        """Count a call at *now* (epoch milliseconds) and return whether the fault hits it."""
        rule, counts = self.rule, self.counts
        matched = counts.matched + 1
        hit = rule.nth is None or matched == rule.nth
        if rule.probability is not None:
            hit = random.Random(f"{rule.seed}/{matched}").random() < rule.probability
        if rule.times is not None and counts.fired >= rule.times:
            hit = False
        if hit and isinstance(rule.effect, RateLimit):
            counts = self._spend(counts, now)
            hit = counts.spent > rule.effect.calls
        self.counts = structs.replace(counts, matched=matched, fired=counts.fired + hit)
        return hit

    def opens_in(self, now: int) -> int:
        """Return in how many milliseconds the window of a rate limit ends."""
        effect = self.rule.effect
        window = parse_duration(effect.window) if isinstance(effect, RateLimit) else 0
        return max(0, self.counts.opened + window - now)

    def _spend(self, counts: Counts, now: int) -> Counts:
        """Return *counts* with one more call in the window, or in a new window if it has ended."""
        if not counts.spent or self.opens_in(now) == 0:
            counts = structs.replace(counts, opened=now, spent=0)
        return structs.replace(counts, spent=counts.spent + 1)


def _same(text: str, value: str) -> bool:
    """Return whether a parameter is *value*, or another spelling of the same integer."""
    try:
        return text == value or parse_integer(text) == parse_integer(value)
    except ValueError:
        return False


class Faults:
    """The faults in force, *by_name*, in the order in which they were added."""

    __slots__ = ("_numbered", "by_name")

    def __init__(self) -> None:
        self.by_name: dict[str, ActiveFault] = {}
        self._numbered = 0

    def __iter__(self) -> Iterator[ActiveFault]:
        """Yield the faults in force."""
        return iter(tuple(self.by_name.values()))

    def add(self, rule: FaultRule, known_as: str | None = None) -> ActiveFault:
        """Put *rule* into force, under its name or one that is made for it.

        *known_as* is the name that it has elsewhere already.

        Raises:
            FaultExistsError: a fault of that name is in force.
            TooManyFaultsError: there are `MOST_FAULTS` already.
        """
        if len(self.by_name) >= MOST_FAULTS:
            raise TooManyFaultsError
        name = rule.name or known_as
        while name is None or (name != known_as and rule.name is None and name in self.by_name):
            self._numbered += 1
            name = f"fault-{self._numbered}"
        if name in self.by_name:
            raise FaultExistsError(name)
        self.by_name[name] = ActiveFault(name, rule)
        return self.by_name[name]

    def find(self, name: str) -> ActiveFault | None:
        """Return the fault of that name, if it is in force."""
        return self.by_name.get(name)

    def remove(self, name: str) -> None:
        """Take a fault out of force."""
        del self.by_name[name]

    def clear(self) -> None:
        """Take all faults out of force."""
        self.by_name.clear()
