"""Judges laws one at a time, in whatever order pytest asks for them.

With pytest-xdist each worker is a bench of its own. The rate of the run is divided among them, so
that together they never send more than one judge would. Each judges again what a law builds on,
and gives its made-up users names of its own.
"""

from __future__ import annotations

import secrets
import warnings
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from contracts import driver
from contracts.contract.document import Document, load
from contracts.driver import Driver
from contracts.engine import known
from contracts.engine.events import LawFinished, RunFinished
from contracts.engine.law import Law, Level, Registry
from contracts.engine.runner import Runner, Settings, runner
from contracts.laws import catalogue
from contracts.options import target_of
from contracts.target import Target


@dataclass
class Bench:
    """What one process judges with."""

    target: Target
    document: Document
    registry: Registry
    settings: Settings
    driver: Driver | None = None
    judged: dict[str, LawFinished] = field(default_factory=dict)

    @cached_property
    def runner(self) -> Runner:
        """Return the run, whose time begins when the first law is judged."""
        return runner(self.target, self.document, self.registry, self.settings, self.driver)

    @cached_property
    def trouble(self) -> str:
        """Say why nothing can be judged, if so; asked once."""
        with _own_warnings():
            return self.runner.redactor.text(self.runner.trouble())

    @property
    def begun(self) -> bool:
        """Tell whether anything was sent."""
        return "runner" in vars(self)

    def judge(self, law: Law) -> LawFinished:
        """Judge *law*, and before it each law that it builds on; each once."""
        if law.id not in self.judged:
            by_id = {one.id: one for one in self.registry}
            for before in law.after:
                self.judge(by_id[before])
            with _own_warnings():
                self.judged[law.id] = self.runner.judge(law)
        return self.judged[law.id]

    def judge_at_the_end(self, law: Law) -> LawFinished:
        """Judge *law*, which looks at what all others saw, over everything that was seen here."""
        self.judged.pop(law.id, None)
        return self.judge(law)

    def end(self) -> RunFinished:
        """Leave the deployment as it was found, and sum up what was sent."""
        if not self.trouble:
            with _own_warnings():
                self.runner.clean_up()
        return self.runner.finish()


@contextmanager
def _own_warnings() -> Iterator[None]:
    """Keep the warning filters of a project from turning a warning of ours into a verdict."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def bench(options: Namespace, environ: Mapping[str, str], worker: Mapping[str, Any]) -> Bench:
    """Set up a bench for what was given; *worker* is what pytest-xdist says, or empty."""
    document = load()
    everything = catalogue.registry(document)
    now = datetime.now(UTC)  # noqa: TID251 -- here the clock comes in
    rng = secrets.randbelow(2**31) if options.rng is None else options.rng
    target = target_of(options, environ)
    if worker and target.rate:
        target = replace(target, rate=target.rate / worker["workercount"])
    return Bench(
        target=target,
        document=document,
        registry=everything.select(options.laws) if options.laws else everything,
        settings=Settings(
            rng=worker.get("contract_rng", rng),
            nonce=secrets.token_hex(4),
            started_at=now.isoformat(timespec="seconds"),
            today=now.date().isoformat(),
            known=known.load(options.known, [law.id for law in everything])
            if options.known
            else {},
            fail_on=Level(options.fail_on.upper()),
            strict=options.strict,
        ),
        driver=driver.load(options.driver, target) if options.driver else None,
    )
