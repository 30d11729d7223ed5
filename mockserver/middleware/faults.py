"""The faults in force in the caller's world hit its calls, before anyone looks at the key."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import unquote

from mockserver.domain.integer import parse_integer
from mockserver.faults.active import ActiveFault
from mockserver.http.messages import Handler, Middleware, Request, Response
from mockserver.http.routing import Routes
from mockserver.worlds.persistence import Persistence
from mockserver.worlds.world import World


def stage(routes: Routes, persistence: Persistence) -> Middleware:
    """Return the stage; *routes* tell which operation a request calls."""

    def around(handle: Handler) -> Handler:
        def faulty(request: Request) -> Awaitable[Response]:
            world = request.world
            if not world or not world.faults:
                return handle(request)
            called = routes.called(request.method, request.path)
            if called is None:
                return handle(request)
            operation, parameters = called
            request.operation = operation.operation_id
            project, job_id = unquote(parameters["projectKey"]), None
            with suppress(KeyError, ValueError):
                job_id = parse_integer(unquote(parameters["jobId"]))

            def about() -> list[ActiveFault]:
                return [f for f in world.faults if f.is_about(request.operation, project, job_id)]

            return struck(request, world, about) if about() else handle(request)

        async def struck(
            request: Request, world: World, about: Callable[[], list[ActiveFault]]
        ) -> Response:
            async with persistence.count_faults(world):
                now = world.clock.now()
                # While this waited, the faults of the world may have become others.
                hits = [force for force in about() if force.fires(now)]
            # Not needed to start.
            from mockserver.middleware.effects import wrapped

            # The one that was put into force first is the outermost.
            rest = handle
            for force in reversed(hits):
                rest = wrapped(force, world, rest)
            return await rest(request)

        return faulty

    return around
