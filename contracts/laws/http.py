"""HTTP-01 to HTTP-05: what HTTP asks for beyond the contract: headers of errors, other methods."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MAY, SHOULD, law
from contracts.engine.verdict import Inapplicable, Violation
from contracts.http.exchange import NOT_JSON, Exchange
from contracts.target import Effects


@law("HTTP-01", SHOULD, ref="RFC 9110 §15.5.6")
def a_405_says_what_is_allowed(probe: JobsProbe) -> None:
    """A response with status 405 has an Allow header.

    The law tries methods that no operation declares on paths of the contract: safe ones always, and
    ones that could change something only under --effects any.
    """
    met = set()
    for response in _call_undeclared_methods(probe):
        if response.status == 405 and "allow" not in response.response_headers:
            raise Violation("an Allow header", "there was none", [response])
        if response.status == 405:
            probe.exercise("405")
        met.add(response.status)
    if not probe.exercised:
        got = ", ".join(sorted(map(str, met)))
        raise Inapplicable(f"no undeclared method got 405, but {got}")


def _call_undeclared_methods(probe: JobsProbe) -> Iterator[Exchange]:
    """Call operations with methods that they do not declare."""
    document = probe.document
    yield probe.delete_user("nobody", method="GET")
    unsafe = ("PUT", "PATCH") if probe.target.effects is Effects.ANY else ()
    for method in ("HEAD", "OPTIONS", *unsafe):
        if document.match(method, document.operations[document.list_id].path) is None:
            yield probe.call_operation(document.list_id, method=method)


@law("HTTP-02", SHOULD, ref="RFC 9110 §15.5.2")
def a_401_names_its_challenge(probe: JobsProbe) -> None:
    """A response with status 401 has a WWW-Authenticate header."""
    response = probe.list_jobs(headers={"Authorization": None})
    if response.status != 401:
        raise Inapplicable(f"a call without a key gets {response.status}")
    if "www-authenticate" not in response.response_headers:
        raise Violation("a WWW-Authenticate header", "there was none", [response])
    probe.exercise("401")


def provoke_errors(probe: JobsProbe) -> list[Exchange]:
    """Send calls that must be refused, and return the responses."""
    return [
        probe.list_jobs(headers={"Authorization": None}),
        probe.get_job("abc"),
        probe.get_job(2**62 + 3),
    ]


@law("HTTP-03", SHOULD, ref="RFC 9110 §8.3", title="The body of an error is JSON")
def the_body_of_an_error_is_json(probe: JobsProbe) -> None:
    """The body of an error is JSON, if there is one."""
    for response in probe.read_once(provoke_errors):
        if response.body and (response.json is NOT_JSON or "json" not in response.media_type):
            actual = f"the {response.status} had {response.media_type or 'no media type'}"
            raise Violation("a JSON body", actual, [response])
        probe.exercise(f"{response.status}")


@law("HTTP-04", MAY, ref="RFC 9110 §9.3.2", title="Whether HEAD is answered")
def whether_head_is_answered(probe: JobsProbe) -> None:
    """HEAD may be supported like GET, or not at all."""
    response = probe.call_operation(probe.document.list_id, method="HEAD")
    probe.observe(f"HEAD of the list gets {response.status}")


@law("HTTP-05", MAY, ref="RFC 9110 §9.3.7", title="Whether OPTIONS is answered")
def whether_options_is_answered(probe: JobsProbe) -> None:
    """OPTIONS may be supported or not."""
    response = probe.call_operation(probe.document.list_id, method="OPTIONS")
    probe.observe(f"OPTIONS of the list gets {response.status}")
