"""A request on its way to an operation of any API."""

from urllib.parse import parse_qsl

from mockserver.contract.description.operations import Operation
from mockserver.faults.active import ActiveFault
from mockserver.http.messages import Request
from mockserver.http.paths import PathMatch, Paths
from mockserver.records.credentials import Caller
from mockserver.worlds.context import BaseContext
from mockserver.worlds.records import RecordWorld
from mockserver.worlds.world import BaseWorld


def parse_query(text: str, *, takes_first: bool = False) -> tuple[tuple[str, str], ...]:
    """Return the query parameters of *text*, decoded; the first of each name if *takes_first*."""
    if not text:
        return ()
    pairs = parse_qsl(text, keep_blank_values=True)
    return tuple(dict(reversed(pairs)).items()) if takes_first else tuple(pairs)


class RecordContext(BaseContext):
    """A *request* whose credential has been looked up and whose path has been matched.

    *caller* is who sends it (None: nobody that is known), *query* its decoded parameters.
    """

    __slots__ = ("_paths", "_takes_first", "caller", "headers", "match", "query", "world")

    def __init__(  # noqa: PLR0913 -- made once, by dispatch.py
        self,
        request: Request,
        world: RecordWorld,
        caller: Caller | None,
        *,
        match: PathMatch | None,
        query: tuple[tuple[str, str], ...],
        headers: dict[str, str],
        paths: Paths,
        takes_first: bool,
    ) -> None:
        super().__init__(request)
        self._paths = paths
        self._takes_first = takes_first
        self.world = world
        self.caller = caller
        self.match = match
        self.query = query
        self.headers = headers
        if self.operation is not None:
            request.operation = self.operation.name

    @property
    def operation(self) -> Operation | None:
        """The operation that the request calls, if it calls one."""
        return None if self.match is None else self.match.operation

    @property
    def met(self) -> BaseWorld:
        """The world that it meets."""
        return self.world

    @property
    def is_authenticated(self) -> bool:
        """Whether its credential opens the world."""
        return self.caller is not None

    def is_about(self, fault: ActiveFault) -> bool:
        """Return whether it is a call that *fault* is about."""
        match = self.match
        if match is None or match.operation is None:
            return False
        operation = match.operation
        return fault.is_about((operation.name, operation.call), match.parameters)

    def retarget(self, target: str, method: str | None = None) -> "RecordContext":
        """Return a request of the same caller for another *target*, and with another *method*."""
        request = self.request.retarget(method or self.request.method, target)
        return RecordContext(
            request,
            self.world,
            self.caller,
            match=self._paths.match(request.method, request.path),
            query=parse_query(request.query, takes_first=self._takes_first),
            headers=self.headers,
            paths=self._paths,
            takes_first=self._takes_first,
        )
