"""Judges laws one at a time, in whatever order pytest asks for them.

With pytest-xdist each worker has a session of its own. The rate of the run is divided among them,
so that together they never send more than one judge would. Each judges again what a law builds on,
and gives its made-up users names of its own.
"""

from __future__ import annotations

import warnings
from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from contracts.engine import preflight
from contracts.engine.events import LawFinished, RunFinished
from contracts.engine.law import Law
from contracts.engine.runner import Runner
from contracts.startup.composition import Composition, compose_each

RNG = "contract_rng"
"""What each worker gets, so that all of them make the same choices."""


@dataclass
class LawSession:
    """What one process judges one resource with."""

    composition: Composition
    named: bool = False
    """It is one of several, so that each law is called by its resource as well."""
    judged: dict[str, LawFinished] = field(default_factory=dict)

    @cached_property
    def runner(self) -> Runner:
        """Return the run, whose time begins when the first law is judged."""
        return self.composition.start()

    @cached_property
    def trouble(self) -> str:
        """Say why nothing can be judged, if so; found out once."""
        with _filter_warnings():
            return self.runner.check_deployment()

    @property
    def name(self) -> str:
        """Return what the records are called that are judged."""
        return self.composition.document.resource.name

    @property
    def missing(self) -> str:
        """Say which path parameter the list lacks, if so: of several resources, it costs one."""
        one = self.composition
        return preflight.find_missing_path(one.document, one.target) if self.named else ""

    @property
    def begun(self) -> bool:
        """Tell whether anything was sent."""
        return "runner" in vars(self)

    def judge(self, law: Law) -> LawFinished:
        """Judge *law*, and before it each law that it builds on; each once."""
        if law.id not in self.judged:
            by_id = {one.id: one for one in self.composition.registry}
            for before in law.after:
                self.judge(by_id[before])
            with _filter_warnings():
                self.judged[law.id] = self.runner.judge(law)
        return self.judged[law.id]

    def judge_at_the_end(self, law: Law) -> LawFinished:
        """Judge *law*, which looks at what all others saw, over everything that was seen here."""
        self.judged.pop(law.id, None)
        return self.judge(law)

    def finish(self) -> RunFinished:
        """Leave the deployment as it was found, and sum up what was sent."""
        if not self.trouble:
            with _filter_warnings():
                self.runner.clean_up()
        return self.runner.finish()


@contextmanager
def _filter_warnings() -> Iterator[None]:
    """Keep the warning filters of a project from turning a warning of ours into a verdict."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def create_sessions(
    options: Namespace, environ: Mapping[str, str], worker: Mapping[str, Any]
) -> tuple[LawSession, ...]:
    """Return the sessions of one process, one for each resource of the document.

    *worker* is what pytest-xdist tells the process, or empty.

    Raises one of USAGE_ERRORS where something that was given cannot be used.
    """
    if worker:
        options.rng = worker[RNG]
    found = compose_each(options, environ, workers=worker.get("workercount", 1))
    return tuple(LawSession(one, named=len(found) > 1) for one in found)
