"""What identifies a record where ``x-lifecycle`` does not say: inferred by the names of things."""

from collections.abc import Mapping, Sequence

from mockserver.contract import words
from mockserver.contract.contract import Fact, Grade
from mockserver.contract.schemas import walk_nested
from mockserver.contract.structure import Kind
from mockserver.contract.tree import Node
from mockserver.contract.words import plain

#: Shorter names are the ends of words that mean something else.
_SHORTEST_KEY = 4


def infer_key(alike: Sequence[Kind]) -> Fact[str] | None:
    """Return what identifies a record of kinds that share a schema, as a pointer, or None."""
    record = alike[0].record
    known = dict(walk_nested(record, 1))
    # What is said of the record itself comes before what it refers to.
    deeper = dict(sorted(walk_nested(record, 2), key=lambda one: not one[0].startswith("/meta")))
    for reading in (kind.reading for kind in alike if kind.reading is not None):
        parameter = next(reversed(reading.operation.path_parameters), "")
        for tail in words.tails(parameter):
            for pointer in known:
                if plain(pointer) == tail:
                    reason = f"named like the path parameter {parameter}"
                    return Fact(pointer, Grade.INFERRED, reason)
    return (
        _find_named(words.KEYS, known)
        or _find_deeper(alike, deeper)
        or _key_by_ending(alike, known)
    )


def _find_deeper(alike: Sequence[Kind], deeper: Mapping[str, Node]) -> Fact[str] | None:
    """Return the property one step down that is named like the path parameter, or like a key."""
    for reading in (kind.reading for kind in alike if kind.reading is not None):
        parameter = next(reversed(reading.operation.path_parameters), "")
        found = _find_named((plain(parameter),), deeper)
        if found is not None:
            return found
    return _find_named(words.KEYS, deeper)


def _find_named(names: Sequence[str], places: Mapping[str, Node]) -> Fact[str] | None:
    """Return the first of *places* that ends in one of *names*, in the order of these."""
    for name in names:
        for pointer in places:
            if plain(pointer.rpartition("/")[2]) == name:
                return Fact(pointer, Grade.INFERRED, f"a property named {name}")
    return None


def _key_by_ending(alike: Sequence[Kind], known: Mapping[str, Node]) -> Fact[str] | None:
    """Return the property that a path parameter's name ends in: ``username``, a name."""
    for reading in (kind.reading for kind in alike if kind.reading is not None):
        parameter = next(reversed(reading.operation.path_parameters), "")
        for pointer in known:
            if len(plain(pointer)) >= _SHORTEST_KEY and plain(parameter).endswith(plain(pointer)):
                reason = f"the path parameter {parameter} ends in its name"
                return Fact(pointer, Grade.INFERRED, reason)
    return None
