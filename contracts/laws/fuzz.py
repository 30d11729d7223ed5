"""FUZZ-01 to FUZZ-05: calls that schemathesis generates from the contract.

The phases of schemathesis run once, when the first of these laws is judged; it is imported only if
one of them will be. Each call passes the effects guard, the rate limit and the time limit, and is
judged by every EXCH law as well. Each check of schemathesis belongs to a law:

| check | law |
| --- | --- |
| positive_data_acceptance, status_code_conformance, not_a_server_error | FUZZ-01 |
| negative_data_rejection | FUZZ-02 |
| response_schema_conformance, content_type_conformance, response_headers_conformance | FUZZ-03 |
| use_after_free (replaced), ensure_resource_availability | FUZZ-04 |
"""

from __future__ import annotations

from types import ModuleType

from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MUST, law
from contracts.engine.verdict import Inconclusive, SetupFailed
from contracts.fuzzing.violations import FuzzResult, Kind
from contracts.laws.clauses import JOB, LIST, PAGING, PATHS, READ


def import_phases() -> ModuleType:
    """Import schemathesis, which takes half a second."""
    from contracts.fuzzing import phases

    return phases


def run_phases(probe: JobsProbe) -> FuzzResult:
    """Run the phases of schemathesis."""
    probe.random.drawn = True
    result: FuzzResult = import_phases().run_phases(probe)
    return result


def _judge(probe: JobsProbe, kind: Kind) -> None:
    """Report what the phases showed of *kind*."""
    result: FuzzResult = probe.read_once(run_phases)
    if result.setup_failure:
        raise SetupFailed(result.setup_failure)
    for what, times in sorted(result.exercised[kind].items()):
        probe.exercise(what, times)
    probe.findings.extend(result.violations[kind])
    if result.unconfirmed[kind] and not probe.findings:
        count = result.unconfirmed[kind]
        raise Inconclusive(f"{count} violations did not occur again when the calls were repeated")
    if result.errors and not result.exercised[kind]:
        raise SetupFailed("; ".join(result.errors[:3]))


@law("FUZZ-01", MUST, ref=PATHS, spends=True, prepare=import_phases)
def any_valid_call_gets_a_promised_response(probe: JobsProbe) -> None:
    """Any valid call that is generated gets one of the responses that the contract promises.

    schemathesis generates the calls: examples, bounds, random values, and the targets of links. Any
    integer is a valid limit and a valid page. A cancel may be refused with 400, the deletion of a
    user with 409. A read that breaks the law is sent twice more before it is reported.
    """
    _judge(probe, Kind.VALID)


@law("FUZZ-02", MUST, ref=f"{READ}/responses/400", spends=True, prepare=import_phases)
def any_invalid_call_is_refused(probe: JobsProbe) -> None:
    """A generated jobId that is certainly not an integer, or a userId that is too long, gets 400.

    Text that some parsers accept as an integer (`+5`, `5.0`, `1e3`) and text that a server may read
    as another path is not judged. Nor is a limit or page that is not an integer: the contract does
    not define it.
    """
    _judge(probe, Kind.INVALID)


@law("FUZZ-03", MUST, ref=JOB, spends=True, prepare=import_phases)
def any_generated_call_gets_the_declared_form(probe: JobsProbe) -> None:
    """The response to any generated call has the declared media type and schema.

    schemathesis checks the schema, so that a bug in the judge's own validation (EXCH-13) cannot
    hide a violation.
    """
    _judge(probe, Kind.FORM)


@law("FUZZ-04", MUST, ref=f"{LIST}/responses/200/links", spends=True, prepare=import_phases)
def a_link_leads_to_the_job_it_names(probe: JobsProbe) -> None:
    """A job in a response can be read and cancelled by its jobId, as its status allows.

    Links of the contract are followed in random order. Time passes between two calls, so every
    status that the job can reach is accepted; a cancelled job can be read, and stays cancelled.
    """
    _judge(probe, Kind.LINK)


@law("FUZZ-05", MUST, ref=PAGING, spends=True, prepare=import_phases)
def no_page_is_longer_than_its_limit(probe: JobsProbe) -> None:
    """Whatever integers limit and page are, a page holds no more jobs than the limit means."""
    _judge(probe, Kind.PAGE)
