"""Faults made of the security and the tenancy: who is let in, and what they see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from contracts.contract.api import Api
from contracts.contract.model import Operation
from contracts.contract.roles import Tenancy
from contracts.roles.declared import has_key, has_moves
from contracts.selftest.any_api.call import Call, Entry
from contracts.selftest.any_api.faults.moves import explain_uncallable
from contracts.selftest.any_api.faults.promise import Fault, Promise, Unchecked
from contracts.selftest.any_api.miniature import AnyMiniature
from contracts.selftest.any_api.world import list_paths
from contracts.selftest.world import KEY, OTHER_KEY


class LetsEverybodyIn(AnyMiniature):
    """A call without a key is answered."""

    def find_owner(self, key: str) -> str | None:
        return super().find_owner(key or KEY)


class TakesAnyKey(AnyMiniature):
    """A key that nobody has is taken for the first one."""

    def find_owner(self, key: str) -> str | None:
        alike = KEY[1:-1] in key or key in KEY
        return super().find_owner(key if alike or key == OTHER_KEY else KEY)


class TakesAPartOfAKey(AnyMiniature):
    """A part of a key is enough."""

    def find_owner(self, key: str) -> str | None:
        return super().find_owner(KEY if key and key in KEY else key)


class TakesALongerKey(AnyMiniature):
    """What is before or behind a key is ignored."""

    def find_owner(self, key: str) -> str | None:
        return super().find_owner(KEY if KEY in key else key)


class LetsStrangersIn(AnyMiniature):
    """Another key sees what is not its own."""

    def opens(self, caller: str, scope: str, operation: Operation) -> bool:
        return True

    def select(self, call: Call) -> Sequence[Entry]:
        caller = KEY if call.caller == OTHER_KEY else call.caller
        return super().select(replace(call, caller=caller))


class LetsStrangersMove(AnyMiniature):
    """Another key moves what it does not see."""

    def opens(self, caller: str, scope: str, operation: Operation) -> bool:
        return is_move(self.api, operation) or super().opens(caller, scope, operation)

    def select(self, call: Call) -> Sequence[Entry]:
        strange = call.caller == OTHER_KEY and is_move(self.api, call.operation)
        return super().select(replace(call, caller=KEY if strange else call.caller))


class MovesFromAnotherPath(AnyMiniature):
    """A call on the path of another tenant moves a record of this one."""

    def select(self, call: Call) -> Sequence[Entry]:
        here = self.api.resource.find_scope(list_paths(self.api)[0])
        moves = is_move(self.api, call.operation)
        return super().select(replace(call, scope=here if moves else call.scope))


class MixesTenants(AnyMiniature):
    """The records of one tenant are those of another as well."""

    def select(self, call: Call) -> Sequence[Entry]:
        here = self.api.resource.find_scope(list_paths(self.api)[0])
        return super().select(replace(call, scope=here))


def is_move(api: Api, operation: Operation) -> bool:
    """Tell whether clients move records by *operation*."""
    return any(api.resource.list_moves(operation))


def derive(api: Api) -> Iterator[Promise]:
    """Go through what is promised of callers."""
    at = "#/security"
    if api.security.declared:
        yield Fault("a call without a key is answered", at, LetsEverybodyIn)
        yield Fault("a key that nobody has is taken", at, TakesAnyKey)
        yield Fault("a part of a key is taken", at, TakesAPartOfAKey)
        yield Fault("a key with more behind it is taken", at, TakesALongerKey)
    elif api.security.schemes:
        why = "the document demands no key, so that a call without one may be answered"
        yield Unchecked("that a call needs a key", at, why)
    tenancy, clause = api.tenancy, "#/x-tenancy"
    if api.security.schemes:
        yield Fault("another key sees this tenant", clause, LetsStrangersIn)
    if tenancy is not None and tenancy.stranger is not None:
        yield from _derive_stranger(api, tenancy)
    if api.resource.scope and not has_key(api):
        yield Fault("two tenants have the same records", clause, MixesTenants)
    yield from _derive_moves(api, clause)


def _derive_moves(api: Api, clause: str) -> Iterator[Promise]:
    callable_rows = [row for row in api.resource.list_moves() if not explain_uncallable(api, row)]
    if has_moves(api) or not callable_rows:
        return
    if api.security.schemes:
        yield Fault("another key moves a record of this tenant", clause, LetsStrangersMove)
    scoped = any(
        set(api.resource.scope) & api.operations[m.by].parameters.keys() for m in callable_rows
    )
    if scoped:
        sentence = "a record is moved from the path of another tenant"
        yield Fault(sentence, clause, MovesFromAnotherPath)


def _derive_stranger(api: Api, tenancy: Tenancy) -> Iterator[Promise]:
    other = 403 if tenancy.stranger != 403 else 404
    plays = replace(api, tenancy=replace(tenancy, stranger=other))
    clause = f"{tenancy.clause}/stranger"
    if api.security.schemes and api.resource.scope:
        sentence = f"a tenant that the key may not see gets {other}"
        yield Fault(sentence, clause, plays=plays, foreign=True)
