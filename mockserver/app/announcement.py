"""What a user is told of a server once it listens: what was understood, and who may call."""

from collections.abc import Iterator, Mapping

from mockserver.contract.contract import Contract, Resource
from mockserver.records.fixtures.fixtures import Fixtures


def describe_contract(
    contract: Contract, seed: Fixtures, counts: Mapping[str, int], address: str
) -> Iterator[str]:
    """Yield what was understood of *contract*, a line for each resource, and its credentials.

    Args:
        contract: the API.
        seed: what the default world starts from.
        counts: how many records it starts with, by resource.
        address: below which the paths are.
    """
    yield f"{contract.title}, below {address}"
    for resource in contract.resources:
        count = counts.get(resource.name, 0)
        yield f"{resource.name}: {count} records, {_describe_resource(resource)}"
    if not contract.resources:
        yield "no records were found: every operation answers by its example"
    if contract.others:
        yield f"{len(contract.others)} operations on no record answer by their examples"
    yield from _describe_credentials(contract, seed)


def _describe_resource(resource: Resource) -> str:
    """Return what is known of a resource, each fact with how surely."""
    known = []
    if resource.lifecycle is not None:
        states = resource.lifecycle.states
        known.append(f"{len(states.value)} states ({states.grade})")
    if resource.pages is not None:
        known.append(f"pages by {resource.pages.value.style} ({resource.pages.grade})")
    if resource.lifecycle is not None:
        moves = [move.grade for move in resource.lifecycle.moves]
        counts = [f"{moves.count(grade)} {grade}" for grade in dict.fromkeys(moves)]
        known.append(f"moves: {', '.join(counts) or 'none'}")
    return ", ".join(known) or "no lifecycle"


def _describe_credentials(contract: Contract, seed: Fixtures) -> Iterator[str]:
    declared = contract.credentials.value
    if not declared:
        yield "no credential is needed"
    elif seed.secrets is None:
        schemes = ", ".join(dict.fromkeys(f"{c.kind} in {c.where}" for c in declared))
        yield f"any credential is taken ({schemes})"
    for secret, scopes in (seed.secrets or {}).items():
        yield f"credential {secret} sees {', '.join(scopes)}"
