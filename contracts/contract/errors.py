"""What is wrong with a contract, and where: file, line, pointer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import yaml

from contracts.contract.pointer import unescape


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
        lines = (
            f"{_describe_place(file, one.pointer, text)}: {one.message}" for one in self.diagnostics
        )
        super().__init__("\n".join(lines))


def document_error(file: str, diagnostics: Iterable[Diagnostic], text: str = "") -> DocumentError:
    """Return the error of all *diagnostics*, with lines if the *text* of the file is given."""
    first, *more = dict.fromkeys(diagnostics)
    return DocumentError(file, *first, more=more, text=text)


def _describe_place(file: str, pointer: str, text: str) -> str:
    """Return file and pointer, with line and column (from 1) of what it names in *text*."""
    node = yaml.compose(text, Loader=yaml.CSafeLoader) if text else None
    if node is None:
        return f"{file} {pointer}"
    for step in pointer.split("/")[1:]:
        token = unescape(step)
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
