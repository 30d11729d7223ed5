"""Which of a description's lists are judged: one for each resource, or the one that is named."""

from __future__ import annotations

from contracts.contract.description.shapes import Listing, trim
from contracts.contract.description.structure import Structure
from contracts.contract.errors import DocumentError


def choose_listing(structure: Structure, name: str | None) -> Listing:
    """Return the list of the resource called *name*; without one, of the only one that there is.

    Raises:
        DocumentError: there is no such resource, or there are several.
    """
    chosen = choose_listings(structure, name)
    if len(chosen) > 1:
        names = ", ".join(sorted(one.name for one in chosen))
        raise DocumentError("", "#/paths", f"has several resources; give --resource one of {names}")
    return chosen[0]


def choose_listings(structure: Structure, name: str | None = None) -> list[Listing]:
    """Return the list of each resource, or of the one called *name*, those with most keys first.

    Of the lists of one name the one is meant of which most is declared, and of those whose records
    one operation reads, unless each declares how it pages. Where the records of some can be read,
    or keys are declared, an array of objects without either is not a resource.

    Raises:
        DocumentError: there is no such resource, or none at all.
    """
    listings = list(structure.list_listings())
    if name is not None:
        known = ", ".join(sorted({one.name for one in listings}))
        listings = [one for one in listings if name in (one.name, one.operation.id)]
        if not listings:
            message = f"no resource is called {name}; give --resource one of {known or 'none'}"
            raise DocumentError("", "#/paths", message)
        return [max(listings, key=lambda one: count_keys(structure, one))]
    listings.sort(key=lambda one: -count_keys(structure, one))
    found: dict[str, Listing] = {}
    for one in listings:
        found.setdefault(one.name, one)
    chosen = [
        one
        for one in found.values()
        if count_keys(structure, one) and not _is_another_list(structure, one, listings)
    ]
    if not found:
        message = "has no list: no GET answers with an array of objects; describe its 200"
        raise DocumentError("", "#/paths", message)
    return chosen or list(found.values())


def _is_another_list(structure: Structure, listing: Listing, listings: list[Listing]) -> bool:
    """Tell whether what *listing* lists is read as a record of another list, by its path.

    What an overview or a search shows may be other records than those that are read there.
    """
    read = structure.find_read(listing)
    if read is None or structure.get_pagination(listing.operation) is not None:
        return False
    above = trim(read[0].path).rpartition("/")[0]
    if above == trim(listing.operation.path):
        return False
    rivals = (one for one in listings if trim(one.operation.path) == above)
    return any((other := structure.find_read(one)) and other[0] is read[0] for one in rivals)


def count_keys(structure: Structure, listing: Listing) -> int:
    """Count what is declared of a list and its records: the more, the surer that it is meant."""
    read = structure.find_read(listing)
    records = [listing.record.schema, read[1].schema if read else {}]
    return (
        2 * any("x-lifecycle" in one for one in records)
        + 2 * (structure.get_pagination(listing.operation) is not None)
        + (read is not None)
    )
