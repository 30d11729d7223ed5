"""Path parameters as faults and the journal name them: as the contract does, or by a word."""

from collections.abc import Mapping

from mockserver.contract.description.contract import Contract
from mockserver.records.fixtures import ScopeFixture


def list_places(
    contract: Contract, words: Mapping[str, str], scopes: Mapping[str, ScopeFixture]
) -> dict[str, tuple[str, ...] | None]:
    """Return the values that each path parameter and each word for one can have; None: any.

    Known are those of a word that names *scopes*: to look for others is a mistake.
    """
    names = [name for operation in contract.operations for name in operation.path_parameters]
    found: dict[str, tuple[str, ...] | None] = dict.fromkeys((*words, *names))
    for word, parameter in words.items():
        paths = [scope.path for scope in scopes.values() if parameter in scope.path]
        if paths:
            found[word] = tuple(dict.fromkeys(path[parameter] for path in paths))
    return found
