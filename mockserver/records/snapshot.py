"""A world of records as a fixture, which makes the same world when it is read again."""

from collections.abc import Mapping
from typing import Any

import msgspec

from mockserver.contract.description.contract import Contract
from mockserver.domain.timestamp import format_timestamp
from mockserver.faults.rule import Scenario
from mockserver.records.fixtures import Fixtures, ScopeFixture, is_by_credential
from mockserver.records.kind import Kind
from mockserver.records.record import Planned, Record, Scope
from mockserver.records.rule import Rule


class SnapshotWriter:
    """Writes worlds of a *contract* that began as *seed*, opened by *secrets* with their scopes."""

    def __init__(
        self,
        contract: Contract,
        seed: Fixtures,
        secrets: Mapping[str, tuple[str, ...] | None],
        holders: Mapping[str, str],
    ) -> None:
        self._by_credential = is_by_credential(contract.tenancy.value if contract.tenancy else None)
        self._seed = seed
        self._secrets = secrets
        self._holders = holders
        self._places: dict[tuple[tuple[str, ...], Scope], dict[str, Any]] = {}

    def write_row(self, kind: Kind, record: Record) -> dict[str, Any]:
        """Return the row that states *record*, which is one of *kind*."""
        key = (kind.scope, record.scope)
        if key not in self._places:
            self._places[key] = self._find_place(kind, record.scope)
        row: dict[str, Any] = {**self._places[key], "exact": True}
        row["members"] = msgspec.Raw(record.text)
        if kind.key is None:
            row["number"] = record.serial
        if kind.lifecycle is not None:
            row["entered"] = format_timestamp(record.entered)
        if record.plan:
            row["plan"] = [_write_step(step) for step in record.plan]
        if record.pending is not None:
            pending = record.pending
            at = format_timestamp(pending.at)
            row["pending"] = {"event": pending.event, "to": pending.to, "at": at}
        return row

    def head(self, now: int) -> dict[str, Any]:
        """Return all that the fixture states at *now* (epoch milliseconds) besides its records."""
        seed = self._seed
        head: dict[str, Any] = {"now": format_timestamp(now)}
        if seed.secrets is not None:
            head["credentials"] = [
                {
                    **({"name": self._holders[secret]} if secret in self._holders else {}),
                    "secret": secret,
                    "scopes": list(seed.scopes if scopes is None else scopes),
                }
                for secret, scopes in self._secrets.items()
            ]
        if seed.scopes:
            head["scopes"] = {name: _write_scope(scope) for name, scope in seed.scopes.items()}
        if seed.default_pace != Fixtures().default_pace:
            pace = seed.default_pace
            head["pace"] = None if pace is None else _write_duration(pace)
        if seed.rules:
            head["rules"] = {k: [_write_rule(r) for r in rules] for k, rules in seed.rules.items()}
        if seed.scenarios:
            head["scenarios"] = [_write_scenario(scenario) for scenario in seed.scenarios]
        return head

    def _find_place(self, kind: Kind, scope: Scope) -> dict[str, Any]:
        """Return what says where records of *scope* belong: a scope's name, or their path."""
        path, tenant = dict(zip(kind.scope, scope, strict=False)), scope[len(kind.scope) :]
        for name, fixture in self._seed.scopes.items():
            is_tenant = not self._by_credential or tenant == (name,)
            if is_tenant and all(fixture.path.get(p) == value for p, value in path.items()):
                return {"scope": name}
        return {"path": path} if path else {}


def _write_scope(scope: ScopeFixture) -> dict[str, Any]:
    path = {"path": dict(scope.path)} if scope.path else {}
    return path | ({"members": dict(scope.members)} if scope.members else {})


def _write_rule(rule: Rule) -> dict[str, Any]:
    written: dict[str, Any] = {"from": rule.source, "to": rule.to}
    written |= {"where": dict(rule.where)} if rule.where else {}
    written |= {} if rule.after is None else {"after": _write_duration(rule.after)}
    written |= {"since": rule.since} if rule.since else {}
    return written | ({"members": dict(rule.members)} if rule.members else {})


def _write_step(step: Planned) -> dict[str, Any]:
    written: dict[str, Any] = {"to": step.to}
    if step.at is not None:
        written["at"] = format_timestamp(step.at)
    elif step.after is not None:
        written["after"] = _write_duration(step.after)
    return written | ({"members": dict(step.members)} if step.members else {})


def _write_scenario(scenario: Scenario) -> dict[str, Any]:
    return {"name": scenario.name, "faults": msgspec.to_builtins(scenario.faults)}


def _write_duration(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"PT{seconds}.{rest:03}S" if rest else f"PT{seconds}S"
