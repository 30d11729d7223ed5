"""Recorded traffic of any API, judged by its document: `contracts watch --spec`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contracts.contract.api import Api
from contracts.contract.description.reader import read
from contracts.engine.runner import Settings, create_runner
from contracts.http.exchange import Exchange
from contracts.roles.catalogue import create_registry
from contracts.selftest.any_api.faults.stamps import ShowsAnotherUnit
from contracts.selftest.any_api.faults.states import Drifts
from contracts.selftest.any_api.miniature import AnyMiniature
from contracts.selftest.any_api.world import create_target, create_world
from contracts.selftest.server import Transmission, serve_miniature
from contracts.selftest.world import KEY
from tests.contracts.traffic.conftest import Watch, list_broken
from tests.contracts.traffic.recording import make_entry, make_line, write_har, write_lines
from tests.program.process import ROOT

APIS = ROOT / "mockserver" / "resources" / "apis"
NAMES = sorted(folder.name for folder in APIS.iterdir() if folder.is_dir())


def find_files(name: str) -> tuple[Path, Path]:
    """Return document and overlay of a contract that comes along with the mock."""
    return APIS / name / "openapi.yaml", APIS / name / "overlay.yaml"


def read_shipped(name: str) -> Api:
    """Return a contract that comes along with the mock."""
    spec, overlay = find_files(name)
    return read(spec, [overlay])


def record(name: str, kind: type[AnyMiniature] = AnyMiniature, **settings: Any) -> list[Exchange]:
    """Return what a proxy would have recorded of a judged deployment of *kind*."""
    api = read_shipped(name)
    exchanges: list[Exchange] = []
    with serve_miniature(create_world(api, kind, **settings), Transmission()) as url:
        laws = create_registry(api).select(["WALK-0[12]", "READ-0[128]", "CANC-01"])
        runner = create_runner(create_target(api, url), api, laws, Settings(rng=1))
        runner.run.transport.witnesses.append(exchanges.append)
        for _ in runner.stream_events():
            pass
    return exchanges


def name_document(name: str) -> list[str]:
    """Return the options that name the document of a contract."""
    spec, overlay = find_files(name)
    return ["--spec", str(spec), "--overlay", str(overlay)]


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_of_a_conforming_deployment_breaks_nothing(
    name: str, watch: Watch, tmp_path: Path
) -> None:
    """Guards against false alarms: moves, pages and reads of each contract, in HAR."""
    file = tmp_path / "traffic.har"
    write_har(file, map(make_entry, record(name)))

    code, report = watch(file, *name_document(name))

    assert (code, list_broken(report)) == (0, [])
    kept = [law["id"] for law in report["laws"] if law["verdict"] == "kept"]
    assert {"EXCH-02", "EXCH-13", "EXCH-14"} <= set(kept)


def test_a_move_that_does_not_exist_is_found_in_a_recording(watch: Watch, tmp_path: Path) -> None:
    """Guards LIFE-01 and LIFE-02 by what was seen, in JSON lines."""
    file = tmp_path / "traffic.jsonl"
    traffic = record("openai-batches", Drifts, source="completed", target="validating")
    write_lines(file, map(make_line, traffic))

    code, report = watch(file, *name_document("openai-batches"))

    assert code == 1
    assert list_broken(report) == ["LIFE-01", "LIFE-02"]


def test_a_stamp_in_another_unit_is_found_in_a_recording(watch: Watch, tmp_path: Path) -> None:
    """Guards the exchange laws over roles."""
    file = tmp_path / "traffic.har"
    traffic = record("woodpecker-pipelines", ShowsAnotherUnit, place="/started")
    write_har(file, map(make_entry, traffic))

    code, report = watch(file, *name_document("woodpecker-pipelines"))

    assert code == 1
    assert "EXCH-12" in list_broken(report)


@pytest.mark.parametrize("where", ["header", "query"])
def test_a_key_is_in_no_report_however_it_is_carried(
    where: str, watch: Watch, tmp_path: Path
) -> None:
    """Guards keys that securitySchemes put in a header of their own or in the query."""
    traffic = record("circleci-workflows", ShowsAnotherUnit, place="/stopped_at")
    entries = [make_entry(one) for one in traffic]
    for entry in entries if where == "query" else ():
        request = entry["request"]
        request["headers"] = []
        request["url"] += f"{'&' if '?' in request['url'] else '?'}circle-token={KEY}"
    file = tmp_path / "traffic.har"
    write_har(file, entries)

    code, _ = watch(file, *name_document("circleci-workflows"))
    text = (tmp_path / "report.json").read_text()

    assert code == 1
    assert KEY not in text
    assert "CONTRACTS_API_KEY" in text
