"""Other names for what identifies people and things: the same for the same, and no way back.

Each is drawn by a keyed hash (HMAC, RFC 2104) whose key is made for one recording and is written
nowhere. A pseudonym looks like what it stands for, so that it fits where that did.
"""

import hmac
import re
import string
from collections.abc import Collection, Iterable, Iterator

_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
#: What may be an identity within other text: a word, or words joined as identities often are.
_TOKEN = re.compile(r"\w(?:[\w.~+-]*\w)?")
_PART = re.compile(r"[A-Za-z0-9]+")
_HEXADECIMAL = re.compile(r"[0-9a-f-]{8,}")
_INTEGER = re.compile(r"[1-9][0-9]{0,17}")
#: Shorter ones are words of every text.
_SHORTEST_WITHIN_TEXT = 4
_LARGEST_GAP = 9
_MOST_TRIES = 16


class Pseudonyms:
    """The pseudonyms of one recording; *key* is its secret.

    Groups of identities keep their order, so that lists which are ordered by them keep theirs,
    and what all of a group begin with, such as ``batch_``, which tells what they are.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._texts: dict[str, str] = {}
        self._numbers: dict[int, int] = {}
        self._taken: set[str] = set()

    def add_numbers(self, numbers: Iterable[int]) -> None:
        """Let positive integers have pseudonyms, in the same order."""
        at = 1 + self._draw("first") % 1000
        for number in sorted({n for n in numbers if n > 0}):
            self._numbers[number] = at
            at += 1 + self._draw(f"gap {number}") % _LARGEST_GAP

    def add_texts(self, texts: Collection[str]) -> None:
        """Let a group of texts have pseudonyms. Call `add_numbers` before, for integers in it."""
        own = sorted({t for t in texts if t and t not in self._texts and self._number(t) is None})
        plain = [text for text in own if not _EMAIL.search(text)]
        start = _measure_common(plain)
        # Other spellings would be found where the first of them is: in the order of the group.
        made = sorted(self._make(text, start, set(own)) for text in plain)
        self._texts.update(zip(plain, made, strict=True))

    def number(self, number: int) -> int:
        """Return the pseudonym of an integer; itself if it has none."""
        return self._numbers.get(number, number)

    def text(self, text: str) -> str:
        """Return the pseudonym of an identity; where it has none, those of what is in it."""
        number = self._number(text)
        if number is not None:
            return str(number)
        return self._texts.get(text) or self.within(text)

    def within(self, text: str, own: Iterable[str] = ()) -> str:
        """Return *text* with pseudonyms for the identities in it.

        Args:
            text: any text.
            own: identities that may be in it, whatever characters they consist of.
        """
        found = _EMAIL.sub(lambda match: self._make_address(match[0]), text)
        for identity in own:
            if len(identity) >= _SHORTEST_WITHIN_TEXT and identity in found:
                found = found.replace(identity, self.text(identity))
        return _TOKEN.sub(self._replace_token, found)

    def _replace_token(self, match: re.Match[str]) -> str:
        token = match[0]
        whole = self._find_within(token)
        if whole is not None:
            return whole
        return _PART.sub(lambda part: self._find_within(part[0]) or part[0], token)

    def _find_within(self, token: str) -> str | None:
        if len(token) < _SHORTEST_WITHIN_TEXT or token in self._taken:
            return None
        number = self._number(token)
        return str(number) if number is not None else self._texts.get(token)

    def _number(self, text: str) -> int | None:
        return self._numbers.get(int(text)) if _INTEGER.fullmatch(text) else None

    def _make_address(self, address: str) -> str:
        if address in self._taken:
            return address
        made = f"user-{self._draw(address) % 16**10:010x}@example.com"
        self._taken.add(made)
        return made

    def _make(self, text: str, start: int, others: Collection[str]) -> str:
        """Return a new text of the same form, which is that of no other identity."""
        for attempt in range(1_000):
            longer = attempt // _MOST_TRIES
            made = text[:start] + "".join(self._disguise(text[start:], attempt, longer))
            if made not in self._taken and made not in others:
                self._taken.add(made)
                return made
        raise ValueError("there are more identities than other texts of their form")

    def _disguise(self, text: str, attempt: int, longer: int) -> Iterator[str]:
        digits = self._draw(f"{attempt} {text}")
        digits |= self._draw(f"{attempt} {text} more") << 256
        is_hexadecimal = _HEXADECIMAL.fullmatch(text) is not None
        for position, character in enumerate(text + "x" * longer):
            if position % 96 == 95:
                digits = self._draw(f"{attempt} {text} {position}") << 256 | digits
            choices = _find_choices(character, is_hexadecimal=is_hexadecimal)
            digits, drawn = divmod(digits, len(choices))
            yield choices[drawn]

    def _draw(self, text: str) -> int:
        octets = text.encode("utf-8", "surrogateescape")
        return int.from_bytes(hmac.digest(self._key, octets, "sha256"), "big")


def _find_choices(character: str, *, is_hexadecimal: bool) -> str:
    if character in string.digits:
        return string.digits
    if is_hexadecimal and character in "abcdef":
        return "abcdef"
    if character.isalpha():
        return string.ascii_uppercase if character.isupper() else string.ascii_lowercase
    return character


def _measure_common(texts: list[str]) -> int:
    """Return how long the beginning is that several *texts* share, up to a ``_`` or ``-``."""
    if len(texts) < 2:
        return 0
    first, last = texts[0], texts[-1]
    length = next(
        (i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b),
        min(len(first), len(last)),
    )
    return max(first.rfind("_", 0, length), first.rfind("-", 0, length)) + 1
