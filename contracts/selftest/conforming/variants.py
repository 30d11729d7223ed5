"""The conforming deployments of the selftest, each with how it is served and judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from threading import Lock

from contracts.selftest.conforming import nights, real_server
from contracts.selftest.conforming.numbering import (
    NumbersEachProject,
    WideNumbers,
    WritesFractionsOfZero,
)
from contracts.selftest.conforming.open_choices import (
    AnswersHead,
    ByUser,
    CompanionNotImplemented,
    ForbidsForeigners,
    Forgetting,
    Growing,
    GrowingAndForgetting,
    GrowingAndProgressing,
    GrowingFast,
    HidesForeignProjects,
    KeepsSessions,
    KeepsWholeSeconds,
    KnowsNoMethods,
    OldestFirst,
    Progressing,
    RefusesOddLimits,
    RefusesUnusualIntegers,
    Replacing,
    SpeaksText,
    StampsNewJobs,
    Talkative,
    WithoutCompanion,
)
from contracts.selftest.conforming.vast_lists import Large, Vast, VastAndGrowing
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Miniature
from contracts.selftest.server import Transmission
from contracts.target import Effects

TERMINAL_ONLY = ("completed", "failed", "cancelled")


def limit_bursts(every: int, seconds: int) -> Callable[[int], Callable[[Request], Response | None]]:
    """Return a factory of handlers that answer 429 to the last request of each burst."""

    def make(seed: int) -> Callable[[Request], Response | None]:
        count, lock = iter(range(seed, 10**9)), Lock()

        def answer_first(_: Request) -> Response | None:
            with lock:
                full = next(count) % every == 0
            return Response(429, None, {"Retry-After": str(seconds)}) if full else None

        return answer_first

    return make


def fail_share(share: float) -> Callable[[int], Callable[[Request], Response | None]]:
    """Return a factory of handlers that answer 503 to a share of requests."""

    def make(seed: int) -> Callable[[Request], Response | None]:
        random, lock = Random(seed), Lock()

        def answer_first(_: Request) -> Response | None:
            with lock:
                down = random.random() < share
            return Response(503) if down else None

        return answer_first

    return make


@dataclass(frozen=True, slots=True)
class Variant:
    """A conforming deployment and how it is judged."""

    name: str
    kind: type[Miniature] = Miniature
    jobs: int | None = None
    statuses: tuple[str, ...] = ()
    transmission: Transmission = field(default_factory=Transmission)
    before: Callable[[int], Callable[[Request], Response | None]] | None = None
    """Makes, of a seed, what answers some of the requests instead of the deployment."""
    effects: Effects = Effects.ANY
    slow: bool = False


KINDS = (
    Progressing, Growing, GrowingAndProgressing, Forgetting, OldestFirst, ByUser, Talkative,
    ForbidsForeigners, HidesForeignProjects, SpeaksText, StampsNewJobs, KeepsWholeSeconds,
    WithoutCompanion, CompanionNotImplemented, AnswersHead, KnowsNoMethods, RefusesOddLimits,
    RefusesUnusualIntegers, WideNumbers, WritesFractionsOfZero,
    KeepsSessions,
    *(kind for kind in vars(real_server).values() if isinstance(kind, type)
      and kind.__module__ == real_server.__name__),
)  # fmt: skip

NIGHTS = tuple(
    kind
    for kind in vars(nights).values()
    if isinstance(kind, type) and kind.__module__ == nights.__name__
)

VARIANTS = (
    Variant("Plain"),
    Variant("Plain, own effects", effects=Effects.OWN),
    Variant("Plain, no effects", effects=Effects.NONE),
    *(Variant(kind.__name__, kind) for kind in KINDS),
    *(Variant(kind.__name__, kind, effects=Effects.OWN) for kind in NIGHTS),
    Variant("Growing, no effects", Growing, effects=Effects.NONE),
    Variant("GrowingFast from three", GrowingFast, jobs=3),
    Variant("GrowingAndForgetting", GrowingAndForgetting, jobs=60),
    Variant("NumbersEachProject", NumbersEachProject),
    Variant("NumbersEachProject, own effects", NumbersEachProject, effects=Effects.OWN),
    Variant("Replacing", Replacing),
    Variant("Replacing, no effects", Replacing, effects=Effects.NONE),
    Variant("SixtyThousandJobs", Large),
    Variant("AMillionJobs", Vast),
    Variant("AMillionJobs, growing", VastAndGrowing),
    Variant("AMillionJobs, own effects", Vast, effects=Effects.OWN),
    Variant("AMillionJobs, no effects", Vast, effects=Effects.NONE),
    Variant("AMillionJobs, growing, no effects", VastAndGrowing, effects=Effects.NONE),
    Variant("WithoutCompanion, own effects", WithoutCompanion, effects=Effects.OWN),
    Variant("LikeTheRealServer, own effects", real_server.LikeTheRealServer, effects=Effects.OWN),
    Variant("LikeTheRealServer, no effects", real_server.LikeTheRealServer, effects=Effects.NONE),
    Variant("NoJobs", jobs=0),
    Variant("NoJobs, no effects", jobs=0, effects=Effects.NONE),
    Variant("OneJob", jobs=1),
    Variant("FiveThousandJobs", jobs=5000, effects=Effects.NONE),
    Variant("FiveThousandJobs, growing", Growing, jobs=5000, effects=Effects.NONE),
    Variant("NothingCancellable", WithoutCompanion, statuses=TERMINAL_ONLY),
    Variant("ClosesConnections", transmission=Transmission(close=True)),
    Variant("Chunked", transmission=Transmission(chunked=True)),
    Variant("Compressed", transmission=Transmission(compressed=True)),
    Variant("Tired", before=limit_bursts(every=120, seconds=1)),
    Variant("Flaky", before=fail_share(0.01)),
    Variant("Slow", transmission=Transmission(latency=0.15), effects=Effects.NONE, slow=True),
    Variant("Slow and growing", Growing, transmission=Transmission(latency=0.15), slow=True),
)
