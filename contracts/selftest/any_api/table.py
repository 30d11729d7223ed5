"""Judges every fault and every variant of a contract, and prints which law kills which fault."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from inspect import getdoc
from typing import Any

from contracts.contract.api import Api
from contracts.engine.law import MUST
from contracts.roles.catalogue import create_registry
from contracts.selftest.any_api.conforming import VARIANTS, Variant
from contracts.selftest.any_api.faults.catalogue import list_faults, list_unchecked
from contracts.selftest.any_api.faults.promise import Fault
from contracts.selftest.any_api.judging import judge
from contracts.selftest.any_api.world import check_playable, create_world
from contracts.selftest.row import Row, make_row

FAST = 4
"""A fast run judges every fourth fault."""


@dataclass(frozen=True, slots=True)
class Table:
    """What the judge said of the deployments of one contract."""

    api: Api
    faults: Sequence[tuple[Fault, Row]]
    variants: Sequence[Row]

    @property
    def is_sound(self) -> bool:
        """Tell whether each fault died, no variant was accused, and the judge showed no bug."""
        dead = all(row.killers and not row.problems for _, row in self.faults)
        return dead and not any(row.killers or row.problems for row in self.variants)

    def render(self, *, markdown: bool) -> Iterator[str]:
        """Return the lines that are printed."""
        line = "| {} | {} | {} |" if markdown else "{:60} {:60} {}"
        yield from _begin(line, "fault", "promise", "killed by", markdown=markdown)
        for fault, row in self.faults:
            said = ", ".join(row.killers) or "NOTHING: IT SURVIVES"
            yield line.format(fault.sentence, fault.clause, " ".join([said, *row.problems]))
        yield from _begin(
            line, "conforming deployment", "what it does", "said of it", markdown=markdown
        )
        for row in self.variants:
            said = "ACCUSED by " + ", ".join(row.killers) if row.killers else "nothing"
            more = f"({row.untested} laws could not tell; {row.requests} requests)"
            yield line.format(row.name, row.sentence, " ".join([said, more, *row.problems]))
        yield from self._list_laws(line, markdown=markdown)
        unchecked = list_unchecked(self.api)
        yield from _begin(line, "promise that no law can check", "where", "why", markdown=markdown)
        for one in unchecked:
            yield line.format(one.promise, one.clause, one.why)
        yield ""
        killed = sum(bool(row.killers) for _, row in self.faults)
        accused = sum(bool(row.killers or row.problems) for row in self.variants)
        yield (
            f"{killed} of {len(self.faults)} faults die, {accused} of {len(self.variants)} "
            f"conforming are accused, {len(unchecked)} promises cannot be checked from outside"
        )

    def _list_laws(self, line: str, *, markdown: bool) -> Iterator[str]:
        """Go through the laws that found a fault, with how many, and how many no other found."""
        killers = [row.killers for _, row in self.faults]
        titles = ("law", "what it says", "faults found, and alone")
        yield from _begin(line, *titles, markdown=markdown)
        for law in create_registry(self.api):
            found = [ids for ids in killers if law.id in ids]
            if law.level is MUST and found:
                alone = sum(len(ids) == 1 for ids in found)
                yield line.format(law.id, law.title, f"{len(found)}, {alone}")


def _begin(line: str, *titles: str, markdown: bool) -> Iterator[str]:
    yield ""
    yield line.format(*titles)
    if markdown:
        yield "|---|---|---|"


def judge_fault(api: Api, fault: Fault, *, laws: Sequence[str] = (), concurrency: int = 1) -> Row:
    """Judge the deployment with *fault* by the true *api*: by all laws unless *laws* are named."""
    world = create_world(api, fault.kind, plays=fault.plays, **fault.settings)
    begun = time.monotonic()
    how: dict[str, Any] = {"foreign": fault.foreign, "laws": laws, "concurrency": concurrency}
    found = judge(fault.sentence, world, api, **how)
    return make_row(found, fault.sentence, time.monotonic() - begun)


def judge_variant(api: Api, variant: Variant, *, concurrency: int = 1) -> Row:
    """Judge a conforming deployment."""
    begun = time.monotonic()
    world = variant.create(api)
    found = judge(
        variant.name,
        world,
        api,
        effects=variant.effects,
        foreign=variant.foreign,
        concurrency=concurrency,
    )
    row = make_row(found, getdoc(variant.kind) or "", time.monotonic() - begun)
    # The contract does not demand what a deployment only should do: `slack` is not an accusation.
    return replace(row, killers=found.accusers)


def judge_contract(api: Api, *, fast: bool, concurrency: int = 1) -> Table:
    """Judge each fault of *api*, or every fourth one, and each variant, with that *concurrency*.

    Raises:
        PlayError: no deployment can be made of the contract.
    """
    check_playable(api)
    faults = list_faults(api)[:: FAST if fast else 1]
    with ProcessPoolExecutor(max_workers=2 * (os.cpu_count() or 1)) as pool:
        variants = pool.map(partial(judge_variant, api, concurrency=concurrency), VARIANTS)
        dead = list(pool.map(partial(judge_fault, api, concurrency=concurrency), faults))
        return Table(api, list(zip(faults, dead, strict=True)), list(variants))


def main(api: Api, *, fast: bool, markdown: bool, concurrency: int) -> int:
    """Print the table; return 1 if a fault survives or a variant is accused."""
    table = judge_contract(api, fast=fast, concurrency=concurrency)
    print("\n".join(table.render(markdown=markdown)).lstrip("\n"))
    return 0 if table.is_sound else 1
