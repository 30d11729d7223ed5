"""The time that all servers of one state share."""

from collections.abc import Callable


class SharedTime:
    """Real time as the database tells it, and between two reads of it as this machine goes on.

    No moment that one server has written lies ahead of what another one reads later, though their
    machines' clocks differ: each read of the database is later than all that was written before.

    Args:
        wall: this machine's time in seconds since 1970, for a database that has none of its own.
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
        """Go on from the database's time; None if it has no clock of its own."""
        self._seconds = max(self.seconds(), self._wall() if seconds is None else seconds)
        self._at = self._monotonic()
