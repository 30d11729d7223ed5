"""What a user can set, as checked values."""

from pathlib import Path
from typing import Literal

from msgspec import Struct

from mockserver.faults.rule import FaultRule
from mockserver.store.interface import MEMORY


class Settings(Struct, frozen=True):
    """The settings of one server.

    *seed* is None for the fixtures that come along with *spec*, or for generated *records*, so many
    of each kind. *overlays* are put on *spec*. *now* is None for the moment that the fixtures
    state, ``real`` for this machine's time, or epoch milliseconds. *speed* is world seconds per
    real second. *base_path* is empty or begins with a slash and does not end with one. *admin_port*
    is None where the control API shares the port. *journal* is how many exchanges each world
    remembers. *store* is ``memory`` or the URL of a database, its password included;
    `store.url.redact` returns it without. *reseed* is whether the fixtures replace what the store
    holds. *deviations* are names of the catalogue. *workers* is how many processes serve the port.
    """

    seed: Path | None
    spec: Path
    overlays: tuple[Path, ...] = ()
    records: int = 25
    store: str = MEMORY
    reseed: bool = False
    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 1
    now: int | Literal["real"] | None = None
    speed: float = 1.0
    base_path: str = ""
    log_format: Literal["text", "json"] = "text"
    access_log: bool = True
    cors: bool = False
    validate: bool = False
    watch: bool = False
    faults: tuple[FaultRule, ...] = ()
    scenarios: tuple[str, ...] = ()
    deviations: tuple[str, ...] = ()
    journal: int = 1_000
    admin: bool = True
    admin_port: int | None = None
    admin_token: str | None = None
