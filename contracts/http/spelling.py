"""How a text may be spelled where a deployment echoes it, as patterns that find it there."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass

NAMED = {'"': "quot", "'": "apos", "&": "amp", "<": "lt", ">": "gt"}
"""The characters that HTML has names for, among those that encoders replace."""

TELLING = 6
"""A piece of base64 that is shorter may come from anything."""


ESCAPED = re.compile(r"[%\\&]")
"""Characters that occur in any text in which something is escaped."""

UNIT = r"(?:[A-Za-z0-9+/_=-]|%2[BbFf]|%3[Dd])"
"""A character of base64, or of base64url, perhaps in a URL."""


@dataclass(frozen=True)
class Spelling:
    """A text in all its spellings of one kind."""

    pattern: re.Pattern[str]
    literals: frozenset[str]
    """In lower case: where nothing is escaped, one of them occurs wherever *pattern* matches."""

    def find_spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Go through the places of *text* where it occurs."""
        lower = text.lower()
        if ESCAPED.search(text) or any(literal in lower for literal in self.literals):
            for match in self.pattern.finditer(text):
                yield match.span()


def compile_spelling(text: str, *, as_word: bool = False) -> Spelling:
    """Return *text* as it is, and as URLs, JSON, HTML and hexadecimal spell it, in any case.

    Each character may be spelled in another way, and be escaped more than once.
    """
    coded = {form.encode().hex() for form in (text, text.swapcase(), text.lower(), text.upper())}
    pattern = f"(?:{''.join(map(_match_character, text))}|{'|'.join(sorted(coded))})"
    pattern = rf"(?<!\w){pattern}(?!\w)" if as_word else pattern
    literals = frozenset({text.lower(), text.lower().replace(" ", "+"), *coded})
    return Spelling(re.compile(pattern, re.IGNORECASE), literals)


def _match_character(character: str) -> str:
    forms = [re.escape(character)]
    for code in sorted({ord(character), ord(character.swapcase())}):
        forms += [
            f"%(?:25)*{code:02x}",
            rf"\\+(?:u00|x){code:02x}",
            rf"&(?:amp;)*\#(?:0*{code}|x0*{code:x});",
        ]
    if character in NAMED:
        forms.append(f"&(?:amp;)*{NAMED[character]};")
    if not character.isalnum():
        forms.append(rf"\\+{re.escape(character)}")
    if character == " ":
        forms.append(r"\+")
    return f"(?:{'|'.join(forms)})"


def compile_base64(text: str) -> Iterator[Spelling]:
    """Go through the pieces of base64 that *text* alone decides, within anything longer.

    The octets before it decide at which of three places in a group of four it begins. The three
    characters on both sides of a piece may tell of what stands next to *text*: they belong to it.
    """
    octets = text.encode()
    for skipped in range(3):
        coded = b64encode(b"\0" * skipped + octets).decode()
        piece = coded[-(-8 * skipped // 6) : 8 * (skipped + len(octets)) // 6]
        if len(piece) >= TELLING:
            pattern = "".join(map(_match_base64, piece))
            plain = max(re.split(r"[+/]", piece), key=len).lower()
            yield Spelling(
                re.compile(f"{UNIT}{{0,3}}{pattern}{UNIT}{{0,3}}", re.IGNORECASE),
                frozenset({plain}),
            )


def _match_base64(character: str) -> str:
    return {"+": r"(?:\+|-|%2B)", "/": r"(?:\\?/|_|%2F)"}.get(character, character)
