"""Reading fixtures for a contract. All that is wrong with them is told at once, with its place."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mockserver.contract.description.contract import Contract
from mockserver.contract.description.schemas import pointer_of
from mockserver.domain.timestamp import parse_timestamp
from mockserver.parsing.sources import Diagnostic, InvalidSourceError
from mockserver.records.fixture_files import Complaints, FixtureFile, Spot, read_file
from mockserver.records.fixture_rows import RowReader
from mockserver.records.fixtures import Fixtures, ScopeFixture, is_by_credential
from mockserver.records.kind import Kind
from mockserver.records.moments import milliseconds
from mockserver.records.progress import Rule

#: The members of a rule whose names are places of a record.
_BY_PLACE = ("where", "members")


def read_fixtures(
    paths: Sequence[Path],
    contract: Contract,
    kinds: Sequence[Kind],
    now: int,
    name: str | None = None,
) -> Fixtures:
    """Return what *paths* state of a world of *contract*.

    Args:
        paths: ``.yaml``, ``.json`` and ``.jsonl`` files; together they are one world.
        contract: what the records follow.
        kinds: its resources.
        now: the moment at which the world begins if no file says so, in epoch milliseconds.
        name: what the contract is called; a file for another one is refused.

    Raises:
        InvalidSourceError: files that cannot be used, with all that is wrong.
    """
    problems: list[Diagnostic] = []
    read = [read_file(path, problems) for path in paths]
    found = [file for file in read if file is not None]
    if problems:
        raise InvalidSourceError(problems)
    reader = _Reader(contract, kinds, found, now)
    made = reader.fixtures(name)
    reader.told.refuse()
    return made


class _Reader:
    """Makes the fixtures of *files*, and gathers what is wrong with them: *told*."""

    def __init__(
        self, contract: Contract, kinds: Sequence[Kind], files: Sequence[FixtureFile], now: int
    ) -> None:
        self.told = Complaints()
        self._tenancy = contract.tenancy.value if contract.tenancy is not None else None
        self._kinds = {kind.name: kind for kind in kinds}
        self._files = files
        stated = [file for file in files if "now" in file.raw]
        for file in stated[1:]:
            self.told.add(file.spot.below("now"), "now", "stands in another file too; keep one")
        self._now = parse_timestamp(stated[0].raw["now"]) if stated else None
        self._start = now if self._now is None else self._now
        self._scopes: dict[str, ScopeFixture] = {}

    def fixtures(self, name: str | None) -> Fixtures:
        """Return the fixtures, of use if there are no problems."""
        for file in self._files:
            said = file.raw.get("api", name)
            if name is not None and said != name:
                told = (
                    f"is for {said}, while {name} is served; give a file for that, or take it out"
                )
                self.told.add(file.spot.below("api"), "api", told)
            self._read_scopes(file)
        rows = RowReader(self.told, self._kinds, self._tenancy, self._scopes, self._start)
        records = rows.records([row for file in self._files for row in file.rows])
        return Fixtures(
            now=self._now,
            secrets=self._secrets(),
            scopes=self._scopes,
            records=records,
            rules=self._rules(),
        )

    def _read_scopes(self, file: FixtureFile) -> None:
        parameters = {name for kind in self._kinds.values() for name in kind.scope}
        parameters |= set(self._tenancy.parameters) if self._tenancy is not None else set()
        for name, raw in file.raw.get("scopes", {}).items():
            spot = file.spot.below("scopes", name)
            if name in self._scopes:
                self.told.add(spot, "twice", "another file has this scope already; keep one")
            path = {key: str(value) for key, value in raw.get("path", {}).items()}
            for parameter in path:
                kind = "a path parameter that names a scope"
                self.told.is_known(
                    spot.below("path", parameter), parameter, sorted(parameters), kind
                )
            self._scopes[name] = ScopeFixture(path, raw.get("members", {}))

    def _secrets(self) -> dict[str, tuple[str, ...]] | None:
        found: dict[str, tuple[str, ...]] = {}
        listed = [file for file in self._files if "credentials" in file.raw]
        for file in listed:
            for at, raw in enumerate(file.raw["credentials"]):
                spot = file.spot.below("credentials", at)
                if raw["secret"] in found:
                    self.told.add(spot.below("secret"), "twice", "is there already; keep one")
                for index, name in enumerate(raw["scopes"]):
                    self.told.is_known(
                        spot.below("scopes", index), name, list(self._scopes), "a scope"
                    )
                if is_by_credential(self._tenancy) and len(raw["scopes"]) != 1:
                    told = "the API tells tenants apart by credential; write exactly one scope"
                    self.told.add(spot.below("scopes"), "scopes", told)
                found[raw["secret"]] = tuple(raw["scopes"])
        return found if listed else None

    def _rules(self) -> dict[str, tuple[Rule, ...]]:
        found: dict[str, tuple[Rule, ...]] = {}
        for file in self._files:
            for name, listed in file.raw.get("rules", {}).items():
                spot = file.spot.below("rules", name)
                if self.told.is_known(spot, name, list(self._kinds), "a resource"):
                    made = (
                        self._rule(spot.below(at), self._kinds[name], raw)
                        for at, raw in enumerate(listed)
                    )
                    found[name] = (*found.get(name, ()), *made)
        return found

    def _rule(self, spot: Spot, kind: Kind, raw: Mapping[str, Any]) -> Rule:
        after = raw.get("after")
        for word in ("from", "to"):
            if raw[word] is not None:
                self.told.is_known(spot.below(word), str(raw[word]), kind.states, "a state")
        named = [
            (spot.below(word, place), place) for word in _BY_PLACE for place in raw.get(word, {})
        ]
        named += [(spot.below("since"), raw["since"])] if "since" in raw else []
        for at, place in named:
            if not kind.has(pointer_of(place)):
                told = f"{place!r} is not a property of the record; write the name of one"
                self.told.add(at, "unknown", told)
        return Rule(
            source=str(raw["from"]),
            to=None if raw["to"] is None else str(raw["to"]),
            where={pointer_of(place): value for place, value in raw.get("where", {}).items()},
            after=None if after is None else milliseconds(after),
            members={pointer_of(place): value for place, value in raw.get("members", {}).items()},
            since=pointer_of(raw["since"]) if "since" in raw else "",
        )
