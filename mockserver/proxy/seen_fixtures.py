"""What was seen of an API, as fixtures: scopes, made-up credentials, and records that stay."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct, structs

from mockserver.contract.contract import Contract
from mockserver.proxy.disguise import Disguise
from mockserver.proxy.pseudonyms import Pseudonyms
from mockserver.proxy.world import SeenList, SeenWorld
from mockserver.records.fixtures.fixtures import Fixtures, ScopeFixture, is_by_credential
from mockserver.records.fixtures.snapshot import SnapshotWriter
from mockserver.records.kind import InvalidRecordError, Kind
from mockserver.records.progress import Pace, Progress
from mockserver.records.record import Planned, Record, Scope

_EVERYTHING = "everything"
#: How long a record stays that should have moved before it was seen, in milliseconds: a year.
_STAY = 365 * 24 * 3600 * 1000


class Api(Struct, frozen=True):
    """What is recorded of: a *contract*, its *kinds* by name, and what its scopes state.

    *scope_members* are the members that records of a scope have in common, and fixtures state once.
    """

    contract: Contract
    kinds: Mapping[str, Kind]
    scope_members: tuple[str, ...] = ()


class SeenFixtures:
    """Tells what was seen of *api* as fixtures.

    Args:
        api: what it is.
        key: the secret of the recording's pseudonyms; None: identities stay as they are.
        tell: is told what is left out and why, each with a name of what it is about.
    """

    def __init__(self, api: Api, key: bytes | None, tell: Callable[[str, str], object]) -> None:
        self._api = api
        self._key = key
        self._tell = tell
        tenancy = api.contract.tenancy
        self._by_credential = is_by_credential(tenancy.value if tenancy is not None else None)

    def open_world(self) -> SeenWorld:
        """Return a world in which nothing has been seen yet."""
        return SeenWorld(by_credential=self._by_credential)

    def describe(self, world: SeenWorld) -> dict[str, Any]:
        """Return the fixtures of *world*, to be dumped as JSON."""
        now = int(world.until)
        records: dict[str, list[tuple[Kind, Record]]] = {}
        disguise = self._open_disguise(world)
        opened = {}
        for credential, scopes in world.opened.items():
            opened[credential] = {
                (names, self._rename(disguise, names, scope)) for names, scope in scopes
            }
        places = {place for scopes in opened.values() for place in scopes}
        for (name, scope), listed in world.lists.items():
            kind = self._api.kinds[name]
            renamed = scope if disguise is None else disguise.change_scope(kind, scope)
            places.add((kind.scope, renamed))
            made = list(self._adopt(listed, scope, renamed, disguise, now))
            records.setdefault(name, []).extend((kind, record) for record in made)
        seed = self._describe_head(places, opened, records, now)
        writer = SnapshotWriter(self._api.contract, seed, seed.secrets or {}, {})
        rows = {
            name: [writer.write_row(kind, record) for kind, record in found]
            for name, found in records.items()
            if found
        }
        return {**writer.head(now), **({"records": rows} if rows else {})}

    def _open_disguise(self, world: SeenWorld) -> Disguise | None:
        """Return what gives pseudonyms to all that was seen; None if nothing has any."""
        if self._key is None:
            return None
        disguise = Disguise(Pseudonyms(self._key))
        for (name, scope), listed in world.lists.items():
            disguise.add_scope(self._api.kinds[name], scope)
            for _, record in listed.sort():
                disguise.add(self._api.kinds[name], record.members)
        disguise.seal()
        return disguise

    def _rename(self, disguise: Disguise | None, names: Sequence[str], scope: Scope) -> Scope:
        kind = next(kind for kind in self._api.kinds.values() if kind.scope == tuple(names))
        return scope if disguise is None else disguise.change_scope(kind, scope)

    def _adopt(
        self, listed: SeenList, scope: Scope, renamed: Scope, disguise: Disguise | None, now: int
    ) -> list[Record]:
        """Return the records of a list, the one that was made first before the others."""
        kind, made = listed.kind, []
        freeze = _Freezer(kind, now)
        for key, seen in listed.sort():
            members = seen.members
            if disguise is not None:
                members = disguise.change(kind, members, scope)
            try:
                made.append(freeze.freeze(kind.adopt(members, renamed, now)))
            except InvalidRecordError as error:
                told = f"a record of {kind.name} is left out, as the contract does not know it: "
                self._tell(f"{kind.name} {key}", f"{told}{error}")
        direction = kind.order.direction or ("ascending" if kind.order.by else "descending")
        return made[::-1] if direction == "descending" else made

    def _describe_head(
        self,
        places: set[tuple[tuple[str, ...], Scope]],
        opened: Mapping[str, set[tuple[tuple[str, ...], Scope]]],
        records: Mapping[str, Sequence[tuple[Kind, Record]]],
        now: int,
    ) -> Fixtures:
        """Return the scopes, and the made-up credentials that open them."""
        scopes: dict[str, ScopeFixture] = {}
        for names, scope in sorted(places):
            path = dict(zip(names, scope, strict=False))
            label = self._label(names, scope)
            if label:
                known = scopes[label].path if label in scopes else {}
                members = self._find_common(records, scope)
                scopes[label] = ScopeFixture({**known, **path}, members)
        if not scopes and opened:
            scopes[_EVERYTHING] = ScopeFixture()
        secrets = {
            credential: tuple(dict.fromkeys(self._label(*p) or _EVERYTHING for p in sorted(found)))
            for credential, found in opened.items()
        }
        return Fixtures(now=now, secrets=secrets or None, scopes=scopes, default_pace=None)

    def _label(self, names: Sequence[str], scope: Scope) -> str:
        return scope[-1] if self._by_credential else "/".join(scope[: len(names)])

    def _find_common(
        self, records: Mapping[str, Sequence[tuple[Kind, Record]]], scope: Scope
    ) -> dict[str, Any]:
        """Return what records of *scope* have in common, of the members that scopes state."""
        if not self._api.scope_members:
            return {}
        found = (r for rows in records.values() for _, r in rows if r.scope == scope)
        members = next((record.members() for record in found), {})
        return {name: members[name] for name in self._api.scope_members if name in members}


class _Freezer:
    """Keeps records of *kind* as they were seen at *now*, though the contract has them move.

    A deployment may be late, or its clock may be another one: what should have moved, and has not,
    stays.
    """

    def __init__(self, kind: Kind, now: int) -> None:
        self._now = now
        pace = Pace(None, begins=now)
        self._progress = None if kind.lifecycle is None else Progress(kind.lifecycle, pace)

    def freeze(self, record: Record) -> Record:
        """Return *record* with a plan that lets it stay, if it needs one."""
        due = None if self._progress is None else self._progress.next_due(record)
        if due is None or due.at > self._now:
            return record
        return structs.replace(record, plan=(Planned(due.to, after=_STAY),))
