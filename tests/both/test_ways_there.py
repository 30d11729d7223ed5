"""The ways in which the judge can reach a deployment."""

import os
import subprocess
import sys

import pytest

from tests.harness import BUSY, DEMO
from tests.program.process import ROOT, started


def check(base_url: str, *options: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Judge the reads of a deployment."""
    command = [sys.executable, "-m", "contracts", "check", "--base-url", base_url]
    return subprocess.run(
        [
            *command,
            "--project-key",
            BUSY,
            "--laws",
            "READ-*",
            "--rate",
            "none",
            "--quiet",
            *options,
        ],
        cwd=ROOT,
        env={**os.environ, "CONTRACTS_API_KEY": DEMO, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_an_ipv6_address_and_a_path_prefix_lead_there() -> None:
    """Guards brackets in the base URL, and a prefix of the contract's paths."""
    with started("--host", "::1", "--port", "0", "--base-path", "/api/v2") as (_, origin):
        ended = check(f"{origin}/api/v2")

    assert (ended.returncode, "nothing is broken" in ended.stdout) == (0, True), ended.stdout


@pytest.mark.parametrize(("options", "code"), [(("--proxy", "env"), 0), ((), 3)])
def test_a_proxy_of_the_environment_leads_there_if_asked(
    options: tuple[str, ...], code: int
) -> None:
    """Guards HTTP proxies: the mock accepts the absolute form, with a host that does not exist."""
    with started("--port", "0") as (_, origin):
        ended = check("http://jobs.invalid", *options, http_proxy=origin)

    assert ended.returncode == code, ended.stdout
