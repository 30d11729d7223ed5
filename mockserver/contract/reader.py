"""The mock's reader of openapi.yaml.

The limits, defaults, states, transitions and paths that are served come from here. What the mock
supports (the members of a job, the envelope, the parts of the paths) is in `supported` and
`supported_operations`; a document that declares anything else is refused.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import UNSET

from mockserver.contract import extensions
from mockserver.contract.diagnostics import DiagnosticCollector
from mockserver.contract.document import Conflict, Document, Operation, Parameter
from mockserver.contract.extensions import read_optional
from mockserver.contract.patterns import follow
from mockserver.contract.supported import find_unsupported
from mockserver.contract.supported_operations import METHODS
from mockserver.domain.lifecycle import SERVER, Lifecycle, Transition
from mockserver.domain.paging import Bound, Paging
from mockserver.parsing.sources import InvalidSourceError, invalid, parse, read_text

_JOB = "/components/schemas/Job"
_SUFFIXES = (".yaml", ".yml", ".json")
#: A path that only the jobs API has, by which it is told from all others.
_PATH_OF_JOBS = "/{projectKey}/jobs/{jobId}"


def describes_jobs(file: Path) -> bool:
    """Return whether *file* describes the jobs API, rightly or wrongly.

    Raises:
        InvalidSourceError: the file cannot be read.
    """
    return file.suffix in _SUFFIXES and _PATH_OF_JOBS in read_text(file)


def load(file: Path) -> Document:
    """Return the contract that *file* states.

    Raises:
        InvalidSourceError: the file does not parse, has an unknown or wrong ``x-`` key, or names
            an operation, state, parameter or property that it does not define.
    """
    if file.suffix not in _SUFFIXES:
        raise invalid(file, "suffix", "a contract is a .yaml, .yml or .json file")
    text = read_text(file)
    raw = parse(file, text)
    collector = DiagnosticCollector(file, text)
    try:
        document = _Reader(raw, collector).document(file)
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        if collector.diagnostics:
            raise InvalidSourceError(collector.list_sorted()) from None
        message = f"lacks something that every OpenAPI document of this API has: {error!r}"
        raise invalid(file, "openapi", message) from None
    if collector.diagnostics:
        raise InvalidSourceError(collector.list_sorted())
    return document


class _Reader:
    """Reads the parsed document *raw*."""

    def __init__(self, raw: Mapping[str, Any], collector: DiagnosticCollector) -> None:
        self._raw = raw
        self._collector = collector

    def document(self, file: Path) -> Document:
        paths: Mapping[str, Any] = self._raw["paths"]
        self._collector.check_extensions(self._raw)
        if self._collector.diagnostics:
            # What an extension says can only be read once it has the right form.
            raise InvalidSourceError(self._collector.list_sorted())
        for pointer, message in find_unsupported(self._raw):
            self._collector.report(pointer, "unsupported", message)
        job = self._raw["components"]["schemas"]["Job"]
        states = tuple(job["properties"]["status"]["enum"])
        operations = tuple(
            self._operation(template, item, method, states)
            for template, item in paths.items()
            for method in METHODS
            if method in item
        )
        operation_ids = [operation.operation_id for operation in operations]
        self._collector.check_links(self._raw, operation_ids)
        lifecycle = self._lifecycle(job["x-lifecycle"], states, operation_ids)
        return Document(file, self._raw, operations, lifecycle, states)

    def _operation(
        self, template: str, item: Mapping[str, Any], method: str, states: Sequence[str]
    ) -> Operation:
        raw = item[method]
        pointer = f"/paths/{template.replace('/', '~1')}/{method}"
        declared = [*item.get("parameters", ()), *raw.get("parameters", ())]
        resolved = [self._resolve(parameter) for parameter in declared]
        parameters = tuple(Parameter(p["name"], p["in"], p["schema"]) for p in resolved)
        return Operation(
            operation_id=raw["operationId"],
            method=method.upper(),
            template=template,
            pointer=pointer,
            parameters=parameters,
            answers={int(code): self._resolve(r) for code, r in raw["responses"].items()},
            paging=self._read_paging(pointer, raw, parameters),
            conflict=self._conflict(pointer, raw, parameters, states),
        )

    def _lifecycle(
        self, raw: Mapping[str, Any], states: Sequence[str], operation_ids: Sequence[str]
    ) -> Lifecycle:
        pointer = f"{_JOB}/x-lifecycle"
        check = self._collector.check_names
        key = msgspec.convert(raw, extensions.LifecycleKey)
        check(f"{pointer}/initial", [key.initial], states, "state")
        check(f"{pointer}/terminal", key.terminal, states, "state")
        for index, row in enumerate(key.transitions):
            at = f"{pointer}/transitions/{index}"
            check(f"{at}/from", row.sources, states, "state")
            check(f"{at}/to", [row.to], states, "state")
            check(f"{at}/by", [row.by], [SERVER, *operation_ids], "operationId")
        left = {source for row in key.transitions for source in row.sources}
        if set(key.terminal) != set(states) - left:
            ends = ", ".join(state for state in states if state not in left)
            message = f"the states that no transition leaves are {ends or 'none'}"
            self._collector.report(f"{pointer}/terminal", "terminal", message, key.terminal)
        if self._collector.diagnostics:
            raise InvalidSourceError(self._collector.list_sorted())
        rows = [
            Transition(
                r.event,
                r.by,
                r.sources,
                r.to,
                read_optional(r.not_before),
                read_optional(r.otherwise),
            )
            for r in key.transitions
        ]
        return Lifecycle(key.initial, key.terminal, key.stamps.moved, rows)

    def _read_paging(
        self, pointer: str, raw: Mapping[str, Any], parameters: Sequence[Parameter]
    ) -> Paging | None:
        if "x-pagination" not in raw:
            return None
        key = msgspec.convert(raw["x-pagination"], extensions.PaginationKey)
        queries = [p.name for p in parameters if p.where == "query"]
        for name, row in (("limit", key.limit), ("page", key.page)):
            at = f"{pointer}/x-pagination/{name}"
            self._collector.check_names(
                f"{at}/parameter", [row.parameter], queries, "query parameter"
            )
            if row.default < row.min or (row.max is not UNSET and row.default > row.max):
                message = "the default lies outside min and max"
                self._collector.report(f"{at}/default", "pagination", message, row.default)
        limit, page = (
            Bound(r.parameter, r.default, r.min, read_optional(r.max))
            for r in (key.limit, key.page)
        )
        return Paging(limit, page)

    def _conflict(
        self,
        pointer: str,
        raw: Mapping[str, Any],
        parameters: Sequence[Parameter],
        states: Sequence[str],
    ) -> Conflict | None:
        if "x-conflict" not in raw:
            return None
        key = msgspec.convert(raw["x-conflict"], extensions.ConflictKey)
        at, check = f"{pointer}/x-conflict", self._collector.check_names
        in_path = [p.name for p in parameters if p.where == "path"]
        check(f"{at}/parameter", [key.parameter], in_path, "path parameter")
        check(f"{at}/while", key.states, states, "state")
        check(f"{at}/key", [key.key], ["referenceId"], "key of a job")
        return Conflict(key.parameter, key.key, key.states, key.status)

    def _resolve(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return *value*, or what its local ``$ref`` points to."""
        resolved: Mapping[str, Any] = follow(self._raw, value, "")[1]
        return resolved
