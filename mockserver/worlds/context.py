"""A request on its way to an operation: whose it is, which world it meets, and what it calls."""

from abc import ABC, abstractmethod
from typing import TypeVar

from mockserver.faults.active import ActiveFault
from mockserver.http.messages import Request
from mockserver.worlds.world import BaseWorld


class BaseContext(ABC):
    """A *request* and the *world* that it meets, whatever that holds.

    *faults* are the names of the faults that touched it.
    """

    __slots__ = ("faults", "request")

    def __init__(self, request: Request) -> None:
        self.request = request
        self.faults: tuple[str, ...] = ()

    @property
    @abstractmethod
    def met(self) -> BaseWorld:
        """The world that it meets."""

    @property
    @abstractmethod
    def is_authenticated(self) -> bool:
        """Whether its caller is known to the world."""

    @abstractmethod
    def is_about(self, fault: ActiveFault) -> bool:
        """Return whether it is a call that *fault* is about."""


C = TypeVar("C", bound=BaseContext)
