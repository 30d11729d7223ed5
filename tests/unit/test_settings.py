"""Options and environment: which settings follow from them, and what is refused."""

import os
import re
import socket

import pytest

from mockserver.cli.options import UsageError, find_strangers, serve_settings

SQLITE = "sqlite:///jobs.db"


def test_a_server_is_one_process_with_its_state_in_memory_unless_told_otherwise() -> None:
    """Guards the defaults, which need no database and no fork."""
    settings = serve_settings([], {})

    assert ("memory", False, 1) == (settings.store, settings.reseed, settings.workers)


def test_a_store_and_its_workers_are_set_by_arguments_or_the_environment() -> None:
    """Guards the three options, as arguments and in the environment."""
    arguments = serve_settings(["--store", SQLITE, "--reseed", "--workers", "4"], {})
    environ = {"MOCKSERVER_RESEED": "on", "MOCKSERVER_WORKERS": "4", "MOCKSERVER_STORE": SQLITE}

    assert (SQLITE, True, 4) == (arguments.store, arguments.reseed, arguments.workers)
    assert arguments == serve_settings([], environ)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("--workers 0", "--workers='0': give a whole number from 1 to 64"),
        ("--workers 65", "--workers='65': give a whole number from 1 to 64"),
        ("--workers ٣", "--workers='٣': give a whole number from 1 to 64"),
        ("--workers 4", "--workers 4: each would have a state of its own in memory; give --store "),
        ("--reseed", "--reseed: a store in memory holds nothing to replace; leave it out, or"),
        (f"--watch --store {SQLITE}", "--watch: a store that lasts is filled once; give --reseed"),
        ("--admin-port 8080", "--admin-port 8080: that is --port; leave it out to share the port"),
        ("--store sqlite://", "--store='sqlite://': lasts no longer than the process"),
    ],
)
def test_options_that_do_not_go_together_are_refused(arguments: str, told: str) -> None:
    """Guards against options that would silently have no effect."""
    with pytest.raises(UsageError, match=re.escape(told)):
        serve_settings(arguments.split(), {})


@pytest.mark.parametrize(
    "arguments",
    [
        "--workers 1 --watch",
        "--port 0 --admin-port 0",
        f"--workers 64 --port 0 --admin-port 0 --store {SQLITE} --reseed",
        "--no-admin --admin-port 8080",
        "--no-reseed",
    ],
)
def test_options_that_go_together_are_taken(arguments: str) -> None:
    """Guards that combinations that make sense are accepted."""
    assert serve_settings(arguments.split(), {}).workers in (1, 64)


@pytest.mark.parametrize("lacking", [(socket, "SO_REUSEPORT"), (os, "fork")])
def test_workers_are_refused_where_processes_cannot_share_a_port(
    lacking: tuple[object, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Guards Windows, which has neither forks nor shared ports."""
    monkeypatch.delattr(*lacking)
    with pytest.raises(UsageError, match="processes cannot share a port on this system; start one"):
        serve_settings(["--workers", "2", "--store", SQLITE], {})


@pytest.mark.parametrize(
    ("arguments", "environ", "shown"),
    [
        (["--store", "mysql://ann:s3cr3t@host/jobs"], {}, "--store='mysql://ann:***@host/jobs': "),
        ([], {"MOCKSERVER_STORE": "pg://ann:s3cr3t@h/x"}, "MOCKSERVER_STORE='pg://ann:***@h/x': "),
        (["--stoer", "postgresql://ann:s3cr3t@h/x"], {}, "--stoer postgresql://ann:***@h/x; "),
        (["--stoer=postgresql://ann:s3cr3t@h/x"], {}, "--stoer=postgresql://ann:***@h/x; "),
    ],
)
def test_a_refused_store_is_shown_without_its_password(
    arguments: list[str], environ: dict[str, str], shown: str
) -> None:
    """Guards against passwords in errors, also for mistyped options."""
    with pytest.raises(UsageError, match=re.escape(shown)) as refused:
        serve_settings(arguments, environ)

    assert "s3cr3t" not in str(refused.value)


def of_a_service(name: str) -> dict[str, str]:
    """Return the variables that Kubernetes sets for a service of that name."""
    host, of_port = "10.0.0.1", f"{name}_PORT_8080_TCP"
    return {
        f"{name}_SERVICE_HOST": host,
        f"{name}_SERVICE_PORT": "8080",
        f"{name}_SERVICE_PORT_HTTP": "8080",
        f"{name}_PORT": f"tcp://{host}:8080",
        of_port: f"tcp://{host}:8080",
        f"{of_port}_PROTO": "tcp",
        f"{of_port}_PORT": "8080",
        f"{of_port}_ADDR": host,
    }


@pytest.mark.parametrize("name", ["MOCKSERVER", "MOCKSERVER_ADMIN", "MOCKSERVER_V2"])
def test_a_service_of_that_name_does_not_stop_the_start(name: str) -> None:
    """Guards a pod next to a service named mockserver; ignored variables are reported."""
    environ = of_a_service(name) | {"PATH": "/bin", "MOCKSERVER_SPEED": "2"}
    settings = serve_settings([], environ)
    (notice,) = find_strangers(environ).notices()

    assert (8080, None, 2.0) == (settings.port, settings.admin_port, settings.speed)
    assert all(variable in notice for variable in of_a_service(name))
    assert notice.endswith(": set for a service by Kubernetes or Docker, and no option; ignored")


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("MOCKSERVER_STOER", "MOCKSERVER_STORE"),
        ("MOCKSERVER_FAULTS", "MOCKSERVER_FAULT"),
        ("MOCKSERVER_BASEPATH", "MOCKSERVER_BASE_PATH"),
        ("MOCKSERVER_ADMIN-TOKEN", "MOCKSERVER_ADMIN_TOKEN"),
        ("mockserver_port", "MOCKSERVER_PORT"),
        ("MOCKSERVER_NO_ADMIN", "MOCKSERVER_ADMIN=off"),
        ("MOCKSERVER_NO_ACCESS_LOG", "MOCKSERVER_ACCESS_LOG=off"),
    ],
)
def test_a_misspelled_variable_is_refused_as_a_misspelled_argument_is(
    variable: str, meant: str
) -> None:
    """Guards that a misspelled variable is an error, and not silently without effect."""
    told = f"{variable}: no option has that name; did you mean {meant}?"
    with pytest.raises(UsageError, match=re.escape(told)):
        serve_settings([], {variable: "x"})


def test_any_other_variable_with_the_prefix_is_named() -> None:
    """Guards that unknown variables are reported and do not prevent a start."""
    environ = {"MOCKSERVER_LOG_LEVEL": "debug", "MOCKSERVER_URL": "http://x", "MOCK": "1"}

    assert serve_settings([], environ) == serve_settings([], {})
    assert list(find_strangers(environ).notices()) == [
        "MOCKSERVER_LOG_LEVEL, MOCKSERVER_URL: no option has that name; ignored"
    ]


def test_each_option_has_a_variable_that_is_known() -> None:
    """Guards that no option of this program is reported as an unknown variable."""
    environ = {"MOCKSERVER_ADMIN_PORT": "0", "MOCKSERVER_NOW": "real", "MOCKSERVER_CORS": "on"}

    assert list(find_strangers(environ).notices()) == []
    assert find_strangers(environ).refusal is None
