"""From a request to the operation that it calls: path, method, key, project, and then the work."""

from collections.abc import Mapping
from urllib.parse import unquote

from mockserver import problems
from mockserver.document import Document
from mockserver.domain.lifecycle import Lifecycle
from mockserver.domain.tenancy import Tenant
from mockserver.exchange import Answer, Exchange
from mockserver.operations import Operate
from mockserver.operations.call import Call
from mockserver.problems import ProblemError
from mockserver.routing import Match, Routes
from mockserver.world import World, Worlds

_SCHEME = "bearer"


class Dispatcher:
    """Answers the requests for a contract's operations.

    Args:
        document: the contract.
        base_path: what stands before each of its paths, such as ``/api/v1``, or nothing.
        table: what each operation does, by operationId.
        worlds: where the jobs are.
    """

    def __init__(
        self, document: Document, base_path: str, table: Mapping[str, Operate], worlds: Worlds
    ) -> None:
        self._routes = Routes(document, base_path)
        self._lifecycle: Lifecycle = document.lifecycle
        self._table = table
        self._worlds = worlds

    async def __call__(self, exchange: Exchange) -> Answer:
        """Return the answer; whatever is refused is an answer too."""
        try:
            return await self._answer(exchange)
        except ProblemError as problem:
            return problem.answer

    async def _answer(self, exchange: Exchange) -> Answer:
        match = self._routes.match(exchange.path)
        if match is None:
            raise problems.no_such_path(exchange.path, self._routes.templates)
        # RFC 9110, section 9.3.2: HEAD is GET without the content, which the socket leaves out.
        method = "GET" if exchange.method == "HEAD" else exchange.method
        operation = match.operations.get(method)
        if operation is None:
            if method == "OPTIONS":
                return Answer(204, headers={"Allow": match.allow})
            raise problems.method_not_allowed(exchange.method, match.allow)
        exchange.operation = operation.operation_id
        world = self._worlds.default
        tenant = self._tenant(world, exchange)
        if method == "GET":
            return await self._read(exchange, match, world, tenant)
        return await self._operate(exchange, match, method, world, tenant, world.clock.now())

    async def _read(self, exchange: Exchange, match: Match, world: World, tenant: Tenant) -> Answer:
        """Return a remembered answer if no job has changed since, else a new one."""
        now = world.clock.now()
        revision = world.store.revision(now)
        if revision is None:
            return await self._operate(exchange, match, "GET", world, tenant, now)
        answer = world.remembered.get(revision, tenant, exchange.target)
        if answer is None:
            answer = await self._operate(exchange, match, "GET", world, tenant, now)
            world.remembered.keep(revision, tenant, exchange.target, answer)
        return answer

    def _tenant(self, world: World, exchange: Exchange) -> Tenant:
        """Return who calls.

        Raises:
            ProblemError: the key is missing or wrong. The scheme's case means nothing (RFC 9110,
                section 11.1).
        """
        scheme, _, api_key = exchange.headers.get("Authorization", "").partition(" ")
        tenant = world.keyring.find(api_key.strip(" ")) if scheme.lower() == _SCHEME else None
        if tenant is None:
            raise problems.unauthorized()
        return tenant

    async def _operate(  # noqa: PLR0913 -- what has been found out so far
        self,
        exchange: Exchange,
        match: Match,
        method: str,
        world: World,
        tenant: Tenant,
        now: int,
    ) -> Answer:
        project = tenant.project(unquote(match.parameters["projectKey"]))
        if project is None:
            raise problems.unauthorized()
        operation = match.operations[method]
        call = Call(
            operation, self._lifecycle, world.store, project, match.parameters, exchange.query, now
        )
        return await self._table[operation.operation_id](call)
