"""Records as fixtures: what a generated world is written down as, to be read, changed and kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.contract.description.contract import Contract
from mockserver.domain.timestamp import format_timestamp
from mockserver.records.fixtures import is_by_credential
from mockserver.records.kind import Kind
from mockserver.records.record import Record, Scope

_TENANT = "default"


def write_fixtures(
    contract: Contract,
    records: Mapping[Kind, Sequence[Record]],
    now: int,
    name: str | None = None,
) -> dict[str, Any]:
    """Return the fixtures, to be dumped as YAML or JSON, that state *records* of a *contract*.

    Read again, they give the same records. No credential is written: any one opens them.

    Args:
        contract: what the records follow.
        records: the records of each kind.
        now: the moment at which their world begins, in epoch milliseconds.
        name: what the contract is called, if it has a name.
    """
    by_credential = is_by_credential(contract.tenancy.value if contract.tenancy else None)
    scopes: dict[str, Any] = {}
    rows: dict[str, list[dict[str, Any]]] = {}
    for kind, made in records.items():
        for record in made:
            label = _label(kind, record.scope) or (_TENANT if by_credential else "")
            if label:
                path = dict(zip(kind.scope, record.scope, strict=False))
                known = scopes.setdefault(label, {"path": {}} if path else {})
                known.update({"path": {**known["path"], **path}} if path else {})
            row = {"scope": label} if label else {}
            rows.setdefault(kind.name, []).append({**row, "members": record.members()})
    head = {"api": name} if name is not None else {}
    body = {"scopes": scopes} if scopes else {}
    return {**head, "now": format_timestamp(now), **body, "records": rows}


def _label(kind: Kind, scope: Scope) -> str:
    return "/".join(scope[: len(kind.scope)])
