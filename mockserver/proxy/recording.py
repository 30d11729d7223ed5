"""A recording while it is made: each exchange decoded, redacted, and given to what keeps it."""

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from msgspec import structs

from mockserver.proxy.decoding import decode_content
from mockserver.proxy.exchange import Exchange
from mockserver.proxy.redaction import Redactor
from mockserver.proxy.sinks import Sink


class Recording:
    """Gives exchanges to *sinks*, none of which ever sees a credential.

    Args:
        sinks: what keeps exchanges.
        redactor: takes credentials out.
        most: how many octets of one content are kept, once it is decoded.
        tell: is told, once, that something could not be recorded.
    """

    def __init__(
        self,
        sinks: Sequence[Sink],
        redactor: Redactor,
        most: int,
        tell: Callable[[str], object],
    ) -> None:
        self._sinks = tuple(sinks)
        self._redactor = redactor
        self._most = most
        self._tell = tell
        self._failures = 0
        self._unread = 0

    @property
    def is_asked_for(self) -> bool:
        """Whether anything is kept."""
        return bool(self._sinks)

    def take(self, exchange: Exchange) -> None:
        """Keep *exchange*, which has ended."""
        try:
            self._keep(exchange)
        except Exception as error:  # noqa: BLE001 -- whatever it is, forwarding has to go on
            self._failures += 1
            if self._failures == 1:
                told = f"{type(error).__name__}: {error}"
                self._tell(f"{exchange.method} could not be recorded: {told}; forwarding goes on")

    def _keep(self, exchange: Exchange) -> None:
        decoded = structs.replace(
            exchange,
            request=decode_content(exchange.request, exchange.request_fields, self._most),
            response=decode_content(exchange.response, exchange.fields, self._most),
        )
        redacted = self._redactor.redact(decoded)
        for before, after in (
            (exchange.request, decoded.request),
            (exchange.response, decoded.response),
        ):
            if before.octets is not None and after.octets is None:
                self._note_unread(redacted, after.note)
        for sink in self._sinks:
            sink.take(redacted)

    def _note_unread(self, exchange: Exchange, note: str) -> None:
        self._unread += 1
        if self._unread == 1:
            path = urlsplit(exchange.url).path
            self._tell(f"{exchange.method} {path}, a body: {note}; forwarding goes on")

    def close(self) -> None:
        """Write what is left to write."""
        for sink in self._sinks:
            sink.close()

    @property
    def is_complete(self) -> bool:
        """Whether all was kept."""
        return not self._failures + self._unread and all(sink.is_complete for sink in self._sinks)
