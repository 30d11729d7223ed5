"""Recorded records as fixtures: a folder from which a mock serves the same lists again."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, structs

from mockserver.contract.contract import Contract
from mockserver.proxy.disguise import Disguise
from mockserver.proxy.exchange import Exchange
from mockserver.proxy.pseudonyms import Pseudonyms
from mockserver.proxy.traffic import TrafficReader
from mockserver.proxy.world import SeenList, SeenWorld
from mockserver.records.fixtures.fixtures import Fixtures, ScopeFixture, is_by_credential
from mockserver.records.fixtures.snapshot import SnapshotWriter
from mockserver.records.kind import InvalidRecordError, Kind
from mockserver.records.progress import Pace, Progress
from mockserver.records.record import Planned, Record, Scope

FILE = "world.json"
#: What a file of fixtures may hold is a little more (`docs/reference/fixtures.md`).
_MOST_BYTES = 60 * 1024 * 1024
_MOST_RECORDS = 200_000
#: How long a record is only in memory at least, in milliseconds; longer where there are many.
_PAUSE = 2_000.0
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


class FixtureSink:
    """Writes the records that exchanges show into the new *folder*.

    Args:
        folder: where to.
        api: what they are records of.
        reader: says what an exchange means.
        key: the secret of the recording's pseudonyms; None: identities stay as they are.
        tell: is told what could not be written, once.

    Raises:
        OSError: the folder is there already, or cannot be made.
    """

    def __init__(
        self,
        folder: Path,
        api: Api,
        reader: TrafficReader,
        key: bytes | None,
        tell: Callable[[str], object],
    ) -> None:
        self._folder = folder
        self._api = api
        self._reader = reader
        self._key = key
        self._tell = tell
        tenancy = api.contract.tenancy
        self._by_credential = is_by_credential(tenancy.value if tenancy is not None else None)
        self._world = SeenWorld(by_credential=self._by_credential)
        self._written_at = 0.0
        self._told: set[str] = set()
        self._is_written = True
        folder.mkdir(mode=0o700, parents=True)

    @property
    def is_complete(self) -> bool:
        """Whether the folder has all that was seen."""
        return self._is_written and "full" not in self._told

    def take(self, exchange: Exchange) -> None:
        """Note what *exchange* shows, and write it after a while."""
        seen = self._reader.read(exchange)
        if seen is None:
            return
        if self._world.count >= _MOST_RECORDS:
            self._tell_once("full", f"{_MOST_RECORDS:,} records were seen; no others are recorded")
            return
        self._world.take(seen)
        if self._world.until - self._written_at >= _PAUSE + self._world.count:
            self._write()

    def close(self) -> None:
        """Write what was seen."""
        self._write()

    def _write(self) -> None:
        self._written_at = self._world.until
        content = msgspec.json.format(msgspec.json.encode(self._describe()), indent=1)
        if len(content) > _MOST_BYTES:
            told = "the records are more than a file of fixtures may hold; the last are not written"
            self._tell_once("full", told)
            return
        try:
            _replace(self._folder / FILE, content)
            self._is_written = True
        except OSError as error:
            self._is_written = False
            told = f"{self._folder / FILE} cannot be written: {error.strerror}; forwarding goes on"
            self._tell_once("disk", told)

    def _describe(self) -> dict[str, Any]:
        """Return the fixtures, to be dumped as JSON."""
        now = int(self._world.until)
        records: dict[str, list[tuple[Kind, Record]]] = {}
        disguise = self._open_disguise()
        opened = {}
        for credential, scopes in self._world.opened.items():
            opened[credential] = {
                (names, self._rename(disguise, names, scope)) for names, scope in scopes
            }
        places = {place for scopes in opened.values() for place in scopes}
        for (name, scope), listed in self._world.lists.items():
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

    def _open_disguise(self) -> Disguise | None:
        """Return what gives pseudonyms to all that was seen; None if nothing has any."""
        if self._key is None:
            return None
        disguise = Disguise(Pseudonyms(self._key))
        for (name, scope), listed in self._world.lists.items():
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
                self._tell_once(f"{kind.name} {key}", f"{told}{error}")
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

    def _tell_once(self, about: str, told: str) -> None:
        if about not in self._told:
            self._told.add(about)
            self._tell(told)


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


def _replace(path: Path, content: bytes) -> None:
    """Write *content* to *path*, which at each moment holds all of it or what it held before."""
    new = path.with_name(f".{path.name}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    new.replace(path)
