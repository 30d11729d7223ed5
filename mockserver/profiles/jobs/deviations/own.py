"""All deviations that are the jobs API's own."""

from mockserver.profiles.jobs.deviations import (
    addressing,
    aliases,
    credentials,
    limits,
    moving,
    racing,
    real,
    representation,
    unrouted,
    wording,
)

#: The innermost first: what a later one is given, the earlier ones have already changed.
DEVIATIONS = (
    *aliases.DEVIATIONS,
    *moving.DEVIATIONS,
    *racing.DEVIATIONS,
    *representation.DEVIATIONS,
    *limits.DEVIATIONS,
    *wording.DEVIATIONS,
    *credentials.DEVIATIONS,
    *unrouted.DEVIATIONS,
    *addressing.DEVIATIONS,
    real.BUNDLE,
)
