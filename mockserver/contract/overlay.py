"""OpenAPI Overlays 1.0 and 1.1: what somebody adds to a description that others own.

The targets are JSONPath as RFC 9535 has it. Each change is remembered with its place in the
overlay, so that what is wrong with it is told there.
"""

import re
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

from mockserver.contract.tree import Library, Origin, dig
from mockserver.parsing.diagnostics import quote
from mockserver.parsing.pointer import escape
from mockserver.parsing.positions import locate
from mockserver.parsing.sources import Diagnostic, InvalidSourceError

_MEMBERS = frozenset(("target", "description", "update", "remove", "copy"))


#: The usual targets, which select one value or none: names alone (RFC 9535, section 2.3.5.1).
_SINGULAR = re.compile(r"""\$(?:\.[A-Za-z_][A-Za-z_0-9]*|\['[^'"\\]*'\]|\["[^'"\\]*"\])*""")
_STEP = re.compile(r"""\.([A-Za-z_][A-Za-z_0-9]*)|\['([^']*)'\]|\["([^"]*)"\]""")


class _Hit(NamedTuple):
    """What a target selects: the names that lead there, and the value."""

    path: tuple[str | int, ...]
    value: Any

    @property
    def pointer(self) -> str:
        return "".join(f"/{escape(name)}" for name in self.path)


def apply_overlay(library: Library, raw: Any, file: Path, *, strict: bool) -> Any:
    """Return the description *raw* with the overlay in *file* put on it.

    Args:
        library: takes warnings, and where each changed part was written.
        raw: the description as it is written, or after earlier overlays. It is changed.
        file: the overlay, YAML or JSON.
        strict: whether an action that hits nothing is an error.

    Raises:
        InvalidSourceError: the overlay cannot be read, or an action has a wrong form.
    """
    said = library.read(file)
    overlay = _Overlay(library, file, strict=strict)
    overlay.check_root(said)
    for index, action in enumerate(said.get("actions", ())):
        raw = overlay.act(raw, action, f"/actions/{index}")
    if overlay.diagnostics:
        raise InvalidSourceError(overlay.diagnostics)
    return raw


def _follow(raw: Any, target: str) -> list[_Hit]:
    """Return what a *target* of names alone selects."""
    path: list[str | int] = []
    for step in _STEP.finditer(target):
        name = next(part for part in step.groups() if part is not None)
        if not isinstance(raw, dict) or name not in raw:
            return []
        path.append(name)
        raw = raw[name]
    return [_Hit(tuple(path), raw)]


