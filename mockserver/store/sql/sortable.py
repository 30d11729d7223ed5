"""What records are ordered by, as bytes that compare as the values do."""

import math
import struct
from typing import Any

#: An index takes no longer ones on every database. Texts that begin alike for so long are in the
#: order in which their records were made.
LONGEST = 1_000

_NUMBER = 1
_INFINITE = b"\xff\xff\xff"


def write_sortable(rank: tuple[Any, ...]) -> bytes:
    """Return a *rank* of one column as bytes; those of two ranks compare as the ranks do."""
    kind, number, text = rank
    value = _write_number(number) if kind == _NUMBER else text.encode()
    return (bytes([kind]) + value)[:LONGEST]


def _write_number(number: float) -> bytes:
    """Return a sign, how many bytes the integer part has, that part, and the rest as a double.

    A double does not tell neighbouring integers of 64 bits apart.
    """
    magnitude = abs(number)
    if math.isinf(magnitude):
        found = _INFINITE
    else:
        whole = int(magnitude)
        size = (whole.bit_length() + 7) // 8
        found = size.to_bytes(2) + whole.to_bytes(size) + struct.pack(">d", magnitude - whole)
    if number < 0:
        return b"\x00" + bytes(255 - byte for byte in found)
    return b"\x01" + found
