"""AUTH-01 to AUTH-11: every operation requires the key of the organization."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MAY, MUST, OWN_EFFECTS, SHOULD, law
from contracts.engine.probe import Headers
from contracts.engine.verdict import Inapplicable, Violation
from contracts.http.exchange import Exchange
from contracts.laws.clauses import KEY, UNAUTHORIZED
from contracts.laws.listing.jobs import get_known_jobs
from contracts.laws.listing.stretch import get_ids


def _list_reads(probe: JobsProbe) -> Iterator[tuple[str, Callable[[Headers], Exchange]]]:
    """Yield the operations that only read, each ready to be called with other headers."""
    yield "list", lambda headers: probe.list_jobs(headers=headers)
    if numbers := get_ids(get_known_jobs(probe)):
        yield "get", lambda headers: probe.get_job(numbers[0], headers=headers)


def _expect_refusal(probe: JobsProbe, authorization: str | None, what: str) -> None:
    for name, call in _list_reads(probe):
        probe.expect_status(call({"Authorization": authorization}), 401, what)
        probe.exercise(f"{name} {what}")


@law("AUTH-01", MUST, ref=UNAUTHORIZED)
def a_call_without_a_key_is_refused(probe: JobsProbe) -> None:
    """A call without an Authorization header gets 401."""
    _expect_refusal(probe, None, "without a key")


@law("AUTH-02", MUST, ref=UNAUTHORIZED)
def a_call_with_a_wrong_key_is_refused(probe: JobsProbe) -> None:
    """A call with an unknown key gets 401."""
    _expect_refusal(probe, f"Bearer no-key-{probe.random.getrandbits(64):x}", "with a wrong key")


@law("AUTH-03", MUST, ref=UNAUTHORIZED)
def a_part_of_the_key_is_refused(probe: JobsProbe) -> None:
    """The key without its first or last character gets 401."""
    for part in probe.target.key.shortened:
        _expect_refusal(probe, f"Bearer {part.text}", "with a part of the key")


@law("AUTH-04", MUST, ref=UNAUTHORIZED)
def a_key_with_an_extra_character_is_refused(probe: JobsProbe) -> None:
    """The key with an extra character before or after it gets 401."""
    for more in probe.target.key.lengthened:
        _expect_refusal(probe, f"Bearer {more.text}", "with an extra character in the key")


@law("AUTH-05", MUST, ref=UNAUTHORIZED)
def the_key_in_the_wrong_case_is_refused(probe: JobsProbe) -> None:
    """The key with upper and lower case swapped gets 401."""
    other = probe.target.key.in_other_case.text
    if other == probe.target.api_key:
        raise Inapplicable("the key has no letters")
    _expect_refusal(probe, f"Bearer {other}", "with the key in the wrong case")


@law("AUTH-06", MUST, ref=f"{KEY}/scheme")
def the_key_under_another_scheme_is_refused(probe: JobsProbe) -> None:
    """The key is accepted only as a Bearer token: neither under another scheme nor without one."""
    key = probe.target.api_key
    basic = probe.target.key.as_user.text
    for value in (f"Basic {basic}", f"Token {key}", f"Basic {key}", key):
        _expect_refusal(probe, value, "under another scheme")


@law("AUTH-07", MUST, ref=f"{KEY}/scheme")
def an_empty_key_is_refused(probe: JobsProbe) -> None:
    """A Bearer header without a key gets 401."""
    for value in ("Bearer", "Bearer  "):
        _expect_refusal(probe, value, "with an empty key")


@law("AUTH-08", MUST, ref=UNAUTHORIZED, needs=OWN_EFFECTS)
def a_cancel_requires_the_key(probe: JobsProbe) -> None:
    """A cancel without the key, or with a wrong one, gets 401 and does not change the job."""
    from_scheduled = probe.make().job["jobId"]
    for headers in _build_wrong_headers(probe):
        response = probe.cancel_job(from_scheduled, headers=headers)
        probe.expect_status(response, 401, "for a cancel without the key")
        probe.exercise("cancels")
    after = probe.get_job(from_scheduled)
    if after.job.get(probe.document.lifecycle.field) == probe.document.cancel.to:
        raise Violation("the job to be unchanged", "it is cancelled", [after])


@law("AUTH-09", MUST, ref=UNAUTHORIZED, needs=OWN_EFFECTS)
def a_deletion_requires_the_key(probe: JobsProbe) -> None:
    """The deletion of a user without the key gets 401 and makes no job."""
    probe.make()
    for headers in _build_wrong_headers(probe):
        user = probe.new_user()
        probe.expect_status(
            probe.delete_user(user, headers=headers), 401, "for a deletion without the key"
        )
        response = probe.delete_user(user)
        if response.status == probe.document.conflict.status:
            probe.require_certain(response)
            raise Violation("no job to be made", "the user already has one", [response])
        probe.exercise("deletions")


@law("AUTH-11", SHOULD, ref="RFC 6750 §2.1")
def a_bearer_key_inside_another_scheme_is_refused(probe: JobsProbe) -> None:
    """A header whose scheme is not Bearer is refused, even if "Bearer" and the key follow it.

    A deployment that searches the whole header for "Bearer" lets no one in without a key, so it
    does not break the contract. But no client may rely on it, and a log may show the key.
    """
    _expect_refusal(probe, f"Digest Bearer {probe.target.api_key}", "inside another scheme")


def _build_wrong_headers(probe: JobsProbe) -> tuple[Headers, ...]:
    wrong = f"Bearer no-key-{probe.random.getrandbits(64):x}"
    return ({"Authorization": None}, {"Authorization": wrong}, {"Authorization": "Bearer"})


@law("AUTH-10", MAY, ref="RFC 9110 §11.1")
def how_the_scheme_may_be_spelled(probe: JobsProbe) -> None:
    """The name of the scheme may be accepted in any case."""
    response = probe.list_jobs(headers={"Authorization": f"bearer {probe.target.api_key}"})
    probe.observe(f"the scheme in lower case gets {response.status}")
