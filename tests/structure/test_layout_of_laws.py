"""The layout of the laws: a law is found by its id."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from contracts.contract.document import load
from contracts.engine.law import Law
from contracts.laws import catalogue
from tests.program.process import ROOT

FOLDER = ROOT / "contracts" / "laws"
IDS = re.compile(r"\b([A-Z]+-\d\d)(?: to ([A-Z]+-\d\d))?")


def import_law_modules() -> dict[str, list[Law]]:
    """Return the laws of each module, by its path below the folder of laws."""
    found: dict[str, list[Law]] = {}
    for file in sorted(FOLDER.rglob("*.py")):
        path = file.relative_to(FOLDER).with_suffix("")
        module = import_module(".".join(("contracts", "laws", *path.parts)))
        laws = [one for one in vars(module).values() if isinstance(one, Law)]
        if laws:
            found[str(path)] = laws
    return found


MODULES = import_law_modules()


def expand(text: str) -> list[str]:
    """Return the ids that *text* names, one by one: "PAGE-01 to PAGE-03" are three."""
    ids: list[str] = []
    for first, last in IDS.findall(text):
        prefix, _, number = first.partition("-")
        end = int((last or first).partition("-")[2])
        ids += [f"{prefix}-{one:02}" for one in range(int(number), end + 1)]
    return ids


@pytest.mark.parametrize("path", MODULES)
def test_a_law_stands_where_its_id_says(path: str) -> None:
    """Guards that the top-level name below laws/ begins like the ids of the laws in it."""
    room = Path(path).parts[0].upper()

    assert [one.id for one in MODULES[path] if not room.startswith(one.id.partition("-")[0])] == []


@pytest.mark.parametrize("path", MODULES)
def test_a_module_names_the_laws_in_it(path: str) -> None:
    """Guards the first sentence of each module of laws: it lists the ids, and no others."""
    module = import_module(f"contracts.laws.{path.replace('/', '.')}")
    told = expand((module.__doc__ or "").partition(":")[0])

    assert told == sorted(one.id for one in MODULES[path])


def test_every_law_is_in_the_catalogue_once() -> None:
    """Guards against a law that nobody judges, and one that stands in two modules."""
    declared = sorted(one.id for laws in MODULES.values() for one in laws)

    assert declared == sorted(one.id for one in catalogue.create_registry(load()))
