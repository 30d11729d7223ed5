"""No report may hold a key, whatever a deployment does with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contracts.cli import main
from contracts.document import load
from contracts.selftest.messages import Answer, Request
from contracts.selftest.server import Manner, served
from contracts.selftest.world import KEY, OTHER_KEY, PROJECT, miniature

KINDS = ("json", "junit", "html", "markdown")


def echo(request: Request) -> Answer:
    """Answer with the key in status 200, headers, names and values: every law objects."""
    sent = request.headers.get("authorization", "no key")
    data = {sent: sent, "jobId": f"{KEY} {OTHER_KEY}", "key": KEY.upper(), "errors": KEY.lower()}
    return Answer(
        200,
        {"data": [data], KEY: OTHER_KEY},
        {"X-Echo": sent, "X-Keys": f"{KEY},{OTHER_KEY}", "WWW-Authenticate": f'realm="{KEY}"'},
    )


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with each report on a deployment that echoes keys."""
    folder = tmp_path_factory.mktemp("reports")
    with served(miniature(load()), Manner(before=echo)) as url:
        code = main(
            [
                *("check", "--base-url", url, "--project-key", PROJECT, "--rng", "1", "--quiet"),
                *("--api-key", KEY, "--other-api-key", OTHER_KEY, "--effects", "any"),
                *(word for kind in KINDS for word in (f"--report-{kind}", str(folder / kind))),
            ]
        )
    assert code == 1
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_no_report_holds_a_key(reports: Path, kind: str) -> None:
    """Reports are attached to builds and sent around: a key in one is a key given away."""
    told = (reports / kind).read_text("utf-8").lower()

    assert KEY.lower() not in told
    assert OTHER_KEY.lower() not in told


@pytest.mark.parametrize("kind", KINDS)
def test_a_variable_stands_where_the_key_was(reports: Path, kind: str) -> None:
    """The test above proves nothing if the report has no evidence in which a key could be."""
    told = (reports / kind).read_text("utf-8")

    assert "${CONTRACTS_API_KEY}" in told
    assert "${CONTRACTS_OTHER_API_KEY}" in told
    assert "curl -i" in told


def test_many_laws_objected(reports: Path) -> None:
    """The more evidence there is, the more the tests above look at."""
    verdicts = json.loads((reports / "json").read_text("utf-8"))["verdicts"]

    assert verdicts["broken"] > 10


def test_the_terminal_shows_no_key(capfd: pytest.CaptureFixture[str]) -> None:
    """A CI log is a report too."""
    with served(miniature(load()), Manner(before=echo)) as url:
        main(["check", "--base-url", url, "--project-key", PROJECT, "--api-key", KEY, "--rng", "1"])
    told = "".join(capfd.readouterr())

    assert KEY.lower() not in told.lower()
    assert 'Bearer ${CONTRACTS_API_KEY}"' in told
