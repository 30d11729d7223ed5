"""Entries of a journal as the control API shows them: checked, compared, and without keys."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Annotated, Any, NamedTuple, get_args

import msgspec
from msgspec import Meta, field, structs

from mockserver.client import models
from mockserver.faults.path_names import CriteriaNames, EntryNames
from mockserver.http.messages import escape_octets
from mockserver.http.redaction import redact_fields
from mockserver.parsing.integer import parse_integer
from mockserver.parsing.redaction import redact
from mockserver.parsing.timestamp import format_timestamp
from mockserver.validation.requests import RequestValidator
from mockserver.validation.violation import Violation
from mockserver.worlds.cooperative import iterate_in_slices
from mockserver.worlds.journal import Entry
from mockserver.worlds.world import World

_MOST_BODY = 16_384
_ENTRIES_AT_ONCE = 20


class Criteria(CriteriaNames, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What entries are searched for; criteria that are left out match all."""

    operation: str | None = None
    method: str | None = None
    path: str | None = None
    status: Annotated[int, Meta(ge=100, le=599)] | None = None
    fault: str | None = None
    broke_contract: bool | None = None
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def words(self) -> dict[str, str | int | None]:
        """The criteria that are shorter names of path parameters."""
        return {f.encode_name: getattr(self, f.name) for f in structs.fields(CriteriaNames)}


class EntryReader(NamedTuple):
    """Reads entries: *validator* says how they break the contract, *words* name path parameters."""

    validator: RequestValidator
    words: Mapping[str, str]


class CheckedEntry:
    """An entry, with what the contract has at its path, and its violations."""

    def __init__(self, entry: Entry, reader: EntryReader) -> None:
        self.number = entry.number
        self.exchange = entry.exchange
        self._reader = reader
        # An entry may come from a database, which keeps no match.
        self.match = reader.validator.match(entry.exchange.request)

    @cached_property
    def violations(self) -> list[Violation]:
        """How the request broke the contract; computed only where it is needed."""
        exchange, check = self.exchange, self._reader.validator.check
        is_authenticated = exchange.is_authenticated
        return list(check(exchange.request, self.match, is_authenticated=is_authenticated))

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The parameters of the path as they are shown."""
        found = {} if self.match is None else self.match.parameters
        return {
            name: value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            for name, value in found.items()
        }

    def _find(self, named: structs.FieldInfo) -> str | int | None:
        """Return the path parameter with that shorter name; None if the path has none, or no such.

        A text counts as absent where an integer has to be.
        """
        text = self.parameters.get(self._reader.words.get(named.encode_name, ""))
        if text is None or int not in get_args(named.type):
            return text
        with suppress(ValueError):
            return parse_integer(text)
        return None

    def compare(self, criteria: Criteria) -> list[str]:
        """Return how the entry differs from *criteria*; empty if it fits."""
        request = self.exchange.request
        fields: dict[str, str | int | None] = {
            "operation": request.operation,
            **{named.encode_name: self._find(named) for named in structs.fields(CriteriaNames)},
            "method": request.method,
            "path": request.path,
            "status": self.exchange.response.status,
        }
        expected = msgspec.to_builtins(criteria)
        if expected["brokeContract"] is not None:
            fields["brokeContract"] = bool(self.violations)
        differences = [
            f"{name} is {value}, not {expected[name]}"
            for name, value in fields.items()
            if expected[name] is not None and expected[name] != value
        ]
        for name, value in criteria.parameters.items():
            found = self.parameters.get(self._reader.words.get(name, name))
            if found != value:
                differences.append(f"{name} is {found}, not {value}")
        if criteria.fault is not None and criteria.fault not in self.exchange.faults:
            differences.append(f"fault {criteria.fault} did not touch it")
        return differences

    def show(self, api_keys: Collection[str]) -> models.Entry:
        """Return the entry as the control API shows it, without these *api_keys*."""
        exchange = self.exchange
        request, response = exchange.request, exchange.response
        names: dict[str, Any] = {n.name: self._find(n) for n in structs.fields(EntryNames)}
        body = response.body[:_MOST_BODY].decode("utf-8", "replace")
        return models.Entry(
            number=self.number,
            at=format_timestamp(exchange.at),
            milliseconds=round(exchange.seconds * 1000, 3),
            operation=request.operation,
            **names,
            parameters={n: _show_text(v, api_keys) for n, v in self.parameters.items()},
            request=models.RecordedRequest(
                method=request.method,
                target=_show_text(request.target, api_keys),
                headers=_show_fields(request.headers, api_keys),
                body_length=request.body_length,
            ),
            answer=models.RecordedResponse(
                status=response.status,
                headers=_show_fields(response.headers, api_keys),
                body=_show_text(body, api_keys),
            ),
            faults=exchange.faults,
            complaints=tuple(
                models.Violation(v.clause, _show_text(v.message, api_keys)) for v in self.violations
            ),
        )


def _show_text(text: str, api_keys: Collection[str]) -> str:
    return escape_octets(redact(text, api_keys))


def _show_fields(headers: Mapping[str, str], api_keys: Collection[str]) -> dict[str, str]:
    fields = redact_fields(headers, api_keys)
    return {escape_octets(name): escape_octets(value) for name, value in fields.items()}


async def compare_entries(
    entries: Sequence[Entry], reader: EntryReader, criteria: Criteria
) -> list[tuple[CheckedEntry, list[str]]]:
    """Return each entry, with how it differs from *criteria*."""
    compared: list[tuple[CheckedEntry, list[str]]] = []
    async for some in iterate_in_slices(entries, _ENTRIES_AT_ONCE):
        for entry in some:
            one = CheckedEntry(entry, reader)
            compared.append((one, one.compare(criteria)))
    return compared


async def show_entries(entries: Sequence[CheckedEntry], world: World) -> list[models.Entry]:
    """Return the entries of *world* as the control API shows them."""
    return [
        entry.show(world.api_keys)
        async for some in iterate_in_slices(entries, _ENTRIES_AT_ONCE)
        for entry in some
    ]
