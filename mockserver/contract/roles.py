"""The operations that the mock keeps, as patterns: one of each role, and nothing besides.

An operation's role is *list* (``x-pagination``), *make* (``x-conflict``), *cancel* (a client's move
in ``x-lifecycle``) or *read* (GET at the path of the cancel).
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from mockserver.contract.patterns import (
    ANYTHING,
    At,
    Difference,
    Each,
    Form,
    Names,
    differences,
    escape,
    follow,
)

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_CHANGING = ("put", "post", "delete", "patch")
_INTEGER = Form({"type": ("integer",)}, {"format": ("int64",)})
_LOOSE = {"required": Names(("data",)), "additionalProperties": ANYTHING}
_LINKS = {"links": Each(Form({"operationId": ANYTHING}, {"parameters": ANYTHING}))}
#: How a parameter is written where nothing else is said (OpenAPI 3.1.1, section 4.8.12.2).
_STYLES = {"path": "simple", "query": "form"}
#: What each role answers by itself, besides 200 and the statuses that ``x-`` keys name.
_REFUSALS = {"list": (401,), "read": (400, 401, 404), "cancel": (400, 401, 404), "make": (400, 401)}


class Operation(NamedTuple):
    """One operation as it is written: its path's template, its method and where it stands."""

    template: str
    method: str
    pointer: str
    item: Mapping[str, Any]
    text: Mapping[str, Any]


def differences_of(raw: Mapping[str, Any], record: str) -> Iterator[Difference]:
    """Yield what the operations of *raw* declare in vain; *record* is the pointer of the record."""
    rows = _at(raw, record)["x-lifecycle"]["transitions"]
    movers = {row["by"]: row for row in rows if row["by"] != "server"}
    operations = list(_operations(raw))
    moved = {o.template for o in operations if o.text.get("operationId") in movers}
    held: dict[str, Operation] = {}
    shapes: dict[str, str] = {}
    for operation in operations:
        role = _role(operation, movers, moved)
        if role is None:
            flaw = (
                "is none of list (x-pagination), make (x-conflict), cancel (x-lifecycle's by), read"
            )
            yield Difference(operation.pointer, f"{flaw}; take it out, or say which it is")
        elif role in held:
            flaw = f"has the role {role} like {held[role].pointer}; one operation can have it"
            yield Difference(operation.pointer, flaw)
        else:
            held[role] = operation
        shape = re.sub(r"\{[^}]*\}", "{}", operation.template)
        if shapes.setdefault(shape, operation.template) != operation.template:
            flaw = f"matches the paths of {shapes[shape]}; write both under one template"
            yield Difference(operation.pointer.rpartition("/")[0], flaw)
    for role in (role for role in _REFUSALS if role not in held):
        yield Difference("/paths", f"no operation has the role {role}; declare one")
    for template in (t for t, item in raw["paths"].items() if "$ref" in item):
        flaw = "a path is not read from elsewhere; write its operations here"
        yield Difference(f"/paths/{escape(template)}/$ref", flaw)
    for role, operation in held.items():
        refusal = movers.get(str(operation.text.get("operationId")), {}).get("otherwise")
        yield from _of_operation(raw, role, operation, record, refusal)


def _operations(raw: Mapping[str, Any]) -> Iterator[Operation]:
    for template, item in raw["paths"].items():
        for method in METHODS:
            if method in item:
                pointer = f"/paths/{escape(template)}/{method}"
                yield Operation(template, method, pointer, item, item[method])


def _at(raw: Any, pointer: str) -> Any:
    return follow(raw, {"$ref": f"#{pointer}"}, "")[1]


def _role(operation: Operation, movers: Collection[str], moved: Collection[str]) -> str | None:
    if operation.method in _CHANGING:
        if operation.text.get("operationId") in movers:
            return "cancel"
        return "make" if "x-conflict" in operation.text else None
    if operation.method != "get":
        return None
    if "x-pagination" in operation.text:
        return "list"
    return "read" if operation.template in moved else None


def _of_operation(
    raw: Mapping[str, Any], role: str, operation: Operation, record: str, refusal: int | None
) -> Iterator[Difference]:
    keys = {"list": "x-pagination", "make": "x-conflict"}
    key = operation.text.get(keys.get(role, ""), {})
    refusals = {*_REFUSALS[role], key.get("status"), refusal} - {None}
    items: Any = At(record)
    if role == "list":
        items = Form({"type": ("array",), "items": At(record)})
        yield from _of_pagination(raw, operation, key)
    elif role == "make" and key["parameter"] == "projectKey":
        flaw = "projectKey names the project; write the parameter that names the user"
        yield Difference(f"{operation.pointer}/x-conflict/parameter", flaw)
    body = Form(
        {"type": ("object",), "properties": Form({"data": items}, names=True)},
        _LOOSE,
    )
    given = Form(
        {"operationId": ANYTHING, "responses": _responses(role, operation, refusals, body)}
    )
    allowed = {"parameters": ANYTHING, "security": (raw["security"],)}
    allowed |= {keys[role]: ANYTHING} if role in keys else {}
    yield from differences(raw, operation.text, given._replace(optional=allowed), operation.pointer)
    yield from _of_parameters(raw, operation, _parameters(role, key))


