"""All deviations that a world of an API can have, by name."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import structs

from mockserver.deviations.deviation import Deviation
from mockserver.deviations.names import find_nearest


class UnknownDeviationError(LookupError):
    """There is no deviation of the name; the message tells similar names."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        nearest = find_nearest(name, known)
        told = f"; similar names are {', '.join(nearest)}" if nearest else ""
        super().__init__(f"{name!r} is not a deviation of this contract{told}")


class Catalogue:
    """The deviations of an API: those that are *derived* from its contract, and its *own* ones.

    An own one takes the place of a derived one of its name. If that is its only part, it does the
    same, and says so in other words or at another level.
    """

    def __init__(self, derived: Iterable[Deviation], own: Iterable[Deviation] = ()) -> None:
        found = {deviation.name: deviation for deviation in derived}
        for deviation in own:
            before = found.pop(deviation.name, None)
            if before is None or deviation.parts != (deviation.name,):
                found[deviation.name] = deviation
                continue
            said = {name: getattr(deviation, name) for name in ("level", "does", "clause")}
            found[deviation.name] = structs.replace(before, **said)
        #: The innermost first: what a later one is given, the earlier ones have already changed.
        self.by_name: Mapping[str, Deviation] = found

    def find(self, name: str) -> Deviation:
        """Return the deviation of that name.

        Raises:
            UnknownDeviationError: there is none.
        """
        if name not in self.by_name:
            raise UnknownDeviationError(name, self.by_name)
        return self.by_name[name]

    def expand(self, names: Iterable[str]) -> tuple[Deviation, ...]:
        """Return the deviations of these *names*, each once and in the order of the catalogue.

        A bundle is replaced by its parts. The order of the names means nothing: each deviation
        lies where it works together with the rest.

        Raises:
            UnknownDeviationError: a name is not that of a deviation.
        """
        wanted = {part for name in names for part in self._list_parts(name)}
        return tuple(deviation for name, deviation in self.by_name.items() if name in wanted)

    def _list_parts(self, name: str) -> Iterator[str]:
        parts = self.find(name).parts
        for part in parts:
            yield from self._list_parts(part)
        if not parts:
            yield name
