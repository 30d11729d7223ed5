"""What identifies a record where ``x-lifecycle`` does not say: inferred by the names of things."""

from collections.abc import Iterator, Mapping, Sequence

from mockserver.contract import words
from mockserver.contract.contract import Fact, Grade
from mockserver.contract.schemas import walk_nested
from mockserver.contract.structure import Kind
from mockserver.contract.tree import Node
from mockserver.contract.words import plain

#: Shorter names are the ends of words that mean something else.
_SHORTEST_KEY = 4
#: Objects within a record that say what the record is, and not what it refers to.
_OF_THE_RECORD = ("meta", "metadata", "spec", "info", "attributes", "properties", "identity")


def infer_key(alike: Sequence[Kind]) -> Fact[str] | None:
    """Return what identifies a record of kinds that share a schema, as a pointer, or None."""
    record = alike[0].record
    known = dict(walk_nested(record, 1))
    # What is said of the record itself comes before what it refers to.
    deeper = dict(sorted(walk_nested(record, 2), key=lambda one: not one[0].startswith("/meta")))
    parameters = tuple(_list_parameters(alike))
    nouns = frozenset(noun for kind in alike for noun in _list_nouns(kind))
    return (
        _find_by_parameter(parameters, known)
        or _find_named(words.KEYS, known)
        or _find_with_noun(parameters, nouns, known)
        or _find_named([plain(parameter) for parameter in parameters], deeper)
        or _find_named(words.KEYS, {p: n for p, n in deeper.items() if _is_of_record(p, nouns)})
        or _find_by_ending(parameters, known)
    )


def _list_parameters(alike: Sequence[Kind]) -> Iterator[str]:
    """Yield the names of the path parameters by which a record is read."""
    for kind in alike:
        if kind.reading is not None:
            yield next(reversed(kind.reading.operation.path_parameters), "")


def _list_nouns(kind: Kind) -> Iterator[str]:
    """Yield what one record is called by the last word of a path: ``teams``, a team."""
    for part in (kind.listing, kind.reading):
        segments = part.operation.segments if part is not None else ()
        last = next((plain(one) for one in reversed(segments) if one != "{}"), "")
        if last:
            yield f"{last[:-3]}y" if last.endswith("ies") else last.removesuffix("s")


def _find_by_parameter(parameters: Sequence[str], known: Mapping[str, Node]) -> Fact[str] | None:
    """Return the property that is named like a path parameter, or like one of its meanings.

    ``team_name_or_id`` is a team_name or a team_id; the words before that may be left out.
    """
    for parameter in parameters:
        named = [*words.tails(parameter), *words.meanings(parameter)]
        for name in named:
            for pointer in known:
                if plain(pointer) == name:
                    reason = f"named like the path parameter {parameter}"
                    return Fact(pointer, Grade.INFERRED, reason)
    return None


def _find_with_noun(
    parameters: Sequence[str], nouns: frozenset[str], known: Mapping[str, Node]
) -> Fact[str] | None:
    """Return the property that a record's own noun and the name of a key make: ``team_id``."""
    tails = [tail for parameter in parameters for tail in words.tails(parameter)]
    return _find_named([f"{n}{key}" for key in words.KEYS for n in (*sorted(nouns), *tails)], known)


def _is_of_record(pointer: str, nouns: frozenset[str]) -> bool:
    """Return whether the object that holds *pointer* describes the record itself."""
    holder = plain(pointer.split("/")[1])
    return holder in _OF_THE_RECORD or any(holder.startswith(noun) for noun in nouns)


def _find_named(names: Sequence[str], places: Mapping[str, Node]) -> Fact[str] | None:
    """Return the first of *places* that ends in one of *names*, in the order of these."""
    for name in names:
        for pointer in places:
            if plain(pointer.rpartition("/")[2]) == name:
                return Fact(pointer, Grade.INFERRED, f"a property named {name}")
    return None


def _find_by_ending(parameters: Sequence[str], known: Mapping[str, Node]) -> Fact[str] | None:
    """Return the property that a path parameter's name ends in: ``username``, a name."""
    for parameter in parameters:
        for pointer in known:
            if len(plain(pointer)) >= _SHORTEST_KEY and plain(parameter).endswith(plain(pointer)):
                reason = f"the path parameter {parameter} ends in its name"
                return Fact(pointer, Grade.INFERRED, reason)
    return None
