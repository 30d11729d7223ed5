"""What a world of any API begins with: who may call, what they see, and the records."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

from mockserver.contract.description.contract import Tenancy
from mockserver.faults.rule import Scenario
from mockserver.records.progress import Pace
from mockserver.records.record import Record, Scope
from mockserver.records.rule import Rule

_Names = tuple[str, ...]


class ScopeFixture(Struct, frozen=True):
    """A part of the API: the *path* parameters that name it, and what each of its records has."""

    path: Mapping[str, str] = {}
    members: Mapping[str, Any] = {}


class Fixtures(Struct, frozen=True, dict=True):
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
        return Pace(self.default_pace, rules=self.rules.get(kind, ()), begins=self.now or 0)

    def find_scopes(self, path: Mapping[str, str]) -> tuple[str, ...]:
        """Return the names of the scopes that the parameters of a *path* name.

        A path that names none at all may be any of them.
        """
        return self._named.find(path)

    @cached_property
    def _named(self) -> "_NamedScopes":
        return _NamedScopes(self.scopes)


class _NamedScopes:
    """Finds scopes by the parameters of paths, however many there are."""

    def __init__(self, scopes: Mapping[str, ScopeFixture]) -> None:
        self._scopes = scopes
        #: By the names of the parameters of a path: those that name scopes, and by their values
        #: the scopes.
        self._known: dict[
            tuple[str, ...], dict[tuple[str, ...], dict[tuple[str, ...], _Names]]
        ] = {}

    def find(self, path: Mapping[str, str]) -> _Names:
        """Return the names of the scopes that *path* names."""
        parameters = tuple(path)
        known = self._known.get(parameters)
        if known is None:
            known = self._known[parameters] = self._arrange(frozenset(parameters))
        found: _Names = ()
        for names, by_values in known.items():
            found += by_values.get(tuple([path[name] for name in names]), ())
        return found

    def _arrange(
        self, parameters: frozenset[str]
    ) -> dict[tuple[str, ...], dict[tuple[str, ...], _Names]]:
        known: dict[tuple[str, ...], dict[tuple[str, ...], _Names]] = {}
        for name, scope in self._scopes.items():
            names = tuple(parameter for parameter in scope.path if parameter in parameters)
            by_values = known.setdefault(names, {})
            values = tuple(scope.path[parameter] for parameter in names)
            by_values[values] = (*by_values.get(values, ()), name)
        return known


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
