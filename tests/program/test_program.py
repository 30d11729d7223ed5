"""``python -m mockserver`` from its start to its end."""

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from mockserver import __version__
from mockserver.cli import main
from mockserver.cli.options import OPTIONS
from tests.harness import BUSY, DEMO
from tests.program.process import PATIENT_PROGRAM, ROOT, begin_request, run, started
from tests.program.watching import refuses, until

JOB = f"/public/{BUSY}/jobs/3451"
HEADERS = {"Authorization": f"Bearer {DEMO}"}


def test_it_says_where_it_listens_with_keys_and_a_curl_that_works() -> None:
    """Guards what a user sees first, and that the printed call works."""
    with started("--seed", "fixtures", "--port", "0") as (process, origin):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", origin)
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(3)]
        answer = subprocess.run(lines[2], shell=True, capture_output=True, text=True, check=True)  # noqa: S602 -- the line is meant for a shell

    assert lines[0].startswith(f"API key {DEMO} sees {BUSY}, ")
    assert lines[1].startswith("API key other-organization-key sees ")
    assert answer.stdout.startswith('{"data":[{"jobId":')


def test_no_start_has_the_cycle_collector_walk_all_that_it_has_made() -> None:
    """Guards the start-up time: a full collection, which takes a tenth of it, is not made."""
    program = (
        sys.executable,
        "-c",
        """if True:
            import gc, sys
            from mockserver.cli import main
            from mockserver.process import serve
            counted = lambda: sum(one["collections"] for one in gc.get_stats()[2:])
            describe, before = serve.describe, counted()
            serve.describe = lambda *parts: f"{counted() - before}\\n{describe(*parts)}"
            sys.exit(main())
        """,
    )

    with started("--port", "0", program=program) as (_, first_line):
        assert first_line == "0"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_loses_no_request(number: signal.Signals) -> None:
    """Guards Ctrl-C and SIGTERM: exit 0, the request under way answered, the log written."""
    with started("--port", "0", program=PATIENT_PROGRAM) as (process, origin):
        host, port = origin.removeprefix("http://").split(":")
        address = (host, int(port))
        with socket.create_connection(address, timeout=60) as connection:
            begin_request(connection, JOB, DEMO)
            process.send_signal(number)
            until(lambda: refuses(address))
            connection.sendall(b"{}")
            answer = connection.recv(100_000)
            _, log = process.communicate(timeout=60)

    assert process.returncode == 0
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"Connection: close\r\n" in answer
    assert f"GET {JOB} 200" in log
    assert "Traceback" not in log


def test_a_request_that_never_completes_does_not_hold_up_the_end() -> None:
    """Guards a signal while a client sends too little: exit 0, without waiting for the client."""
    with started("--port", "0") as (process, origin):
        host, port = origin.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=60) as connection:
            begin_request(connection, JOB, DEMO)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)

    assert process.returncode == 0


def test_it_listens_on_ipv6_too() -> None:
    """Guards an IPv6 host and the brackets of its URL."""
    with started("--port", "0", "--host", "::1") as (_, origin):
        assert origin.startswith("http://[::1]:")
        assert requests.get(origin + JOB, headers=HEADERS, timeout=60).status_code == 200


