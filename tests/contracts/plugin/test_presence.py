"""When the plugin takes part in a run, and what it asks for."""

from __future__ import annotations

import re
import subprocess
from argparse import ArgumentParser
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from contracts.cli import main
from contracts.pytest_plugin import options
from contracts.selftest.world import KEY
from contracts.startup.options import OPTIONS, add_options

Run = Callable[..., subprocess.CompletedProcess[str]]

ORDINARY = """
import sys

def test_ordinary():
    dear = {"requests", "yaml", "rich", "schemathesis"}
    dear |= {"contracts.engine.runner", "contracts.contract.document"}
    assert not dear & set(sys.modules)
"""


def test_an_ordinary_run_is_left_alone(run_pytest: Run, tmp_path: Path) -> None:
    """A user who merely has this package installed must neither see nor wait for it."""
    (tmp_path / "test_ordinary.py").write_text(ORDINARY)

    done = run_pytest("-W", "error")

    assert done.returncode == 0, done.stdout
    assert "contract" not in re.sub(r"^(plugins|rootdir):.*$", "", done.stdout, flags=re.MULTILINE)


def test_whoever_installs_the_package_has_the_plugin() -> None:
    """The plugin need not be named; the other tests do, only to be fast."""
    found = entry_points(group="pytest11", name="contracts")

    assert {entry.value for entry in found} == {"contracts.pytest_plugin"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["--pyargs", "contracts"],
        ["--pyargs", "contracts.laws.catalogue"],
        ["--contract-project-key", "p"],
        ["--pyargs", "contracts", "--contract-url", "http://127.0.0.1:1"],
    ],
)
def test_half_a_deployment_is_one_usage_error(run_pytest: Run, arguments: list[str]) -> None:
    """A run that was meant to judge and cannot must end at once, and say what to give."""
    done = run_pytest(*arguments)

    assert done.returncode == 4
    assert done.stderr.count("ERROR") == 1
    assert "give --contract-url URL and --contract-project-key KEY" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--contract-url", "ftp://x"], "'ftp://x' is not an http or https URL"),
        (["--contract-url", "http://x", "--contract-laws", "NONE-*"], "no law is called NONE-*"),
        (["--contract-url", "http://x", "--contract-known", "nofile"], "nofile was not found in"),
        (["--contract-url", "http://x", "--contract-rate", "fast"], "'fast' is not a rate"),
        (["--contract-url", "http://x", "--contract-driver", "no:Where"], "'no:Where'"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(
    run_pytest: Run, arguments: list[str], said: str
) -> None:
    """The message of the command line, with pytest's names for its options and no traceback."""
    done = run_pytest("--pyargs", "contracts", "--contract-project-key", "p", *arguments)

    assert done.returncode == 4
    assert said in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def test_a_missing_key_is_asked_for_by_pytests_names(run_pytest: Run) -> None:
    """A message that names an option which pytest does not know leads nowhere."""
    done = run_pytest(
        *("--pyargs", "contracts", "--contract-project-key", "p", "--contract-url", "http://x"),
        key=None,
    )

    assert done.returncode == 4
    assert "use --contract-api-key, --contract-api-key-file or $CONTRACTS_API_KEY" in done.stderr


def test_a_deployment_that_is_not_there_is_one_error(run_pytest: Run) -> None:
    """A hundred errors would hide that nothing could be reached."""
    done = run_pytest(
        *("-p", "fake_laws", "--pyargs", "contracts", "--contract-project-key", "p"),
        *("--contract-url", "http://127.0.0.1:1"),
    )

    assert done.returncode == 1
    assert "the deployment could not be reached" in done.stdout
    assert "1 error in" in done.stdout.splitlines()[-1]


def test_no_key_is_shown_that_stands_in_the_url(run_pytest: Run) -> None:
    """Some gateways have the key in their path, and the header of pytest ends up in logs."""
    done = run_pytest(
        *("--contract-url", f"http://127.0.0.1:1/{KEY}", "--contract-project-key", "p"),
    )

    assert "contracts: http://127.0.0.1:1/${CONTRACTS_API_KEY}, project p" in done.stdout
    assert KEY not in done.stdout + done.stderr


def test_a_run_without_laws_says_so(run_pytest: Run, tmp_path: Path) -> None:
    """Options in a configuration file alone do not judge, and the output does not suggest it."""
    (tmp_path / "test_ordinary.py").write_text("def test_ordinary(): pass")

    done = run_pytest("--contract-url", "http://127.0.0.1:1", "--contract-project-key", "p")

    assert done.returncode == 0
    assert "no law was collected: name them with --pyargs contracts" in done.stdout


def test_the_options_are_those_of_the_command_line(
    run_pytest: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An option that one of the two lacks would be missed just when it is needed."""
    with pytest.raises(SystemExit):
        main(["check", "--help"])
    theirs = set(re.findall(r"(?<![\w-])--([a-z-]+)", capsys.readouterr().out)) - {"help", "quiet"}
    theirs = {name for name in theirs if not name.startswith("report-")}  # pytest has its own
    (tmp_path / "test_options.py").write_text(
        "def test_options(pytestconfig):\n    print(*vars(pytestconfig.option), sep='\\n')\n"
    )

    told = run_pytest("-s").stdout.splitlines()
    ours = {line.removeprefix("contract_") for line in told if line.startswith("contract_")}

    assert {"base-url" if name == "url" else name.replace("_", "-") for name in ours} == theirs


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--rate", "90/m", "--max-answer", "1M", "--max-time", "7", "--known", "a.yaml"],
        ["--laws", "PAGE-*,AUTH-01", "--rng", "7", "--strict", "--fail-on", "should"],
    ],
    ids=" ".join,
)
def test_an_option_means_what_it_means_to_the_command_line(words: list[str]) -> None:
    """A default or a unit of one of the two alone would make them judge differently."""
    ours, theirs = pytest.Parser(_ispytest=True), ArgumentParser()
    options.add_options(ours)
    add_options(theirs)
    given = ["--base-url", "http://x", "--project-key", "p", *words]
    parsed = ours.parse_known_args(
        [options.rename_options(word).replace("base-url", "url") for word in given]
    )
    found = {
        option.attribute: getattr(parsed, options.name_option(option)[2:].replace("-", "_"))
        for option in OPTIONS
    }

    assert found == vars(theirs.parse_args(given))


def test_the_help_of_pytest_is_not_crowded(run_pytest: Run) -> None:
    """Most who read it judge nothing: one group with one option tells where the others are."""
    told = run_pytest("--help").stdout

    assert re.findall(r"--contract-[a-z-]+", told) == ["--contract-url"]
    assert told.count("judge a deployment: pytest --pyargs contracts:") == 1
    assert "contracts check --help" in told
