"""Every law over roles, in the order of judging."""

from __future__ import annotations

from contracts.contract.api import Api
from contracts.engine.law import Law, Registry
from contracts.roles import (
    auth,
    between_runs,
    copies,
    creation,
    creation_bodies,
    cursor,
    deadlines,
    deletion,
    exchange,
    filters,
    lifecycle,
    link,
    listed,
    moves,
    page,
    page_size,
    read,
    tenancy,
    tenancy_of_moves,
    walk,
)
from contracts.roles.law import resolve_clause

LAWS = (
    auth,
    walk,
    page_size,
    page,
    cursor,
    link,
    filters,
    read,
    listed,
    tenancy,
    tenancy_of_moves,
    creation,
    creation_bodies,
    copies,
    moves,
    deletion,
    deadlines,
    exchange,
    lifecycle,
    between_runs,
)


def create_registry(api: Api) -> Registry:
    """Return every law, its clause resolved in the document at hand."""
    laws = [one for source in LAWS for one in vars(source).values() if isinstance(one, Law)]
    return Registry.of([resolve_clause(one, api) for one in laws], api)
