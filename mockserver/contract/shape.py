"""Whether the parts of a description that hold others have the types that they need to have."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mockserver.parsing.pointer import escape

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_NAMES: Mapping[type, str] = {dict: "an object", list: "a list", str: "text"}


class Shape(NamedTuple):
    """A type, the shapes of some members, and that of each other member or item, if it matters."""

    kind: type
    members: Mapping[str, "Shape"] = {}
    each: "Shape | None" = None


_TEXT = Shape(str)
_OBJECT = Shape(dict)
_TEXTS = Shape(list, each=_TEXT)
_OBJECTS = Shape(dict, each=_OBJECT)
_REQUIREMENTS = Shape(list, each=_OBJECT)
_PARAMETER = Shape(dict, {"name": _TEXT, "in": _TEXT})
_PARAMETERS = Shape(list, each=_PARAMETER)
_RESPONSES = Shape(dict, each=Shape(dict, {"headers": _OBJECTS, "content": _OBJECTS}))
_OPERATION = Shape(
    dict,
    {
        "parameters": _PARAMETERS,
        "responses": _RESPONSES,
        "security": _REQUIREMENTS,
        "consumes": _TEXTS,
        "produces": _TEXTS,
    },
)
_PATH = Shape(dict, {"parameters": _PARAMETERS, **dict.fromkeys(METHODS, _OPERATION)})
_COMPONENTS = {"schemas": _OBJECT, "securitySchemes": _OBJECTS}
DESCRIPTION = Shape(
    dict,
    {
        "paths": Shape(dict, each=_PATH),
        "components": Shape(dict, _COMPONENTS),
        "definitions": _OBJECT,
        "parameters": Shape(dict, each=_PARAMETER),
        "responses": _RESPONSES,
        "securityDefinitions": _OBJECTS,
        "security": _REQUIREMENTS,
        "consumes": _TEXTS,
        "produces": _TEXTS,
    },
)


def misshapen(value: Any, shape: Shape, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield the pointer of each part of *value* with another type, and what to write instead.

    A reference is text wherever it stands: vendors refer to a map of media types, too.
    """
    if not isinstance(value, shape.kind):
        yield pointer, f"is not {_NAMES[shape.kind]}; write one, or take it out"
        return
    pairs = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        pairs = enumerate(value)  # type: ignore[assignment]  # names and indices alike
    for name, member in pairs:
        below = shape.members.get(str(name), shape.each)
        is_reference = name == "$ref" and isinstance(member, str)
        if below is not None and not is_reference and not str(name).startswith("x-"):
            yield from misshapen(member, below, f"{pointer}/{escape(name)}")
