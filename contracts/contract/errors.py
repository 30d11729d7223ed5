"""What is wrong with a contract, and where: file, line, pointer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import yaml


class Diagnostic(NamedTuple):
    """What is wrong with the contract at one place, a JSON Pointer, and what to write instead."""

    pointer: str
    message: str


class DocumentError(ValueError):
    """The contract cannot be read: says the file, the places and what is wrong there."""

    def __init__(
        self,
        file: str,
        pointer: str,
        message: str,
        *,
        more: Iterable[Diagnostic] = (),
        text: str = "",
    ) -> None:
        self.diagnostics = (Diagnostic(pointer, message), *more)
        node = _compose(text)
        lines = (
            f"{_describe_place(file, one.pointer, node)}: {one.message}" for one in self.diagnostics
        )
        super().__init__("\n".join(lines))


def document_error(file: str, diagnostics: Iterable[Diagnostic], text: str = "") -> DocumentError:
    """Return the error of all *diagnostics*, with lines if the *text* of the file is given."""
    first, *more = dict.fromkeys(diagnostics)
    return DocumentError(file, *first, more=more, text=text)


def _compose(text: str) -> yaml.Node | None:
    """Return the nodes of *text*, each with its line; None if YAML cannot read it, or is empty."""
    try:
        return yaml.compose(text, Loader=yaml.CSafeLoader) if text else None
    except yaml.YAMLError:
        # JSON may hold characters that YAML may not.
        return None


def _describe_place(file: str, pointer: str, node: yaml.Node | None) -> str:
    """Return file and pointer, with line and column (from 1) of what it names below *node*."""
    if node is None:
        return f"{file} {pointer}"
    for step in pointer.split("/")[1:]:
        token = step.replace("~1", "/").replace("~0", "~")
        if isinstance(node, yaml.MappingNode):
            below = next((value for key, value in node.value if key.value == token), None)
        elif isinstance(node, yaml.SequenceNode) and token.isdecimal():
            below = dict(enumerate(node.value)).get(int(token))
        else:
            below = None
        if below is None:
            break
        node = below
    return f"{file}:{node.start_mark.line + 1}:{node.start_mark.column + 1} {pointer}"
