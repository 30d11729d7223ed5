"""What fixtures state beside their records: when, who may call, what they see, what happens."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import UNSET, UnsetType

from mockserver.contract.description.contract import Contract
from mockserver.contract.description.schemas import pointer_of
from mockserver.domain.timestamp import parse_timestamp
from mockserver.faults.rule import Scenario, inconsistencies
from mockserver.records.fixture_files import Complaints, Spot
from mockserver.records.fixture_schema import FixtureFile, RuleRow
from mockserver.records.fixture_words import Words
from mockserver.records.fixtures import Fixtures, ScopeFixture, is_by_credential
from mockserver.records.kind import Kind
from mockserver.records.moments import milliseconds
from mockserver.records.path_words import list_places
from mockserver.records.routes import route
from mockserver.records.rule import Rule

_Files = Sequence[tuple[Spot, FixtureFile]]


class HeadReader:
    """Reads what files state beside their records; what is wrong goes to *told*."""

    def __init__(
        self, told: Complaints, contract: Contract, kinds: Mapping[str, Kind], words: Words
    ) -> None:
        self._told = told
        self._contract = contract
        self._tenancy = contract.tenancy.value if contract.tenancy is not None else None
        self._kinds = kinds
        self._words = words

    def read(self, files: _Files, name: str | None, otherwise: Fixtures | None = None) -> Fixtures:
        """Return what *files* state of a world of the contract called *name*.

        What they leave out is as in *otherwise*.
        """
        default = otherwise or Fixtures(default_pace=self._words.default_pace)
        self._check_api(files, name)
        scopes = self._scopes(files) or default.scopes
        listed = [(spot, file) for spot, file in files if file.credentials is not UNSET]
        rules = self._rules(files)
        pace = self._find_stated(files, "pace")
        return Fixtures(
            now=self._now(files, default.now),
            secrets=self._secrets(listed, scopes) if listed else default.secrets,
            scopes=scopes,
            rules=rules if any(file.rules for _, file in files) else default.rules,
            holders=self._holders(listed) if listed else default.holders,
            scenarios=tuple(self._scenarios(files, scopes)),
            default_pace=default.default_pace
            if pace is UNSET
            else None
            if pace is None
            else milliseconds(str(pace)),
        )

    def _check_api(self, files: _Files, name: str | None) -> None:
        for spot, file in files:
            if name is not None and file.api not in (name, UNSET):
                told = f"is for {file.api}, while {name} is served; give a file for that"
                self._told.add(spot.below("api"), "api", f"{told}, or take it out")

    def _find_stated(self, files: _Files, word: str) -> object:
        """Return what one of *files* states; UNSET if none does."""
        stated = [(spot, file) for spot, file in files if getattr(file, word) is not UNSET]
        for spot, _ in stated[1:]:
            self._told.add(spot.below(word), word, "is in another file too; keep one")
        return getattr(stated[0][1], word) if stated else UNSET

    def _now(self, files: _Files, otherwise: int | None) -> int | None:
        now = self._find_stated(files, "now")
        if not isinstance(now, str):
            return now if isinstance(now, int) else otherwise
        try:
            return parse_timestamp(now)
        except ValueError as error:
            spot = next(spot for spot, file in files if file.now == now)
            self._told.add(spot.below("now"), "moment", str(error))
            self._told.refuse()
            return None

    def _scopes(self, files: _Files) -> dict[str, ScopeFixture]:
        parameters = {name for kind in self._kinds.values() for name in kind.scope}
        parameters |= set(self._tenancy.parameters) if self._tenancy is not None else set()
        found: dict[str, ScopeFixture] = {}
        for top, file in files:
            for name, row in file.scopes.items():
                spot = top.below("scopes", name)
                if name in found:
                    told = "another file has this scope already; keep one"
                    self._told.add(spot, "unique", told)
                path = {key: str(value) for key, value in row.path.items()}
                for parameter in path:
                    kind = "a path parameter that names a scope"
                    self._told.is_known(
                        spot.below("path", parameter), parameter, sorted(parameters), kind
                    )
                found[name] = ScopeFixture(path, row.members)
        return found

    def _secrets(
        self, files: _Files, scopes: Mapping[str, ScopeFixture]
    ) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for top, file in files:
            for at, row in enumerate(file.credentials or ()):
                spot = top.below("credentials", at)
                if row.secret in found:
                    self._told.add(spot.below("secret"), "unique", "is there already; keep one")
                for index, name in enumerate(row.scopes):
                    self._told.is_known(spot.below("scopes", index), name, list(scopes), "a scope")
                if is_by_credential(self._tenancy) and len(row.scopes) != 1:
                    told = "the API tells tenants apart by credential; write exactly one scope"
                    self._told.add(spot.below("scopes"), "scopes", told)
                found[row.secret] = tuple(row.scopes)
        return found

    def _holders(self, files: _Files) -> dict[str, str]:
        return {
            row.secret: row.name
            for _, file in files
            for row in file.credentials or ()
            if not isinstance(row.name, UnsetType)
        }

    def _rules(self, files: _Files) -> dict[str, tuple[Rule, ...]]:
        found: dict[str, tuple[Rule, ...]] = {}
        for top, file in files:
            for name, listed in file.rules.items():
                spot = top.below("rules", name)
                if self._told.is_known(spot, name, list(self._kinds), "a resource"):
                    made = (
                        self._rule(spot.below(at), self._kinds[name], row)
                        for at, row in enumerate(listed)
                    )
                    found[name] = (*found.get(name, ()), *made)
        return found

    def _rule(self, spot: Spot, kind: Kind, row: RuleRow) -> Rule:
        source, to = str(row.source), None if row.to is None else str(row.to)
        is_known = self._told.is_known(spot.below("from"), source, kind.states, "a state")
        if to is not None:
            is_known &= self._told.is_known(spot.below("to"), to, kind.states, "a state")
        if is_known and kind.lifecycle and not route(kind.lifecycle, source, to, asked=False):
            told = "out of the world" if to is None else f"to {to!r}"
            told = f"the server does not move a record that is {source} {told}"
            self._told.add(spot.below("to"), "rule", f"{told}; write another state")
        named = [(spot.below("where", place), place) for place in row.where]
        named += [(spot.below("members", place), place) for place in row.members]
        since = "" if isinstance(row.since, UnsetType) else row.since
        named += [(spot.below("since"), since)] if since else []
        for at, place in named:
            if not kind.has(pointer_of(place)):
                told = f"{place!r} is not a property of the record; write the name of one"
                self._told.add(at, "unknown", told)
        return Rule(
            source=source,
            to=to,
            where={pointer_of(place): value for place, value in row.where.items()},
            after=None if isinstance(row.after, UnsetType) else milliseconds(row.after),
            members={pointer_of(place): value for place, value in row.members.items()},
            since=pointer_of(since) if since else "",
        )

    def _scenarios(self, files: _Files, scopes: Mapping[str, ScopeFixture]) -> Iterator[Scenario]:
        names: set[str] = set()
        operations = {n for o in self._contract.operations for n in (o.name, o.call)}
        places = list_places(self._contract, self._words.path_words, scopes)
        for top, file in files:
            for index, row in enumerate(file.scenarios):
                spot = top.below("scenarios", index)
                if row.name in names:
                    told = "this name occurs twice in these fixtures"
                    self._told.add(spot.below("name"), "unique", told)
                names.add(row.name)
                for number, rule in enumerate(row.faults):
                    for member, message in inconsistencies(rule, operations, places):
                        self._told.add(spot.below("faults", number).at(member), "fault", message)
                yield Scenario(row.name, tuple(row.faults))
