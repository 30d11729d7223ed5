"""The calls of the control API about records of any API, as values: see `calls`."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from msgspec.json import encode

from mockserver.client.calls import Call
from mockserver.client.record_models import RecordList, SteeredRecord

#: Where records belong: the name of a scope of the fixtures, or the parameters of their list.
Scope = str | Mapping[str, str]


def list_records(name: str, resource: str, scope: Scope | None = None) -> Call[RecordList]:
    """List the records of a resource, of one *scope* or of all."""
    return Call("GET", _path(name, resource) + _query(scope), RecordList)


def create_record(name: str, resource: str, record: Mapping[str, Any]) -> Call[SteeredRecord]:
    """Create a record."""
    given = {key: value for key, value in record.items() if value is not None}
    return Call("POST", _path(name, resource), SteeredRecord, encode(given))


def read_record(
    name: str, resource: str, key: int | str, scope: Scope | None = None
) -> Call[SteeredRecord]:
    """Read a record."""
    return Call("GET", _path(name, resource, key) + _query(scope), SteeredRecord)


def move_record(
    name: str, resource: str, key: int | str, to: str | None, scope: Scope | None = None
) -> Call[SteeredRecord | None]:
    """Move a record."""
    path = _path(name, resource, key) + "/transition" + _query(scope)
    # The alternative is for a record that is gone then.
    return Call("POST", path, SteeredRecord | None, encode({"to": to}))  # type: ignore[arg-type]  # mypy has no type for a union


def plan_record(
    name: str,
    resource: str,
    key: int | str,
    moves: tuple[Mapping[str, Any], ...],
    scope: Scope | None = None,
) -> Call[SteeredRecord]:
    """Say what will become of a record."""
    path = _path(name, resource, key) + "/plan" + _query(scope)
    return Call("PUT", path, SteeredRecord, encode({"moves": moves}))


def _query(scope: Scope | None) -> str:
    if scope is None:
        return ""
    if isinstance(scope, str):
        return f"?{urlencode({'scope': scope})}"
    return f"?{urlencode([('path', f'{name}={value}') for name, value in scope.items()])}"


def _path(name: str, resource: str, key: int | str | None = None) -> str:
    path = f"/__admin/worlds/{quote(name, safe='')}/records/{quote(resource, safe='')}"
    return path if key is None else f"{path}/{quote(str(key), safe='')}"
