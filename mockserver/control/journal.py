"""The journal of a world: query it, clear it, and verify which calls were made."""

from typing import Annotated, Any

from msgspec import Meta, structs

from mockserver.client import models
from mockserver.control.journal_entries import (
    CheckedEntry,
    Criteria,
    EntryReader,
    compare_entries,
    show_entries,
)
from mockserver.control.request import ControlRequest, list_names
from mockserver.http.messages import NO_OPERATION, Response, json_response
from mockserver.http.refused import RefusedError
from mockserver.worlds.world import World

_Limit = Annotated[int, Meta(ge=1, le=10_000)]
_Count = Annotated[int, Meta(ge=0, le=1_000_000)]
_Number = Annotated[int, Meta(ge=0, le=2**53)]
_MOST_NEAR = 5
_NO_WORD = "name the parameter of the path under parameters"


class Query(Criteria, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The query of a journal: the newest *limit* of the entries that fit *after* the number."""

    limit: _Limit = 100
    after: _Number = 0


class Expectation(Criteria, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """How many entries have to fit: *exactly*, or *atLeast* (default: 1) and *atMost*."""

    exactly: _Count | None = None
    at_least: _Count | None = None
    at_most: _Count | None = None

    @property
    def span(self) -> tuple[int, int | None]:
        """The fewest and the most entries that may fit."""
        if self.exactly is not None:
            return self.exactly, self.exactly
        fewest = 1 if self.at_least is None and self.at_most is None else self.at_least or 0
        return fewest, self.at_most


async def read(request: ControlRequest) -> Response:
    """Respond with the newest entries that fit, the oldest of them first."""
    world, query = request.world, request.read_query(Query)
    compared = await _compare(request, world, query, query.after)
    fitting = [entry for entry, differences in compared if not differences]
    extent = await world.journal.extent()
    return json_response(
        200,
        models.Journal(
            entries=tuple(await show_entries(fitting[-query.limit :], world)),
            found=len(fitting),
            recorded=extent.recorded,
            dropped=extent.dropped,
            capacity=world.journal.capacity,
        ),
    )


async def clear(request: ControlRequest) -> Response:
    """Delete all entries."""
    await request.world.journal.clear()
    return Response(204)


async def verify(request: ControlRequest) -> Response:
    """Respond whether as many entries fit as expected, and if not, which come nearest."""
    world, expectation = request.world, request.read_body(Expectation)
    if expectation.exactly is not None and (
        expectation.at_least is not None or expectation.at_most is not None
    ):
        hint = "give exactly, or atLeast and atMost"
        raise RefusedError(409, "exactly excludes atLeast and atMost", "/exactly", hint)
    fewest, most = expectation.span
    compared = await _compare(request, world, expectation)
    fitting = [entry for entry, differences in compared if not differences]
    is_kept = fewest <= len(fitting) and (most is None or len(fitting) <= most)
    near: list[tuple[CheckedEntry, list[str]]] = []
    if not is_kept:
        # Too few: those that almost fit. Too many: those that fit.
        few = len(fitting) < fewest
        near = [pair for pair in compared if bool(pair[1]) == few]
        near.sort(key=lambda pair: len(pair[1]))
    extent = await world.journal.extent()
    return json_response(
        200,
        models.Verdict(
            kept=is_kept,
            found=len(fitting),
            summary=_summarize(expectation, len(fitting), is_kept=is_kept, dropped=extent.dropped),
            nearest=tuple(
                models.NearMiss(entry.show(world.api_keys), tuple(differences))
                for entry, differences in near[:_MOST_NEAR]
            ),
        ),
    )


def _select_criteria(criteria: Criteria) -> Criteria:
    names = [field.name for field in structs.fields(Criteria)]
    return Criteria(**{name: getattr(criteria, name) for name in names})


async def _compare(
    request: ControlRequest, world: World, criteria: Criteria, after: int = 0
) -> list[tuple[CheckedEntry, list[str]]]:
    _check(request, criteria)
    entries = await world.journal.entries(after)
    return await compare_entries(entries, _reader(request), _select_criteria(criteria))


def _reader(request: ControlRequest) -> EntryReader:
    return EntryReader(request.validator, request.services.profile.words.path_words)


def _check(request: ControlRequest, criteria: Criteria) -> None:
    """Refuse criteria that no entry can fit: to expect none of those would always hold."""
    at = "/" if request.http.body else ""
    operations, places = request.services.api.operation_names, request.places
    known_names = [*operations, NO_OPERATION]
    if criteria.operation is not None and criteria.operation not in known_names:
        shown = list_names(name for name in known_names if " " not in name)
        what = f"the world has no operation {criteria.operation!r}"
        raise RefusedError(409, what, f"{at}operation", f"there are {shown}")
    for word, value in criteria.words.items():
        known = places.get(word, ())
        if value is not None and known is not None and value not in known:
            hint = f"there are {list_names(known)}" if word in places else _NO_WORD
            what = f"the world has no {word} {value!r}"
            raise RefusedError(409, what, f"{at}{word}", hint)
    for name in criteria.parameters:
        if name not in places:
            what = f"no path of the API has the parameter {name!r}"
            where = f"{at}parameters"
            raise RefusedError(409, what, where, f"there are {list_names(places)}")


def _summarize(expectation: Expectation, found: int, *, is_kept: bool, dropped: int) -> str:
    criteria: dict[str, Any] = {
        field.encode_name: getattr(expectation, field.name) for field in structs.fields(Criteria)
    }
    criteria |= criteria.pop("parameters")
    what = ", ".join(f"{name}={value}" for name, value in criteria.items() if value is not None)
    fewest, most = expectation.span
    span = f"at least {fewest}" if most is None else f"{fewest} to {most}"
    count = f"exactly {fewest}" if fewest == most else span
    verdict = "as expected" if is_kept else f"expected {count}"
    lost = f"; {dropped} older entries are no longer kept" if dropped else ""
    return f"{found} calls with {what or 'anything'}: {verdict}{lost}"
