"""Judges every fault and every variant, and prints which law kills which fault."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from inspect import getdoc
from types import ModuleType
from typing import Any

from contracts.contract.document import Document, load
from contracts.engine.law import MUST, Law, Registry
from contracts.laws import catalogue
from contracts.selftest import document_mutants, overlapping_laws
from contracts.selftest.conforming.variants import VARIANTS, Variant
from contracts.selftest.faults import (
    after_cancel,
    cancelling,
    encoding,
    extreme_inputs,
    hiding,
    http,
    keys,
    lifecycle,
    limits,
    making,
    overnight,
    pages,
    reading,
    refusing,
    responses,
    single_law,
    single_law_lists,
    tenants,
)
from contracts.selftest.judge import Judgement, judge
from contracts.selftest.miniature import Miniature
from contracts.selftest.nights import Overnight, judge_overnight
from contracts.selftest.row import Row, make_row
from contracts.selftest.server import Transmission
from contracts.selftest.world import JOBS, create_miniature

FAULTS = (
    limits, pages, responses, encoding, reading, cancelling, refusing, lifecycle, making, tenants,
    keys, http, single_law, single_law_lists, hiding, after_cancel, extreme_inputs, overnight,
)  # fmt: skip
FAST = 4
"""A fast run judges every fourth fault."""


def list_faults() -> dict[str, type[Miniature]]:
    """Return every fault by its name."""
    return {
        name: kind
        for module in FAULTS
        for name, kind in vars(module).items()
        if _is_fault(module, name, kind)
    }


def _is_fault(module: ModuleType, name: str, kind: object) -> bool:
    own = isinstance(kind, type) and kind.__module__ == module.__name__
    return own and not name.startswith("_")


def judge_fault(name: str, *, laws: Sequence[str] = (), concurrency: int = 1) -> Row:
    """Judge the deployment with the fault *name*, or with the mutant of that name.

    All laws are judged unless *laws* are named.
    """
    document = load()
    read, kind = document, list_faults().get(name)
    if kind is None:
        read = dict(document_mutants.make_mutants(document))[name]
    sentence = (getdoc(kind) or "") if kind else "The document that it reads says so."
    world = create_miniature(read, kind or Miniature)
    registry = catalogue.create_registry(document, generated=False).select(laws)
    begun = time.monotonic()
    how: dict[str, Any] = {"document": document, "registry": registry, "concurrency": concurrency}
    found = _judge(name, world, Transmission(), **how)
    return make_row(found, sentence, time.monotonic() - begun)


def judge_variant(index: int, *, concurrency: int = 1) -> Row:
    """Judge a conforming deployment."""
    document, variant = load(), VARIANTS[index]
    world = _make_world(document, variant)
    transmission = variant.transmission
    if variant.before:
        transmission = replace(transmission, before=variant.before())
    registry = catalogue.create_registry(document, generated=False)
    begun = time.monotonic()
    found = _judge(
        variant.name,
        world,
        transmission,
        document=document,
        registry=registry,
        effects=variant.effects,
        concurrency=concurrency,
    )
    row = make_row(found, getdoc(variant.kind) or "", time.monotonic() - begun)
    # The contract does not demand what a deployment only should do: `slack` is not an accusation.
    return replace(row, killers=found.accusers)


def _judge(name: str, world: Miniature, transmission: Transmission, **how: Any) -> Judgement:
    """Judge *world* once, or in the evening and in the morning if its night matters."""
    if isinstance(world, Overnight):
        return judge_overnight(name, world, **how)
    return judge(name, world, transmission, **how)


def _make_world(document: Document, variant: Variant) -> Miniature:
    jobs = JOBS if variant.jobs is None else variant.jobs
    return create_miniature(document, variant.kind, jobs, variant.statuses)


def main(*, fast: bool, markdown: bool, concurrency: int) -> int:
    """Judge with that *concurrency*, and print the table.

    Return 1 if a fault survives or a variant is accused.
    """
    names = [*list_faults(), *(name for name, _ in document_mutants.make_mutants(load()))]
    indices = [i for i, variant in enumerate(VARIANTS) if not (fast and variant.slow)]
    names = names[::FAST] if fast else names
    with ProcessPoolExecutor(max_workers=2 * (os.cpu_count() or 1)) as pool:
        variants = pool.map(partial(judge_variant, concurrency=concurrency), reversed(indices))
        dead = list(pool.map(partial(judge_fault, concurrency=concurrency), names))
        innocent = list(variants)[::-1]
    registry = catalogue.create_registry(load(), generated=False)
    print("\n".join(_render_table(dead, innocent, registry, markdown=markdown, fast=fast)))
    survivors = [row for row in dead if not row.killers]
    accused = [row for row in innocent if row.killers or row.problems]
    buggy = [row for row in dead if row.problems]
    unexplained = [] if fast else _find_unexplained(dead, registry)
    return 1 if survivors or accused or buggy or unexplained else 0


def _find_sole_killers(dead: Iterable[Row]) -> dict[str, list[str]]:
    """Return the faults that only one law kills, by that law."""
    found: dict[str, list[str]] = {}
    for row in dead:
        if len(row.killers) == 1:
            found.setdefault(row.killers[0], []).append(row.name)
    return found


def _find_unexplained(dead: list[Row], registry: Registry) -> list[Law]:
    """Return the MUST laws that kill no fault alone and do not say why."""
    alone = _find_sole_killers(dead)
    return [
        law
        for law in registry
        if law.level is MUST and law.id not in alone and law.id not in overlapping_laws.WHY
    ]


def _render_table(
    dead: list[Row], innocent: list[Row], registry: Registry, *, markdown: bool, fast: bool
) -> Iterator[str]:
    line = "| {} | {} | {} |" if markdown else "{:34} {:70} {}"
    if markdown:
        yield "# What the selftest finds\n"
    yield line.format("fault", "what it does", "killed by")
    if markdown:
        yield "|---|---|---|"
    for row in dead:
        said = ", ".join(row.killers) or "NOTHING: IT SURVIVES"
        yield line.format(row.name, row.sentence, " ".join([said, *row.problems]))
    yield ""
    yield line.format("conforming deployment", "what it does", "said of it")
    if markdown:
        yield "|---|---|---|"
    for row in innocent:
        said = "ACCUSED by " + ", ".join(row.killers) if row.killers else "nothing"
        more = f"({row.untested} laws could not tell; {row.requests} requests)"
        yield line.format(row.name, row.sentence, " ".join([said, more, *row.problems]))
    yield ""
    if not fast:
        yield from _list_laws(dead, registry, line, markdown=markdown)
    killed = sum(bool(row.killers) for row in dead)
    accused = sum(bool(row.killers or row.problems) for row in innocent)
    yield f"{killed} of {len(dead)} faults die, {accused} of {len(innocent)} conforming are accused"


def _list_laws(dead: list[Row], registry: Registry, line: str, *, markdown: bool) -> Iterator[str]:
    alone = _find_sole_killers(dead)
    yield line.format("law", "faults that only it kills", "or why there are none")
    if markdown:
        yield "|---|---|---|"
    for law in registry:
        if law.level is MUST:
            only = ", ".join(alone.get(law.id, []))
            why = overlapping_laws.WHY.get(law.id, "" if only else "UNEXPLAINED")
            yield line.format(law.id, only, why)
    yield ""
