"""How a test sees worlds, and writes them down: in the words of any API, or in its own."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from mockserver.client import models
from mockserver.contract.contract import Contract
from mockserver.http.messages import Response
from mockserver.http.refused import RefusedError
from mockserver.parsing.sources import InvalidSourceError, decode_utf8
from mockserver.records.fixtures.background import load_upload
from mockserver.records.fixtures.fixtures import Fixtures
from mockserver.records.fixtures.reader import Basis
from mockserver.records.fixtures.snapshot import SnapshotWriter
from mockserver.records.fixtures.words import Words
from mockserver.records.kind import Kind
from mockserver.records.record import Record
from mockserver.worlds.events import Event
from mockserver.worlds.world import World

#: Large fixtures that are read at once; each may take gigabytes of memory.
_MOST_LOADS = 2
#: What a file that states nothing may hold; nobody uploads one on purpose.
_NOTHING = ("", "null", "~")


class Snapshot(Struct, frozen=True):
    """A world as a fixture: its *head*, and how its records are written.

    The records of each kind stand under the name that *names* has for it, in the member *holder*
    of the fixture or, where that is None, beside the head. *write_row* returns the row of a record.
    """

    head: object
    holder: str | None
    names: Mapping[str, str]
    write_row: Callable[[Kind, Record], Any]


class OwnCall(Struct, frozen=True):
    """A request for an operation of a profile: the *world*, path parameters and the *body*."""

    world: World
    path: Mapping[str, str]
    body: Any


class OwnOperation(Struct, frozen=True):
    """An operation of the control API that only a profile has, *path* being below a world.

    *shape* is what its body has to be; None where it has none. It raises RefusedError.
    """

    name: str
    method: str
    path: str
    run: Callable[[OwnCall], Awaitable[Response]]
    shape: type | None = None


class View:
    """Shows worlds of a *contract*, with records of *kinds*, as it does for any API.

    *words* are those in which fixtures may be written.
    """

    #: Explains the format of fixtures to people.
    guide = "docs/reference/fixtures.md"

    def __init__(self, contract: Contract, kinds: Mapping[str, Kind], words: Words) -> None:
        self.contract = contract
        self.kinds = kinds
        self.words = words
        self._loads = asyncio.Semaphore(_MOST_LOADS)

    @property
    def operations(self) -> Sequence[OwnOperation]:
        """What the control API can do for this API besides what it can do for all."""
        return ()

    def show(self, event: Event) -> Event:
        """Return *event* as tests are told of it."""
        return event

    def list_organizations(self, _: World) -> tuple[models.Organization, ...]:
        """Return the organizations of a world, where the API calls its tenants so."""
        return ()

    def take_snapshot(self, world: World, now: int) -> Snapshot:
        """Return how *world* is written as a fixture at *now* (epoch milliseconds)."""
        writer = SnapshotWriter(self.contract, world.seed, world.secrets, world.holders)
        names = {name: name for name in self.kinds}
        return Snapshot(writer.head(now), "records", names, writer.write_row)

    async def read_upload(
        self, octets: bytes, suffix: str, otherwise: Fixtures, now: int
    ) -> Fixtures:
        """Return what an uploaded fixture states; a large one is read in another process.

        Args:
            octets: its text.
            suffix: ``.json`` or ``.yaml``.
            otherwise: has the now, credentials, scopes and rules that it leaves out.
            now: when its world begins if neither says so, in epoch milliseconds.

        Raises:
            RefusedError: it cannot be used.
        """
        try:
            text = decode_utf8(octets)
        except ValueError as error:
            hint = "send text as UTF-8"
            raise RefusedError(400, str(error), "/fixture", hint) from None
        if text.strip() in _NOTHING:
            raise RefusedError(400, "the body states no fixture", "/fixture", "send an object")
        basis = Basis(self.contract, tuple(self.kinds.values()), now, words=self.words)
        try:
            file = Path(f"fixture{suffix}")
            return await load_upload(file, text, basis, otherwise, self._loads)
        except InvalidSourceError as error:
            hint = f"{self.guide} explains the format; mockserver check --seed PATH checks files"
            where = f"/fixture{error.diagnostics[0].pointer}"
            raise RefusedError(409, str(error), where, hint) from None
