"""From a request to the operation that it calls: path, method, key, project, and then the work."""

from collections.abc import Awaitable, Mapping

from mockserver.contract.document import Document, Operation
from mockserver.domain.tenancy import Tenant
from mockserver.http import errors
from mockserver.http.errors import HttpError
from mockserver.http.messages import Response
from mockserver.http.routing import Match, Routes, is_percent_encoded
from mockserver.operations.call import Call
from mockserver.operations.table import Operate
from mockserver.worlds.context import RequestContext


class Dispatcher:
    """Responds to the requests for a contract's operations.

    Args:
        document: the contract.
        routes: its paths.
        table: what each operation does, by operationId.
    """

    def __init__(self, document: Document, routes: Routes, table: Mapping[str, Operate]) -> None:
        self._templates = routes.templates
        self._lifecycle = document.lifecycle
        self._table = table

    async def __call__(self, context: RequestContext) -> Response:
        """Return the response; a refusal is a response too."""
        try:
            match, tenant = context.match, context.tenant
            if match is None or not match.is_percent_encoded:
                raise self._no_match(context.request.path)
            operation = match.operation
            if operation is None:
                if context.request.method == "OPTIONS":
                    return Response(204, headers={"Allow": match.allow})
                raise errors.method_not_allowed(context.request.method, match.allow)
            if tenant is None:
                raise errors.unauthorized()
            world, target = context.world, context.request.target
            now = world.clock.now()
            revision = world.store.revision(now) if operation.method == "GET" else None
            if revision is None:
                return await self._operate(context, match, operation, tenant, now)
            # A read has the response that it had before, unless a job has changed since.
            response = world.response_cache.get(revision, tenant, target)
            if response is None:
                response = await self._operate(context, match, operation, tenant, now)
                world.response_cache.keep(revision, tenant, target, response)
        except HttpError as error:
            return error.response
        return response

    def _no_match(self, path: str) -> HttpError:
        if is_percent_encoded(path):
            return errors.path_not_found(path, self._templates)
        return errors.path_not_percent_encoded(path)

    def _operate(
        self,
        context: RequestContext,
        match: Match,
        operation: Operation,
        tenant: Tenant,
        now: int,
    ) -> Awaitable[Response]:
        project = tenant.project(match.parameters["projectKey"])
        if project is None:
            raise errors.unauthorized()
        call = Call(
            operation=operation,
            lifecycle=self._lifecycle,
            store=context.world.store,
            project=project,
            path=match.parameters,
            query=context.request.query,
            now=now,
        )
        return self._table[operation.operation_id](call)
