"""The options for faults, deviations and the control API, by running the program."""

import urllib.error
import urllib.request

import pytest

from mockserver.app.build import load_catalogue
from mockserver.cli import main
from mockserver.resources import files
from tests.program.process import run, started

CATALOGUE = load_catalogue(files.contract(), ()).by_name
KEY = "demo-organization-key"
JOB = "/public/3sWXSsqHgSKnE87YkNJK/jobs/3447"


def status(url: str, method: str = "GET") -> int:
    """Return the status of an answer."""
    request = urllib.request.Request(url, method=method, headers={"Authorization": f"Bearer {KEY}"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--host", "0.0.0.0"], "give --admin-token TOKEN, or --no-admin"),  # noqa: S104 -- refused
        (["--host", "mock.example"], "lets other machines steer this mock"),
        (["--admin-token", "short"], "give 8 printable ASCII characters or more"),
        (
            ["--fault", "{effect: {kind: x}}"],
            "/effect/kind: there is no kind 'x'; there are delay, status, ",
        ),
        (["--fault", "{effect: {kind: malformed}, operation: x}"], "'x' is not a known operation"),
        (["--deviation", "x"], "'x' is not a deviation of this contract; mockserver deviations"),
        (["--scenario", "x"], "no scenario is named 'x'"),
        (["--journal", "-1"], "give a whole number from 0 to 1,000,000"),
    ],
)
def test_what_cannot_be_used_is_refused_with_exit_2(
    arguments: list[str], told: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Guards that a mock is not exposed by accident, and that typing errors are reported."""
    code = main(arguments)
    out, err = capfd.readouterr()

    assert (2, "") == (code, out)
    assert told in err
    assert "Traceback" not in err


def test_deviations_lists_them_all() -> None:
    """Guards ``mockserver deviations``."""
    ended = run("deviations")

    assert list(CATALOGUE) == [line.split()[0] for line in ended.stdout.splitlines()]


def test_faults_and_deviations_hold_from_the_start() -> None:
    """Guards ``--fault`` and ``--deviation``, several of each."""
    faults = ["{operation: getJob, effect: {kind: status, status: 503}, times: 1}"]
    faults.append("{operation: listJobs, effect: {kind: status, status: 500}}")
    options = [word for fault in faults for word in ("--fault", fault)]
    with started("--port", "0", *options, "--deviation", "failed-is-cancellable") as (_, origin):
        assert [503, 200] == [status(origin + JOB) for _ in range(2)]
        assert status(origin + JOB.rpartition("/")[0]) == 500
        assert status(origin + JOB, "DELETE") == 200


def test_the_control_api_can_have_a_port_of_its_own() -> None:
    """Guards ``--admin-port``: the control API is served there and only there."""
    with started("--port", "0", "--admin-port", "0") as (process, origin):
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(4)]
        admin = lines[3].removeprefix("Steer it at ")

        assert status(f"{admin}/worlds") == 200
        assert status(f"{origin}/__admin/worlds") == 404
        assert status(admin.removesuffix("/__admin") + JOB) == 404
