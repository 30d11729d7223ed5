"""A request on its way to an operation of any API."""

from mockserver.contract.description.operations import Operation
from mockserver.faults.active import ActiveFault
from mockserver.http.messages import Request
from mockserver.http.paths import PathMatch
from mockserver.records.credentials import Caller
from mockserver.worlds.context import BaseContext
from mockserver.worlds.records import RecordWorld
from mockserver.worlds.world import BaseWorld


class RecordContext(BaseContext):
    """A *request* whose credential has been looked up and whose path has been matched.

    *caller* is who sends it (None: nobody that is known), *query* its decoded parameters.
    """

    __slots__ = ("caller", "headers", "match", "query", "world")

    def __init__(  # noqa: PLR0913 -- made once, by dispatch.py
        self,
        request: Request,
        world: RecordWorld,
        caller: Caller | None,
        *,
        match: PathMatch | None,
        query: tuple[tuple[str, str], ...],
        headers: dict[str, str],
    ) -> None:
        super().__init__(request)
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
        operation = self.operation
        if operation is None or fault.rule.project is not None or fault.rule.job_id is not None:
            return False
        return fault.rule.operation in (None, operation.name, operation.call)
