"""AUTH-01 to AUTH-04: a declared security lets no call through without a right key."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from contracts.engine.credentials import NOTHING, Carried, carry_by, choose_scheme
from contracts.engine.law import MUST
from contracts.engine.probe import Probe
from contracts.engine.verdict import Inapplicable, Violation
from contracts.http.exchange import Exchange
from contracts.roles.declared import has_security
from contracts.roles.law import role_law
from contracts.roles.survey import get_known

SHORTEST = 6
"""Characters of a key from which on another key is not one by chance."""


def _list_reads(probe: Probe) -> Iterator[tuple[str, Callable[[Carried], Exchange]]]:
    """Go through the operations that only read, each ready to be called with other credentials."""
    yield "list", lambda carried: probe.list_page(carried=carried)
    keys, read = list(get_known(probe, 0)), probe.api.resource.read
    if keys and read and probe.api.needs_key(read) and probe.api.resource.has_declared_key:
        yield "read", lambda carried: probe.read_record(keys[0], carried=carried)


def expect_refusal(probe: Probe, carried: Carried, what: str) -> None:
    """Break the law unless calls with other credentials are refused.

    That is by 401 where the operation declares it, and otherwise by any status of an error. A wrong
    key may get a declared 403 as well: it may be found insufficient (RFC 9110 §15.5.4).
    """
    for name, call in _list_reads(probe):
        response = call(carried)
        operation = probe.api.operations[response.operation or probe.api.resource.list.id]
        insufficient = carried != NOTHING and 403 in operation.responses
        if 401 in operation.responses and not (insufficient and response.status == 403):
            probe.expect_status(response, 401, what)
        elif response.status is not None and response.status < 400:
            raise Violation(f"an error {what}", f"it was {response.status}", [response])
        probe.exercise(f"{name} {what}")


def _carry(probe: Probe, key: str) -> Carried:
    return carry_by(choose_scheme(probe.api.security, probe.target.api_key), key)


@role_law("AUTH-01", MUST, ref="@root/security", when=has_security)
def a_call_without_a_key_is_refused(probe: Probe) -> None:
    """A call without credentials is refused."""
    expect_refusal(probe, NOTHING, "without a key")


@role_law("AUTH-02", MUST, ref="@root/security", when=has_security)
def a_call_with_a_wrong_key_is_refused(probe: Probe) -> None:
    """A call with an unknown key is refused."""
    expect_refusal(
        probe, _carry(probe, f"no-key-{probe.random.getrandbits(64):x}"), "with a wrong key"
    )


@role_law("AUTH-03", MUST, ref="@root/security", when=has_security)
def a_part_of_the_key_is_refused(probe: Probe) -> None:
    """The key without its first or last character is refused."""
    _require_long_key(probe)
    for part in probe.target.key.shortened:
        expect_refusal(probe, _carry(probe, part.text), "with a part of the key")


@role_law("AUTH-04", MUST, ref="@root/security", when=has_security)
def a_key_with_an_extra_character_is_refused(probe: Probe) -> None:
    """The key with an extra character before or after it is refused."""
    _require_long_key(probe)
    for more in probe.target.key.lengthened:
        expect_refusal(probe, _carry(probe, more.text), "with an extra character in the key")


def _require_long_key(probe: Probe) -> None:
    if len(probe.target.api_key) < SHORTEST:
        raise Inapplicable("the key is so short that another may be one by chance")
