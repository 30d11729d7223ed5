"""Reads the values of options; what an option cannot mean is an error, and nothing is guessed."""

from __future__ import annotations

from argparse import ArgumentTypeError

SIZES = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def read_size(text: str) -> int:
    """Read a size such as 65536, 512K, 16M or 1G; a K is 1,024 octets."""
    number, unit = (text[:-1], text[-1].upper()) if text[-1:].isalpha() else (text, "")
    value = int(number) if number.isascii() and number.isdigit() and len(number) < 12 else 0
    if value == 0 or unit not in SIZES:
        raise ArgumentTypeError(f"{text!r} is not a size such as 65536, 512K or 16M")
    return value * SIZES[unit]


def read_value(text: str) -> tuple[str, str]:
    """Read `NAME=VALUE`, a path parameter and its value."""
    name, equals, value = text.partition("=")
    if not name or not equals or not value.strip() or value in (".", ".."):
        raise ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def read_rate(text: str) -> float:
    """Read `20/s`, `90/m`, `20` or `none`; 0 stands for no limit."""
    if text == "none":
        return 0.0
    number, _, unit = text.partition("/")
    try:
        value = float(number) / {"": 1, "s": 1, "m": 60}[unit]
    except (ValueError, KeyError):
        value = 0.0
    if not 0 < value < float("inf"):
        raise ArgumentTypeError(f"{text!r} is not a rate such as 20/s or 90/m")
    return value


def read_count(text: str) -> int:
    """Read a number from 1 on."""
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if value == 0:
        raise ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return value


def read_globs(text: str) -> list[str]:
    """Read `PAGE-*,CANC-12`: the ids of laws, or patterns of them, at least one."""
    globs = [glob.strip() for glob in text.split(",") if glob.strip()]
    if not globs:
        raise ArgumentTypeError(f"{text!r} names no law")
    return globs


def read_seconds(text: str) -> float:
    """Read a number of seconds above 0."""
    value = _read_number(text)
    if not 0 < value < float("inf"):
        raise ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return value


def read_lag(text: str) -> float:
    """Read a number of seconds, or 0."""
    value = _read_number(text)
    if not 0 <= value < float("inf"):
        raise ArgumentTypeError(f"{text!r} is not a number of seconds, or 0")
    return value


def _read_number(text: str) -> float:
    """Read a number; what is none is below all of them."""
    try:
        return float(text)
    except ValueError:
        return float("-inf")
