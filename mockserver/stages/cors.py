"""Lets pages of any origin call the mock from a browser (the Fetch standard, 3.3)."""

from mockserver.exchange import Answer, Exchange, Handle

_PREFLIGHT_SECONDS = "600"


def stage(handle: Handle) -> Handle:
    """Return *handle* with the header fields that a browser asks for."""

    async def shared(exchange: Exchange) -> Answer:
        answer = await handle(exchange)
        if "Origin" not in exchange.headers:
            return answer
        headers = {"Access-Control-Allow-Origin": "*"}
        if "Access-Control-Request-Method" in exchange.headers and "Allow" in answer.headers:
            headers |= {
                "Access-Control-Allow-Methods": answer.headers["Allow"],
                "Access-Control-Allow-Headers": "authorization, content-type",
                "Access-Control-Max-Age": _PREFLIGHT_SECONDS,
            }
        return answer.with_headers(headers)

    return shared
