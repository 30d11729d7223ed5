"""A request on its way to an operation: whose it is, which world it meets, and what it calls."""

from collections.abc import Awaitable, Callable, Mapping

from mockserver.contract.operations import Operation
from mockserver.faults.active import ActiveFault
from mockserver.http.credentials import Caller
from mockserver.http.messages import Request, Response
from mockserver.http.paths import PathMatch, Paths
from mockserver.records.arguments import QueryText
from mockserver.worlds.world import World


class RequestContext:
    """A *request* whose credential has been looked up and whose path has been matched.

    *caller* is who sends it (None: nobody that is known), *match* what is at its path (None:
    nothing), and *operation* what it calls, if anything. *paths* are those of the API, *query* the
    parameters of the request, and *faults* the names of the faults that touched it.
    """

    __slots__ = ("caller", "faults", "match", "operation", "paths", "query", "request", "world")

    def __init__(  # noqa: PLR0913 -- made in two places, with all that is known of a request
        self,
        request: Request,
        world: World,
        caller: Caller | None,
        *,
        match: PathMatch | None,
        paths: Paths,
        query: QueryText,
    ) -> None:
        self.request = request
        self.faults: tuple[str, ...] = ()
        self.world = world
        self.caller = caller
        self.match = match
        self.paths = paths
        self.query = query
        self.operation: Operation | None = None if match is None else match.operation
        if self.operation is not None:
            request.operation = self.operation.name

    def retarget(self, target: str) -> "RequestContext":
        """Return a request of the same caller for another *target*."""
        request = self.request.retarget(target)
        return RequestContext(
            request,
            self.world,
            self.caller,
            match=self.paths.match(request.method, request.path),
            paths=self.paths,
            query=self.query.replace(request.query),
        )

    @property
    def headers(self) -> Mapping[str, str]:
        """The header fields of the request; the case of their names means nothing."""
        return self.request.headers

    @property
    def is_authenticated(self) -> bool:
        """Whether its credential opens the world."""
        return self.caller is not None

    def is_about(self, fault: ActiveFault) -> bool:
        """Return whether it is a call that *fault* is about."""
        match, operation = self.match, self.operation
        if match is None or operation is None:
            return False
        return fault.is_about((operation.name, operation.call), match.parameters)


ContextHandler = Callable[[RequestContext], Awaitable[Response]]
