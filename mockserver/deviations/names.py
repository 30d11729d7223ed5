"""The names of deviations: words of the contract as they can stand in a command line."""

import re
from collections.abc import Iterable

_BORDER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")
_MOST_NEAR = 3


def spell(words: str) -> str:
    """Return *words* of a contract in lower case with hyphens: ``startAt`` is ``start-at``."""
    return "-".join(part for part in _BORDER.split(words.replace("_", "-")) if part).lower()


def last_word(pointer: str) -> str:
    """Return the name of what *pointer* leads to, spelled."""
    return spell(pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~"))


def find_nearest(name: str, known: Iterable[str]) -> list[str]:
    """Return those of the *known* names that *name* may be a slip of, the likeliest first."""
    # Imported once a name is unknown: it slows down each start.
    from difflib import get_close_matches

    return get_close_matches(name, list(known), _MOST_NEAR, 0.5)
