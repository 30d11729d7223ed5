"""Serving a proxy: open its files, bind, announce it, end on a signal."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from aiohttp import web
from msgspec import Struct
from yarl import URL

from mockserver.app.parts import load_contract, make_kinds
from mockserver.process.serve import stop_signal
from mockserver.profiles.choice import choose_profile
from mockserver.proxy.fields import Via
from mockserver.proxy.fixtures import Api, FixtureSink
from mockserver.proxy.forwarder import Forwarder, Limits, Times
from mockserver.proxy.har import HarSink
from mockserver.proxy.json_lines import JournalSink
from mockserver.proxy.listener import Listener
from mockserver.proxy.recording import Recording
from mockserver.proxy.redaction import Redactor
from mockserver.proxy.sinks import Sink
from mockserver.proxy.traffic import TrafficReader
from mockserver.proxy.upstream import open_upstream

MOST_BODY_BYTES = 8 * 1024 * 1024
_MOST_HELD_BYTES = 256 * 1024 * 1024
#: For requests under way when the proxy is told to end.
_LONGEST_STOP_SECONDS = 2.0
_BACKLOG = 1024


class ProxySettings(Struct, frozen=True):
    """What a proxy is asked for.

    *upstream* is where it forwards to. *har* and *journal* are new files, *record* is a new folder.
    *keeps_identities* is whether keys and e-mail addresses stay in fixtures as they were seen.
    *most* is how many octets of one content are recorded; forwarding knows no limit.
    """

    upstream: URL
    host: str = "127.0.0.1"
    port: int = 8080
    har: Path | None = None
    journal: Path | None = None
    record: Path | None = None
    keeps_identities: bool = False
    most: int = MOST_BODY_BYTES


def load_api(spec: Path, overlays: Sequence[Path]) -> Api:
    """Return what is known of the API that *spec* describes, with *overlays* put on it.

    Raises:
        InvalidSourceError: they cannot be used.
    """
    profile = choose_profile(spec, overlays)
    contract = load_contract(profile, spec, overlays)
    return Api(contract, make_kinds(contract, profile), profile.words.scope_members)


class Proxy:
    """A proxy that is asked for by *settings*; *api* says what passes."""

    def __init__(
        self,
        settings: ProxySettings,
        api: Api,
        times: Times,
        tell: Callable[[str], object],
    ) -> None:
        self.settings = settings
        self._api = api
        self._times = times
        self._tell = tell

    @contextmanager
    def open_recording(self) -> Iterator[Recording]:
        """Make the files, for as long as the context is open.

        Raises:
            OSError: one is there already, or cannot be made.
        """
        recording = Recording(
            list(self._open_sinks()),
            Redactor(self._api.contract.credentials.value),
            self.settings.most,
            self._tell,
        )
        try:
            yield recording
        finally:
            recording.close()

    def _open_sinks(self) -> Iterator[Sink]:
        if self.settings.har is not None:
            yield HarSink(self.settings.har, self._tell)
        if self.settings.journal is not None:
            yield JournalSink(self.settings.journal, self._tell)
        if self.settings.record is not None:
            base = self.settings.upstream.raw_path.rstrip("/")
            reader = TrafficReader(self._api.contract, self._api.kinds.values(), (base,))
            key = None if self.settings.keeps_identities else secrets.token_bytes(32)
            yield FixtureSink(self.settings.record, self._api, reader, key, self._tell)

    @asynccontextmanager
    async def listen(self, recording: Recording) -> AsyncIterator[int]:
        """Listen for as long as the context is open; it is given the port.

        Raises:
            OSError: the address cannot be bound.
        """
        settings, limits = self.settings, Limits(self.settings.most, _MOST_HELD_BYTES)
        via = Via(f"mockserver-{secrets.token_hex(6)}")
        record = recording.take if recording.is_asked_for else None
        async with open_upstream(settings.upstream) as upstream:
            forwarder = Forwarder(upstream, via, self._times, limits, record)
            server = Listener(forwarder, settings.host).server()
            runner = web.ServerRunner(server, shutdown_timeout=_LONGEST_STOP_SECONDS)
            await runner.setup()
            try:
                site = web.TCPSite(runner, settings.host, settings.port, backlog=_BACKLOG)
                await site.start()
                yield int(runner.addresses[0][1])
            finally:
                await runner.cleanup()

    async def serve(self, announce: Callable[[str], object]) -> bool:
        """Forward until SIGINT or SIGTERM; return whether all was recorded.

        Args:
            announce: called with the text that says where it listens, once it does.

        Raises:
            OSError: the address cannot be bound, or a file cannot be made.
        """
        with self.open_recording() as recording:
            async with self.listen(recording) as port:
                stop: asyncio.Event = stop_signal()
                announce(self.describe(port))
                await stop.wait()
        return recording.is_complete

    def describe(self, port: int) -> str:
        """Return the announcement: where the proxy listens, where it leads, what it writes."""
        settings = self.settings
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        lines = [f"Listening on http://{host}:{port}", f"  Forwards to {settings.upstream}"]
        files = {"HAR": settings.har, "Journal": settings.journal, "Fixtures": settings.record}
        lines += [f"  {name}: {path}" for name, path in files.items() if path is not None]
        if not any(files.values()):
            lines.append("  Nothing is recorded: give --har FILE or --record DIR")
        return "".join(f"{line}\n" for line in lines)
