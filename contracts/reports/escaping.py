"""Makes text of unknown origin fit to be shown.

What a deployment answers ends up in reports. A terminal obeys escape sequences, XML has no way to
say most control characters, and bidirectional marks let text look like what it is not.
"""

from __future__ import annotations

import re
from pathlib import Path

UNSHOWN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f"  # C0 but tab and line ends, and DEL
    "\x80-\x9f"  # C1: some terminals obey them
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks that turn the direction of text
    "\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]"  # no characters of XML, or lines of their own
)
PICTURES = 0x2400
"""Unicode has a picture for each C0 control from here on."""


def escape_controls(text: str) -> str:
    """Return *text* with every character that acts or cannot be written replaced by a picture."""
    return UNSHOWN.sub(_show_control, text.replace("\r\n", "\n").replace("\r", "\u240d"))


def join_lines(text: str) -> str:
    """Return *text* as `escape_controls`, on one line."""
    return " ".join(escape_controls(text).split())


def _show_control(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(PICTURES + code)
    return "\u2421" if code == 0x7F else f"\\u{code:04x}"


def save(text: str, file: Path) -> None:
    """Write *text*; what UTF-8 cannot say is escaped, so that a report never fails on an answer."""
    file.write_text(text, "utf-8", errors="backslashreplace", newline="\n")
