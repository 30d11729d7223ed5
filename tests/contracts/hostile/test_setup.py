"""Nothing of a user's own set-up steers the judge, and nothing of its own is left behind."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import requests

from contracts.contract.document import load
from contracts.selftest.messages import Request
from contracts.selftest.server import Transmission, serve_miniature
from contracts.selftest.world import FOREIGN_PROJECT, KEY, OTHER_KEY, PROJECT, create_miniature

ROOT = Path(__file__).parents[3]
MODULE = ("-m", "contracts")

HOOKS = """
import schemathesis
print("the user's hooks are at work")
@schemathesis.hook
def map_query(context, query):
    return {"limit": 1}
@schemathesis.hook
def filter_path_parameters(context, parameters):
    return False
"""
TOML = """
base-url = "http://127.0.0.1:1"
headers = { X-Mine = "1" }
generation = { max-examples = 1 }
"""
DRIVER = """
TEXT, NUMBER = "a text that stands in a module of mine", 123456789012
class Jobs:
    def __init__(self, target): ...
    def job_in(self, status): return None
"""
PROFILE = """
import sys
import hypothesis, schemathesis
hypothesis.settings.register_profile("mine", max_examples=1, derandomize=True, phases=[])
hypothesis.settings.load_profile("mine")
@schemathesis.hook
def map_query(context, query):
    return {"limit": 1}
@schemathesis.auth()
class Mine:
    def get(self, case, context): return "mine"
    def set(self, case, data, context): case.headers["X-Mine"] = data
@schemathesis.check
def sends_more(ctx, response, case):
    import requests
    requests.get(case.as_transport_kwargs()["url"] + "?mine=1")
    raise AssertionError("a check of mine")
