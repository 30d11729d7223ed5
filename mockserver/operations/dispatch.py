"""From a request to the operation that it calls: path, method, key, project, and then the work."""

from collections.abc import Awaitable, Mapping
from urllib.parse import unquote

from mockserver.contract.document import Document, Operation
from mockserver.domain.tenancy import Tenant
from mockserver.http import errors
from mockserver.http.errors import HttpError
from mockserver.http.messages import Request, Response
from mockserver.http.routing import Match, Routes, escapes
from mockserver.operations.call import Call
from mockserver.operations.table import Operate
from mockserver.worlds.world import World


class Dispatcher:
    """Answers the requests for a contract's operations.

    Args:
        document: the contract.
        routes: from a path to its operations.
        table: what each operation does, by operationId.
    """

    def __init__(self, document: Document, routes: Routes, table: Mapping[str, Operate]) -> None:
        self._routes = routes
        self._lifecycle = document.lifecycle
        self._table = table

    async def __call__(self, request: Request) -> Response:
        """Return the answer; whatever is refused is an answer too."""
        try:
            match = self._routes.match(request.path)
            if match is None or not match.sound:
                raise self._misdirected(request.path)
            # RFC 9110, section 9.3.2: HEAD is GET without content, which the socket leaves out.
            method = "GET" if request.method == "HEAD" else request.method
            operation = match.operations.get(method)
            if operation is None:
                if method == "OPTIONS":
                    return Response(204, headers={"Allow": match.allow})
                raise errors.method_not_allowed(request.method, match.allow)
            request.operation = operation.operation_id
            world, tenant = request.world, request.tenant
            if world is None or tenant is None:
                raise errors.unauthorized()
            now = world.clock.now()
            revision = world.store.revision(now) if method == "GET" else None
            if revision is None:
                return await self._operate(request, operation, match, world, tenant, now)
            # A read is answered as before unless a job has changed since.
            response = world.remembered.get(revision, tenant, request.target)
            if response is None:
                response = await self._operate(request, operation, match, world, tenant, now)
                world.remembered.keep(revision, tenant, request.target, response)
        except HttpError as problem:
            return problem.response
        return response

    def _misdirected(self, path: str) -> HttpError:
        if escapes(path):
            return errors.no_such_path(path, self._routes.templates)
        return errors.no_escape(path)

    def _operate(  # noqa: PLR0913, PLR0917 -- what has been found out so far
        self,
        request: Request,
        operation: Operation,
        match: Match,
        world: World,
        tenant: Tenant,
        now: int,
    ) -> Awaitable[Response]:
        project = tenant.project(unquote(match.parameters["projectKey"]))
        if project is None:
            raise errors.unauthorized()
        call = Call(
            operation=operation,
            lifecycle=self._lifecycle,
            store=world.store,
            project=project,
            path=match.parameters,
            query=request.query,
            now=now,
        )
        return self._table[operation.operation_id](call)