def test_options_come_from_the_environment_and_arguments_win() -> None:
    """Guards MOCKSERVER_*: each variable is read in the same way as its option."""
    environ = {
        "MOCKSERVER_PORT": "0",
        "MOCKSERVER_BASE_PATH": "/api/v1/",
        "MOCKSERVER_LOG_FORMAT": "json",
        "MOCKSERVER_NOW": "2021-06-17T12:00:00Z",
        "MOCKSERVER_SPEED": "0",
        "MOCKSERVER_CORS": "on",
        "MOCKSERVER_ACCESS_LOG": "off",
    }
    with started("--base-path", "/v2", environ=environ) as (_, origin):
        answer = requests.delete(
            f"{origin}/v2/public/{BUSY}/users/ann",
            headers={**HEADERS, "Origin": "http://x"},
            timeout=60,
        )

    assert answer.json()["data"]["createdAt"] == 1623931200000
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_port_in_use_is_one_clear_line() -> None:
    """Guards the most common mistake of all."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = run("--port", str(port))

    told = f"mockserver: port {port} is in use; name another with --port, or 0 for a free one\n"
    assert (2, "", told) == (ended.returncode, ended.stdout, ended.stderr)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--port", "http"], "--port='http': give a port from 0 to 65535; 0 picks a free one"),
        (["--port", "65536"], "--port='65536': give a port"),
        (["--speed", "-1"], "--speed='-1': give a number of world seconds per second, 0 or more"),
        (["--speed", "nan"], "--speed='nan': give a number"),
        (
            ["--now", "today"],
            "--now='today': is not a timestamp; write it like 2021-06-17T07:00:00Z",
        ),
        (["--now", "2021-06-31T00:00:00Z"], "--now='2021-06-31T00:00:00Z': day is out of range"),
        (["--now", "2021-06-17T06:59:59Z"], "the clock cannot start at 2021-06-17T06:59:59Z, befo"),
        (["--base-path", "api"], "--base-path='api': give a path such as /api/v1"),
        (["--log-format", "xml"], "--log-format='xml': give text or json"),
        (["--host", ""], "--host='': give a host name or address, such as 127.0.0.1"),
        (["--host", "192.0.2.1", "--no-admin"], "cannot listen on 192.0.2.1:8080: "),
        (["--frob"], "unrecognized arguments: --frob; mockserver --help lists the options"),
        (["--see", "x"], "unrecognized arguments: --see x; mockserver --help lists the options"),
        (
            ["--seed", "nowhere"],
            "nowhere:1:1: /: is not a folder; name a folder of .yaml, .json or",
        ),
        (["--spec", "nowhere.yaml"], "nowhere.yaml:1:1: /: cannot be read: No such file or dire"),
        (["--spec", "README.md"], "README.md:1:1: /: a description is a .yaml, .yml or .json file"),
        (["--spec", "fixtures/world.yaml"], "no member openapi was found; give an OpenAPI 3.x"),
        (["generate"], "one of the arguments --jobs --records is required; mockserver generate --"),
        (
            ["generate", "--records", "x"],
            "--records='x': give a whole number from 1 to 100,000,000",
        ),
        (["generate", "--jobs", "0"], "--jobs='0': give a whole number from 1 to 100,000,000"),
        (["generate", "--jobs", "1", "--out", "fixtures"], "fixtures exists; name another folder"),
        (["check", "--seed", "docs"], "docs:1:1: /: has no file that ends in .yaml, .yml, .json"),
        (["check", "--api", "nothing"], "--api='nothing': give one of jobs, airflow-dagruns, "),
        (["check", "--api", "jobs", "--spec", "x"], "--api names a contract; give no other"),
        (
            ["check", "--spec", "mockserver/resources/apis/github-runs/openapi.yaml"],
            "name the folder or the file of fixtures with --seed",
        ),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(
    arguments: list[str],
    told: str,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Guards exit code 2, the message on stderr, and that it is not a traceback."""
    monkeypatch.chdir(ROOT)
    code = main(arguments)
    out, err = capfd.readouterr()

    assert (2, "", 1) == (code, out, err.count("\n"))
    assert err.startswith("mockserver: ")
    assert told in err


def test_a_mistake_in_the_environment_is_named_after_its_variable() -> None:
    """Guards that a user is pointed to where the value came from."""
    ended = run(MOCKSERVER_CORS="maybe")

    told = "mockserver: MOCKSERVER_CORS='maybe': give 1, true, on, 0, false or off\n"
    assert (2, told) == (ended.returncode, ended.stderr)


def test_a_variable_that_is_ignored_is_named_before_the_server_starts() -> None:
    """Guards the line on stderr, and the start itself, where Kubernetes has set the port."""
    environ = {"MOCKSERVER_PORT": "tcp://10.0.0.1:80", "MOCKSERVER_URL": "x"}
    with started("--port", "0", environ=environ) as (process, origin):
        assert process.stderr is not None
        told = [process.stderr.readline() for _ in range(2)]
        assert requests.get(origin + JOB, headers=HEADERS, timeout=60).status_code == 200

    injected = "set for a service by Kubernetes or Docker, and no option; ignored"
    assert told == [
        f"mockserver: MOCKSERVER_PORT: {injected}\n",
        "mockserver: MOCKSERVER_URL: no option has that name; ignored\n",
    ]


def test_help_names_every_option_and_the_version_is_the_packages() -> None:
    """Guards --help and --version."""
    usage = run("--help").stdout

    assert [] == [o.name for o in OPTIONS if f"--{o.name}" not in usage]
    assert run("--version").stdout == f"mockserver {__version__}\n"


