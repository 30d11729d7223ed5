"""The operations that the judge takes into account: one of each role, each as a pattern.

Operations are known by their role: *list* has `x-pagination`, *make* has `x-conflict`, *cancel* is
what a client's move in `x-lifecycle` names, and *read* is the GET at the path of the cancel.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.contract.errors import Diagnostic
from contracts.contract.pattern import (
    ANYTHING,
    Chosen,
    Every,
    Members,
    Names,
    Same,
    diagnose,
    follow_references,
)
from contracts.contract.pointer import escape, resolve

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
UNSAFE = frozenset({"put", "post", "delete", "patch"})
REFUSALS = {
    "list": ("401",),
    "read": ("400", "401", "404"),
    "cancel": ("400", "401", "404"),
    "make": ("400", "401"),
}
"""The refusals that laws ask for, by role, besides those of the x- keys."""
KEYS = {"list": "x-pagination", "make": "x-conflict"}
LINKS = {"links": Every(Members({"operationId": ANYTHING}, {"parameters": ANYTHING}))}
LOOSE = {"required": Chosen(("data",)), "additionalProperties": ANYTHING}
TEXT = {"type": ("string",)}
NUMBER = {"type": ("integer",)}


@dataclass(frozen=True)
class Written:
    """An operation as the document has it."""

    path: str
    method: str
    item: Mapping[str, Any]

    @property
    def given(self) -> Mapping[str, Any]:
        """Return what the document says of the operation."""
        given: Mapping[str, Any] = self.item[self.method]
        return given

    @property
    def above(self) -> str:
        """Return the pointer of its path."""
        return f"#/paths/{escape(self.path)}"

    @property
    def pointer(self) -> str:
        """Return the pointer of the operation."""
        return f"{self.above}/{self.method}"

    def read_parameters(self, raw: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Go through the parameters, those of the path included, with their pointers."""
        for base, holder in ((self.above, self.item), (self.pointer, self.given)):
            for index, parameter in enumerate(holder.get("parameters", ())):
                yield follow_references(raw, parameter, f"{base}/parameters/{index}")


def find_unsupported(raw: Mapping[str, Any], record: str) -> Iterator[Diagnostic]:
    """Go through what operations declare and the judge would pass over."""
    moves = resolve(raw, f"{record}/x-lifecycle/transitions")
    refusals = {move["by"]: str(move["otherwise"]) for move in moves if move["by"] != "server"}
    written = [
        Written(path, method, item)
        for path, item in raw["paths"].items()
        for method in METHODS
        if method in item
    ]
    cancelled = {one.path for one in written if one.given.get("operationId") in refusals}
    roles: dict[str, Written] = {}
    for one in written:
        role = _find_role(one, set(refusals), cancelled)
        if role is None:
            yield Diagnostic(one.pointer, f"is not one of {', '.join(REFUSALS)}; remove it")
        elif role in roles:
            message = f"is a second operation to {role}, after {roles[role].pointer}; keep one"
            yield Diagnostic(one.pointer, message)
        roles.setdefault(role or "", one)
    for role in set(REFUSALS).difference(roles):
        yield Diagnostic("#/paths", f"there is no operation to {role}; add one")
    yield from _diagnose_paths(raw["paths"])
    for role in set(REFUSALS).intersection(roles):
        one = roles[role]
        key = one.given.get(KEYS.get(role, ""), {})
        named = {
            str(key.get("status", 401)),
            refusals.get(str(one.given.get("operationId")), "401"),
        }
        yield from diagnose(
            raw, one.given, _build_pattern(raw, role, one, named, record), one.pointer
        )
        yield from _diagnose_key(raw, role, one, key)
        yield from _diagnose_parameters(raw, one, _list_expected(role, key))


def _diagnose_paths(paths: Mapping[str, Mapping[str, Any]]) -> Iterator[Diagnostic]:
    """Go through the path items that are given by reference or hide another one."""
    shapes: dict[str, str] = {}
    known = (*METHODS, "parameters", "summary", "description")
    for path, item in paths.items():
        pointer = f"#/paths/{escape(path)}"
        for name in item:
            if name not in known:
                message = f"{name} of a path is not supported; remove it (supported: "
                yield Diagnostic(f"{pointer}/{escape(name)}", f"{message}{', '.join(known)})")
        shape = re.sub(r"\{[^}]*\}", "{}", path)
        if shapes.setdefault(shape, path) != path:
            yield Diagnostic(pointer, f"matches what {shapes[shape]} matches; keep one of them")


def _find_role(one: Written, movers: Collection[str], cancelled: Collection[str]) -> str | None:
    if one.method == "get":
        if "x-pagination" in one.given:
            return "list"
        return "read" if one.path in cancelled else None
    if one.method in UNSAFE and one.given.get("operationId") in movers:
        return "cancel"
    return "make" if one.method in UNSAFE and "x-conflict" in one.given else None


