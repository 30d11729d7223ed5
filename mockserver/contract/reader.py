"""Reading a description and its overlays into a contract: declared first, then inferred."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from msgspec import structs

from mockserver.contract.checks import Checks
from mockserver.contract.contract import Contract, Resource
from mockserver.contract.creation import assign_makers
from mockserver.contract.credentials import infer_tenancy, read_credentials
from mockserver.contract.misspelt import list_misspelt
from mockserver.contract.operation_keys import read_pages, read_tenancy
from mockserver.contract.operations import operations_of
from mockserver.contract.resources import name_of, operations_on, read_resource
from mockserver.contract.structure import Kind, find_listing, is_declared, kinds
from mockserver.contract.tree import Library, Node
from mockserver.contract.vocabularies import describe_vocabulary
from mockserver.parsing.pointer import escape
from mockserver.parsing.sources import InvalidSourceError

_LONGEST_TITLE = 200


def load(file: Path, overlays: Sequence[Path] = (), *, strict: bool = False) -> Contract:
    """Return what the description in *file* says of its API, and what may be inferred.

    Args:
        file: an OpenAPI 3.x or Swagger 2.0 description, YAML or JSON.
        overlays: OpenAPI Overlays, put on it in this order.
        strict: whether an action of an overlay that hits nothing is an error, not a warning.

    Raises:
        InvalidSourceError: a file does not parse, or a key has a wrong form or contradicts the
            description; all that is wrong is told.
    """
    library = Library(file)
    raw = _read(library, overlays, strict=strict)
    contract = structs.replace(_contract(library, library.root(raw)), overlays=tuple(overlays))
    if library.diagnostics:
        found = {str(problem): problem for problem in library.diagnostics}
        ordered = sorted(found.values(), key=lambda p: (str(p.file), p.line, p.column))
        raise InvalidSourceError(ordered)
    return contract


def read_document(file: Path, overlays: Sequence[Path]) -> Any:
    """Return the description in *file* as it is written, with *overlays* put on it.

    Raises:
        InvalidSourceError: one of the files cannot be read.
    """
    return _read(Library(file), overlays, strict=False)


def _read(library: Library, overlays: Sequence[Path], *, strict: bool) -> Any:
    raw = library.read(library.file)
    if overlays:
        from mockserver.contract.overlay import apply_overlay

        for overlay in overlays:
            raw = apply_overlay(library, raw, overlay, strict=strict)
    return raw


def _contract(library: Library, root: Node) -> Contract:
    operations = tuple(operations_of(root))
    checks = Checks(library, operations)
    found = kinds(operations)
    _check_schemas(root, found)
    _check_lists(checks, found)
    for operation in operations:
        is_foreign = operation.pagination is None and "x-pagination" in operation.node.value
        if is_foreign and describe_vocabulary(operation) is None:
            told = "x-pagination has neither style nor items, so it is another vendor's"
            library.warn(operation.node, "/x-pagination", f"{told}; it is not read")
    for node, name, meant in list_misspelt(root, operations, found):
        library.warn(node, f"/{escape(name)}", f"{name} is not known; did you mean {meant}?")
    resources: list[Resource] = []
    for kind, makers in zip(found, assign_makers(checks, found), strict=True):
        name = name_of(kind, [resource.name for resource in resources])
        alike = [other for other in found if other.record.identity == kind.record.identity]
        resources.append(read_resource(checks, name, kind, alike, makers))
    used = {name for resource in resources for name in operations_on(resource)}
    lists = [resource.list.value for resource in resources if resource.list is not None]
    info = root.get("info")
    title = info.get_text("title") if info is not None else None
    tenancy = read_tenancy(checks, root) if "x-tenancy" in root.value else infer_tenancy(lists)
    return Contract(
        file=library.file,
        title=(title or library.file.stem)[:_LONGEST_TITLE],
        resources=tuple(resources),
        credentials=read_credentials(root, operations),
        tenancy=tenancy,
        operations=operations,
        others=tuple(o for o in operations if o.name not in used),
        warnings=tuple(library.warnings),
        base_path=_base_path(root),
    )


def _base_path(root: Node) -> str:
    """Return the path of the first server; one with variables in it is not known."""
    servers = root.get("servers")
    first = next(iter(servers.members()), None) if servers is not None else None
    url = first[1].get_text("url") if first is not None else None
    path = urlsplit(url or "").path.rstrip("/")
    return "" if "{" in path else path


def _check_schemas(root: Node, found: Sequence[Kind]) -> None:
    """Check that each schema with ``x-lifecycle`` is that of records that can be read."""
    used = {
        part.record.identity
        for kind in found
        for part in (kind.listing, kind.reading)
        if part is not None
    }
    for holder in (("components", "schemas"), ("definitions",)):
        schemas = root.find(*holder)
        for _, schema in schemas.members() if schemas is not None else ():
            if is_declared(schema) and schema.identity not in used:
                told = "no GET gives a record of this schema or a list of them; "
                told += "write x-lifecycle on the schema of a record that one gives"
                schema.complain("/x-lifecycle", "unused", told)


def _check_lists(checks: Checks, found: Sequence[Kind]) -> None:
    """Check that each ``x-pagination`` stands on the one list of records."""
    lists = {kind.listing.operation.call for kind in found if kind.listing is not None}
    for operation in checks.operations:
        if operation.pagination is None or operation.call in lists:
            continue
        listing = find_listing(operation)
        same = [
            kind.listing.operation.name
            for kind in found
            if listing is not None
            and kind.listing is not None
            and listing.record.identity == kind.listing.record.identity
        ]
        if same:
            told = f"{same[0]} lists these records already; keep x-pagination on one of the two"
            operation.node.complain("/x-pagination", "role", told)
        elif read_pages(checks, operation) is not None:
            told = "this operation gives no list of records; take x-pagination out"
            operation.node.complain("/x-pagination", "role", told)
