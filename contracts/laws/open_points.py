"""OPEN-01 to OPEN-08: what the contract leaves open; reported, and never required."""

from __future__ import annotations

import json
from functools import partial
from itertools import product

from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MAY, OWN_EFFECTS, law
from contracts.engine.probe import Query
from contracts.engine.verdict import Untested
from contracts.laws.clauses import LIST, PAGE, PARAMETERS, PATHS, PROPERTIES, READ
from contracts.laws.http import provoke_errors
from contracts.laws.job_supply import require_companion
from contracts.laws.listing.jobs import get_known_jobs, read_jobs
from contracts.laws.listing.stretch import get_ids


@law("OPEN-01", MAY, ref=LIST)
def in_what_order_jobs_are_listed(probe: JobsProbe) -> None:
    """The list may be in any order."""
    numbers = get_ids(get_known_jobs(probe))
    if len(numbers) < 2:
        raise Untested("the list has fewer than two jobs, so there is no order to judge")
    kind = "no order by jobId"
    if numbers == sorted(numbers, reverse=True):
        kind = "the highest jobId first"
    elif numbers == sorted(numbers):
        kind = "the lowest jobId first"
    probe.observe(f"the list has {kind}")


@law("OPEN-02", MAY, ref=PATHS)
def what_the_body_of_an_error_is(probe: JobsProbe) -> None:
    """An error may have any body."""
    for response in probe.read_once(provoke_errors):
        shown = response.body[:60].decode("utf-8", "replace") if response.body else "no body"
        probe.observe(f"{response.status} comes with {shown}")


@law("OPEN-03", MAY, ref=f"{LIST}/parameters")
def what_a_limit_that_is_not_an_integer_means(probe: JobsProbe) -> None:
    """A limit or page that is empty or not an integer may mean anything."""
    paging = probe.document.paging
    names = (paging.limit.parameter, paging.page.parameter)

    def look(probe: JobsProbe, query: Query) -> None:
        response = probe.list_jobs(query)
        ((name, text),) = query.items()
        probe.observe(f"{name}={text} gets {response.status} with {len(response.jobs)} jobs")

    texts = product(names, ("", "abc", "1.5", "+2", "1,2"))
    probe.gather([partial(look, query={name: text}) for name, text in texts])


@law("OPEN-04", MAY, ref=PAGE)
def what_the_highest_page_gets(probe: JobsProbe) -> None:
    """A page whose number overflows may be empty, or the first."""
    for number in (2**53, 10**18):
        response = probe.list_jobs({probe.document.paging.page.parameter: number})
        probe.observe(f"page={number} gets {response.status} with {len(response.jobs)} jobs")


@law("OPEN-05", MAY, ref=f"{READ}/responses/400")
def which_other_spellings_are_integers(probe: JobsProbe) -> None:
    """A jobId with a sign, zeros, an exponent, or in another base or script may be accepted."""
    numbers = get_ids(get_known_jobs(probe))
    if not numbers:
        raise Untested("the project has no job whose jobId could be spelled differently")
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
    shown = read_jobs(probe, spellings.values())
    for kind, response in zip(spellings, shown, strict=True):
        probe.observe(f"a jobId {kind} gets {response.status}")


@law(
    "OPEN-08",
    MAY,
    ref=f"{PARAMETERS}/UserId",
    needs=OWN_EFFECTS,
    title="What a userId with a slash gets",
)
def what_a_userid_with_a_slash_gets(probe: JobsProbe) -> None:
    """A userId with a slash or a dot segment in it may be kept, refused or redirected.

    Each part names a user of this run, so that a server that resolves it as a path reaches no other
    user. No redirect is followed.
    """
    require_companion(probe)
    key = probe.document.conflict.key
    for kind, text in {"a slash": "/", "a dot segment": "/./", "two dots": "/../"}.items():
        one, other = probe.new_user(), probe.new_user()
        response = probe.delete_user(f"{one}{text}{other}")
        users = {f"{one}{text}{other}": " as it is", one: " for its first part"}
        users[other] = " for its last part: another user"
        kept = users.get(str(response.job.get(key)), "")
        probe.observe(f"a userId with {kind} gets {response.status}{kept}")


@law("OPEN-06", MAY, ref=PROPERTIES)
def which_other_members_a_job_has(probe: JobsProbe) -> None:
    """A job may have members that the contract does not name."""
    known = set(probe.document.item["properties"])
    more = sorted({name for job in get_known_jobs(probe) for name in job} - known)
    probe.observe(f"jobs also have {json.dumps(more)}" if more else "jobs have no other members")


@law("OPEN-07", MAY, ref=f"{LIST}/parameters")
def what_an_unknown_parameter_does(probe: JobsProbe) -> None:
    """A query parameter that the contract does not name may be ignored or refused."""
    response = probe.list_jobs({"noSuchParameter": "1"})
    probe.observe(f"an unknown query parameter gets {response.status}")
