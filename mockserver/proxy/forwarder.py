"""Forwarding: a request to the upstream and its response back, as they come, with a copy kept."""

from collections.abc import AsyncIterator, Callable

import aiohttp
from aiohttp.web_request import BaseRequest
from msgspec import structs

from mockserver.proxy import fields as header
from mockserver.proxy.capture import Budget, Capture
from mockserver.proxy.decoding import accept_readable
from mockserver.proxy.delivery import Delivery, refuse
from mockserver.proxy.exchange import Content, Exchange, Fields
from mockserver.proxy.upstream import Upstream, UpstreamError, explain

_NO_RESPONSE = Content(None, 0, "there was no response")
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Times:
    """What tells the time: *wall* in seconds since 1970, *monotonic* in seconds from any origin."""

    def __init__(self, wall: Callable[[], float], monotonic: Callable[[], float]) -> None:
        self.wall = wall
        self.monotonic = monotonic


class Limits:
    """How much is kept of what passes: *most* octets of one content, *all_* of all under way."""

    def __init__(self, most: int, all_: int) -> None:
        self.most = most
        self.budget = Budget(all_)

    def capture(self) -> Capture:
        """Return what keeps one content."""
        return Capture(self.most, self.budget)


class Forwarder:
    """Forwards requests to an *upstream*.

    Args:
        upstream: where to.
        via: names this proxy.
        times: tells when and how long.
        limits: bounds what is kept.
        record: is given each exchange once it has ended; None if nothing is recorded.
    """

    def __init__(
        self,
        upstream: Upstream,
        via: header.Via,
        times: Times,
        limits: Limits,
        record: Callable[[Exchange], object] | None,
    ) -> None:
        self._upstream = upstream
        self._via = via
        self._times = times
        self._limits = limits
        self._record = record

    async def forward(self, base: BaseRequest) -> Delivery:
        """Pass the request on, write the response, and return how the connection goes on."""
        try:
            sent = header.read_fields(base.raw_headers)
        except header.InvalidFieldError as error:
            return await refuse(base, 400, str(error))
        if self._via.is_in(sent):
            told = "this request has passed this proxy before: the upstream leads back to it"
            return await refuse(base, 508, told)
        version = f"{base.version.major}.{base.version.minor}"
        passed = header.forward_request(sent)
        if self._record is not None:
            # A response in another coding could not be looked through, and would not be recorded.
            passed = accept_readable(passed)
        fields = self._via.append(passed, version)
        exchange = Exchange(
            method=base.method,
            url=self._upstream.address(base.raw_path),
            started=self._times.wall() * 1000,
            milliseconds=0.0,
            request_fields=passed,
        )
        return await _Transfer(self, base, exchange).run(fields)

    def begin_copy(self) -> Capture:
        """Return what keeps a copy of one content."""
        return self._limits.capture()

    async def send(
        self, exchange: Exchange, fields: Fields, content: AsyncIterator[bytes] | None
    ) -> aiohttp.ClientResponse:
        """Return the upstream's response to what *exchange* asks."""
        return await self._upstream.send(exchange.method, exchange.url, fields, content)

    def read_clock(self) -> float:
        """Return the time in seconds, from any origin."""
        return self._times.monotonic()

    def keep(self, exchange: Exchange) -> None:
        """Record *exchange*, which has ended."""
        if self._record is not None:
            self._record(exchange)

    def append_via(self, fields: Fields, version: str) -> Fields:
        """Return the *fields* of a response as they go to the client."""
        return self._via.append(header.forward_response(fields), version)


class _Transfer:
    """One request on its way there and back; *exchange* grows with what is known of it."""

    def __init__(self, forwarder: Forwarder, base: BaseRequest, exchange: Exchange) -> None:
        self._forwarder = forwarder
        self._base = base
        self._exchange = exchange
        self._began = forwarder.read_clock()
        self._request = forwarder.begin_copy()
        self._response = forwarder.begin_copy()

    async def run(self, fields: Fields) -> Delivery:
        """Send the request with its *fields*, and write the response."""
        content = self._read_content() if self._base.body_exists else None
        try:
            response = await self._forwarder.send(self._exchange, fields, content)
        except UpstreamError as error:
            self._end(str(error))
            return await refuse(self._base, 502, str(error))
        except BaseException:
            self._end("the client left before the response came")
            raise
        self._exchange = structs.replace(self._exchange, waited=self._measure())
        try:
            return await self._pass_on(response)
        finally:
            response.close() if not response.content.at_eof() else response.release()

    async def _pass_on(self, response: aiohttp.ClientResponse) -> Delivery:
        version = response.version or aiohttp.HttpVersion11
        spoken = f"{version.major}.{version.minor}"
        try:
            fields = header.read_fields(response.raw_headers)
        except header.InvalidFieldError as error:
            self._end(f"in the response, {error}")
            return await refuse(self._base, 502, f"in the response of the upstream, {error}")
        self._exchange = structs.replace(
            self._exchange,
            status=response.status,
            reason=response.reason or "",
            version=f"HTTP/{spoken}",
            fields=fields,
        )
        delivery = Delivery(self._base, keep_alive=self._base.keep_alive)
        failure = "the client left"
        try:
            passed = self._forwarder.append_via(fields, spoken)
            await delivery.begin(response.status, response.reason or "", passed)
            async for chunk in response.content.iter_any():
                self._response.add(chunk)
                await delivery.write(chunk)
            await delivery.end()
            failure = ""
        except (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError) as error:
            failure = f"the upstream {explain(error)}"
            delivery.break_off()
        finally:
            self._end(failure)
        return delivery

    async def _read_content(self) -> AsyncIterator[bytes]:
        if self._base.headers.get("Expect", "").lower() == "100-continue":
            await self._base.writer.write(_CONTINUE)
        async for chunk in self._base.content.iter_any():
            self._request.add(chunk)
            yield chunk

    def _measure(self) -> float:
        return (self._forwarder.read_clock() - self._began) * 1000

    def _end(self, failure: str) -> None:
        self._forwarder.keep(
            structs.replace(
                self._exchange,
                milliseconds=self._measure(),
                request=self._request.finish(),
                response=self._response.finish(failure) if self._exchange.status else _NO_RESPONSE,
                failure=failure,
            )
        )
