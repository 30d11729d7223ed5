"""Judges every fault and every variant of a contract, and prints which law kills which fault."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from inspect import getdoc

from contracts.contract.api import Api
from contracts.engine.law import MUST
from contracts.roles.catalogue import create_registry
from contracts.selftest.any_api.conforming import VARIANTS, Moving, Variant
from contracts.selftest.any_api.faults.catalogue import list_faults, list_unchecked
from contracts.selftest.any_api.faults.promise import Fault
from contracts.selftest.any_api.judging import judge
from contracts.selftest.any_api.world import check_playable, create_world
from contracts.selftest.rounds import Settings, judge_rounds
from contracts.selftest.row import Line, Row, make_row, summarize

FAST = 4
"""A fast run judges every fourth fault."""


@dataclass(frozen=True, slots=True)
class Table:
    """What the judge said of the deployments of one contract."""

    api: Api
    faults: Sequence[tuple[Fault, Line]]
    variants: Sequence[Line]

    @property
    def lines(self) -> list[Line]:
        """Return what was said of each deployment."""
        return [*(line for _, line in self.faults), *self.variants]

    @property
    def is_sound(self) -> bool:
        """Tell whether each fault died, no variant was accused, and the judge showed no bug."""
        return all(line.is_sound for line in self.lines)

    def render(self, *, markdown: bool) -> Iterator[str]:
        """Return the lines that are printed."""
        form = "| {} | {} | {} |" if markdown else "{:60} {:60} {}"
        if self.faults:
            yield from _begin(form, "fault", "promise", "killed by", markdown=markdown)
        for fault, line in self.faults:
            yield form.format(fault.sentence, fault.clause, line.render_verdict())
        yield from _begin(
            form, "conforming deployment", "what it does", "said of it", markdown=markdown
        )
        for line in self.variants:
            yield form.format(line.name, line.sentence, line.render_verdict())
        if not self.faults:
            yield ""
            yield summarize(self.lines)
            return
        yield from self._list_laws(form, markdown=markdown)
        unchecked = list_unchecked(self.api)
        yield from _begin(form, "promise that no law can check", "where", "why", markdown=markdown)
        for one in unchecked:
            yield form.format(one.promise, one.clause, one.why)
        yield ""
        yield f"{summarize(self.lines)}, {len(unchecked)} promises cannot be checked from outside"

    def _list_laws(self, form: str, *, markdown: bool) -> Iterator[str]:
        """Go through the laws that found a fault, with how many, and how many no other found."""
        killers = [line.killers for _, line in self.faults]
        titles = ("law", "what it says", "faults found, and alone")
        yield from _begin(form, *titles, markdown=markdown)
        for law in create_registry(self.api):
            found = [ids for ids in killers if law.id in ids]
            if law.level is MUST and found:
                alone = sum(len(ids) == 1 for ids in found)
                yield form.format(law.id, law.title, f"{len(found)}, {alone}")


def _begin(form: str, *titles: str, markdown: bool) -> Iterator[str]:
    yield ""
    yield form.format(*titles)
    if markdown:
        yield "|---|---|---|"


def judge_fault(
    api: Api, fault: Fault, *, laws: Sequence[str] = (), concurrency: int = 1, seed: int = 1
) -> Row:
    """Judge the deployment with *fault* by the true *api*: by all laws unless *laws* are named."""
    world = create_world(api, fault.kind, plays=fault.plays, **fault.settings)
    begun = time.monotonic()
    found = judge(
        fault.sentence,
        world,
        api,
        foreign=fault.foreign,
        laws=laws,
        concurrency=concurrency,
        seed=seed,
    )
    return make_row(found, fault.sentence, time.monotonic() - begun)


def judge_variant(api: Api, variant: Variant, *, concurrency: int = 1, seed: int = 1) -> Row:
    """Judge a conforming deployment; what happens there by itself has a course by the *seed*."""
    begun = time.monotonic()
    world = variant.create(api)
    if isinstance(world, Moving):
        world.requests = seed - 1
    found = judge(
        variant.name,
        world,
        api,
        effects=variant.effects,
        foreign=variant.foreign,
        concurrency=concurrency,
        seed=seed,
    )
    sentence = getdoc(variant.kind) or ""
    return make_row(found, sentence, time.monotonic() - begun, conforming=True)


def judge_contract(api: Api, settings: Settings) -> Table:
    """Judge each fault of *api*, or every fourth one, and each variant.

    Raises:
        PlayError: no deployment can be made of the contract.
    """
    check_playable(api)
    faults = [] if settings.conforming else list_faults(api)[:: FAST if settings.fast else 1]
    at_once = settings.concurrency
    innocent = [partial(judge_variant, api, one, concurrency=at_once) for one in VARIANTS]
    found = judge_rounds(
        [*innocent, *(partial(judge_fault, api, f, concurrency=at_once) for f in faults)], settings
    )
    variants, dead = found[: len(innocent)], found[len(innocent) :]
    return Table(api, list(zip(faults, dead, strict=True)), variants)


def main(api: Api, settings: Settings) -> int:
    """Print the table; return 1 if a fault survives or a variant is accused."""
    table = judge_contract(api, settings)
    print("\n".join(table.render(markdown=settings.markdown)).lstrip("\n"))
    return 0 if table.is_sound else 1
