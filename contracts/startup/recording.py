"""Puts together what judges recorded traffic, from what the options of `contracts watch` say."""

from __future__ import annotations

from argparse import Namespace

from contracts.contract.api import Api
from contracts.engine.runner import Settings
from contracts.startup.composition import make_settings
from contracts.startup.documents import create_laws, read_contracts
from contracts.target import Target
from contracts.traffic.joint_watch import JointWatch
from contracts.traffic.source import Source, open_source
from contracts.traffic.timeline import MOST_SIGHTINGS
from contracts.traffic.watching import Watcher, select_laws


def compose_watch(options: Namespace) -> tuple[JointWatch, Settings, Source]:
    """Put together what judges the recording that *options* name; it is read later.

    Raises one of USAGE_ERRORS where something that was given cannot be used.
    """
    documents = read_contracts(options)
    if options.base_url:
        Target(options.base_url, "recorded", "none")  # refuses what is not a base URL
    watchers = [_make_watcher(options, one, len(documents)) for one in documents]
    settings = make_settings(options, create_laws(documents[0], generated=False))
    return JointWatch(watchers), settings, open_source(options.traffic, options.format)


def _make_watcher(options: Namespace, document: Api, resources: int) -> Watcher:
    passive = select_laws(create_laws(document, generated=False), document)
    return Watcher(
        document,
        options.traffic.name,
        passive.select(options.laws) if options.laws else passive,
        base_url=options.base_url or "",
        lag=options.lag,
        most=MOST_SIGHTINGS // resources,
    )
