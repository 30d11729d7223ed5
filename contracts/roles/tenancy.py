"""TEN-01 to TEN-02, TEN-04 to TEN-05, TEN-10: what one tenant must not see of another."""

from __future__ import annotations

from contracts.contract.json_values import Record
from contracts.contract.roles import Key
from contracts.engine.credentials import Carried, carry
from contracts.engine.law import MUST
from contracts.engine.probe import Probe
from contracts.engine.verdict import Untested, Violation
from contracts.http.exchange import Exchange
from contracts.http.shown import get_single, is_success, list_page
from contracts.roles.declared import always, has_key, has_stranger
from contracts.roles.law import role_law
from contracts.roles.survey import get_known
from contracts.target import Need

SHOWN = 5
"""How many records of another tenant are read."""


def _read_other(probe: Probe) -> Exchange:
    return probe.list_page(path=probe.target.other_path)


def _get_other(probe: Probe) -> dict[Key, Record]:
    """Return the records of the other tenant, if the key may see them."""
    page: Exchange = probe.read_once(_read_other)
    find = probe.api.resource.find_key
    found = {find(one): one for one in list_page(page, probe.api)}
    if not found:
        raise Untested(f"the list of --other-path has no records ({page.status})")
    return {key: one for key, one in found.items() if key is not None}


@role_law("TEN-01", MUST, ref="@list", when=has_key, needs={Need.OTHER_PATH})
def a_list_has_no_record_of_another_tenant(probe: Probe) -> None:
    """The lists of two tenants have no record in common: none is the same in all of its members."""
    here, there = get_known(probe), _get_other(probe)
    both = [key for key, record in there.items() if here.get(key) == record]
    if both:
        page: Exchange = probe.read_once(_read_other)
        expected, actual = "two lists with nothing in common", f"both have {both[0]}"
        raise Violation(expected, actual, [page], about=[there[both[0]]])
    probe.exercise("records of the other tenant", len(there))


@role_law("TEN-02", MUST, ref="@read", when=has_key, needs={Need.OTHER_PATH})
def a_record_of_another_tenant_is_not_read(probe: Probe) -> None:
    """A record of another tenant is not read here; each tenant may use the same keys."""
    for key, record in list(_get_other(probe).items())[:SHOWN]:
        response = probe.read_record(key)
        shown = get_single(response, probe.api)
        if shown and {name: shown.get(name) for name in record} == record:
            expected = f"no record {key} of another tenant"
            raise Violation(expected, "it was returned", [response])
        probe.exercise(f"{response.status}")


@role_law(
    "TEN-10", MUST, ref="@root/x-tenancy/stranger", when=has_stranger, needs={Need.OTHER_PATH}
)
def a_tenant_that_the_key_may_not_see_gets_the_declared_status(probe: Probe) -> None:
    """The list of a tenant that the key does not open is refused as declared."""
    page: Exchange = probe.read_once(_read_other)
    if is_success(page, probe.api):
        raise Untested("the key opens the tenant of --other-path")
    stranger = probe.api.tenancy.stranger if probe.api.tenancy else None
    probe.expect_status(page, stranger or 404, "for a tenant that the key does not open")
    probe.exercise("lists")


def _carry_other(probe: Probe) -> Carried:
    return carry(probe.api.security, probe.target.other_api_key or "")


@role_law("TEN-04", MUST, ref="@root/x-tenancy", when=always, needs={Need.OTHER_KEY})
def another_key_lists_no_record_of_this_tenant(probe: Probe) -> None:
    """With the key of another tenant, the list is refused as declared, or has other records."""
    response = probe.list_page(carried=_carry_other(probe))
    known = list(get_known(probe).values())
    shown = [one for one in list_page(response, probe.api) if one in known]
    if shown:
        key = probe.api.resource.find_key(shown[0])
        expected = "no record of this tenant"
        raise Violation(expected, f"{key} is listed", [response], about=shown[:1])
    stranger = probe.api.tenancy.stranger if probe.api.tenancy else None
    by_path = probe.api.tenancy is not None and probe.api.tenancy.where == "path"
    if stranger is not None and by_path:
        probe.expect_status(response, stranger, "with the key of another tenant")
    probe.exercise(f"{response.status}")


@role_law("TEN-05", MUST, ref="@root/x-tenancy", when=has_key, needs={Need.OTHER_KEY})
def another_key_reads_no_record_of_this_tenant(probe: Probe) -> None:
    """With the key of another tenant, no record of this one is read."""
    for key, record in list(get_known(probe).items())[:SHOWN]:
        response = probe.read_record(key, carried=_carry_other(probe))
        shown = get_single(response, probe.api)
        if shown and {name: shown.get(name) for name in record} == record:
            raise Violation("no record of this tenant", f"{key} was returned", [response])
        probe.exercise(f"{response.status}")
