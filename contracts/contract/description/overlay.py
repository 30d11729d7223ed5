"""OpenAPI Overlays 1.0 and 1.1: what somebody adds to a description that others own.

The targets are JSONPath (RFC 9535). Objects merge, arrays are appended to, all else is replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from jsonpath import JSONPathEnvironment, JSONPathError

from contracts.contract.description.files import Files
from contracts.contract.errors import Diagnostic, DocumentError, document_error
from contracts.contract.pointer import escape, resolve

MEMBERS = frozenset({"target", "description", "update", "remove", "copy"})
Path_ = Sequence[str | int]


def apply_overlay(files: Files, raw: Any, file: Path) -> Any:
    """Return the description *raw* with the overlay in *file* put on it; *raw* is changed.

    Raises:
        DocumentError: the overlay cannot be read, or an action of it has a wrong form.
    """
    overlay = files.read(file)
    version = overlay.get("overlay") if isinstance(overlay, dict) else None
    if not isinstance(version, str) or not re.match(r"1\.[01]\.", version):
        message = "is not an overlay of version 1.0 or 1.1; write overlay: 1.0.0"
        raise DocumentError(str(file), "#", message, text=files.texts[str(file)])
    merging = _Merging(files, str(file))
    for index, action in enumerate(overlay.get("actions") or ()):
        raw = merging.act(raw, action, f"#/actions/{index}")
    if merging.diagnostics:
        raise document_error(str(file), merging.diagnostics, files.texts[str(file)])
    return raw


class _Merging:
    """One overlay at work."""

    def __init__(self, files: Files, file: str) -> None:
        self.files, self.file = files, file
        self.paths = JSONPathEnvironment(strict=True)
        self.diagnostics: list[Diagnostic] = []

    def act(self, raw: Any, action: Any, at: str) -> Any:
        """Return *raw* after one action."""
        for message in _list_faults(action):
            self.diagnostics.append(Diagnostic(at, message))
            return raw
        hits = self.select(raw, action["target"], f"{at}/target")
        if not hits:
            return raw
        if action.get("remove") is True:
            for path in sorted(hits, key=_order, reverse=True):
                del _get(raw, path[:-1])[path[-1]]
            return raw
        added = [("update", action["update"])] if "update" in action else []
        if "copy" in action:
            found = self.select(raw, str(action["copy"]), f"{at}/copy")
            if len(found) != 1:
                message = f"selects {len(found)} values; write a path to one"
                self.diagnostics.append(Diagnostic(f"{at}/copy", message))
                return raw
            added.insert(0, ("copy", deepcopy(_get(raw, found[0]))))
        for name, value in added:
            for path in hits:
                merged = self.merge(_get(raw, path), value, _point(path), f"{at}/{name}")
                if path:
                    _get(raw, path[:-1])[path[-1]] = merged
                else:
                    raw = merged
        return raw

    def select(self, raw: Any, target: str, at: str) -> list[Path_]:
        """Return the paths that *target* selects; a warning is kept if there is none."""
        try:
            found = [tuple(match.parts) for match in self.paths.finditer(target, raw)]
        except JSONPathError as error:
            message = f"is not a JSONPath (RFC 9535): {str(error).splitlines()[0]}"
            self.diagnostics.append(Diagnostic(at, message))
            return []
        if not found:
            message = f"the target {target} hits nothing; write a path to what is there"
            warning = document_error(
                self.file, [Diagnostic(at, message)], self.files.texts[self.file]
            )
            self.files.warnings.append(str(warning))
        return list(dict.fromkeys(found))

    def merge(self, value: Any, update: Any, pointer: str, at: str) -> Any:
        """Return *value* after *update*, and remember where each new part was written."""
        if isinstance(value, dict) and isinstance(update, dict):
            for name, member in update.items():
                step = escape(name)
                below = value.get(name)
                value[name] = self.merge(below, member, f"{pointer}/{step}", f"{at}/{step}")
            return value
        if isinstance(value, list):
            for index, item in enumerate(update if isinstance(update, list) else [update]):
                written = f"{at}/{index}" if isinstance(update, list) else at
                value.append(self.merge(None, item, f"{pointer}/{len(value)}", written))
            return value
        self.files.origins[pointer] = (self.file, at)
        return deepcopy(update)


def _list_faults(action: Any) -> Iterator[str]:
    if not isinstance(action, dict) or not isinstance(action.get("target"), str):
        yield "has no target; write a JSONPath such as $.paths"
        return
    for name in action.keys() - MEMBERS:
        if not name.startswith("x-"):
            yield f"{name} is not known; write some of {', '.join(sorted(MEMBERS))}"
    if not action.keys() & {"update", "remove", "copy"}:
        yield "does nothing; write update, remove or copy"
    if action.get("remove") is True and action["target"] == "$":
        yield "removes the whole description; write another target"


def _get(raw: Any, path: Path_) -> Any:
    return resolve(raw, _point(path))


def _point(path: Path_) -> str:
    return "#" + "".join(f"/{escape(step)}" for step in path)


def _order(path: Path_) -> list[tuple[bool, Any]]:
    """Order paths so that, from the last on, each can be removed: of an array the last first."""
    return [(isinstance(step, int), step) for step in path]
