"""The journal of a world: query it, clear it, and verify which calls were made."""

from typing import Annotated, Any

from msgspec import Meta, structs

from mockserver.client import models
from mockserver.control.journal_entries import CheckedEntry, Criteria, compare_entries, show_entries
from mockserver.control.request import ControlRequest, RefusedError, list_names
from mockserver.http.messages import NO_OPERATION, Response, json_response
from mockserver.worlds.world import BaseWorld

_Limit = Annotated[int, Meta(ge=1, le=10_000)]
_Count = Annotated[int, Meta(ge=0, le=1_000_000)]
_MOST_NEAR = 5


class Query(Criteria, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The query of a journal: the newest *limit* of the entries that fit."""

    limit: _Limit = 100


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
    compared = await _compare(request, world, query)
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
    request: ControlRequest, world: BaseWorld, criteria: Criteria
) -> list[tuple[CheckedEntry, list[str]]]:
    _check(request, world, criteria)
    entries = await world.journal.entries()
    jobs = request.services.jobs
    routes = None if jobs is None else jobs.routes
    return await compare_entries(entries, routes, _select_criteria(criteria))


def _check(request: ControlRequest, world: BaseWorld, criteria: Criteria) -> None:
    """Refuse criteria that no entry can fit: to expect none of those would always hold."""
    at = "/" if request.http.body else ""
    operations = request.services.operation_names
    for member, value, known in (
        ("operation", criteria.operation, [*operations, NO_OPERATION]),
        ("project", criteria.project, world.project_keys),
    ):
        if value is not None and value not in known:
            what = f"the world has no {member} {value!r}"
            raise RefusedError(409, what, f"{at}{member}", f"there are {list_names(known)}")


def _summarize(expectation: Expectation, found: int, *, is_kept: bool, dropped: int) -> str:
    criteria: dict[str, Any] = {
        field.encode_name: getattr(expectation, field.name) for field in structs.fields(Criteria)
    }
    what = ", ".join(f"{name}={value}" for name, value in criteria.items() if value is not None)
    fewest, most = expectation.span
    span = f"at least {fewest}" if most is None else f"{fewest} to {most}"
    count = f"exactly {fewest}" if fewest == most else span
    verdict = "as expected" if is_kept else f"expected {count}"
    lost = f"; {dropped} older entries are no longer kept" if dropped else ""
    return f"{found} calls with {what or 'anything'}: {verdict}{lost}"
