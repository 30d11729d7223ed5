"""Laws on what HTTP asks of a deployment, and what the contract leaves open: only looked at."""

from __future__ import annotations

import json
from collections.abc import Iterator

from contracts.engine.law import MAY, SHOULD, law
from contracts.engine.probe import Probe, Query
from contracts.engine.verdict import Inapplicable, Untested, Violation
from contracts.http.exchange import NOT_JSON, Exchange
from contracts.laws.cancellations import made
from contracts.laws.listing.readings import known_jobs
from contracts.laws.listing.stretch import ids
from contracts.target import Effects, Need

PATHS = "#/paths"
LIST = "#/paths/~1public~1{projectKey}~1jobs/get"
GET = "#/paths/~1public~1{projectKey}~1jobs~1{jobId}/get"
JOB = "#/components/schemas/Job"


@law("HTTP-01", SHOULD, ref="RFC 9110 §15.5.6")
def a_405_says_what_is_allowed(probe: Probe) -> None:
    """An answer 405 has an Allow header.

    Methods that no operation declares are tried on paths of the contract: safe ones, and such as
    could change something only where the run may do anything.
    """
    met = set()
    for response in _undeclared(probe):
        if response.status == 405 and "allow" not in response.response_headers:
            raise Violation("an Allow header", "there is none", [response])
        if response.status == 405:
            probe.exercise("405")
        met.add(response.status)
    if not probe.exercised:
        got = ", ".join(sorted(map(str, met)))
        raise Inapplicable(f"no method that an operation lacks is answered 405, but {got}")


def _undeclared(probe: Probe) -> Iterator[Exchange]:
    """Call the operations with methods that are not theirs."""
    document = probe.document
    yield probe.delete_user("nobody", method="GET")
    unsafe = ("PUT", "PATCH") if probe.target.effects is Effects.ANY else ()
    for method in ("HEAD", "OPTIONS", *unsafe):
        if document.match(method, document.operations[document.list_id].path) is None:
            yield probe.call(document.list_id, method=method)


@law("HTTP-02", SHOULD, ref="RFC 9110 §15.5.2")
def a_401_names_its_challenge(probe: Probe) -> None:
    """An answer 401 has a WWW-Authenticate header."""
    response = probe.list_jobs(headers={"Authorization": None})
    if response.status != 401:
        raise Inapplicable(f"a call without a key gets {response.status}")
    if "www-authenticate" not in response.response_headers:
        raise Violation("a WWW-Authenticate header", "there is none", [response])
    probe.exercise("401")


def _errors(probe: Probe) -> list[Exchange]:
    return [
        probe.list_jobs(headers={"Authorization": None}),
        probe.get_job("abc"),
        probe.get_job(2**62 + 3),
    ]


@law("HTTP-03", SHOULD, ref="RFC 9110 §8.3", title="The body of an error is JSON")
def the_body_of_an_error_is_json(probe: Probe) -> None:
    """The body of an error is JSON, if there is one."""
    for response in _errors(probe):
        if response.body and (response.json is NOT_JSON or "json" not in response.media_type):
            actual = f"{response.media_type or 'no media type'} came with {response.status}"
            raise Violation("a JSON body", actual, [response])
        probe.exercise(f"{response.status}")


@law("HTTP-04", MAY, ref="RFC 9110 §9.3.2", title="Whether HEAD is answered")
def whether_head_is_answered(probe: Probe) -> None:
    """HEAD may be answered as GET is, or not at all."""
    response = probe.call(probe.document.list_id, method="HEAD")
    probe.observe(f"HEAD of the list gets {response.status}")


@law("HTTP-05", MAY, ref="RFC 9110 §9.3.7", title="Whether OPTIONS is answered")
def whether_options_is_answered(probe: Probe) -> None:
    """OPTIONS may be answered."""
    response = probe.call(probe.document.list_id, method="OPTIONS")
    probe.observe(f"OPTIONS of the list gets {response.status}")


