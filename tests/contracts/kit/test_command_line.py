"""The whole program against miniatures: exit codes, and what is said."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.cli import main
from contracts.selftest import kill_matrix, rounds
from contracts.selftest.faults.http import NamesNoChallenge
from contracts.selftest.faults.refusing import CancelsFailedJobs
from contracts.selftest.messages import Request, Response
from contracts.selftest.miniature import Miniature
from contracts.selftest.server import Transmission
from contracts.selftest.world import KEY, PROJECT, create_target
from contracts.target import Effects, Target

Serve = Callable[..., str]
LAWS = ("--laws", "CANC-04,HTTP-02,AUTH-01")


def check(url: str, *words: str) -> int:
    """Judge the deployment at *url* by a few laws."""
    given = ["--base-url", url, "--project-key", PROJECT, "--api-key", KEY, "--quiet"]
    return main(["check", *given, *(words or LAWS)])


def test_exit_0_when_nothing_is_broken(serve: Serve) -> None:
    """A conforming deployment passes."""
    assert check(serve(), "--effects", "any", *LAWS) == 0


def test_exit_1_when_something_is_broken(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    """A violation is reported with clause and curl, and without the key."""
    code = check(serve(CancelsFailedJobs), "--effects", "any", *LAWS)
    said = capsys.readouterr().out

    assert code == 1
    assert "CANC-04" in said
    assert "${CONTRACTS_API_KEY}" in said
    assert KEY not in said


def test_a_should_fails_only_if_asked_to(serve: Serve) -> None:
    """`slack` is not a violation, unless --fail-on should."""
    url = serve(NamesNoChallenge)

    assert check(url) == 0
    assert check(url, "--fail-on", "should", *LAWS) == 1


@pytest.mark.parametrize(
    ("expires", "code"), [("2999-12-31", 0), ("2020-01-01", 1)], ids=["valid", "expired"]
)
def test_a_known_deviation_is_no_breach_until_it_expires(
    serve: Serve, tmp_path: Path, expires: str, code: int
) -> None:
    """A known deviation turns broken into known, and fails once it has expired."""
    file = tmp_path / "known.yaml"
    file.write_text(f"- {{law: CANC-04, reason: r, owner: o, expires: {expires}}}\n")
    url = serve(CancelsFailedJobs)

    assert check(url, "--effects", "any", "--known", str(file), *LAWS) == code


def test_exit_3_when_nothing_answers(capsys: pytest.CaptureFixture[str]) -> None:
    """A deployment that cannot be reached is not broken and not kept."""
    assert check("http://127.0.0.1:9") == 3
    assert "could not be reached" in capsys.readouterr().out


def test_exit_3_when_everything_is_401(serve: Serve, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong key fails loudly: no law passes because everything is refused."""
    words = ["--project-key", PROJECT, "--api-key", "wrong", "--quiet"]

    assert main(["check", "--base-url", serve(), *words]) == 3
    assert "401" in capsys.readouterr().out


def test_exit_3_when_the_setup_fails(serve: Serve) -> None:
    """A list that cannot be read leaves the laws on it unjudged."""

    class Listless(Miniature):
        """The list is refused to everybody after the first call."""

        calls = 0

        def list_jobs(self, project: str, request: Request) -> Response:
            self.calls += 1
            return super().list_jobs(project, request) if self.calls == 1 else Response(418)

    assert check(serve(Listless), "--laws", "PAGE-02") == 3


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["check"],
        ["judge"],
        ["check", "--base-url", "h", "--project-key", "p", "--api-key", "k"],
        ["check", "--base-url", "http://h", "--project-key", "p", "--api-key", "k", "--rate", "x"],
        ["check", "--base-url", "http://h", "--project-key", "p", "--api-key", "k", "--laws", "Z*"],
        [
            "check",
            "--base-url",
            "http://h",
            "--project-key",
            "p",
            "--api-key",
            "k",
            "--driver",
            "z",
        ],
        ["explain", "NOPE-01"],
    ],
)
def test_exit_2_and_one_line_for_a_usage_error(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong with the arguments is said in one line, never with a traceback."""
    try:
        code: object = main(words)
    except SystemExit as stopped:
        code = stopped.code
    said = capsys.readouterr().err

    assert code == 2
    assert said.count("\n") == 1
    assert "Traceback" not in said


def test_every_law_is_listed_with_its_clause(capsys: pytest.CaptureFixture[str]) -> None:
    """`list` prints each law, and `explain` says how it is judged and what to do."""
    assert main(["list"]) == 0
    assert "#/paths/~1public~1{projectKey}~1jobs/get/x-pagination/limit/max" in (
        capsys.readouterr().out
    )
    assert main(["explain", "page-03"]) == 0
    assert "exit code 1" in " ".join(capsys.readouterr().out.split())


def test_no_tester_is_imported_before_it_is_needed() -> None:
    """`list` stays quick: neither schemathesis nor hypothesis nor rich is imported for it."""
    script = (
        "import sys; from contracts.cli import main; main(['list']); "
        "sys.exit(bool({'schemathesis', 'hypothesis', 'rich', 'aiohttp', 'mockserver'} "
        "& set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)

    assert done.returncode == 0


def test_a_base_url_may_have_a_path(serve: Serve) -> None:
    """The API may be below a path such as /api/v1."""

    class Below(Miniature):
        """Serves the API below /api/v1."""

        def respond(self, request: Request) -> Response:
            if not request.path.startswith("/api/v1/"):
                return Response(404)
            path = request.path.removeprefix("/api/v1")
            return super().respond(Request(request.method, path, request.query, request.headers))

    assert check(serve(Below) + "/api/v1/", "--effects", "own", "--laws", "CANC-0[1-9]") == 0


def test_strict_wants_no_doubt(serve: Serve) -> None:
    """Under --strict, a law that stays inconclusive ends the run with exit code 3."""
    down = Transmission(before=lambda r: Response(503) if "HEAD" in r.method else None)
    url = serve(transmission=down)

    assert check(url, "--laws", "HTTP-04,AUTH-01") == 0
    assert check(url, "--strict", "--laws", "HTTP-04,AUTH-01") == 3


@pytest.mark.parametrize(("words", "concurrency"), [((), 1), (("--concurrency", "8"), 8)])
def test_the_selftest_judges_with_the_concurrency_that_was_given(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], concurrency: int
) -> None:
    """Each run of the selftest may have as many requests under way as --concurrency says."""
    told: list[int] = []

    def create_and_tell(url: str, effects: Effects, *, concurrency: int) -> Target:
        told.append(concurrency)
        return create_target(url, effects, concurrency=concurrency)

    def judge_one(settings: rounds.Settings) -> int:
        row = kill_matrix.judge_variant(2, concurrency=settings.concurrency)
        return len(row.killers)

    monkeypatch.setattr("contracts.selftest.judge.create_target", create_and_tell)
    monkeypatch.setattr(kill_matrix, "main", judge_one)

    assert main(["selftest", *words]) == 0
    assert told == [concurrency]
