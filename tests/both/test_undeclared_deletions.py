"""A DELETE that no row of the lifecycle names: it is judged, and ends what the judge has made."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.contract.api import Api
from contracts.contract.description.reader import read
from contracts.engine.events import LawFinished
from contracts.engine.runner import Settings as Judging
from contracts.engine.runner import create_runner
from contracts.engine.verdict import Verdict
from contracts.roles.catalogue import create_registry
from contracts.selftest.any_api import table
from contracts.selftest.any_api.conforming import VARIANTS, Variant
from contracts.selftest.any_api.faults.catalogue import list_faults
from contracts.target import ANY_API, Effects, Target
from mockserver.settings import Settings
from mockserver.testing.server import run_mock
from tests.both.relay import Answer, Breakage, Call, Forward, relay
from tests.both.test_creation_forms import SPEC

WITH_DELETE = SPEC.replace(
    "        '404': {description: None.}\n",
    """        '404': {description: None.}
    delete:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        '204': {description: Deleted.}
        '404': {description: None.}
""",
).replace("application/x-www-form-urlencoded", "application/json")
LOCATION = "          headers: {Location: {required: true, schema: {type: string}}}\n"
WITH_DELETE = WITH_DELETE.replace(LOCATION, "").replace("'201'", "'200'")


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """Return the document, with a DELETE of one record."""
    file = tmp_path / "exports.yaml"
    file.write_text(WITH_DELETE)
    return read(file)


def judge(api: Api, url: str, laws: list[str], effects: Effects = Effects.OWN) -> LawFinished:
    """Judge some laws, and return the first."""
    target = Target(url, ANY_API, "", effects=effects)
    run = create_runner(target, api, create_registry(api).select(laws), Judging(rng=1))
    found = [one for one in run.stream_events() if isinstance(one, LawFinished)]
    return next(one for one in found if one.law.id == laws[0])


def keep_what_is_deleted(call: Call, forward: Forward) -> Answer:
    """A DELETE is answered, and not carried out."""
    return Answer(204, {}, b"") if call.method == "DELETE" else forward(call)


def delete_later(call: Call, forward: Forward) -> Answer:
    """A DELETE is accepted, and not carried out yet."""
    return Answer(202, {}, b"") if call.method == "DELETE" else forward(call)


def refuse(call: Call, forward: Forward) -> Answer:
    """A DELETE is refused."""
    return Answer(409, {}, b"") if call.method == "DELETE" else forward(call)


@pytest.mark.parametrize(
    ("breakage", "verdict"),
    [
        (None, Verdict.KEPT),
        (keep_what_is_deleted, Verdict.SLACK),
        (delete_later, Verdict.UNTESTED),
        (refuse, Verdict.UNTESTED),
    ],
)
def test_a_delete_is_judged_by_what_it_leaves(
    api: Api, tmp_path: Path, breakage: Breakage | None, verdict: Verdict
) -> None:
    """What a DELETE that succeeded leaves is told; of a 202 and of a refusal nothing is said."""
    settings = Settings(spec=tmp_path / "exports.yaml", port=0, access_log=False, seed=None)
    with run_mock(settings) as mock:
        if breakage is None:
            found = judge(api, mock.url, ["CANC-19"])
        else:
            with relay(mock.url, breakage) as broken:
                found = judge(api, broken, ["CANC-19"])

    assert found.verdict is verdict


def test_what_a_run_made_is_deleted_at_its_end(api: Api, tmp_path: Path) -> None:
    """Records without a lifecycle are cleaned up by the DELETE of the document, and no others."""
    settings = Settings(spec=tmp_path / "exports.yaml", port=0, access_log=False, seed=None)
    with run_mock(settings) as mock:
        records = mock.client.world().records("exports")
        before = {one.key for one in records.list()}
        assert judge(api, mock.url, ["MAKE-02"]).verdict is Verdict.KEPT
        after = {one.key for one in records.list()}

    assert before == after


def test_faults_of_a_delete_are_found(api: Api) -> None:
    """Guards `contracts selftest --spec`: each fault of a DELETE dies by the law on it."""
    faults = [one for one in list_faults(api) if one.clause.endswith("/delete")]
    rows = [table.judge_fault(api, one) for one in faults]

    assert len(faults) == 2
    assert [row.killers for row in rows] == [("CANC-19",), ("CANC-19",)]


@pytest.mark.parametrize("variant", VARIANTS[:3], ids=lambda one: one.name)
def test_no_conforming_deletion_is_accused(api: Api, variant: Variant) -> None:
    """A deployment that deletes what it is asked to is right."""
    row = table.judge_variant(api, variant)

    assert (row.killers, row.problems) == ((), ())
