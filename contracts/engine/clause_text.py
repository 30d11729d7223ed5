"""What a clause of the contract says, for reports."""

from __future__ import annotations

import json
import re
from typing import Any

from contracts.contract.api import Api
from contracts.contract.pointer import PointerError

SHOWN_CLAUSE = 300
"""How many characters of a clause are shown."""


def quote_clause(clause: str, document: Api) -> str:
    """Return what the contract says at *clause*, in one line."""
    if not clause.startswith("#"):
        return clause
    found = document.resolve(clause)
    if isinstance(found, dict) and "description" in found:
        found = found["description"]
    text = " ".join(found.split()) if isinstance(found, str) else _begin(found)
    return text if len(text) <= SHOWN_CLAUSE else f"{text[:SHOWN_CLAUSE]}..."


def _begin(value: Any) -> str:
    """Return *value* as JSON, or its beginning: a clause may be the half of a document."""
    text = ""
    for part in json.JSONEncoder(ensure_ascii=False).iterencode(value):
        text += part
        if len(text) > SHOWN_CLAUSE:
            break
    return text


def explain_clause(clause: str, document: Api) -> str:
    """Say what is wrong with *clause*, if it is neither in the contract nor a section of an RFC."""
    if not clause.startswith("#"):
        is_section = re.fullmatch(r"RFC \d+ §[\d.]+", clause)
        return "" if is_section else f"{clause!r} is neither a pointer nor a section of an RFC"
    try:
        document.resolve(clause)
    except PointerError as error:
        return str(error)
    return ""
