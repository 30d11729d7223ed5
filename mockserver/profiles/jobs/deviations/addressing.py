"""Deviations of how a path is read, as the deployed API has them: decoded, cleaned, routed."""

import posixpath
from urllib.parse import quote, unquote_to_bytes

from mockserver.deviations.deviation import Deviation, InterceptedRequest
from mockserver.http.messages import Response
from mockserver.http.paths import is_percent_encoded

_USER = "/paths/~1public~1{projectKey}~1users~1{userId}"
#: What its redirections leave as it is; all else is percent-encoded.
_PLAIN = "/$&+,:;=@~-_."


async def _route_decoded_path(intercepted: InterceptedRequest) -> Response:
    """Route by the decoded path, in which ``%2F`` has become a separator."""
    path = intercepted.request.path
    if "%" not in path or not is_percent_encoded(path):
        return await intercepted.respond()
    return await intercepted.respond_to(quote(unquote_to_bytes(path), safe=_PLAIN))


async def _redirect(intercepted: InterceptedRequest) -> Response:
    path = intercepted.request.path
    if not path.startswith("/") or not is_percent_encoded(path):
        return await intercepted.respond()
    decoded = unquote_to_bytes(path)
    clean = _clean(decoded)
    if clean == decoded:
        return await intercepted.respond()
    # A query is kept as it is, also an empty one.
    _, mark, query = intercepted.request.target.partition("?")
    return Response(301, headers={"Location": quote(clean, safe=_PLAIN) + mark + query})


def _clean(path: bytes) -> bytes:
    """Return *path* without empty and dot segments; a slash at its end stays."""
    clean = posixpath.normpath(b"/" + path.lstrip(b"/"))
    return clean + b"/" if path.endswith(b"/") and clean != b"/" else clean


async def _refuse_malformed(intercepted: InterceptedRequest) -> Response:
    if is_percent_encoded(intercepted.request.path):
        return await intercepted.respond()
    return Response(400, b"400 Bad Request", {"Content-Type": "text/plain; charset=utf-8"})


DEVIATIONS = (
    Deviation(
        "path-is-decoded-first",
        "conforming",
        "Decodes a path before it is routed: a userId with `%2F` is 404, `jobs%2F1` is a job.",
        f"{_USER}/delete",
        before=_route_decoded_path,
    ),
    Deviation(
        "redirects-to-clean-paths",
        "conforming",
        "Redirects where the decoded path has `.`, `..` or empty segments, before it asks for a"
        " key: to delete `a%2F..%2Fb` and follow deletes `b`.",
        f"{_USER}/delete",
        before=_redirect,
    ),
    Deviation(
        "malformed-escape-is-plain-400",
        "conforming",
        "Answers `400 Bad Request` as text to a path with `%zz`, before it asks for a key.",
        "/paths",
        before=_refuse_malformed,
    ),
)
