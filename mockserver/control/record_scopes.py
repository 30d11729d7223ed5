"""Which scope of records a test speaks of: one of the fixtures, or the path of their list."""

from collections.abc import Mapping

from msgspec import Struct

from mockserver.contract.contract import Tenancy
from mockserver.control.request import ControlRequest, list_names
from mockserver.http.refused import RefusedError
from mockserver.records.fixtures.fixtures import is_by_credential, scope_of
from mockserver.records.fixtures.generate import Generator
from mockserver.records.kind import Kind
from mockserver.records.record import Scope


class ScopeQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Which records are meant: those of a *scope* of the fixtures, or of a list with this *path*.

    Without either they are those of all scopes.
    """

    scope: str | None = None
    path: dict[str, str] = {}


def read_scope(request: ControlRequest, kind: Kind) -> Scope | None:
    """Return the scope that the query names; None: any."""
    return find_scope(request, kind, request.read_query(ScopeQuery))


def find_scope(request: ControlRequest, kind: Kind, query: ScopeQuery) -> Scope | None:
    """Return the scope that a *query* names; None: any."""
    return _find_scope(request, kind, query.scope, query.path, "")


def choose_scope(
    request: ControlRequest, kind: Kind, name: str | None, path: Mapping[str, str]
) -> Scope:
    """Return where a new record belongs: what is asked for, or else the first scope there is."""
    seed = request.world.seed
    found = _find_scope(request, kind, name, path, "/")
    if found is not None:
        return found
    if seed.scopes:
        first, fixture = next(iter(seed.scopes.items()))
        return scope_of(kind.scope, fixture, first, _tenancy(request))
    tenant = ("",) if is_by_credential(_tenancy(request)) else ()
    return Generator(kind, 0, tenant=tenant).scopes[0]


def _find_scope(
    request: ControlRequest, kind: Kind, name: str | None, path: Mapping[str, str], at: str
) -> Scope | None:
    """Return the scope of that *name*, or of a list with that *path*; None without either.

    *at* is what stands before the names of both where a refusal says where they are.
    """
    seed, tenancy = request.world.seed, _tenancy(request)
    if name is not None and path:
        hint = "give one of them"
        raise RefusedError(409, "scope and path both say where", f"{at}scope", hint)
    if name is not None:
        if name not in seed.scopes:
            hint = f"there are {list_names(seed.scopes)}"
            raise RefusedError(409, f"no scope is named {name!r}", f"{at}scope", hint)
        return scope_of(kind.scope, seed.scopes[name], name, tenancy)
    if not path:
        return None
    if path.keys() != set(kind.scope):
        hint = f"give {list_names(kind.scope)}"
        raise RefusedError(409, "that does not name a list of these records", f"{at}path", hint)
    tenant = ("",) if is_by_credential(tenancy) else ()
    return (*(path[parameter] for parameter in kind.scope), *tenant)


def _tenancy(request: ControlRequest) -> Tenancy | None:
    tenancy = request.services.api.contract.tenancy
    return None if tenancy is None else tenancy.value
