"""Positions of values in a JSON text, found without keeping all of it in memory as values."""

import json
import re
from collections.abc import Iterable, Iterator

_SPACE = re.compile(r"[ \t\n\r]*")


class JsonText:
    """A JSON text. Items of a long array that are looked up in order are found in one pass."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._skip = json.JSONDecoder().raw_decode
        self._last_items: dict[int, tuple[int, int]] = {}

    def offset(self, tokens: Iterable[str]) -> int:
        """Return the offset of the value that *tokens* lead to, or of its nearest parent.

        Raises:
            ValueError: the text is not JSON.
            IndexError: it ends too early.
            RecursionError: it nests too deep.
        """
        at = self._after_space(0)
        for token in tokens:
            found = self._item(at, token) if self._text[at] == "[" else self._member(at, token)
            if found is None:
                break
            at = found
        return at

    def _member(self, at: int, name: str) -> int | None:
        return next((start for key, start in self._members(at) if key == name), None)

    def _members(self, at: int) -> Iterator[tuple[str, int]]:
        """Yield the name and the start of each member of the object, if it is one, at *at*."""
        if self._text[at] != "{":
            return
        at = self._after_space(at + 1)
        while self._text[at] != "}":
            name, at = self._skip(self._text, at)
            at = self._after_space(self._after_space(at) + 1)
            yield name, at
            at = self._after(at)

    def _item(self, at: int, token: str) -> int | None:
        """Return where the item of the array at *at* begins whose index is *token*."""
        if not token.isdecimal():
            return None
        index, start = self._last_items.get(at, (0, self._after_space(at + 1)))
        if index > int(token):
            index, start = 0, self._after_space(at + 1)
        while self._text[start] != "]" and index < int(token):
            index, start = index + 1, self._after(start)
        self._last_items[at] = index, start
        return None if self._text[start] == "]" else start

    def _after(self, at: int) -> int:
        """Return where what follows the value at *at* begins, its comma passed over."""
        _, at = self._skip(self._text, at)
        at = self._after_space(at)
        return self._after_space(at + 1) if self._text[at] == "," else at

    def _after_space(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return at if found is None else found.end()
