"""Which records a caller may see: by what the path names, or by the credential alone."""

from collections.abc import Mapping

from mockserver.contract.description.contract import Tenancy
from mockserver.records.credentials import Caller
from mockserver.records.record import Scope

_NOT_FOUND = 404


class StrangerError(LookupError):
    """The path names what the caller may not see; *status* answers it."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Tenants:
    """The scopes of a world, by name: what the path says of each, which may be nothing.

    Where a scope has no path, the credential alone decides: the records of that scope are apart
    from those of all others, under its name. Without *scopes* every caller sees everything.
    """

    def __init__(
        self, tenancy: Tenancy | None, scopes: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        self._scopes = scopes or {}
        self._is_apart = any(not path for path in self._scopes.values())
        stated = None if tenancy is None else tenancy.stranger
        self._stranger = _NOT_FOUND if stated is None else stated

    def prefix_of(self, name: str) -> Scope:
        """Return what the records of the scope *name* have before what their path says."""
        return (name,) if self._is_apart else ()

    def prefix_for(self, caller: Caller, path: Mapping[str, str]) -> Scope:
        """Return what the records have that *caller* asks for by the parameters of a *path*.

        Raises:
            StrangerError: the path names what the caller may not see, or nothing.
        """
        if not self._scopes:
            return ()
        fitting = [name for name, said in self._scopes.items() if _fits(said, path)]
        seen = [n for n in fitting if caller.scopes is None or n in caller.scopes]
        if not seen:
            raise StrangerError(self._stranger if fitting else _NOT_FOUND)
        return self.prefix_of(seen[0])


def _fits(said: Mapping[str, str], path: Mapping[str, str]) -> bool:
    return all(path.get(name, value) == value for name, value in said.items())
