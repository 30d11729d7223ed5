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

from contracts.engine.events import LawFinished, RunFinished
from contracts.engine.law import Law
from contracts.engine.runner import Runner
from contracts.startup.composition import Composition, compose

RNG = "contract_rng"
"""What each worker gets, so that all of them make the same choices."""


@dataclass
class LawSession:
    """What one process judges with."""

    composition: Composition
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


def create_session(
    options: Namespace, environ: Mapping[str, str], worker: Mapping[str, Any]
) -> LawSession:
    """Return the session of one process; *worker* is what pytest-xdist tells it, or empty.

    Raises one of USAGE_ERRORS where something that was given cannot be used.
    """
    if not worker:
        return LawSession(compose(options, environ))
    options.rng = worker[RNG]
    return LawSession(compose(options, environ, workers=worker["workercount"]))