@schemathesis.metric
def mine(context): raise RuntimeError("a metric of mine")
from contracts.cli import main
sys.exit(main(sys.argv[1:]))
"""

PROXY = "http://127.0.0.1:1"
SETUPS: dict[str, tuple[Mapping[str, str], Mapping[str, str], tuple[str, ...]]] = {
    "the folder": (
        {
            "mine.py": HOOKS,
            "schemathesis.toml": TOML,
            ".netrc": "machine 127.0.0.1 login me password mine\n",
        },
        {"SCHEMATHESIS_HOOKS": "mine", "PYTHONHASHSEED": "7"},
        (),
    ),
    "the environment": (
        {"mine.py": DRIVER},
        {
            "SCHEMATHESIS_HOOKS": "missing",
            "CI": "true",
            "HTTP_PROXY": PROXY,
            "all_proxy": "nonsense",
            "REQUESTS_CA_BUNDLE": "/no/such",
            "CURL_CA_BUNDLE": "/no/such",
            "LC_ALL": "C",
            "PYTHONIOENCODING": "ascii",
            "PYTHONUTF8": "0",
        },
        ("--driver", "mine:Jobs"),
    ),
}


def sent(
    folder: Path, environ: Mapping[str, str] = {}, start: tuple[str, ...] = MODULE, *more: str
) -> list[tuple[object, ...]]:
    """Judge a deployment from *folder*, and return what it got."""
    got: list[Request] = []
    before = set(folder.iterdir())
    # What is sent at once has no order to compare.
    alone = ("--concurrency", "1")
    words = ("check", "--project-key", PROJECT, "--rng", "5", "--effects", "any", "--quiet", *alone)
    with serve_miniature(create_miniature(load(), jobs=40), Transmission(before=got.append)) as url:
        done = subprocess.run(
            [sys.executable, *start, *words, "--base-url", url, "--laws", "FUZZ-*,MODEL-01", *more],
            cwd=folder,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT),
                "PYTHONDONTWRITEBYTECODE": "1",
                "HOME": str(folder),
                "CONTRACTS_API_KEY": KEY,
                **environ,
            },
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the user's" not in done.stdout
    assert set(folder.iterdir()) == before, "nothing is left behind"
    plain = ("authorization", "cookie", "x-mine", "user-agent", "accept-encoding")
    return [
        (
            request.method,
            re.sub(r"contracts-[0-9a-f]+", "contracts", request.path),
            dict(request.query),
            [request.headers.get(name) for name in plain],
        )
        for request in got
    ]


@pytest.fixture(scope="module", name="usual")
def send_from_an_empty_folder(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    """Return what is sent where there is no set-up at all."""
    return sent(tmp_path_factory.mktemp("empty"))


@pytest.mark.parametrize("setup", SETUPS)
def test_a_set_up_steers_nothing(
    setup: str, usual: list[tuple[object, ...]], tmp_path: Path
) -> None:
    """The same requests leave, and no file is written, whatever the folder and environment are."""
    files, environ, more = SETUPS[setup]
    for name, text in files.items():
        (tmp_path / name).write_text(text)

    assert sent(tmp_path, environ, MODULE, *more) == usual


def test_a_profile_of_the_process_steers_nothing(
    usual: list[tuple[object, ...]], tmp_path: Path
) -> None:
    """Where the judge runs within a program that uses hypothesis itself, as under pytest."""
    assert sent(tmp_path, {}, ("-c", PROFILE)) == usual


@contextmanager
def proxy() -> Iterator[tuple[str, list[str]]]:
    """Serve as a proxy; yield its URL, and the request lines that it gets."""
    got: list[str] = []

    class Forwarding(BaseHTTPRequestHandler):
        """Passes plain requests on."""

        protocol_version = "HTTP/1.1"
        # Head and body in one packet: a second one waits 40 milliseconds for the first to be noted.
        wbufsize = -1

        def do_GET(self) -> None:
            """Pass one request on."""
            got.append(f"{self.requestline} {self.headers.get('Proxy-Authorization')}")
            headers = {"Authorization": self.headers.get("Authorization", "")}
            with requests.Session() as session:
                session.trust_env = False
                response = session.get(self.path, headers=headers, timeout=60)
            self.send_response(response.status_code)
            self.send_header("Content-Type", response.headers.get("Content-Type", ""))
            self.send_header("Content-Length", str(len(response.content)))
            self.end_headers()
            self.wfile.write(response.content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Forwarding)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}", got
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("words", "environ", "used"),
    [
        (("--proxy", "http://me:hunter2-hunter2@{}"), {}, True),
        (("--proxy", "env"), {"HTTP_PROXY": "{}"}, True),
        (("--proxy", "env"), {"ALL_PROXY": "http://{}"}, True),
        (("--proxy", "env"), {"HTTP_PROXY": "{}", "NO_PROXY": "127.0.0.1"}, False),
        (("--proxy", "env"), {"HTTPS_PROXY": "{}"}, False),
        (("--proxy", "env"), {}, False),
        ((), {"HTTP_PROXY": "{}", "ALL_PROXY": "{}"}, False),
    ],
)
def test_a_proxy_is_used_only_when_it_is_named(
    words: tuple[str, ...],
    environ: Mapping[str, str],
    used: bool,  # noqa: FBT001 -- a parameter of the test
    tmp_path: Path,
) -> None:
    """A key passes a proxy only where the user says so, and then every report tells."""
    with (
        serve_miniature(create_miniature(load(), jobs=7), Transmission()) as url,
        proxy() as (address, got),
    ):
        given = [word.format(address) for word in words]
        done = subprocess.run(
            [
                *(sys.executable, "-m", "contracts", "check", "--base-url", url),
                *("--project-key", PROJECT, "--laws", "PAGE-11,PAGE-12", *given),
                *("--report-json", str(tmp_path / "json")),
            ],
            env={
                **os.environ,
                "CONTRACTS_API_KEY": KEY,
                **{name: value.format(address) for name, value in environ.items()},
            },
            capture_output=True,
            text=True,
            check=False,
        )
    report = (tmp_path / "json").read_text("utf-8")

    assert done.returncode == 0, done.stdout + done.stderr
    assert bool(got) is used
    assert json.loads(report)["run"]["proxy"] == (f"http://{address}" if used else None)
    assert (f"through the proxy http://{address}" in done.stdout) is used
    assert "hunter2" not in done.stdout + report


def test_the_password_of_a_proxy_that_is_not_there_is_not_told() -> None:
    """An error that names the proxy names no password."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "contracts", "check", "--base-url", "http://127.0.0.1:9"),
            *("--project-key", PROJECT, "--proxy", "http://me:hunter2-hunter2@127.0.0.1:9"),
        ],
        env={**os.environ, "CONTRACTS_API_KEY": KEY},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 3
    assert "hunter2" not in done.stdout + done.stderr


def test_both_keys_come_from_the_environment() -> None:
    """No key needs to stand on a command line, where every process of the machine can read it."""
    with serve_miniature(create_miniature(load(), jobs=7), Transmission()) as url:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "contracts", "check", "--base-url", url),
                *("--project-key", PROJECT, "--other-key-project", FOREIGN_PROJECT),
                *("--laws", "TEN-04,TEN-05"),
            ],
            env={**os.environ, "CONTRACTS_API_KEY": KEY, "CONTRACTS_OTHER_API_KEY": OTHER_KEY},
            capture_output=True,
            text=True,
            check=False,
        )

    assert "2 kept" in done.stdout, done.stdout + done.stderr
