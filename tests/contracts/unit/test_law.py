"""The registry of laws."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from pathlib import Path

import pytest

from contracts.contract.document import Document, load
from contracts.engine.jobs_probe import JobsProbe
from contracts.engine.law import ALONE, MAY, MUST, Law, LawError, Registry, law
from contracts.laws import catalogue
from contracts.roles import catalogue as roles
from contracts.target import Need

JOB = "#/components/schemas/Job"


@pytest.fixture(scope="module", name="document")
def read() -> Document:
    """Return the contract."""
    return load()


def some(law_id: str, ref: str = JOB, *, after: tuple[str, ...] = (), last: bool = False) -> Law:
    """Return a law that says nothing much."""

    @law(law_id, MUST, ref=ref, after=after, last=last)
    def a_job_is_a_job(probe: JobsProbe) -> None:
        """A job is a job.

        It is judged by looking.
        """

    return a_job_is_a_job


def test_a_law_is_told_by_its_function(document: Document) -> None:
    """Title, sentence and explanation come from the function, the clause from the contract."""
    facts = some("X-01").get_facts(document)

    assert (facts.title, facts.sentence) == ("A job is a job", "A job is a job.")
    assert facts.explanation == "It is judged by looking."
    assert facts.clause_text == "A job that deletes one user's data."


def test_a_law_that_another_could_disturb_is_judged_alone(document: Document) -> None:
    """Side by side are laws that only read, and those that keep to jobs of their own."""
    groups = [{law.id for law in laws} for laws in catalogue.create_registry(document).split()]
    beside = {law_id: group for group in groups for law_id in group}

    assert {"AUTH-01", "WALK-03", "READ-04"} <= beside["PAGE-01"]
    assert {"COMP-01", "COMP-03"} <= beside["COMP-04"]
    assert "CANC-03" in beside["CANC-02"]
    for law_id in (
        "CANC-06",
        "CANC-12",
        "COMP-08",
        "COMP-10",
        "CANC-13",
        "MODEL-01",
        "LIFE-01",
        "READ-10",
    ):
        assert beside[law_id] == {law_id}


def test_what_looks_at_cancels_comes_after_the_law_on_other_jobs(document: Document) -> None:
    """No law of the last turn cancels or makes a job while CANC-12 compares the other jobs."""
    ids = [law.id for law in catalogue.create_registry(document)]

    assert max(map(ids.index, catalogue.TURNS[ALONE - 1])) < ids.index("CANC-12")
    assert ids.index("CANC-12") < min(map(ids.index, catalogue.TURNS[ALONE + 1]))


def test_what_only_reads_is_judged_together(document: Document) -> None:
    """No law that changes something stands between those that only read: they would wait for it."""
    registry = catalogue.create_registry(document)
    first, *_ = registry.split()

    reading = {one.id for one in registry if not (one.is_changing or one.whole_run)}
    assert {one.id for one in first} == reading


def test_turns_are_of_laws_that_exist(document: Document) -> None:
    """A law has one turn, exists, and is judged beside others."""
    laws = {one.id: one for one in catalogue.create_registry(document)}
    ids = [law_id for turn in catalogue.TURNS.values() for law_id in turn]

    assert len(set(ids)) == len(ids)
    assert all(laws[law_id].is_separable for law_id in ids)


def test_a_law_over_roles_that_changes_records_is_judged_alone(document: Document) -> None:
    """Of a law over roles nobody has said that what it changes is looked at by no other."""
    groups = list(roles.create_registry(document).split())
    effects = {Need.EFFECTS_OWN, Need.EFFECTS_ANY}
    changing = [group for group in groups if any(one.needs & effects for one in group)]

    assert changing
    assert {len(group) for group in changing} == {1}
    assert max(map(len, groups)) > 10


def test_an_id_is_given_once(document: Document) -> None:
    """Two laws cannot have the same id."""
    with pytest.raises(LawError, match="X-01"):
        Registry.of([some("X-01"), some("X-01")], document)


@pytest.mark.parametrize("ref", [f"{JOB}/x-order", "#/nowhere", "RFC 9110", "the manual"])
def test_a_clause_has_to_lead_somewhere(document: Document, ref: str) -> None:
    """A law whose clause is neither in the contract nor a section of an RFC is refused."""
    with pytest.raises(LawError, match="X-01"):
        Registry.of([some("X-01", ref)], document)


def test_a_law_comes_after_those_it_builds_on(document: Document) -> None:
    """The order follows `after`, and a circle or an unknown id is refused."""
    ordered = Registry.of([some("A", after=("B",)), some("L", last=True), some("B")], document)

    assert [one.id for one in ordered] == ["B", "A", "L"]
    with pytest.raises(LawError, match="A -> B -> A"):
        Registry.of([some("A", after=("B",)), some("B", after=("A",))], document)
    with pytest.raises(LawError, match="do not exist"):
        Registry.of([some("A", after=("C",))], document)


def test_a_choice_of_laws_keeps_what_they_build_on(document: Document) -> None:
    """--laws takes globs, and adds the laws that the chosen ones come after."""
    registry = catalogue.create_registry(document)

    assert {one.id for one in registry.select(["WALK-02"])} == {"WALK-01", "WALK-02"}
    assert all(one.id.startswith("PAGE-") for one in registry.select(["PAGE-*"]))
    with pytest.raises(LawError, match="NOPE"):
        registry.select(["NOPE-*"])


def test_every_law_is_declared_well(document: Document) -> None:
    """Ids have one form, a MAY law cannot be broken by name, and a sentence ends with a stop."""
    for one in catalogue.create_registry(document):
        assert re.fullmatch(r"[A-Z]+-\d\d", one.id)
        assert one.sentence.endswith("."), one.id


def test_what_uses_jobs_up_is_judged_when_others_had_them(document: Document) -> None:
    """Generated calls come after the laws that need a running job, and before looking back."""
    ids = [one.id for one in catalogue.create_registry(document)]
    generated = [ids.index(one) for one in ids if one.startswith(("FUZZ", "MODEL"))]
    asking = [ids.index(one) for one in ("COMP-08", "CANC-02", "CANC-12", "TEN-06")]

    assert max(asking) < min(generated)
    assert max(generated) < min(ids.index("LIFE-01"), ids.index("EXCH-01"))
    assert ids[-1] == "CANC-17", "the jobs that were cancelled are read again as late as can be"


SINGULAR = {"a", "an", "another", "each", "every"}
"""After these words comes something that there is one of: with an s, it has an apostrophe."""

ENDING_IN_S = {"status"}
OTHERWISE_WRITTEN = {"json": "JSON", "http": "HTTP", "utc": "UTC", "jobid": "jobId", "get": "GET"}
OTHERWISE_WRITTEN |= {"userid": "userId", "head": "HEAD", "options": "OPTIONS"}


def misspelled(title: str) -> list[str]:
    """Return the words of *title* that lack an apostrophe, or capitals."""
    words = title.split()
    follow = [b for a, b in pairwise(words) if a.lower() in SINGULAR]
    lacking = [w for w in follow if re.search(r"[a-rt-z]s$", w) and w not in ENDING_IN_S]
    return [*lacking, *(word for word in words if word in OTHERWISE_WRITTEN)]


def test_a_missing_apostrophe_is_noticed() -> None:
    """Guards the guard: what a function's name cannot say is found in a title made of one."""
    assert misspelled("A jobs properties have their types") == ["jobs"]
    assert misspelled("Users do not stand in each others way") == ["others"]
    assert misspelled("A success is json") == ["json"]
    assert misspelled("Another project's job is not found") == []