def _of_pagination(
    raw: Mapping[str, Any], operation: Operation, key: Mapping[str, Any]
) -> Iterator[Difference]:
    at = f"{operation.pointer}/x-pagination"
    yield from differences(raw, key["items"], ("/data",), f"{at}/items")
    if key["limit"]["min"] < 0:
        yield Difference(f"{at}/limit/min", "a page holds no fewer than 0 records; write 0 or more")
    if key["limit"]["parameter"] == key["page"]["parameter"]:
        yield Difference(f"{at}/page/parameter", "is the parameter of the limit too; write another")
    for name in ("limit", "page"):
        for pointer, declared in _list_declared(raw, operation):
            default = declared.get("schema", {}).get("default", key[name]["default"])
            if declared.get("name") == key[name]["parameter"] and default != key[name]["default"]:
                flaw = f"x-pagination says {key[name]['default']}; write the same, or take it out"
                yield Difference(f"{pointer}/schema/default", flaw)


def _list_declared(raw: Any, operation: Operation) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the parameters of an operation, those of its path first, each with its pointer."""
    above = operation.pointer.rpartition("/")[0]
    for at, holder in ((above, operation.item), (operation.pointer, operation.text)):
        for index, parameter in enumerate(holder.get("parameters", ())):
            yield follow(raw, parameter, f"{at}/parameters/{index}")


def _responses(role: str, operation: Operation, refusals: Collection[Any], body: Form) -> Form:
    """Return the pattern of the responses: a 200 with *body*, and refusals without content.

    What a server may answer besides, such as 429 or 503, is not the mock's to give.
    """
    declared = operation.text["responses"]
    others = [code for code in declared if re.fullmatch("[45][0-9][0-9]", str(code))]
    media = Form({"application/json": Form({"schema": body})}, names=True)
    own = {str(code): Form({}, _LINKS) for code in sorted(refusals)}
    fixed = {str(code): own[str(code)] for code in _REFUSALS[role]}
    return Form(
        {"200": Form({"content": media}, _LINKS), **fixed},
        {**{code: ANYTHING for code in others if isinstance(code, str)}, **own},
        names=True,
    )


def _parameters(role: str, key: Mapping[str, Any]) -> Mapping[str, tuple[str, Form]]:
    """Return where each parameter of an operation stands, by its name, and its schema."""
    found = {"projectKey": ("path", Form({"type": ("string",)}))}
    if role in ("read", "cancel"):
        found["jobId"] = ("path", _INTEGER)
    elif role == "make":
        lengths = {"minLength": int, "maxLength": int}
        found[key["parameter"]] = ("path", Form({"type": ("string",)}, lengths))
    else:
        for name in ("limit", "page"):
            default = {"default": ANYTHING, "format": ("int64",)}
            found[key[name]["parameter"]] = ("query", Form({"type": ("integer",)}, default))
    return found


def _of_parameters(
    raw: Mapping[str, Any], operation: Operation, kept: Mapping[str, tuple[str, Form]]
) -> Iterator[Difference]:
    met: set[str] = set()
    for pointer, declared in _list_declared(raw, operation):
        name = str(declared.get("name"))
        if name not in kept:
            flaw = f"the parameter {name!r} would change nothing; take it out"
            yield Difference(pointer, f"{flaw} (kept here: {', '.join(kept)})")
        elif name in met:
            yield Difference(pointer, f"the parameter {name!r} is declared twice; keep one")
        else:
            met.add(name)
            yield from differences(raw, declared, _parameter(name, *kept[name]), pointer)
    for name in (name for name in kept if name not in met):
        flaw = f"the {kept[name][0]} parameter {name!r} is not declared; declare it"
        yield Difference(operation.pointer, flaw)
    in_path = [name for name, (where, _) in kept.items() if where == "path"]
    if sorted(re.findall(r"\{([^}]*)\}", operation.template)) != sorted(in_path):
        names = ", ".join(f"{{{name}}}" for name in in_path)
        flaw = f"the path holds other parameters than its operations keep; write {names}, each once"
        yield Difference(operation.pointer.rpartition("/")[0], flaw)


def _parameter(name: str, where: str, schema: Form) -> Form:
    """Return the pattern of one parameter; one in the path is required, and no other is."""
    needed = {"name": (name,), "in": (where,), "schema": schema}
    style = {"style": (_STYLES[where],), "explode": (False, True)}
    if where == "path":
        return Form({**needed, "required": (True,)}, style)
    return Form(needed, {**style, "required": (False,)})
