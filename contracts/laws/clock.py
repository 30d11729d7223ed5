"""The clock of the deployment, as far as the timestamps that it has set show it."""

from __future__ import annotations

from contracts.engine.probe import Probe


def find_latest_timestamp(probe: Probe) -> int:
    """Return a time in epoch milliseconds that the deployment's clock has passed; 0 if unknown."""
    life = probe.document.lifecycle
    stamps = [
        sighting.job.get(name)
        for sighting in probe.run.history.list_jobs()
        for name in (life.made, life.moved)
    ]
    return max((stamp for stamp in stamps if type(stamp) is int), default=0)