def test_titles_are_sentences(document: Document) -> None:
    """A title begins with a capital, has its apostrophes, and says what the function is called."""
    for one in catalogue.create_registry(document):
        assert one.title[0].isupper(), one.id
        assert misspelled(one.title) == [], one.id
        assert re.sub(r"\W", "_", one.title.replace("'", "")).lower() == one.name, one.id


RECORDS = {"job", "jobs", "data", "json", "body", "listed"}
"""A part of an answer that is not text: Python would write it as no server does."""


def test_no_law_tells_a_record_as_python_writes_it() -> None:
    """A violation by a record is shown as a difference or an excerpt, in JSON."""
    folder = Path(catalogue.__file__).parent
    told = [
        f"{file.name}:{node.lineno}"
        for file in [*folder.glob("*.py"), folder.parent / "fuzzing" / "model" / "reference.py"]
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FormattedValue)
        and isinstance(node.value, ast.Attribute | ast.Name)
        and (node.value.attr if isinstance(node.value, ast.Attribute) else node.value.id) in RECORDS
    ]

    assert told == []


def test_reading_comes_before_changing(document: Document) -> None:
    """No law that may change jobs is judged before the laws that only read."""
    asking = [one for one in catalogue.create_registry(document) if one.by_probe and not one.last]
    needs = {Need.EFFECTS_OWN, Need.EFFECTS_ANY}
    changing = [one.spends or bool(one.needs & needs) for one in asking]
    first = changing.index(True)

    assert all(changing[first:])
    assert MAY in {one.level for one in asking[:first]}
