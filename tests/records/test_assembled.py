"""The parts together, as a server has them: fixtures, a store, pages, creations, responses."""

import asyncio
from random import Random
from typing import Any

import msgspec
import pytest

from mockserver.records.arguments import Arguments
from mockserver.records.bodies.list_result import ListResult
from mockserver.records.creation import Maker
from mockserver.records.fixtures.fixtures import Fixtures
from mockserver.records.fixtures.generate import Generator
from mockserver.records.fixtures.reader import Basis, read_fixtures
from mockserver.records.kind import Kind
from mockserver.records.listing.pages import PageWriter, Target
from mockserver.records.listing.request import QueryReader
from mockserver.records.progress import Pace
from mockserver.records.schemas.samples import Sampler
from mockserver.records.schemas.schema import Schema
from mockserver.store.memory import MemoryRecords
from tests.apis.overlaid import APIS
from tests.records.kinds import ALL, OTHERS, contract, kind

NOW = 1_768_478_400_000
CREATING = [name for name in ALL if kind(name).resource.creations]


def begun(name: str) -> tuple[Kind, MemoryRecords, Fixtures]:
    """Return a world of a contract that comes along, as its fixtures say."""
    found = kind(name)
    fixtures = read_fixtures([APIS / name / "fixtures.yaml"], Basis(contract(name), (found,), NOW))
    paces = {resource: Pace(rules=rules) for resource, rules in fixtures.rules.items()}
    return found, MemoryRecords([found], fixtures.records, paces, begins=NOW), fixtures


@pytest.mark.parametrize("name", OTHERS)
def test_a_page_of_the_fixtures_fits_its_schema(name: str) -> None:
    """Guards fixtures, store and responses together: what a client sees is as declared."""
    found, records, fixtures = begun(name)
    listing = found.resource.list
    assert listing is not None
    assert listing.value.result is not None
    scope = fixtures.records[found.name][0].scope
    path = dict.fromkeys(listing.value.path_parameters, "none")
    path |= dict(zip(found.scope, scope, strict=False))
    members = fixtures.records[found.name][0].members()
    path |= {
        f.parameter: str(members[str(f.place)[1:]]) for f in found.filters if f.parameter in path
    }
    query = QueryReader(found).read(scope, Arguments(path=path))
    page = asyncio.run(records.page(found, scope, query, NOW))
    told = PageWriter(found).write(query, page, scope, Target("http://mock/list"))
    texts = [record.text for record in page.records]
    body = b"".join(ListResult(listing.value, found.pages).body(b",".join(texts), told.members))

    assert len(texts) > 5
    assert Schema(listing.value.result).misfits(msgspec.json.decode(body)) == []


@pytest.mark.parametrize("name", CREATING)
def test_what_a_client_makes_is_kept_and_counted(name: str) -> None:
    """Guards creations and store together: each record is a new one, numbers follow each other."""
    found = kind(name)
    records = MemoryRecords([found], {found.name: Generator(found, NOW).records(10)}, begins=NOW)
    creation = found.resource.creations[0].value
    maker, chance = Maker(found, creation), Random(1)
    body = creation.operation.body
    sent = None if body is None else Sampler(Schema(body, sent=True), chance, NOW).value()
    source = asyncio.run(records.all(found, NOW))[0]
    path = dict(zip(found.scope, source.scope, strict=False))
    path |= {p: "9" for p in creation.operation.path_parameters if p not in path}

    async def make() -> Any:
        numbers = {}
        for pointer in maker.counted:
            is_key = found.key is not None and pointer == found.key.pointer
            counted = (
                await records.highest(found, source.scope, NOW)
                if is_key
                else await records.highest_at(found, pointer, NOW)
            )
            numbers[pointer] = counted + 1
        arguments = Arguments(path=path, body=sent)
        made = maker.make(arguments, NOW, chance, numbers=numbers, source=source)
        await records.add(found, made, NOW)
        return made.key

    keys = [asyncio.run(make()) for _ in range(3)]
    assert len(set(keys)) == 3
    assert len(asyncio.run(records.all(found, NOW))) == 13
    if isinstance(keys[0], int):
        assert keys == [keys[0], keys[0] + 1, keys[0] + 2]
