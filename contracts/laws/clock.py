"""The clock of the deployment, as far as the timestamps that it has set show it."""

from __future__ import annotations

from math import inf

from contracts.engine.jobs_probe import JobsProbe


def find_latest_timestamp(probe: JobsProbe, until: float = inf) -> int:
    """Return a time that the deployment's clock had reached at *until*; 0 if none is known.

    The result is in epoch milliseconds, *until* in the seconds of `Exchange.received`.
    """
    life = probe.document.lifecycle
    stamps = [
        sighting.job.get(name)
        for sighting in probe.run.history.list_sightings()
        if sighting.exchange.received <= until
        for name in (life.made, life.moved)
    ]
    return max((stamp for stamp in stamps if type(stamp) is int), default=0)
