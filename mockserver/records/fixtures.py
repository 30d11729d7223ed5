"""What a world of any API begins with: who may call, what they see, and the records."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from mockserver.contract.description.contract import Tenancy
from mockserver.faults.rule import Scenario
from mockserver.records.credentials import Caller
from mockserver.records.progress import Pace, Rule
from mockserver.records.record import Record, Scope


class ScopeFixture(Struct, frozen=True):
    """A part of the API: the *path* parameters that name it, and what each of its records has."""

    path: Mapping[str, str] = {}
    members: Mapping[str, Any] = {}


class Fixtures(Struct, frozen=True):
    """The first state of a world.

    Attributes:
        now: the moment at which it begins, in epoch milliseconds; None: real time.
        secrets: the scopes that each secret opens; None: any secret opens everything.
        scopes: the scopes by name.
        records: the records by resource, as they were made.
        rules: by resource, which of several states the server moves records to.
        holders: the name of who holds a secret, by secret, as far as the fixtures say.
        scenarios: faults that a test can put into force by a name.
        digest: tells these fixtures from others; empty where nobody compares them.
        default_pace: how many milliseconds a state lasts of which nothing is said; None: forever.
    """

    now: int | None = None
    secrets: Mapping[str, tuple[str, ...]] | None = None
    scopes: Mapping[str, ScopeFixture] = {}
    records: Mapping[str, tuple[Record, ...]] = {}
    rules: Mapping[str, tuple[Rule, ...]] = {}
    holders: Mapping[str, str] = {}
    scenarios: tuple[Scenario, ...] = ()
    digest: str = ""
    default_pace: int | None = Pace().default

    def pace_of(self, kind: str) -> Pace:
        """Return how the server moves records of a resource where the contract leaves it open."""
        return Pace(self.default_pace, rules=self.rules.get(kind, ()))

    def sees(self, caller: Caller, path: Mapping[str, str]) -> bool:
        """Return whether *caller* may see what the parameters of a *path* name.

        A path that names no scope at all is seen by everybody, and has nothing.
        """
        named = [name for name, scope in self.scopes.items() if _names(scope, path)]
        return caller.scopes is None or not named or any(name in caller.scopes for name in named)

    def members_of(self, path: Mapping[str, str]) -> Mapping[str, Any]:
        """Return the members that records have of the scope that a *path* names."""
        found = (scope.members for scope in self.scopes.values() if _names(scope, path))
        return next(found, {})

    def knows(self, path: Mapping[str, str]) -> bool:
        """Return whether the parameters of a *path* name a scope that is there."""
        return not self.scopes or any(_names(scope, path) for scope in self.scopes.values())


def is_by_credential(tenancy: Tenancy | None) -> bool:
    """Return whether nothing but the credential says to whom records belong.

    The scope of a record then ends with the name of its scope in the fixtures, which is
    `Caller.tenant` of those who may see it.
    """
    return tenancy is not None and tenancy.where == "credential"


def scope_of(
    names: tuple[str, ...], fixture: ScopeFixture, name: str, tenancy: Tenancy | None
) -> Scope:
    """Return the scope of records of *fixture*, called *name*, whose list *names* name."""
    values = tuple(fixture.path.get(parameter, "") for parameter in names)
    return (*values, name) if is_by_credential(tenancy) else values


def _names(scope: ScopeFixture, path: Mapping[str, str]) -> bool:
    return all(path[name] == value for name, value in scope.path.items() if name in path)
