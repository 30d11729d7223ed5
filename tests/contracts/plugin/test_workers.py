"""Several workers that judge one deployment (pytest-xdist)."""

from __future__ import annotations

import re
import subprocess
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import parse

from contracts.pytest_plugin.session import LawSession, create_sessions
from contracts.startup.options import add_options

Run = Callable[..., subprocess.CompletedProcess[str]]


def session(worker: dict[str, Any], *words: str) -> LawSession:
    """Return the session of *worker* for a deployment that is not on this machine."""
    parser = ArgumentParser()
    add_options(parser)
    deployment = ["--base-url", "https://api.example.com", "--project-key", "p"]
    options = parser.parse_args([*deployment, "--api-key", "some-key", *words])
    (found,) = create_sessions(options, {}, worker)
    return found


def test_workers_share_the_rate() -> None:
    """Four workers together must not call a deployment more often than one judge may."""
    alone = session({}).composition.target.rate
    worker = {"workerid": "gw0", "workercount": 4, "contract_rng": 7}

    assert alone == 20
    assert session(worker).composition.target.rate == 5
    assert session(worker, "--rate", "none").composition.target.rate is None


def test_workers_share_the_history(tmp_path: Path) -> None:
    """--contract-history reaches each worker: it compares with the file, and adds to it."""
    worker = {"workerid": "gw0", "workercount": 4, "contract_rng": 7}
    file = tmp_path / "history.json"
    one = session(worker, "--history", str(file)).runner.run

    assert one.past is not None
    assert (one.past.file, one.target.remembered) == (file, True)


def test_workers_make_the_same_choices_for_other_users() -> None:
    """One number repeats the run; two workers must never take each other's jobs for their own."""
    workers = [
        session({"workerid": f"gw{n}", "workercount": 2, "contract_rng": 255}) for n in range(2)
    ]
    names = {one.runner.run.transport.guard.synthetic for one in workers}

    assert [one.composition.settings.rng for one in workers] == [255, 255]
    assert len(names) == 2


def test_workers_come_to_the_same_verdicts(judge: Run) -> None:
    """However the laws are shared out, each is judged, and by the same prerequisites."""
    told = judge("-n", "2", "-k", "ONE").stdout

    assert "3 failed, 2 passed, 3 skipped, 1 xfailed" in told
    assert re.search(r"\d+ requests: \d+ GET; 0 requests other than GET were sent", told)


def test_a_breach_that_another_worker_saw_is_reported(judge: Run, tmp_path: Path) -> None:
    """A law on all exchanges is judged in one worker: what the others saw must count as well."""
    done = judge("-n", "2", "-k", "SLOW or SEEN", "--junitxml", str(tmp_path / "junit.xml"))
    tree = parse(tmp_path / "junit.xml")
    failed = [case for case in tree.iter("testcase") if case.find("failure") is not None]

    assert done.returncode == 1
    assert "BROKEN contracts::SEEN-01_page_thirteen_is_never_read" in done.stdout
    assert [case.attrib["name"] for case in failed] == ["SEEN-01_page_thirteen_is_never_read"]
    assert "repeat    curl" in done.stdout


def test_a_deployment_that_is_not_there_ends_all_workers(run_pytest: Run) -> None:
    """Each worker says once why nothing could be judged."""
    done = run_pytest(
        *("-p", "fake_laws", "--pyargs", "contracts", "-n", "2"),
        *("--contract-url", "http://127.0.0.1:1", "--contract-project-key", "p"),
    )

    assert done.returncode != 0
    assert "could not judge" in done.stdout
    assert " passed" not in done.stdout
