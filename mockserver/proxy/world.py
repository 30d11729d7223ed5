"""The records that traffic shows, as they were seen last, and in the order of their lists."""

from collections.abc import Iterator, Sequence

from mockserver.proxy.traffic import Members, Observation
from mockserver.records.kind import Kind
from mockserver.records.record import Key, Scope


class SeenRecord:
    """A record as it was seen last, *at* a moment (epoch milliseconds)."""

    __slots__ = ("at", "is_listed", "members")

    def __init__(self, members: Members, at: float, *, is_listed: bool) -> None:
        self.members = members
        self.at = at
        self.is_listed = is_listed

    def copy(self) -> "SeenRecord":
        """Return the record as it is now: it changes when it is seen again."""
        return SeenRecord(self.members, self.at, is_listed=self.is_listed)

    def look(self, members: Members, at: float, *, is_list: bool) -> None:
        """Note how the record was seen again: as a list shows it, with the newest values."""
        is_newer = at >= self.at
        if is_list:
            if is_newer:
                self.members = members
            elif not self.is_listed:
                self.members = {**members, **_share(self.members, members)}
            self.is_listed = True
        elif is_newer:
            told = {**self.members, **_share(members, self.members)}
            self.members = told if self.is_listed else members
        self.at = max(self.at, at)


def _share(members: Members, with_: Members) -> Members:
    """Return those of *members* whose names *with_* has too."""
    return {name: value for name, value in members.items() if name in with_}


class SeenList:
    """The records of one *kind* in one *scope*, in the order in which their list shows them."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.records: dict[Key, SeenRecord] = {}
        self._order: list[Key] = []
        self._placed: set[Key] = set()

    def copy(self) -> "SeenList":
        """Return the list as it is now."""
        made = SeenList(self.kind)
        made.records = {key: record.copy() for key, record in self.records.items()}
        made._order, made._placed = [*self._order], {*self._placed}
        return made

    def place(self, keys: Sequence[Key]) -> None:
        """Note that a page shows records in the order of these *keys*."""
        known = self._placed
        if not known.intersection(keys):
            self._order += keys
            self._placed.update(keys)
            return
        at = {key: position for position, key in enumerate(self._order)}
        after, places = -1, []
        for number, key in enumerate(keys):
            after = at.get(key, after)
            if key not in known:
                follows = next((at[k] for k in keys[number:] if k in at), None)
                before = after + 1 if after >= 0 or follows is None else follows
                places.append((before, number, key))
        for before, _, key in sorted(places, reverse=True):
            self._order.insert(before, key)
        self._placed.update(keys)

    def forget(self, key: Key) -> None:
        """Note that a record is gone."""
        self.records.pop(key, None)

    def sort(self) -> Iterator[tuple[Key, SeenRecord]]:
        """Yield the records as their list shows them; those that no list showed come first."""
        unplaced = [key for key in self.records if key not in self._placed]
        for key in [*reversed(unplaced), *self._order]:
            if key in self.records:
                yield key, self.records[key]


class SeenWorld:
    """All that observations show of an API.

    Its tenants are told apart by nothing but the credential if they are so *by_credential*.
    """

    def __init__(self, *, by_credential: bool) -> None:
        self._by_credential = by_credential
        self.lists: dict[tuple[str, Scope], SeenList] = {}
        #: The scopes that each credential has opened, each with the names of its parameters.
        self.opened: dict[str, set[tuple[tuple[str, ...], Scope]]] = {}
        self.until = 0.0

    def copy(self) -> "SeenWorld":
        """Return the world as it is now."""
        made = SeenWorld(by_credential=self._by_credential)
        made.lists = {name: listed.copy() for name, listed in self.lists.items()}
        made.opened = {credential: {*scopes} for credential, scopes in self.opened.items()}
        made.until = self.until
        return made

    @property
    def count(self) -> int:
        """How many records there are."""
        return sum(len(seen.records) for seen in self.lists.values())

    def take(self, seen: Observation) -> None:
        """Note what an observation shows."""
        self.until = max(self.until, seen.at)
        if not seen.is_success:
            return
        kind = seen.kind
        scope = self._find_scope(seen)
        if scope is None:
            return
        if seen.credential:
            self.opened.setdefault(seen.credential, set()).add((kind.scope, scope))
        listed = self.lists.setdefault((kind.name, scope), SeenList(kind))
        keys = []
        for members in seen.records:
            key = None if kind.key is None else kind.key.read(members)
            if isinstance(key, str | int) and not isinstance(key, bool):
                keys.append(key)
                self._look(listed, key, members, seen)
        if seen.role == "list" and not _is_reordered(seen):
            listed.place(list(dict.fromkeys(keys)))
        if seen.role == "delete":
            self._forget(listed, seen)

    def _look(self, listed: SeenList, key: Key, members: Members, seen: Observation) -> None:
        known, is_list = listed.records.get(key), seen.role == "list"
        if known is None:
            listed.records[key] = SeenRecord(members, seen.at, is_listed=is_list)
        else:
            known.look(members, seen.at, is_list=is_list)

    def _forget(self, listed: SeenList, seen: Observation) -> None:
        for text in reversed(list(seen.path.values())):
            key = listed.kind.key_of(text)
            if key is not None and key in listed.records:
                listed.forget(key)
                return

    def _find_scope(self, seen: Observation) -> Scope | None:
        """Return whose records an observation is about; None if it does not say."""
        tenant = (seen.credential or "everybody",) if self._by_credential else ()
        if all(name in seen.path for name in seen.kind.scope):
            return (*[seen.path[name] for name in seen.kind.scope], *tenant)
        keys = [seen.kind.key.read(m) for m in seen.records] if seen.kind.key is not None else []
        for (name, scope), listed in self.lists.items():
            if name == seen.kind.name and any(key in listed.records for key in keys):
                return scope
        return None


def _is_reordered(seen: Observation) -> bool:
    """Return whether a list was asked for in another order than its usual one."""
    order = seen.kind.order.parameter
    return order is not None and any(name == order for name, _ in seen.query)
