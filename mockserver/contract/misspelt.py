"""Names that are nearly those of keys: what they say would be passed over in silence."""

from collections.abc import Iterator, Sequence

from mockserver.contract.checks import KEYS
from mockserver.contract.operations import Operation
from mockserver.contract.structure import Kind
from mockserver.contract.tree import Node

#: How alike two names are of which one is taken for the other, of 1.
_ALIKE = 0.85


def list_misspelt(
    root: Node, operations: Sequence[Operation], kinds: Sequence[Kind]
) -> Iterator[tuple[Node, str, str]]:
    """Yield where a name is nearly that of a key: the node, the name, and the key.

    Looked at is what keys may stand on: the root, operations, and the schemas of records.
    """
    records = (part.record for k in kinds for part in (k.listing, k.reading) if part is not None)
    holders = [root, *(operation.node for operation in operations), *records]
    for holder in {node.identity: node for node in holders}.values():
        for name in holder.value if isinstance(holder.value, dict) else ():
            meant = _guess(str(name))
            if meant:
                yield holder, name, meant


def _guess(name: str) -> str | None:
    """Return the key that is meant by *name*; None if it is one, or like none."""
    if name in KEYS or not name.lower().startswith("x-"):
        return None
    # Takes long to import, and most descriptions have no extension where keys stand.
    from difflib import get_close_matches

    return next(iter(get_close_matches(name.lower(), KEYS, 1, _ALIKE)), None)