def test_generated_worlds_are_deterministic_valid_and_mixed(tmp_path: Path) -> None:
    """Guards generate: the same seed, the same bytes; another seed, others; always valid."""
    worlds = []
    for name, rng in (("a", "1"), ("b", "1"), ("c", "2")):
        ended = run("generate", "--jobs", "2000", "--rng", rng, "--out", str(tmp_path / name))
        assert ended.returncode == 0, ended.stderr
        worlds.append((tmp_path / name / "jobs.jsonl").read_text())
        checked = run("check", "--seed", str(tmp_path / name))
        assert "2,000 jobs in 3 projects, no problems" in checked.stdout

    assert worlds[0] == worlds[1] != worlds[2]
    for status in ("scheduled", "running", "completed", "failed", "cancelled"):
        assert worlds[0].count(f'"status":"{status}"') > 10


def test_changed_fixtures_are_reloaded_and_broken_ones_are_not(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Guards --watch: a new world after a good edit, the old one and a report after a bad edit."""
    edited = tmp_path_factory.mktemp("edited") / "jobs.yaml"
    for file in (ROOT / "fixtures").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    jobs = tmp_path / "jobs.yaml"
    good = jobs.read_text()
    with started("--port", "0", "--watch", "--seed", str(tmp_path)) as (process, origin):
        assert process.stderr is not None

        def edit(text: str) -> list[str]:
            assert process.stderr is not None
            # At once: it must not be read while it is half written.
            edited.write_text(text)
            edited.replace(jobs)
            told: list[str] = []
            while not told or "reloaded" not in told[-1]:
                line = process.stderr.readline()
                told += [line.split("fixtures: ", 1)[1]] if " fixtures: " in line else []
            return told

        def user() -> str:
            answer = requests.get(origin + JOB, headers=HEADERS, timeout=60)
            return str(answer.json()["data"]["referenceId"])

        changed = edit(good.replace("shekar@example.com\n    status", "ann\n    status", 1))
        after_good = user()
        broken = edit(good.replace("status: scheduled", "status: done", 1))

        assert (["reloaded, 910 jobs\n"], "ann") == (changed, after_good)
        assert "'done' is not a status" in broken[0]
        assert broken[-1] == "not reloaded; the world stays as it was\n"
        assert user() == "ann"


@pytest.mark.parametrize("api", ["openai-batches", "github-runs"])
def test_worlds_of_any_api_are_generated_checked_and_served(tmp_path: Path, api: str) -> None:
    """Guards generate, check and --seed for other APIs: deterministic, and valid for each."""
    texts = []
    for name in ("a", "b"):
        folder = str(tmp_path / name)
        made = run("generate", "--api", api, "--records", "60", "--rng", "3", "--out", folder)
        assert f"mockserver --api {api} --seed {folder}\n" in made.stdout, made.stderr
        texts.append([file.read_text() for file in sorted((tmp_path / name).iterdir())])
    checked = run("check", "--api", api, "--seed", str(tmp_path / "a"))

    assert texts[0] == texts[1]
    assert ": 60 " in checked.stdout
    assert checked.stdout.endswith(", no problems\n")
    with started("--port", "0", "--api", api, "--seed", str(tmp_path / "a")) as (_, origin):
        worlds = requests.get(f"{origin}/__admin/worlds", timeout=60)
        assert worlds.status_code == 200


def test_the_fixtures_that_come_along_are_valid() -> None:
    """Guards check without --seed: it checks the fixtures of the contract that is named."""
    assert "jobs in 5 projects, no problems" in run("check").stdout
    assert "batches in 2 scopes, no problems" in run("check", "--api", "openai-batches").stdout


def test_a_reader_that_has_enough_is_no_error() -> None:
    """Guards ``mockserver deviations | head -1``: no traceback where the pipe is closed."""
    ended = subprocess.run(
        ["/bin/sh", "-c", f"{sys.executable} -m mockserver deviations | head -1"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )

    assert len(ended.stdout.splitlines()) == 1
    assert ended.stderr == ""


def test_what_tells_of_mistakes_is_loaded_without_grammars(tmp_path: Path) -> None:
    """Guards the time of a first refusal: jsonschema would build grammars that nothing needs."""
    # In place of the package, which is not there where nothing else needs it.
    (tmp_path / "rfc3987_syntax.py").write_text(
        "import sys\nprint('the grammars', file=sys.stderr)\n"
    )
    loading = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import jsonschema"
    (tmp_path / "world.yaml").write_text("jobs: 1\n")

    alone = subprocess.run(
        [sys.executable, "-c", loading], capture_output=True, text=True, check=True
    )
    ended = run(
        *("check", "--seed", str(tmp_path / "world.yaml")),
        PYTHONPATH=str(tmp_path),
        PYTHONPROFILEIMPORTTIME="1",
    )

    assert alone.stderr == "the grammars\n"
    assert ended.returncode == 2
    assert "jsonschema" in ended.stderr
    assert "the grammars" not in ended.stderr
