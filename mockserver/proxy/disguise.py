"""Records under pseudonyms: which of their members identify somebody or something."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from mockserver.contract.schemas import member, parts, values
from mockserver.parsing.pointer import escape
from mockserver.proxy.pseudonyms import Pseudonyms
from mockserver.proxy.traffic import Members
from mockserver.records.kind import Kind
from mockserver.records.record import Scope

#: Members that hold a key by their name, of the record or of something else.
_IDENTIFYING = re.compile(r"^(?:id|key|sid|uid|uuid|guid)$|(?:_id|Id|ID|_key|Key|_uuid|Uuid)s?$")
_MOMENTS = ("date-time", "date", "time", "duration")
_INTEGER = re.compile(r"[1-9][0-9]{0,17}")


class Disguise:
    """Gives records of several kinds pseudonyms; all that have some are *added* before."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        self._pseudonyms = pseudonyms
        self._numbers: set[int] = set()
        self._groups: dict[tuple[str, str], set[str]] = {}
        self._meanings: dict[tuple[str, str], str] = {}

    def add_scope(self, kind: Kind, scope: Scope) -> None:
        """Note what names a list of *kind*."""
        for name, value in zip(kind.scope, scope, strict=False):
            self._note(("", name), value)

    def add(self, kind: Kind, members: Members) -> None:
        """Note what identifies in a record of *kind*."""
        for pointer, value in _walk(members, ""):
            if self._find_meaning(kind, pointer) == "identity":
                self._note((kind.name, pointer), value)

    def seal(self) -> None:
        """Draw the pseudonyms of all that was added."""
        self._pseudonyms.add_numbers(self._numbers)
        for _, texts in sorted(self._groups.items()):
            self._pseudonyms.add_texts(texts)

    def change_scope(self, kind: Kind, scope: Scope) -> Scope:
        """Return what names a list of *kind*, under pseudonyms."""
        count = len(kind.scope)
        return (*[self._pseudonyms.text(value) for value in scope[:count]], *scope[count:])

    def change(self, kind: Kind, members: Members, scope: Scope) -> Members:
        """Return a record of *kind* in *scope* under pseudonyms."""
        own = [
            value
            for pointer, value in _walk(members, "")
            if isinstance(value, str) and self._find_meaning(kind, pointer) == "identity"
        ]
        named = [*own, *scope[: len(kind.scope)]]
        longest = sorted({text for text in named if text}, key=len, reverse=True)
        changed: Members = self._change(kind, members, "", longest)
        return changed

    def _change(self, kind: Kind, value: Any, pointer: str, own: Sequence[str]) -> Any:
        if isinstance(value, dict):
            return {
                name: self._change(kind, item, f"{pointer}/{escape(name)}", own)
                for name, item in value.items()
            }
        if isinstance(value, list):
            return [self._change(kind, item, f"{pointer}/0", own) for item in value]
        meaning = self._find_meaning(kind, pointer)
        if meaning == "plain" or isinstance(value, bool):
            return value
        if isinstance(value, str):
            is_whole = meaning == "identity"
            return self._pseudonyms.text(value) if is_whole else self._pseudonyms.within(value, own)
        is_key = isinstance(value, int) and meaning == "identity"
        return self._pseudonyms.number(value) if is_key else value

    def _note(self, group: tuple[str, str], value: Any) -> None:
        if isinstance(value, bool):
            return
        if isinstance(value, int):
            self._numbers.add(value)
        elif isinstance(value, str):
            if _INTEGER.fullmatch(value):
                self._numbers.add(int(value))
            self._groups.setdefault(group, set()).add(value)

    def _find_meaning(self, kind: Kind, pointer: str) -> str:
        """Return what the place is: an identity, plain (its values are the API's), or a text."""
        known = self._meanings.get((kind.name, pointer))
        if known is None:
            known = self._meanings[kind.name, pointer] = _work_out_meaning(kind, pointer)
        return known


def _work_out_meaning(kind: Kind, pointer: str) -> str:
    if kind.lifecycle is not None and pointer in kind.lifecycle.state_places:
        return "plain"
    schema = member(kind.resource.record, pointer)
    if schema is not None:
        said = [part.value for part in parts(schema) if isinstance(part.value, dict)]
        if values(schema) or any(part.get("format") in _MOMENTS for part in said):
            return "plain"
    keys = {kind.key.pointer if kind.key is not None else None, *kind.conflicts}
    name = pointer.removesuffix("/0").rpartition("/")[2]
    return "identity" if pointer in keys or _IDENTIFYING.search(name) else "text"


def _walk(value: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    """Yield what is in *value* besides objects and arrays; all items of an array are the first."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _walk(item, f"{pointer}/{escape(name)}")
    elif isinstance(value, list):
        for item in value:
            yield from _walk(item, f"{pointer}/0")
    else:
        yield pointer, value
