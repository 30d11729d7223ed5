"""CANC-19: a DELETE of which the lifecycle says nothing, on records of this run."""

from __future__ import annotations

from contracts.contract.api import Api
from contracts.engine.law import OWN_EFFECTS, SHOULD
from contracts.engine.probe import Probe
from contracts.engine.verdict import Inapplicable, Untested, Violation
from contracts.http.shown import get_single, is_success
from contracts.roles.declared import has_creation
from contracts.roles.law import role_law
from contracts.roles.supply import list_required, make_record
from contracts.roles.survey import get_largest_limit
from contracts.roles.walking import take_walk

ACCEPTED = 202
"""The request is accepted, and nothing is said of when it is carried out (RFC 9110 §15.3.3)."""


def _has_deletion(api: Api) -> str:
    if api.find_deletion() is None:
        return "each DELETE of a record is a move of the lifecycle, or there is none"
    return has_creation(api)


@role_law("CANC-19", SHOULD, ref="RFC 9110 §9.3.5", when=_has_deletion, needs=OWN_EFFECTS)
def a_record_is_gone_after_its_delete(probe: Probe) -> None:
    """After a DELETE of a record that succeeded at once, it cannot be read, and no page has it.

    The document says that it can be deleted, but not what that means to the record: some APIs show
    it as deleted. A row such as `{event: delete, by: .., from: '*', to: null}` makes it a MUST
    (CANC-08), and one that leads to a state says that it stays. A 202 and a refusal are not judged.
    """
    operation, resource = probe.api.find_deletion(), probe.api.resource
    if operation is None:
        return
    key = resource.find_key_parameter(operation)
    if missing := list_required(operation) - {key, *probe.target.path}:
        raise Inapplicable(f"{operation.id} needs {', '.join(sorted(missing))}")
    made = make_record(probe)
    response = probe.call(operation.id, key=made.key)
    if not is_success(response, probe.api) or response.status == ACCEPTED:
        raise Untested(f"{operation.id} got {response.status}, which promises nothing yet")
    after = probe.read_record(made.key)
    walk = take_walk(probe, get_largest_limit(probe))
    if get_single(after, probe.api) or made.key in walk.by_key:
        actual = "it can be read" if get_single(after, probe.api) else "it is listed"
        evidence = [made.exchange, response, after, *walk.find_pages(made.key)[:1]]
        expected = f"no record {made.key} after its DELETE"
        raise Violation(expected, actual, evidence, clause=operation.pointer)
    probe.exercise(operation.id)
