"""COMP-11 to COMP-12, COMP-16 to COMP-17, COMP-20: the userId of a deletion."""

from __future__ import annotations

from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import MUST, OWN_EFFECTS, SHOULD, law
from contracts.engine.verdict import Violation
from contracts.http.excerpt import as_json
from contracts.laws.clauses import MAKE, PARAMETERS, PROPERTIES
from contracts.laws.job_supply import require_companion
from contracts.target import Need


def _get_longest(probe: JobsProbe) -> int:
    user = probe.document.operations[probe.document.make_id].parameters
    return int(user[probe.document.conflict.parameter]["schema"]["maxLength"])


def _expect_whole(probe: JobsProbe, user: str, size: str) -> None:
    """Break the law unless the deletion of *user*, who is described by *size*, keeps the name."""
    response = probe.delete_user(user)
    probe.expect_status(response, 200, f"for a userId of {size}")
    if response.job.get(probe.document.conflict.key) != user:
        raise Violation("the whole userId", "it was cut or changed", [response])
    probe.exercise("longest users")


@law(
    "COMP-11",
    MUST,
    ref=f"{PARAMETERS}/UserId/schema/maxLength",
    needs=OWN_EFFECTS,
    title="The longest userId is accepted",
)
def the_longest_userid_is_accepted(probe: JobsProbe) -> None:
    """A userId of the maximum length is accepted and not cut."""
    require_companion(probe)
    user = probe.new_user(length=_get_longest(probe))
    _expect_whole(probe, user, f"{len(user)} characters")


@law(
    "COMP-12",
    MUST,
    ref=f"{MAKE}/responses/400",
    needs=OWN_EFFECTS,
    title="A userId that is too long is refused",
)
def a_userid_that_is_too_long_is_refused(probe: JobsProbe) -> None:
    """A userId that is one character too long is refused."""
    require_companion(probe)
    user = probe.new_user(length=_get_longest(probe) + 1)
    probe.expect_status(probe.delete_user(user), 400, f"for a userId of {len(user)} characters")
    probe.exercise("users that are too long")


@law(
    "COMP-16",
    MUST,
    ref=f"{PROPERTIES}/referenceId",
    needs=OWN_EFFECTS,
    title="A userId may be in any script",
)
def a_userid_may_be_in_any_script(probe: JobsProbe) -> None:
    """A userId with spaces, symbols and letters of any script is kept unchanged."""
    require_companion(probe)
    for rest in (
        " with spaces",
        "+plus&and=so",
        "-\u00fc\u00df\u00e9",
        "-\u5229\u7528\u8005",
        "-\U0001f642",
    ):
        user = probe.new_user() + rest
        response = probe.delete_user(user)
        probe.expect_status(response, 200, f"for the userId {user!r}")
        if response.job.get(probe.document.conflict.key) != user:
            key = response.job.get(probe.document.conflict.key)
            expected = f"{probe.document.conflict.key} {as_json(user)}"
            raise Violation(expected, f"it is {as_json(key)}", [response])
        probe.exercise("users")


@law(
    "COMP-17",
    MUST,
    ref=f"{MAKE}/responses/400",
    needs={Need.EFFECTS_ANY},
    title="An empty userId is refused",
)
def an_empty_userid_is_refused(probe: JobsProbe) -> None:
    """A deletion with an empty userId is refused: with 400, or as an unknown path.

    Many routers do not match an empty path segment, and respond with 404, 405 or a redirect before
    the operation is called. No redirect is followed.
    """
    require_companion(probe)
    response = probe.delete_user("")
    if response.status is None or not (
        response.status in (404, 405, 400) or 300 < response.status < 400
    ):
        raise Violation("400 for an empty userId", f"the status was {response.status}", [response])
    probe.observe(f"an empty userId gets {response.status}")


@law(
    "COMP-20",
    SHOULD,
    ref=f"{PARAMETERS}/UserId/schema/maxLength",
    needs=OWN_EFFECTS,
    title="The longest userId may be in any script",
)
def the_longest_userid_may_be_in_any_script(probe: JobsProbe) -> None:
    """The length of a userId counts characters, not bytes, so the longest may be outside ASCII."""
    require_companion(probe)
    user = probe.new_user()
    user += "\u00fc" * (_get_longest(probe) - len(user))
    _expect_whole(probe, user, f"{len(user)} characters ({len(user.encode())} bytes)")
