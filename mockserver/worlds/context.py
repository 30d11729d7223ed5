"""A request on its way to an operation: whose it is, which world it meets, and what it calls."""

from collections.abc import Awaitable, Callable

from mockserver.contract.document import Operation
from mockserver.domain.tenancy import Tenant
from mockserver.http.messages import Request, Response
from mockserver.http.routing import Routes
from mockserver.worlds.world import World


class RequestContext:
    """A *request* whose API key has been looked up and whose path has been matched.

    *world* is the one that it meets, *tenant* whom its key belongs to (None: to none), *match* what
    the contract has at its path (None: nothing), *faults* the names of the faults that touched it.
    """

    __slots__ = ("faults", "match", "request", "tenant", "world")

    def __init__(
        self, request: Request, world: World, tenant: Tenant | None, routes: Routes
    ) -> None:
        self.request = request
        self.world = world
        self.tenant = tenant
        self.match = match = routes.match(request.method, request.path)
        self.faults: tuple[str, ...] = ()
        if match is not None and match.operation is not None:
            request.operation = match.operation.operation_id

    @property
    def operation(self) -> Operation | None:
        """The operation that the request calls, if it calls one."""
        return None if self.match is None else self.match.operation

    def retarget(self, target: str, routes: Routes, method: str | None = None) -> "RequestContext":
        """Return a request of the same caller for another *target*, and with another *method*."""
        request = self.request.retarget(method or self.request.method, target)
        return RequestContext(request, self.world, self.tenant, routes)


#: Responds to a request of a known world. Middleware takes one and returns one that does more;
#: where it does nothing with a response, it is a plain function that returns the inner awaitable.
ContextHandler = Callable[[RequestContext], Awaitable[Response]]
ContextMiddleware = Callable[[ContextHandler], ContextHandler]
