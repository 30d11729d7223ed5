"""The time that all servers of one state share."""

from collections.abc import Callable


class SharedTime:
    """The time of the database, continued between two reads by this machine's clock.

    So what one server has written never lies in the future of another one, although their machines'
    clocks differ.

    Args:
        wall: this machine's time in seconds since 1970, for a database that has no clock.
        monotonic: real time in seconds, from any origin.
    """

    def __init__(self, wall: Callable[[], float], monotonic: Callable[[], float]) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._seconds = 0.0
        self._at = monotonic()

    def seconds(self) -> float:
        """Return the time in seconds since 1970."""
        return self._seconds + self._monotonic() - self._at

    def set(self, seconds: float | None) -> None:
        """Continue from the database's time; None if the database has no clock."""
        self._seconds = max(self.seconds(), self._wall() if seconds is None else seconds)
        self._at = self._monotonic()
