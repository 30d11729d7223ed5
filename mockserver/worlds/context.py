"""A request on its way to an operation: whose it is, which world it meets, and what it calls."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import TypeVar

from mockserver.contract.document import Operation
from mockserver.domain.tenancy import Tenant
from mockserver.faults.active import ActiveFault
from mockserver.http.messages import Request, Response
from mockserver.http.routing import Routes
from mockserver.worlds.world import BaseWorld, World


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


class RequestContext(BaseContext):
    """A *request* whose API key has been looked up and whose path has been matched.

    *world* is the one that it meets, *tenant* whom its key belongs to (None: to none), *match* what
    the contract has at its path (None: nothing).
    """

    __slots__ = ("match", "tenant", "world")

    def __init__(
        self, request: Request, world: World, tenant: Tenant | None, routes: Routes
    ) -> None:
        super().__init__(request)
        self.world = world
        self.tenant = tenant
        self.match = match = routes.match(request.method, request.path)
        if match is not None and match.operation is not None:
            request.operation = match.operation.operation_id

    @property
    def met(self) -> BaseWorld:
        """The world that it meets."""
        return self.world

    @property
    def is_authenticated(self) -> bool:
        """Whether its API key is one of the world."""
        return self.tenant is not None

    def is_about(self, fault: ActiveFault) -> bool:
        """Return whether it is a call that *fault* is about."""
        match, operation = self.match, self.operation
        if match is None or operation is None:
            return False
        return fault.is_about((operation.operation_id,), match.parameters)

    @property
    def operation(self) -> Operation | None:
        """The operation that the request calls, if it calls one."""
        return None if self.match is None else self.match.operation

    def retarget(self, target: str, routes: Routes, method: str | None = None) -> "RequestContext":
        """Return a request of the same caller for another *target*, and with another *method*."""
        request = self.request.retarget(method or self.request.method, target)
        return RequestContext(request, self.world, self.tenant, routes)


C = TypeVar("C", bound=BaseContext)
#: Responds to a request of a known world. Middleware takes one and returns one that does more;
#: where it does nothing with a response, it is a plain function that returns the inner awaitable.
ContextHandler = Callable[[RequestContext], Awaitable[Response]]
ContextMiddleware = Callable[[ContextHandler], ContextHandler]
