"""Every law, in the order of judging."""

from __future__ import annotations

from dataclasses import replace

from contracts.contract.document import Document
from contracts.engine.law import ALONE, Law, Registry
from contracts.laws import auth, fuzz, http, lifecycle, model, open_points
from contracts.laws.cancel import by_status, job_id, lasting
from contracts.laws.companion import conflict, deletion, user_id
from contracts.laws.exchange import encoding, response
from contracts.laws.exchange import extreme as extreme_exchange
from contracts.laws.exchange import job as shown_job
from contracts.laws.exchange import page as shown_page
from contracts.laws.history import between_runs
from contracts.laws.page import extreme as extreme_page
from contracts.laws.page import limit, number
from contracts.laws.read import job as read_job
from contracts.laws.read import listed, meanwhile
from contracts.laws.tenancy import organizations, projects
from contracts.laws.walk import coverage, last_page

LAWS = (
    auth,
    coverage,
    last_page,
    limit,
    number,
    read_job,
    listed,
    projects,
    organizations,
    http,
    open_points,
    deletion,
    user_id,
    conflict,
    by_status,
    job_id,
    lasting,
    response,
    encoding,
    shown_job,
    shown_page,
    extreme_exchange,
    extreme_page,
    lifecycle,
    meanwhile,
    between_runs,
)
GENERATED = (model, fuzz)
"""The modules whose laws are judged, in this order. None imports a tester before its law runs."""

TURNS = {
    ALONE - 1: (
        "AUTH-08", "AUTH-09", "CANC-01", "CANC-02", "CANC-03", "CANC-04", "CANC-11", "CANC-14",
        "CANC-15", "OPEN-08", "TEN-03", "TEN-06", "TEN-07",
        *(f"COMP-{number:02}" for number in range(1, 22) if number not in (8, 10, 15)),
    ),
    ALONE + 1: ("CANC-05", "CANC-16", "CANC-18"),
}  # fmt: skip
"""The laws that change only jobs which no other law of the same turn uses, and look at no others.

Those of one turn are judged side by side; what two of them would take from the list in the same
status they share, or take in two turns. Those that compare the whole list before and after a cancel
are not among them, nor are races, nor what cannot be judged again (a user who has got a second
job), nor what shows only in the latest job. The second turn looks at what was cancelled before it.
"""


def create_registry(document: Document, *, generated: bool = True) -> Registry:
    """Return every law, checked against the contract."""
    sources = (*LAWS, *(GENERATED if generated else ()))
    laws = [one for source in sources for one in vars(source).values() if isinstance(one, Law)]
    turns = {law_id: turn for turn, ids in TURNS.items() for law_id in ids}
    return Registry.of([replace(one, turn=turns.get(one.id, 0)) for one in laws], document)