def _build_pattern(
    raw: Any, role: str, one: Written, named: Collection[str], record: str
) -> Members:
    """Return the pattern of an operation: 200 with the envelope, and refusals without content."""
    data: Any = Same(record)
    if role == "list":
        data = Members({"type": ("array",), "items": Same(record)})
    body = Members({"type": ("object",), "properties": Names({"data": data})}, LOOSE)
    content = Names({"application/json": Members({"schema": body})})
    refused = Members({}, LINKS)
    others = [code for code in one.given["responses"] if re.fullmatch("[45][0-9][0-9]", str(code))]
    responses = Names(
        {"200": Members({"content": content}, LINKS), **dict.fromkeys(REFUSALS[role], refused)},
        {
            **dict.fromkeys((code for code in others if isinstance(code, str)), ANYTHING),
            **dict.fromkeys(named, refused),
        },
    )
    optional = {"parameters": ANYTHING, "security": (raw["security"],)}
    keys = {KEYS[role]: ANYTHING} if role in KEYS else {}
    return Members({"operationId": ANYTHING, "responses": responses}, {**optional, **keys})


def _diagnose_key(
    raw: Any, role: str, one: Written, key: Mapping[str, Any]
) -> Iterator[Diagnostic]:
    """Go through what the operation's own x- key says that is not supported."""
    names = {
        (str(given.get("in")), str(given.get("name"))): (pointer, given)
        for pointer, given in one.read_parameters(raw)
    }
    if role == "make":
        pointer = f"{one.pointer}/x-conflict"
        if key["parameter"] == "projectKey" or ("path", key["parameter"]) not in names:
            message = f"{key['parameter']} names no user; write the path parameter that does"
            yield Diagnostic(f"{pointer}/parameter", message)
        yield from diagnose(raw, key["key"], ("referenceId",), f"{pointer}/key")
    if role != "list":
        return
    pointer = f"{one.pointer}/x-pagination"
    yield from diagnose(raw, key["items"], ("/data",), f"{pointer}/items")
    if key["limit"]["min"] < 0:
        yield Diagnostic(f"{pointer}/limit/min", "a page cannot hold so few; write 0 or more")
    if key["limit"]["parameter"] == key["page"]["parameter"]:
        yield Diagnostic(
            f"{pointer}/page/parameter", "is the limit's parameter, too; write another"
        )
    for name in ("limit", "page"):
        yield from _diagnose_bound(f"{pointer}/{name}", key[name], names)


def _diagnose_bound(
    pointer: str,
    bound: Mapping[str, Any],
    names: Mapping[tuple[str, str], tuple[str, Mapping[str, Any]]],
) -> Iterator[Diagnostic]:
    default = bound["default"]
    if not bound["min"] <= default <= bound.get("max", default):
        yield Diagnostic(f"{pointer}/default", "is outside min and max; write one inside")
    if ("query", bound["parameter"]) not in names:
        message = f"{bound['parameter']} is not a query parameter of the operation; declare it"
        yield Diagnostic(f"{pointer}/parameter", message)
        return
    place, given = names["query", bound["parameter"]]
    if given.get("schema", {}).get("default", default) != default:
        message = f"x-pagination says {default}; write the same, or remove it"
        yield Diagnostic(f"{place}/schema/default", message)


def _list_expected(role: str, key: Mapping[str, Any]) -> Mapping[str, tuple[str, Members]]:
    """Return where each parameter has to be, by its name, and its schema's pattern."""
    expected = {"projectKey": ("path", Members(TEXT))}
    if role == "list":
        number = Members(NUMBER, {"default": ANYTHING, "format": ("int64",)})
        return {**expected, **{key[n]["parameter"]: ("query", number) for n in ("limit", "page")}}
    if role == "make":
        user = Members(TEXT, {"minLength": int, "maxLength": int})
        return {**expected, key["parameter"]: ("path", user)}
    return {**expected, "jobId": ("path", Members(NUMBER, {"format": ("int64",)}))}


def _diagnose_parameters(
    raw: Any, one: Written, expected: Mapping[str, tuple[str, Members]]
) -> Iterator[Diagnostic]:
    met: list[str] = []
    for pointer, given in one.read_parameters(raw):
        name = str(given.get("name"))
        if name not in expected or name in met:
            what = "declared already" if name in met else "not supported"
            message = f"the parameter {name!r} is {what}; remove it"
            yield Diagnostic(pointer, f"{message} (supported: {', '.join(expected)})")
            continue
        met.append(name)
        where, schema = expected[name]
        style = "simple" if where == "path" else "form"
        must = {"required": (True,)} if where == "path" else {}
        may = {"style": (style,), "explode": (True, False), "required": (where == "path",)}
        needed = {"name": (name,), "in": (where,), "schema": schema, **must}
        yield from diagnose(raw, given, Members(needed, may), pointer)
    for name in (name for name in expected if name not in met):
        yield Diagnostic(one.pointer, f"the parameter {name!r} is missing; declare it")
    in_path = sorted(name for name, (where, _) in expected.items() if where == "path")
    if sorted(re.findall(r"\{([^}]*)\}", one.path)) != in_path:
        message = (
            f"the path holds other parameters; write {', '.join(in_path)}, each once, in braces"
        )
        yield Diagnostic(one.above, message)
