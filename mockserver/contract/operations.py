"""The operations of a description: what each takes and gives, whatever its name."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

from mockserver.contract.shape import METHODS
from mockserver.contract.tree import Node

_PARAMETER = re.compile(r"\{([^}]*)\}")
_PAGES = frozenset(
    (
        *("style", "items", "limit", "page", "offset", "cursor", "order"),
        *("next", "previous", "first", "last", "more", "total"),
    )
)
_SUCCESS = re.compile(r"2(\d\d|XX)", re.IGNORECASE)
_JSON = re.compile(r"application/(?:[\w.+-]*\+)?json\b|\*/\*", re.IGNORECASE)


class Parameter(Struct, frozen=True, eq=False):
    """A declared parameter: *where* is path, query, header or cookie."""

    name: str
    where: str
    schema: Node | None
    node: Node


class Operation(Struct, frozen=True, eq=False, dict=True):
    """One operation. *responses* are the declared ones, by status as it is written.

    *segments* are the parts of the path; each parameter is ``{}``, whatever its name.
    """

    operation_id: str | None
    method: str
    template: str
    segments: tuple[str, ...]
    node: Node
    parameters: tuple[Parameter, ...]
    responses: Mapping[str, Node]

    @cached_property
    def name(self) -> str:
        """The operationId, or the method and the path where there is none."""
        return self.operation_id or self.call

    @property
    def call(self) -> str:
        """Return the method and the path."""
        return f"{self.method} {self.template}"

    @property
    def path_parameters(self) -> tuple[str, ...]:
        """Return the names of the parameters in the path, in order."""
        return tuple(_PARAMETER.findall(self.template))

    @property
    def pagination(self) -> Any:
        """Return its ``x-pagination``, or None; another vendor's of that name is none.

        Ours has ``style`` and ``items``; an object with neither that has other members is not ours.
        """
        said = self.node.value.get("x-pagination")
        if not isinstance(said, dict):
            return said
        return said if {"style", "items"} & said.keys() or said.keys() <= _PAGES else None

    def parameter(self, name: str, *where: str) -> Parameter | None:
        """Return the parameter of that name in one of the places *where* (default: any)."""
        found = (p for p in self.parameters if p.name == name)
        return next((p for p in found if not where or p.where in where), None)

    @property
    def successes(self) -> Mapping[str, Node]:
        """Return the responses of a success, by how they are written: `200`, `2XX`.

        `default` is one where it is all that is declared of one; beside others it means the rest.
        """
        of = {code: one for code, one in self.responses.items() if _SUCCESS.fullmatch(code)}
        return of or {code: one for code, one in self.responses.items() if code == "default"}

    @property
    def success(self) -> str | None:
        """Return the first declared success, as it is written, or None."""
        return next(iter(self.successes), None)

    @property
    def status(self) -> int:
        """Return the status of the first declared success; of a range and `default`, 200."""
        success = self.success or ""
        return int(success) if success.isdigit() else 200

    @property
    def result(self) -> Node | None:
        """Return the schema of the first success that has a JSON body, or None."""
        schemas = (_schema_of(response) for response in self.successes.values())
        return next((schema for schema in schemas if schema is not None), None)

    @property
    def body(self) -> Node | None:
        """Return the schema of the request's body, of JSON before that of a form, or None."""
        request = self.node.get("requestBody")
        return _schema_of(request, of_any_type=True) if request is not None else None


def is_json(media_type: str) -> bool:
    """Return whether *media_type* is one of JSON, or any."""
    return _JSON.match(media_type) is not None


def _schema_of(holder: Node, *, of_any_type: bool = False) -> Node | None:
    content = holder.get("content")
    if content is None:
        return None
    media = list(content.members())
    chosen = [m for name, m in media if is_json(name)] or [m for _, m in media if of_any_type]
    return next((schema for m in chosen if (schema := m.get("schema")) is not None), None)


def operations_of(root: Node) -> Iterator[Operation]:
    """Yield the operations of the description in the order in which they stand."""
    paths = root.get("paths")
    for template, item in paths.members() if paths is not None else ():
        for method in METHODS:
            node = item.get(method)
            if node is not None and isinstance(node.value, dict):
                yield _operation(template, method, item, node)


def _operation(template: str, method: str, item: Node, node: Node) -> Operation:
    parameters: dict[tuple[str, str], Parameter] = {}
    for holder in (item, node):
        declared = holder.get("parameters")
        for _, parameter in declared.members() if declared is not None else ():
            name, where = parameter.get_text("name"), parameter.get_text("in")
            if name is not None and where is not None:
                schema = parameter.get("schema") or _schema_of(parameter)
                parameters[name, where] = Parameter(name, where, schema, parameter)
    responses = node.get("responses")
    return Operation(
        operation_id=node.get_text("operationId"),
        method=method.upper(),
        template=template,
        segments=_segments(template),
        node=node,
        parameters=tuple(parameters.values()),
        responses=dict(responses.members()) if responses is not None else {},
    )


def _segments(template: str) -> tuple[str, ...]:
    """Return the parts of a path, without a slash or ``.json`` at its end; ``:verb`` is one."""
    text = _PARAMETER.sub("{}", template).rstrip("/").removesuffix(".json")
    parts = re.sub(r"(\{\}|\w):(\w)", r"\1/:\2", text).split("/")
    return tuple(part for part in parts if part)
