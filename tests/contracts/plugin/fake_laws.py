"""Laws with every outcome, in the place of the real ones: load it with `-p fake_laws`."""

from __future__ import annotations

import time
import warnings

from contracts.contract.document import Document
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MAY, MUST, SHOULD, Law, Registry, exchange_law, law
from contracts.engine.verdict import Inconclusive, SetupFailed, Violation
from contracts.http.exchange import Exchange
from contracts.laws import catalogue
from contracts.target import Need

REF = "RFC 9110 §9.3.1"


@law("ONE-01", MUST, ref=REF)
def a_list_is_there(probe: JobsProbe) -> None:
    """A list is answered 200."""
    warnings.warn("certificates are not checked", stacklevel=1)
    probe.expect_status(probe.list_jobs(), 200, "with the key")
    probe.exercise("lists")


@law("ONE-02", MUST, ref=REF)
def a_list_is_a_teapot(probe: JobsProbe) -> None:
    """A list is answered 418."""
    probe.expect_status(probe.list_jobs(query={"limit": 3}), 418, "with a limit")


@law("ONE-03", SHOULD, ref=REF)
def a_list_should_be_a_teapot(probe: JobsProbe) -> None:
    """A list should be answered 418."""
    probe.expect_status(probe.list_jobs(), 418, "always")


@law("ONE-04", MAY, ref=REF)
def how_a_list_is_ordered(probe: JobsProbe) -> None:
    """A list may have any order."""
    probe.observe("the newest is first")


@law("ONE-05", MUST, ref=REF, needs=[Need.EFFECTS_OWN])
def a_job_can_be_made(probe: JobsProbe) -> None:
    """A job can be made."""
    probe.make()
    probe.exercise("jobs")


@law("ONE-06", MUST, ref=REF, after=["ONE-02"])
def a_teapot_is_hot(probe: JobsProbe) -> None:
    """A teapot is hot."""
    probe.exercise("teapots")


@law("ONE-07", MUST, ref=REF)
def a_list_stands_still(_: JobsProbe) -> None:
    """A list does not change."""
    raise Inconclusive("the data moved each time")


@law("ONE-08", MUST, ref=REF)
def a_state_can_be_had(_: JobsProbe) -> None:
    """A state can be brought about."""
    raise SetupFailed("no job is running")


@law("ONE-09", MUST, ref=REF)
def the_judge_has_no_bug(_: JobsProbe) -> None:
    """The judge has no bug."""
    raise ZeroDivisionError


@law("SLOW-01", MUST, ref=REF)
def page_thirteen_is_read(probe: JobsProbe) -> None:
    """Page 13 is read, late in the run."""
    time.sleep(2)
    probe.list_jobs(query={"page": 13})
    probe.exercise("pages")


@exchange_law("SEEN-01", MUST, ref=REF)
def page_thirteen_is_never_read(exchange: Exchange, _: Document) -> str | None:
    """Page 13 is not read."""
    if "page=13" in exchange.url:
        raise Violation("no page 13", "it was read", [exchange])
    return "requests"


def registry(document: Document, *, generated: bool = True) -> Registry:  # noqa: ARG001 -- none here
    """Return the laws above."""
    return Registry.of([one for one in globals().values() if isinstance(one, Law)], document)


catalogue.create_registry = registry
