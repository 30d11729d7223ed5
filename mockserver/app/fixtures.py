"""Fixtures without a server: checked for a contract, and made up for one."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from mockserver.app.mock import UnservedError
from mockserver.app.parts import load_contract, make_kinds
from mockserver.http.credentials import Caller
from mockserver.profiles.choice import choose_profile
from mockserver.records.bodies.links import Links
from mockserver.records.fixtures.fixtures import is_by_credential
from mockserver.records.fixtures.generate import Generator
from mockserver.records.fixtures.reader import Basis, read_fixtures
from mockserver.records.fixtures.writer import write_fixtures

#: Equal arguments give equal bytes, so that what is generated begins at a moment of its own.
NOW = 1_768_478_400_000  # 2026-01-15T12:00:00Z


def check_fixtures(spec: Path, overlays: Sequence[Path], seed: Path | None, now: int) -> str:
    """Return what the fixtures at *seed* state for a contract, or those that come along with it.

    Args:
        spec: the contract.
        overlays: what is put on it.
        seed: a folder or a file.
        now: the moment at which the world begins if no file says so, in epoch milliseconds.

    Raises:
        InvalidSourceError: the contract, an overlay or the fixtures cannot be used.
        UnservedError: no fixtures are named, and none come along.
    """
    profile = choose_profile(spec, overlays)
    source = seed or profile.fixtures
    if source is None:
        raise UnservedError("name the folder or the file of fixtures with --seed")
    contract = load_contract(profile, spec, overlays)
    kinds = tuple(make_kinds(contract, profile).values())
    found = read_fixtures([source], Basis(contract, kinds, now, words=profile.words))
    counts = [f"{len(made):,} {name}" for name, made in found.records.items()]
    noun = profile.scope_noun if len(found.scopes) != 1 else profile.scope_noun.removesuffix("s")
    scopes = f" in {len(found.scopes)} {noun}" if found.scopes else ""
    return f"{source}: {', '.join(counts) or 'no records'}{scopes}, no problems"


def generate_fixtures(
    spec: Path, overlays: Sequence[Path], folder: Path, count: int, rng: int
) -> str:
    """Write fixtures of *count* records of each resource into a new *folder*; say what they are.

    Equal arguments give equal bytes.

    Args:
        spec: the contract.
        overlays: what is put on it.
        folder: where the fixtures are written.
        count: how many.
        rng: draws what the contract leaves open.

    Raises:
        InvalidSourceError: the contract or an overlay cannot be used.
        FileExistsError: *folder* is there already.
        ImportError: names are needed, and Faker is not installed.
    """
    profile = choose_profile(spec, overlays)
    if profile.generate is not None:
        profile.generate(folder, count, rng)
        return f"{count:,} {profile.noun}"
    contract = load_contract(profile, spec, overlays)
    tenancy = None if contract.tenancy is None else contract.tenancy.value
    tenant = (Caller().tenant,) if is_by_credential(tenancy) else ()
    made = {
        kind: Generator(kind, NOW, seed=str(rng), tenant=tenant).records(
            count, Links(kind, contract.operations)
        )
        for kind in make_kinds(contract, profile).values()
    }
    document = write_fixtures(contract, made, NOW)
    rows = document.pop("records")
    folder.mkdir(parents=True)
    head = f"# A generated world: {count:,} records of each kind from the random seed {rng}.\n"
    (folder / "world.yaml").write_text(head + msgspec.yaml.encode(document).decode())
    encode = msgspec.json.Encoder().encode
    for name, listed in rows.items():
        with (folder / f"{name}.jsonl").open("wb") as file:
            for row in listed:
                file.write(encode(row))
                file.write(b"\n")
    return ", ".join(f"{len(listed):,} {name}" for name, listed in rows.items())
