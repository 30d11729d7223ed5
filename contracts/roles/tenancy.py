"""TEN-01, 02, 04, 05, 10, 11: what one tenant must not see of another."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.contract.api import Api
from contracts.contract.json_values import Record
from contracts.contract.roles import Key
from contracts.engine.bodies import list_types
from contracts.engine.credentials import Carried, carry
from contracts.engine.law import MUST
from contracts.engine.probe import Probe
from contracts.engine.verdict import Untested, Violation
from contracts.http.exchange import Exchange
from contracts.http.shown import get_single, is_success, list_page
from contracts.roles.alike import is_unmistakable
from contracts.roles.declared import always, has_key, has_stranger
from contracts.roles.law import role_law
from contracts.roles.survey import get_known
from contracts.target import Need

SHOWN = 5
"""How many records of another tenant are read."""


def _shows(response: Exchange, record: Record, probe: Probe) -> bool:
    """Tell whether a response shows *record*, and no other one that looks the same."""
    shown = get_single(response, probe.api)
    same = shown and {name: shown.get(name) for name in record} == record
    return bool(same) and is_unmistakable(record)


def _read_other(probe: Probe) -> Exchange:
    return probe.list_page(path=probe.target.other_path)


def _read_other_with_its_key(probe: Probe) -> Exchange:
    return probe.list_page(path=probe.target.other_path, carried=_carry_other(probe))


def _list_other(probe: Probe) -> Exchange:
    """Return the list of the other tenant, read with the other key if this one may not see it."""
    page: Exchange = probe.read_once(_read_other)
    if is_success(page, probe.api) or probe.target.other_api_key is None:
        return page
    with_its_key: Exchange = probe.read_once(_read_other_with_its_key)
    return with_its_key


def _get_other(probe: Probe) -> dict[Key, Record]:
    """Return the records of the other tenant, if one of the keys may see them."""
    page, find = _list_other(probe), probe.api.resource.find_key
    found = {find(one): one for one in list_page(page, probe.api)}
    if not found:
        opens = "neither key" if probe.target.other_api_key else "the key"
        why = f"{opens} opens it" if not is_success(page, probe.api) else "it is empty"
        raise Untested(f"the list of --other-path has no records: {why} ({page.status})")
    return {key: one for key, one in found.items() if key is not None}


@role_law("TEN-01", MUST, ref="@list", when=has_key, needs={Need.OTHER_PATH})
def a_list_has_no_record_of_another_tenant(probe: Probe) -> None:
    """The lists of two tenants have no record in common: none is the same in all of its members.

    What has neither a moment nor a long key may be the same by chance, and is not judged.
    """
    here, there = get_known(probe), _get_other(probe)
    both = [k for k, one in there.items() if here.get(k) == one and is_unmistakable(one)]
    if both:
        expected, actual = "two lists with nothing in common", f"both have {both[0]}"
        raise Violation(expected, actual, [_list_other(probe)], about=[there[both[0]]])
    probe.exercise("records of the other tenant", len(there))


@role_law("TEN-02", MUST, ref="@read", when=has_key, needs={Need.OTHER_PATH})
def a_record_of_another_tenant_is_not_read(probe: Probe) -> None:
    """A record of one tenant is not read as one of the other; each may use the same keys.

    What the other tenant has is listed with its own key where this one does not open it.
    """
    here, there = get_known(probe, 0), _get_other(probe)
    calls = [(key, one, probe.target.path) for key, one in list(there.items())[:SHOWN]]
    ours = [(key, one) for key, one in here.items() if key not in there]
    calls += [(key, one, probe.target.other_path) for key, one in ours[:SHOWN]]
    for key, record, path in calls:
        response = probe.read_record(key, path=path)
        if _shows(response, record, probe):
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


def _has_tenants_in_path(api: Api) -> str:
    names = _list_tenant_names(api)
    if lacking := has_key(api):
        return lacking
    if not names or _make_up_tenant(api, names, 0) is None:
        return "no path parameter that takes any text or number is declared to name a tenant"
    return ""


def _list_tenant_names(api: Api) -> list[str]:
    """Return the path parameters that the list and the read have, and that name the tenant."""
    return [n for n in (api.tenancy.parameters if api.tenancy else ()) if n in api.resource.scope]


def _make_up_tenant(api: Api, names: Iterable[str], number: int) -> dict[str, str] | None:
    """Return parameters of a path that name no tenant; None if their form is not free."""
    made: dict[str, str] = {}
    for name in names:
        schema = api.resource.list.parameters[name].get("schema", {})
        types = list_types(schema)
        if schema.keys() & {"enum", "format", "pattern"} or not {"string", "integer"} & {*types}:
            return None
        made[name] = f"no-{number:x}" if "string" in types else str(10**8 + number % 10**8)
    return made


@role_law("TEN-11", MUST, ref="@root/x-tenancy", when=_has_tenants_in_path)
def a_record_is_not_read_as_one_of_a_tenant_that_is_made_up(probe: Probe) -> None:
    """A record is read on the path of its own tenant, and not on that of one that there is not."""
    path = _make_up_tenant(probe.api, _list_tenant_names(probe.api), probe.random.getrandbits(48))
    for key, record in list(get_known(probe).items())[:SHOWN]:
        response = probe.read_record(key, path=path)
        if _shows(response, record, probe):
            expected = f"no record {key} of a tenant that was made up"
            raise Violation(expected, "it was returned", [response])
        probe.exercise(f"{response.status}")


def _carry_other(probe: Probe) -> Carried:
    return carry(probe.api.security, probe.target.other_api_key or "")


@role_law("TEN-04", MUST, ref="@root/x-tenancy", when=always, needs={Need.OTHER_KEY})
def another_key_lists_no_record_of_this_tenant(probe: Probe) -> None:
    """With the key of another tenant, the list is refused as declared, or has other records."""
    response = probe.list_page(carried=_carry_other(probe))
    known = [one for one in get_known(probe).values() if is_unmistakable(one)]
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
        if _shows(response, record, probe):
            raise Violation("no record of this tenant", f"{key} was returned", [response])
        probe.exercise(f"{response.status}")
