"""What a user can set, as checked values."""

from pathlib import Path
from typing import Literal

from msgspec import Struct


class Settings(Struct, frozen=True):
    """The settings of one server.

    *now* is None for the moment that the fixtures state, ``real`` for this machine's time, or
    epoch milliseconds. *speed* is world seconds per real second. *base_path* is empty or begins
    with a slash and does not end with one.
    """

    seed: Path
    spec: Path
    host: str = "127.0.0.1"
    port: int = 8080
    now: int | Literal["real"] | None = None
    speed: float = 1.0
    base_path: str = ""
    log_format: Literal["text", "json"] = "text"
    access_log: bool = True
    cors: bool = False
    validate: bool = False
    watch: bool = False
