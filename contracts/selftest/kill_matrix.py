"""Judges every fault and every variant, and prints which law kills which fault."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from inspect import getdoc
from types import ModuleType
from typing import Any

from contracts.contract.document import Document, load
from contracts.engine.law import MUST, Law, Registry
from contracts.laws import catalogue
from contracts.selftest import document_mutants, overlapping_laws
from contracts.selftest.conforming.open_choices import Moving
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
from contracts.selftest.rounds import Settings, judge_rounds
from contracts.selftest.row import Line, Row, make_row, summarize
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


def judge_fault(name: str, *, laws: Sequence[str] = (), concurrency: int = 1, seed: int = 1) -> Row:
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
    found = _judge(
        name,
        world,
        Transmission(),
        document=document,
        registry=registry,
        concurrency=concurrency,
        seed=seed,
    )
    return make_row(found, sentence, time.monotonic() - begun)


def judge_variant(index: int, *, concurrency: int = 1, seed: int = 1) -> Row:
    """Judge a conforming deployment; what happens there by itself has a course by the *seed*."""
    document, variant = load(), VARIANTS[index]
    world = _make_world(document, variant)
    if isinstance(world, Moving):
        world.requests = seed - 1
    transmission = variant.transmission
    if variant.before:
        transmission = replace(transmission, before=variant.before(seed))
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
        seed=seed,
    )
    sentence = getdoc(variant.kind) or ""
    return make_row(found, sentence, time.monotonic() - begun, conforming=True)


def _judge(name: str, world: Miniature, transmission: Transmission, **how: Any) -> Judgement:
    """Judge *world* once, or in the evening and in the morning if its night matters."""
    if isinstance(world, Overnight):
        return judge_overnight(name, world, **how)
    return judge(name, world, transmission, **how)


def _make_world(document: Document, variant: Variant) -> Miniature:
    jobs = JOBS if variant.jobs is None else variant.jobs
    return create_miniature(document, variant.kind, jobs, variant.statuses)


def main(settings: Settings) -> int:
    """Judge and print the table; return 1 if a fault survives or a variant is accused."""
    faults = [*list_faults(), *(name for name, _ in document_mutants.make_mutants(load()))]
    faults = [] if settings.conforming else faults[:: FAST if settings.fast else 1]
    variants = [i for i, one in enumerate(VARIANTS) if not (settings.fast and one.slow)]
    at_once = settings.concurrency
    # The last of the variants take the longest.
    innocent = [partial(judge_variant, index, concurrency=at_once) for index in reversed(variants)]
    found = judge_rounds(
        [*innocent, *(partial(judge_fault, one, concurrency=at_once) for one in faults)], settings
    )
    lines = [*found[len(innocent) :], *found[: len(innocent)][::-1]]
    registry = catalogue.create_registry(load(), generated=False)
    whole = not settings.fast and not settings.conforming
    print("\n".join(_render_table(lines, registry, markdown=settings.markdown, whole=whole)))
    unexplained = _find_unexplained(lines, registry) if whole else []
    return 0 if all(line.is_sound for line in lines) and not unexplained else 1


def _find_sole_killers(lines: Iterable[Line]) -> dict[str, list[str]]:
    """Return the faults that only one law kills, by that law."""
    found: dict[str, list[str]] = {}
    for line in lines:
        if not line.is_conforming and len(line.killers) == 1:
            found.setdefault(line.killers[0], []).append(line.name)
    return found


def _find_unexplained(lines: list[Line], registry: Registry) -> list[Law]:
    """Return the MUST laws that kill no fault alone and do not say why."""
    alone = _find_sole_killers(lines)
    return [
        law
        for law in registry
        if law.level is MUST and law.id not in alone and law.id not in overlapping_laws.WHY
    ]


def _render_table(
    lines: list[Line], registry: Registry, *, markdown: bool, whole: bool
) -> Iterator[str]:
    form = "| {} | {} | {} |" if markdown else "{:34} {:70} {}"
    titles = {"fault": "killed by", "conforming deployment": "said of it"}
    if markdown:
        yield "# What the selftest finds\n"
    for conforming, (title, said) in zip((False, True), titles.items(), strict=True):
        part = [line for line in lines if line.is_conforming is conforming]
        if part:
            yield form.format(title, "what it does", said)
            if markdown:
                yield "|---|---|---|"
            yield from (form.format(o.name, o.sentence, o.render_verdict()) for o in part)
            yield ""
    if whole:
        yield from _list_laws(lines, registry, form, markdown=markdown)
    yield summarize(lines)


def _list_laws(
    lines: list[Line], registry: Registry, form: str, *, markdown: bool
) -> Iterator[str]:
    alone = _find_sole_killers(lines)
    yield form.format("law", "faults that only it kills", "or why there are none")
    if markdown:
        yield "|---|---|---|"
    for law in registry:
        if law.level is MUST:
            only = ", ".join(alone.get(law.id, []))
            why = overlapping_laws.WHY.get(law.id, "" if only else "UNEXPLAINED")
            yield form.format(law.id, only, why)
    yield ""
