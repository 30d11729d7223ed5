"""Deviations of what a request gets that calls no operation, as the deployed API has them.

That is what its router does where nothing matches; the contract says nothing of any of it.
"""

from mockserver.deviations.deviation import Deviation, InterceptedRequest
from mockserver.http.messages import Response
from mockserver.http.paths import is_percent_encoded

NOT_FOUND = Response(
    404,
    b"404 page not found\n",
    {"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"},
)


async def _answer_unknown_paths(intercepted: InterceptedRequest) -> Response:
    path = intercepted.request.path
    if intercepted.context.match is not None or not is_percent_encoded(path):
        return await intercepted.respond()
    # Its health check, whatever the method.
    return Response(200) if path == "/" else NOT_FOUND


async def _refuse_empty_segments(intercepted: InterceptedRequest) -> Response:
    place = intercepted.context.match
    if place is None or all(place.parameters.values()):
        return await intercepted.respond()
    return NOT_FOUND


async def _refuse_head(intercepted: InterceptedRequest) -> Response:
    """Answer HEAD as any other method that the contract does not have."""
    place = intercepted.context.match
    if intercepted.request.method != "HEAD" or place is None:
        return await intercepted.respond()
    allowed = place.allow.replace("HEAD, ", "")
    return Response(405, headers={"Allow": allowed})


async def _answer_options(intercepted: InterceptedRequest) -> Response:
    request = intercepted.request
    if request.method != "OPTIONS":
        return await intercepted.respond()
    if request.path == "*":
        return Response(200)
    known = intercepted.context.match is not None
    return Response(200, headers={"Cache-Control": "max-age=86400"}) if known else NOT_FOUND


async def _strip_405(intercepted: InterceptedRequest) -> Response:
    response = await intercepted.respond()
    return Response(405) if response.status == 405 else response


async def _strip_challenge(intercepted: InterceptedRequest) -> Response:
    response = await intercepted.respond()
    return Response(401, response.body) if response.status == 401 else response


DEVIATIONS = (
    Deviation(
        "unknown-path-is-plain-404",
        "conforming",
        "Answers `404 page not found` as text where nothing is, and an empty 200 at `/`.",
        "/paths",
        before=_answer_unknown_paths,
    ),
    Deviation(
        "empty-segment-is-404",
        "conforming",
        "Finds nothing where a path parameter is empty: `DELETE users/` is 404 instead of 400.",
        "/paths/~1public~1{projectKey}~1users~1{userId}/delete/responses/400",
        before=_refuse_empty_segments,
    ),
    Deviation("head-is-405", "conforming", "Answers 405 to HEAD.", "/paths", before=_refuse_head),
    Deviation(
        "options-is-200",
        "conforming",
        "Answers OPTIONS with an empty 200 that may be kept for a day, and without Allow.",
        "/paths",
        before=_answer_options,
    ),
    Deviation(
        "bare-405",
        "conforming",
        "Answers a method that an operation does not have with an empty 405 without Allow.",
        "/paths",
        before=_strip_405,
    ),
    Deviation(
        "any-method-is-405",
        "conforming",
        "Answers 405 instead of 501 to a method that HTTP does not define, such as FOO.",
        "/paths",
        any_method=True,
    ),
    Deviation(
        "no-challenge",
        "conforming",
        "Answers 401 without WWW-Authenticate.",
        "/components/responses/Unauthorized",
        before=_strip_challenge,
    ),
)
