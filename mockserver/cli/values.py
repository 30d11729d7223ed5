"""Values of options by which a mock is steered from its start, and options that exclude others."""

import math
import os
import socket
from collections.abc import Callable
from pathlib import Path

from mockserver.faults.rule import FaultRule
from mockserver.settings import Settings

_SHORTEST_TOKEN = 8
_FAULT_EXAMPLE = "write it like '{nth: 2, effect: {kind: status, status: 503}}'"


def fault(text: str) -> FaultRule:
    """Return the fault that *text* states, in YAML's flow style or JSON.

    Raises:
        ValueError: it states none.
    """
    # Only needed where a fault is given, as is what the functions below import.
    import msgspec

    from mockserver.parsing.sources import InvalidSourceError, normalize_numbers, parse

    try:
        value = normalize_numbers(parse(Path("fault.yaml"), text))
    except InvalidSourceError as error:
        raise ValueError(f"{error.diagnostics[0].message}; {_FAULT_EXAMPLE}") from None
    try:
        return msgspec.convert(value, FaultRule)
    except msgspec.ValidationError as error:
        from mockserver.parsing.diagnostics import first_flaw

        what, where = first_flaw(value, FaultRule) or (str(error), "")
        raise ValueError(f"{where or '/'}: {what}; {_FAULT_EXAMPLE}") from None


def limit_number(least: int, most: int, note: str = "") -> Callable[[str], int]:
    """Return what reads a whole number from *least* to *most*, and ends its refusal with *note*."""

    def read_number(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
            raise ValueError(f"give a whole number from {least} to {most:,}{note}")
        return int(text)

    return read_number


#: How many exchanges a journal keeps, how many records of each kind are generated, and how many
#: processes serve.
capacity = limit_number(0, 1_000_000, "; 0 keeps no journal")
record_count = limit_number(0, 1_000_000)
read_workers = limit_number(1, 64)


def base_path(text: str) -> str:
    """Return what stands before the paths of the contract, without a slash at its end.

    Raises:
        ValueError: it is not a path.
    """
    if text in ("", "/"):
        return ""
    if not text.startswith("/") or "//" in text or any(c in text for c in "?#{} "):
        raise ValueError("give a path such as /api/v1")
    return text.rstrip("/")


def port(text: str) -> int:
    """Return the port that *text* states.

    Raises:
        ValueError: it states none.
    """
    if not text.isascii() or not text.isdecimal() or int(text) > 65535:
        raise ValueError("give a port from 0 to 65535; 0 picks a free one")
    return int(text)


def host(text: str) -> str:
    """Return the host that *text* states, without brackets.

    Raises:
        ValueError: it states none.
    """
    if not text or text != text.strip():
        raise ValueError("give a host name or address, such as 127.0.0.1")
    return text.removeprefix("[").removesuffix("]")


def token(text: str) -> str:
    """Return a token that can be sent as a Bearer's.

    Raises:
        ValueError: it cannot, or is too short to be a secret.
    """
    if len(text) < _SHORTEST_TOKEN or not (text.isascii() and text.isprintable()) or " " in text:
        raise ValueError(f"give {_SHORTEST_TOKEN} printable ASCII characters or more, no spaces")
    return text


def explain_exposure(settings: Settings) -> str | None:
    """Return why a server with these settings may not start: anyone could steer it; or None."""
    if not settings.admin or settings.admin_token is not None or _is_loopback(settings.host):
        return None
    return (
        f"--host {settings.host} lets other machines steer this mock; "
        "give --admin-token TOKEN, or --no-admin"
    )


def explain_contradiction(settings: Settings) -> str | None:
    """Return why no server can have all of these settings; None if one can."""
    if settings.admin and settings.port == settings.admin_port != 0:
        return f"--admin-port {settings.admin_port}: that is --port; leave it out to share the port"
    lasting = "--store sqlite:///file.db or --store postgresql://..."
    in_memory = settings.store == "memory"
    several = f"--workers {settings.workers}" if settings.workers > 1 else ""
    if several and not (hasattr(socket, "SO_REUSEPORT") and hasattr(os, "fork")):
        return f"{several}: processes cannot share a port on this system; start one worker"
    if several and in_memory:
        return f"{several}: each would have a state of its own in memory; give {lasting}"
    if settings.reseed and in_memory:
        return (
            f"--reseed: a store in memory holds nothing to replace; leave it out, or give {lasting}"
        )
    if settings.watch and not in_memory:
        return "--watch: a store that lasts is filled once; give --reseed at the next start instead"
    return None


def _is_loopback(host: str) -> bool:
    if host.lower() in ("127.0.0.1", "localhost"):
        return True
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_log_format(text: str) -> str:
    """Return the name of a format of the access log.

    Raises:
        ValueError: there is no such format.
    """
    if text not in ("text", "json"):
        raise ValueError("give text or json")
    return text


def read_speed(text: str) -> float:
    """Return how many seconds pass in a world while one passes here.

    Raises:
        ValueError: it is not a finite number of 0 or more.
    """
    try:
        speed = float(text)
    except ValueError:
        speed = -1.0
    if not (math.isfinite(speed) and speed >= 0):
        raise ValueError("give a number of world seconds per second, 0 or more")
    return speed
