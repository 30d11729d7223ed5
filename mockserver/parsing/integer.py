"""How the API reads an integer that a client wrote as text."""

import re

_DIGITS = re.compile(r"[+-]?[0-9]+", re.ASCII)
#: The bounds of ``format: int64``, and of every number in a database's 64-bit columns.
INT64_MIN = -(2**63)
INT64_MAX = 2**63 - 1
_SURELY_FEW_DIGITS = 18


class IntegerSyntaxError(ValueError):
    """The text is not a decimal integer."""


class IntegerRangeError(ValueError):
    """The integer does not fit 64 bits."""


def parse_integer(text: str) -> int:
    """Return the integer that *text* states.

    The deployed API is written in Go, so this reads as Go's ``strconv.Atoi`` does: an optional
    sign and ASCII digits, within 64 bits. ``+5`` and ``007`` are integers; ``5.0``, ``1_000``,
    ``0x10``, ``٣`` and a text with spaces are not.

    Raises:
        IntegerSyntaxError: *text* is not a decimal integer.
        IntegerRangeError: *text* is one, of more than 64 bits.
    """
    if len(text) <= _SURELY_FEW_DIGITS and text.isascii() and text.isdecimal():
        return int(text)
    if not _DIGITS.fullmatch(text):
        raise IntegerSyntaxError(text)
    # int() itself refuses a text of over 4,300 digits, zeros included.
    digits = text.lstrip("+-").lstrip("0") or "0"
    if len(digits) > len(str(INT64_MAX)):
        raise IntegerRangeError(text)
    value = -int(digits) if text.startswith("-") else int(digits)
    if not INT64_MIN <= value <= INT64_MAX:
        raise IntegerRangeError(text)
    return value
