"""The time that all servers of one state share."""

from collections.abc import Callable


class SharedTime:
    """Real time as the database tells it, and between two looks as this machine goes on from there.

    No moment that one server has written lies ahead of what another one reads later, though their
    machines' clocks differ: each look at the database is later than all that was written before.

    Args:
        wall: this machine's time in seconds since 1970, for a database that has none of its own.
        monotonic: real time in seconds, from any origin.
    """

    def __init__(self, wall: Callable[[], float], monotonic: Callable[[], float]) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._told = 0.0
        self._at = monotonic()

    def seconds(self) -> float:
        """Return the time in seconds since 1970."""
        return self._told + self._monotonic() - self._at

    def tell(self, seconds: float | None) -> None:
        """Go on from what the database has said; None if it has no clock."""
        self._told = max(self.seconds(), self._wall() if seconds is None else seconds)
        self._at = self._monotonic()
