"""What a document has to declare for a law to mean something, and the line to add if not."""

from __future__ import annotations

from contracts.contract.api import Api
from contracts.roles.law import Condition


def _name_list(api: Api) -> str:
    return f"{api.resource.list.method} {api.resource.list.path}"


def always(_: Api) -> str:
    """Nothing has to be declared."""
    return ""


def has_key(api: Api) -> str:
    """The property that identifies a record is declared, and an operation reads one."""
    resource = api.resource
    if resource.read is None:
        return "the document has no operation that reads one record"
    if resource.has_declared_key:
        return ""
    key = (resource.key or "/id")[1:]
    return f"not declared; add to {resource.schema}: x-lifecycle: {{key: {key}}}"


def has_pages(*styles: str) -> Condition:
    """The list is declared to page, in one of *styles* if any are given."""

    def find_lack(api: Api) -> str:
        pages = api.resource.pages
        if pages is None:
            line = (
                f"x-pagination: {{style: page, items: {api.resource.items or repr('')}, page: ..}}"
            )
            return f"not declared; add to {_name_list(api)}: {line}"
        if styles and pages.style not in styles:
            return f"the list pages by {pages.style}, and not by {' or '.join(styles)}"
        return has_key(api)

    return find_lack


def has_bound(name: str, *members: str) -> Condition:
    """The number *name* of a page is declared, with all *members* such as `default`."""

    def find_lack(api: Api) -> str:
        if lacking := has_pages()(api):
            return lacking
        bound = getattr(api.resource.pages, name)
        if bound is None and name in ("page", "offset"):
            return f"the pages of the list have no {name}"
        if bound is None:
            line = f"x-pagination: {{{name}: {{parameter: .., default: .., min: .., max: ..}}}}"
            return f"not declared; add to {_name_list(api)}: {line}"
        for member in members:
            if getattr(bound, member) is None:
                line = f"x-pagination: {{{name}: {{{member}: ..}}}}"
                return f"not declared; add to {_name_list(api)}: {line}"
        return ""

    return find_lack


def has_place(name: str, line: str) -> Condition:
    """The pages say *name*, such as the total, at a declared place; *line* would declare it."""

    def find_lack(api: Api) -> str:
        if lacking := has_pages()(api):
            return lacking
        if getattr(api.resource.pages, name) is None:
            return f"not declared; add to {_name_list(api)}: x-pagination: {{{line}}}"
        return ""

    return find_lack


def has_filters(api: Api) -> str:
    """A filter of the list is declared."""
    if api.resource.filters:
        return has_key(api)
    return f"not declared; add to {_name_list(api)}: x-filters: {{status: status}}"


def has_security(api: Api) -> str:
    """Each call of the list is declared to need a key."""
    if api.security.declared:
        return ""
    line = "security: [{bearer: []}], and bearer in components.securitySchemes"
    return f"not declared; add to the root: {line}"


def has_lifecycle(api: Api) -> str:
    """How a record moves is declared."""
    if api.resource.lifecycle is None:
        line = "x-lifecycle: {field: status, initial: .., transitions: [..]}"
        return f"not declared; add to {api.resource.schema}: {line}"
    return has_key(api)


def has_stamps(*names: str) -> Condition:
    """The timestamps of a record are declared, all *names* of them."""

    def find_lack(api: Api) -> str:
        if lacking := has_lifecycle(api):
            return lacking
        stamps = api.resource.lifecycle and api.resource.lifecycle.stamps
        missing = [name for name in names if not getattr(stamps, name, None)]
        if stamps is not None and not missing:
            return ""
        line = f"x-lifecycle: {{stamps: {{{', '.join(f'{n}: ..' for n in missing or names)}}}}}"
        return f"not declared; add to {api.resource.schema}: {line}"

    return find_lack


def has_refusal(status: int) -> Condition:
    """The read declares *status*, or a range that it is in."""

    def find_lack(api: Api) -> str:
        if lacking := has_key(api):
            return lacking
        read = api.resource.read
        if read is None or read.find_response(status) is None:
            line = f"'{status}': {{description: Not found.}}"
            return f"not declared; add to the responses of GET {read.path if read else ''}: {line}"
        return ""

    return find_lack


def has_stranger(api: Api) -> str:
    """The status for who may not see a tenant is declared."""
    if api.tenancy is not None and api.tenancy.stranger is not None:
        return ""
    names = ", ".join(api.resource.scope) or ".."
    return f"not declared; add to the root: x-tenancy: {{parameters: [{names}], stranger: 404}}"


def has_moves(api: Api) -> str:
    """A move that a client makes is declared."""
    if lacking := has_lifecycle(api):
        return lacking
    if next(api.resource.list_moves(), None) is None:
        return "the document declares no move that a client makes"
    return ""


def has_creation(api: Api) -> str:
    """An operation is declared to make a record, and not of another record."""
    resource = api.resource
    if lacking := has_key(api):
        return lacking
    if any(resource.find_key_parameter(one.operation) is None for one in resource.creations):
        return ""
    return "the document declares no operation that makes a record; x-creates: {} would declare one"
