"""Texts that match a regular expression, for values whose schema has a pattern."""

import re
import string
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import import_module
from random import Random
from typing import Any

# What compiles expressions also says what they consist of; type checkers do not know either.
_constants: Any = import_module("re._constants")
_parser: Any = import_module("re._parser")

#: How often a text is drawn before it is given up: look-arounds are not followed.
_MOST_TRIES = 20
#: How many more times than it must a part of the expression is repeated.
_MOST_MORE = 8
_LEAST_REPEATED = 1
_WORD = string.ascii_lowercase + string.digits
_CLASSES = {
    "CATEGORY_DIGIT": string.digits,
    "CATEGORY_WORD": string.ascii_letters + string.digits + "_",
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_DIGIT": string.ascii_lowercase,
    "CATEGORY_NOT_WORD": "-",
    "CATEGORY_NOT_SPACE": _WORD,
}


def text_of(
    pattern: str, chance: Random, shortest: int = 0, longest: int | None = None
) -> str | None:
    """Return a text that has a match of *pattern*, or None if none was found.

    Args:
        pattern: an expression that Python reads.
        chance: draws what the expression leaves open.
        shortest: how many characters the text has at least.
        longest: how many it has at most; None: any number.
    """
    parsed = _parser.parse(pattern)
    for attempt in range(_MOST_TRIES):
        made = _Drawn(chance, attempt * shortest // _MOST_TRIES + shortest).text(parsed)
        made = made if longest is None or len(made) <= longest else made[:longest]
        if len(made) >= shortest and re.search(pattern, made):
            return made
    return None


class _Drawn:
    """Draws texts of parsed expressions; what may be repeated is, until *wanted* characters."""

    def __init__(self, chance: Random, wanted: int) -> None:
        self._chance = chance
        self._wanted = wanted
        self._groups: dict[int, str] = {}

    def text(self, parsed: Any) -> str:
        """Return one text."""
        return "".join(self._part(str(code), argument) for code, argument in parsed)

    def _part(self, code: str, argument: Any) -> str:
        made = ""
        if code == "LITERAL":
            made = chr(argument)
        elif code == "NOT_LITERAL":
            made = self._chance.choice([c for c in _WORD if ord(c) != argument])
        elif code == "ANY":
            made = self._chance.choice(_WORD)
        elif code == "IN":
            made = self._one_of(argument)
        elif code == "BRANCH":
            made = self.text(self._chance.choice(argument[1]))
        elif code in ("SUBPATTERN", "ATOMIC_GROUP"):
            made = self.text(argument[3] if code == "SUBPATTERN" else argument)
            if code == "SUBPATTERN" and argument[0] is not None:
                self._groups[argument[0]] = made
        elif code == "GROUPREF":
            made = self._groups.get(argument, "")
        elif code in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            made = self._repeat(*argument)
        # Ends of the text, and what is only looked at, have no characters.
        return made

    def _repeat(self, least: int, most: int, parsed: Any) -> str:
        open_ended = most == _constants.MAXREPEAT
        enough = max(least, self._wanted if open_ended else 0)
        highest = enough + _MOST_MORE if open_ended else min(most, enough + _MOST_MORE)
        lowest = min(max(least, _LEAST_REPEATED if most > 0 else 0, enough), highest)
        return "".join(self.text(parsed) for _ in range(self._chance.randint(lowest, highest)))

    def _one_of(self, parts: Any) -> str:
        return self._chance.choice(_choices(tuple(parts)))


@lru_cache(256)
def _choices(parts: tuple[Any, ...]) -> Sequence[str]:
    """Return the characters that a set allows; letters and digits if there are any."""
    known = {c for code, argument in parts for c in _members(str(code), argument)}
    if str(parts[0][0]) == "NEGATE":
        allowed = (c for c in _WORD + "-_ .:/" + string.punctuation if c not in known)
        return list(allowed) or ["\N{LATIN SMALL LETTER E WITH ACUTE}"]
    usual = sorted(known & set(_WORD)) or sorted(known & set(string.ascii_uppercase))
    return usual or sorted(known)


def _members(code: str, argument: Any) -> Iterator[str]:
    """Yield the characters of a part of a set, of large ones the first."""
    if code == "LITERAL":
        yield chr(argument)
    elif code == "RANGE":
        yield from map(chr, range(argument[0], min(argument[1], argument[0] + 128) + 1))
    elif code == "CATEGORY":
        yield from _CLASSES.get(str(argument), _WORD)
