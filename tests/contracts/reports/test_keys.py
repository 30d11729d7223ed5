"""No report may hold a key, whatever a deployment does with it."""

from __future__ import annotations

import json
from base64 import b64encode
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from urllib.parse import quote

import pytest

from contracts.cli import main
from contracts.contract.document import load
from contracts.selftest.messages import Request, Response
from contracts.selftest.server import Transmission, serve_miniature
from contracts.selftest.world import KEY, OTHER_KEY, PROJECT, create_miniature

KINDS = ("json", "junit", "html", "markdown")
TERMINAL = "terminal"
"""What the command prints: a log of CI is a report, too."""


def echo(request: Request) -> Response:
    """Answer with the key in status 200, headers, names and values: every law objects."""
    sent = request.headers.get("authorization", "no key")
    scheme, _, given = sent.partition(" ")
    data = {
        sent: sent,
        "jobId": 7,
        "status": sent,
        "referenceId": f"{KEY} {OTHER_KEY} {quote(sent)}",
        "key": KEY.upper(),
        "errors": KEY.lower(),
        "description": b64encode(f"{scheme}:{given}:{OTHER_KEY}".encode()).decode(),
        "action": "".join(f"&#{ord(character)};" for character in given),
    }
    return Response(
        200,
        {"data": [data] if request.path.endswith("jobs") else data, KEY: OTHER_KEY},
        {
            "X-Echo": sent,
            "X-Keys": f"{KEY},{OTHER_KEY}",
            "WWW-Authenticate": f'realm="{KEY}"',
            "Location": f"/login?key={quote(given)}",
            "Set-Cookie": "session=s3cr3t-s3cr3t; Path=/",
        },
    )


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with each report on a deployment that echoes keys, and what was printed."""
    folder = tmp_path_factory.mktemp("reports")
    with (
        serve_miniature(create_miniature(load()), Transmission(before=echo)) as url,
        (folder / TERMINAL).open("w", encoding="utf-8") as printed,
        redirect_stdout(printed),
        redirect_stderr(printed),
    ):
        code = main(
            [
                *("check", "--base-url", url, "--project-key", PROJECT, "--rng", "1"),
                *("--api-key", KEY, "--other-api-key", OTHER_KEY, "--effects", "any"),
                *(word for kind in KINDS for word in (f"--report-{kind}", str(folder / kind))),
            ]
        )
    assert code == 1
    return folder


@pytest.mark.parametrize("kind", [*KINDS, TERMINAL])
def test_no_report_holds_a_key(reports: Path, kind: str) -> None:
    """Reports are attached to builds and sent around: a key in one is a key given away."""
    told = (reports / kind).read_text("utf-8").lower()

    for key in (KEY, OTHER_KEY):
        assert key[1:-1].lower() not in told
        assert key[1:-1].encode().hex() not in told
        for skipped in range(3):
            assert b64encode(b"x" * skipped + key.encode()).decode()[4:-4].lower() not in told
        assert "".join(f"&#{ord(character)};" for character in key[1:-1]) not in told
    assert "s3cr3t" not in told


@pytest.mark.parametrize("kind", [*KINDS, TERMINAL])
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
