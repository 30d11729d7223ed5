"""The world's clock: virtual time that runs at a chosen speed from a chosen moment."""

from collections.abc import Callable


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

    def now(self) -> int:
        """Return the world's time in epoch milliseconds."""
        return self._start + int((self._monotonic() - self._origin) * 1000 * self.speed)