class _Overlay:
    def __init__(self, library: Library, file: Path, *, strict: bool) -> None:
        self._library = library
        self._file = file
        self._strict = strict
        self.diagnostics: list[Diagnostic] = []

    def check_root(self, said: Any) -> None:
        """Check that the file is an overlay of a version that is read."""
        version = said.get("overlay") if isinstance(said, dict) else None
        if not (isinstance(version, str) and re.match(r"1\.[01]\.", version)):
            told = "is not an overlay of version 1.0 or 1.1; write overlay: 1.0.0"
            self._complain("", "overlay", told)
        elif not isinstance(said.get("actions"), list) or not said["actions"]:
            self._complain("/actions", "overlay", "no actions were found; write a list of them")
        if self.diagnostics:
            raise InvalidSourceError(self.diagnostics)

    def act(self, raw: Any, action: Any, at: str) -> Any:
        """Return *raw* after one action."""
        if not self._has_form(action, at):
            return raw
        hits = self._select(raw, action["target"], f"{at}/target")
        if hits is None:
            return raw
        if not hits:
            self._tell_miss(action["target"], f"{at}/target")
            return raw
        if action.get("remove") is True:
            return self._remove(raw, hits, at)
        if "copy" in action:
            raw = self._copy(raw, hits, action["copy"], at)
        if "update" in action:
            for hit in hits:
                raw = self._replace(raw, hit, self._join(hit, action["update"], f"{at}/update"))
        elif "copy" not in action and "remove" not in action:
            self._complain(at, "overlay", "does nothing; write update, remove or copy")
        return raw

    def _has_form(self, action: Any, at: str) -> bool:
        """Check the members of an action; return whether it has a target."""
        if not isinstance(action, dict) or not isinstance(action.get("target"), str):
            self._complain(at, "overlay", "has no target; write a JSONPath such as $.paths")
            return False
        for name in action:
            if name not in _MEMBERS and not name.startswith("x-"):
                told = f"{name} is not known; write some of {', '.join(sorted(_MEMBERS))}"
                self._complain(f"{at}/{escape(name)}", "overlay", told)
        return True

    def _select(self, raw: Any, target: str, at: str) -> list[_Hit] | None:
        if _SINGULAR.fullmatch(target):
            return _follow(raw, target)
        # It takes longer to import than a server to start.
        from jsonpath import JSONPathEnvironment, JSONPathError

        paths = JSONPathEnvironment(strict=True)
        try:
            return [_Hit(match.parts, match.obj) for match in paths.finditer(target, raw)]
        except JSONPathError as error:
            told = str(error).splitlines()[0]
            self._complain(at, "jsonpath", f"is not a JSONPath (RFC 9535): {told}", target)
            return None

    def _tell_miss(self, target: str, at: str) -> None:
        told = f"the target {target} hits nothing; write a path to what is there"
        if self._strict:
            self._complain(at, "target", told)
        else:
            line, column = locate(self._library.text(self._file), at)
            self._library.warnings[f"{self._file}:{line}:{column}: {told}"] = None

    def _remove(self, raw: Any, hits: list[_Hit], at: str) -> Any:
        if any(not hit.path for hit in hits):
            self._complain(at, "overlay", "removes the whole description; write another target")
            return raw
        # What lies deeper goes first, and of an array the last: the paths of the rest still hold.
        ordered = sorted(hits, key=lambda hit: [(type(n) is int, n) for n in hit.path])
        for path in dict.fromkeys(hit.path for hit in reversed(ordered)):
            parent = dig(raw, [str(name) for name in path[:-1]])
            del parent[path[-1]]
        return raw

    def _copy(self, raw: Any, hits: list[_Hit], source: Any, at: str) -> Any:
        found = self._select(raw, str(source), f"{at}/copy")
        if found is None:
            return raw
        if len(found) != 1:
            told = f"selects {len(found)} values; write a path to one"
            self._complain(f"{at}/copy", "overlay", told, source)
            return raw
        for hit in hits:
            raw = self._replace(raw, hit, self._join(hit, found[0].value, f"{at}/copy"))
        return raw

    def _replace(self, raw: Any, hit: _Hit, value: Any) -> Any:
        if not hit.path:
            return value
        parent = dig(raw, [str(name) for name in hit.path[:-1]])
        parent[hit.path[-1]] = value
        return raw

    def _join(self, hit: _Hit, update: Any, at: str) -> Any:
        """Return a value after *update*: objects merge, arrays are appended to, others replaced."""
        return self._merge(hit.value, update, hit.pointer, at)

    def _merge(self, value: Any, update: Any, pointer: str, at: str) -> Any:
        if isinstance(value, dict) and isinstance(update, dict):
            for name, member in update.items():
                below, written = f"{pointer}/{escape(name)}", f"{at}/{escape(name)}"
                if name in value and isinstance(value[name], dict | list):
                    value[name] = self._merge(value[name], member, below, written)
                else:
                    value[name] = deepcopy(member)
                    self._remember(below, written)
            return value
        if isinstance(value, list):
            added = update if isinstance(update, list) else [update]
            for index, item in enumerate(added):
                written = f"{at}/{index}" if isinstance(update, list) else at
                self._remember(f"{pointer}/{len(value)}", written)
                value.append(deepcopy(item))
            return value
        self._remember(pointer, at)
        return deepcopy(update)

    def _remember(self, pointer: str, at: str) -> None:
        self._library.origins[pointer] = Origin(self._file, at)

    def _complain(self, at: str, rule: str, message: str, value: Any = None) -> None:
        line, column = locate(self._library.text(self._file), at)
        at_fault = "" if value is None else quote(value)
        self.diagnostics.append(Diagnostic(self._file, line, column, at, rule, at_fault, message))
