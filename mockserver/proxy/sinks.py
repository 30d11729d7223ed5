"""What takes exchanges in as they end."""

from typing import Protocol

from mockserver.proxy.exchange import Exchange


class Sink(Protocol):
    """Keeps exchanges in some form. What it cannot keep, it tells once, and goes on."""

    def take(self, exchange: Exchange) -> None:
        """Keep *exchange*, which holds no credentials any more."""
        ...

    def close(self) -> None:
        """Write what is left to write."""
        ...

    @property
    def is_complete(self) -> bool:
        """Whether all was kept that was taken."""
        ...
