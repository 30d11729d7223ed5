"""The world's clock: virtual time that runs at a chosen speed from a chosen moment."""

from collections.abc import Callable

#: The last moment of a clock: a day before the years no longer fit four digits.
LATEST = 253_402_214_399_999


class BackwardsError(ValueError):
    """A clock cannot go back: what has happened would then lie in the future."""


class WorldClock:
    """Tells a world's time.

    Args:
        start: the moment at which the clock starts, in epoch milliseconds.
        speed: world seconds per real second; 1 is real time, 0 stands still.
        monotonic: real time in seconds, from any origin.
    """

    __slots__ = ("_monotonic", "_origin", "_start", "speed")

    def __init__(self, start: int, speed: float, monotonic: Callable[[], float]) -> None:
        self.speed = speed
        self._start = start
        self._monotonic = monotonic
        self._origin = monotonic()

    @property
    def state(self) -> tuple[int, float, float]:
        """A time (epoch milliseconds), the real time (seconds) when it was read, the speed."""
        return self._start, self._origin, self.speed

    @classmethod
    def resume(
        cls, state: tuple[int, float, float], monotonic: Callable[[], float]
    ) -> "WorldClock":
        """Return a clock that continues another one, of this *state* and the same real time."""
        start, origin, speed = state
        clock = cls(start, speed, monotonic)
        clock._origin = origin
        return clock

    def now(self) -> int:
        """Return the world's time in epoch milliseconds; it stops at `LATEST`."""
        return self.at(self._monotonic())

    def at(self, seconds: float) -> int:
        """Return the world's time at *seconds*, a reading of real time."""
        now = self._start + int((seconds - self._origin) * 1000 * self.speed)
        return min(LATEST, now)

    def set(self, timestamp: int) -> None:
        """Set the time to *timestamp*, in epoch milliseconds.

        Raises:
            BackwardsError: it lies in the world's past.
        """
        if timestamp < self.now():
            raise BackwardsError(timestamp)
        self._start, self._origin = timestamp, self._monotonic()

    def advance(self, milliseconds: int) -> None:
        """Advance the time by *milliseconds*; the speed stays the same."""
        self.set(self.now() + milliseconds)

    def run(self, speed: float) -> None:
        """Continue at *speed*, in world seconds per real second; 0 stops the clock."""
        self._start, self._origin = self.now(), self._monotonic()
        self.speed = speed