@law("OPEN-01", MAY, ref=LIST)
def in_what_order_jobs_are_listed(probe: Probe) -> None:
    """A list may be in any order."""
    numbers = ids(known_jobs(probe))
    if len(numbers) < 2:
        raise Untested("fewer than two jobs have no order")
    kind = "no order by jobId"
    if numbers == sorted(numbers, reverse=True):
        kind = "the highest jobId first"
    elif numbers == sorted(numbers):
        kind = "the lowest jobId first"
    probe.observe(f"the list has {kind}")


@law("OPEN-02", MAY, ref=PATHS)
def what_the_body_of_an_error_is(probe: Probe) -> None:
    """An error may have any body."""
    for response in _errors(probe):
        shown = response.body[:60].decode("utf-8", "replace") if response.body else "no body"
        probe.observe(f"{response.status} comes with {shown}")


@law("OPEN-03", MAY, ref=f"{LIST}/parameters")
def what_a_limit_that_is_no_integer_means(probe: Probe) -> None:
    """A limit or page that is empty or no integer may mean anything."""
    paging = probe.document.paging
    for name in (paging.limit.parameter, paging.page.parameter):
        for text in ("", "abc", "1.5", "+2", "1,2"):
            query: Query = {name: text}
            response = probe.list_jobs(query)
            probe.observe(f"{name}={text} gets {response.status} with {len(response.jobs)} jobs")


@law("OPEN-04", MAY, ref=f"{LIST}/x-pagination/page")
def what_the_highest_page_gets(probe: Probe) -> None:
    """A page whose number overflows may be empty, or the first."""
    for number in (2**53, 10**18):
        response = probe.list_jobs({probe.document.paging.page.parameter: number})
        probe.observe(f"page={number} gets {response.status} with {len(response.jobs)} jobs")


@law("OPEN-05", MAY, ref=f"{GET}/responses/400")
def which_other_spellings_are_integers(probe: Probe) -> None:
    """A jobId with a sign, zeros, an exponent, in another base or script may be an integer."""
    numbers = ids(known_jobs(probe))
    if not numbers:
        raise Untested("the project has no job to spell otherwise")
    arabic = str(numbers[0]).translate({ord("0") + i: 0x660 + i for i in range(10)})
    spellings = {
        "with a plus": f"+{numbers[0]}",
        "with zeros": f"00{numbers[0]}",
        "with a fraction of zero": f"{numbers[0]}.0",
        "with an exponent": f"{numbers[0]}e0",
        "with a space": f" {numbers[0]}",
        "in Arabic digits": arabic,
        "in hexadecimal": hex(numbers[0]),
    }
    for kind, text in spellings.items():
        probe.observe(f"a jobId {kind} gets {probe.get_job(text).status}")


@law(
    "OPEN-08",
    MAY,
    ref="#/components/parameters/UserId",
    needs={Need.EFFECTS_OWN},
    title="What a userId with a slash gets",
)
def what_a_userid_with_a_slash_gets(probe: Probe) -> None:
    """A userId with a slash or a dot segment in it may be kept, refused or redirected.

    Each names users of this run only, so that a server which resolves it as a path reaches nobody
    else. No redirect is followed.
    """
    probe.shared(made)
    key = probe.document.conflict.key
    for kind, text in {"a slash": "/", "a dot segment": "/./", "two dots": "/../"}.items():
        one, other = probe.new_user(), probe.new_user()
        response = probe.delete_user(f"{one}{text}{other}")
        users = {f"{one}{text}{other}": " as it is", one: " for its first part"}
        users[other] = " for its last part: another user"
        kept = users.get(str(response.job.get(key)), "")
        probe.observe(f"a userId with {kind} gets {response.status}{kept}")


@law("OPEN-06", MAY, ref=f"{JOB}/properties")
def which_members_a_job_has_besides(probe: Probe) -> None:
    """A job may have members that the contract does not name."""
    known = set(probe.document.item["properties"])
    more = sorted({name for job in known_jobs(probe) for name in job} - known)
    probe.observe(f"jobs also have {json.dumps(more)}" if more else "jobs have no other members")


@law("OPEN-07", MAY, ref=f"{LIST}/parameters")
def what_an_unknown_parameter_does(probe: Probe) -> None:
    """A query parameter that the contract does not name may be ignored or refused."""
    response = probe.list_jobs({"noSuchParameter": "1"})
    probe.observe(f"an unknown query parameter gets {response.status}")
