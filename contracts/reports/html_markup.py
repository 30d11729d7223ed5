"""HTML that cannot be broken out of: whatever is not markup yet is escaped on its way in."""

from __future__ import annotations

import html

from contracts.reports.escaping import escape_controls

VOID = frozenset({"meta", "input"})
"""Elements of this report that have no content."""

Part = str | None
"""Text, or markup; None is left out."""


class Markup(str):
    """A text that is HTML already; only `element` makes it of what it is given."""

    __slots__ = ()


def element(name: str, /, *parts: Part, **attributes: str | bool | None) -> Markup:
    """Return an element; an attribute that is True has no value, and one that is not is left out.

    Attribute names are written as Python allows: `class_`, `data_verdict`.
    """
    written = "".join(
        f" {attribute.rstrip('_').replace('_', '-')}"
        + ("" if value is True else f'="{html.escape(escape_controls(str(value)))}"')
        for attribute, value in attributes.items()
        if value is not None and value is not False
    )
    if name in VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{join(*parts)}</{name}>")


def join(*parts: Part) -> Markup:
    """Return *parts* one after the other; text is escaped, markup is not."""
    return Markup(
        "".join(
            part if isinstance(part, Markup) else html.escape(escape_controls(part), quote=False)
            for part in parts
            if part is not None
        )
    )
