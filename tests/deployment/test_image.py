"""The container image, as far as it can be checked without a container engine."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import yaml

from mockserver.cli.options import OPTIONS
from tests.program.process import ROOT, started
from tests.programs import free_port

DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
VARIABLES = {f"MOCKSERVER_{option.name.upper().replace('-', '_')}" for option in OPTIONS}


def _copied() -> list[tuple[str, str]]:
    """Return the files that the image copies: each source with its path in the work folder."""
    copies = []
    for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE):
        *sources, place = line.split()
        copies += [(s, place if len(sources) == 1 else f"{place}{s}") for s in sources]
    return copies


def test_the_image_holds_what_the_package_is_made_of(tmp_path: Path) -> None:
    """Guards that the copied files alone make a wheel with all that the mock reads."""
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    for source, place in _copied():
        assert f"!{source}" in ignored
        target = tmp_path / "source" / place
        if (ROOT / source).is_dir():
            # Other tests compile modules meanwhile, into files that come and go.
            ignored_names = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / source, target, symlinks=True, ignore=ignored_names)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / source, target)
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path],
        cwd=tmp_path / "source",
        check=True,
        capture_output=True,
    )
    carried = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()

    assert {
        "mockserver/resources/openapi.yaml",
        "mockserver/resources/schemas/fixtures.schema.json",
        "mockserver/resources/fixtures/world.yaml",
        "mockserver/control/openapi.yaml",
    } <= set(carried)
    assert not [name for name in carried if name.startswith(("tests", "benches"))]


def test_the_image_installs_the_stores_and_the_versions_that_were_tested() -> None:
    """Guards the extras that the pip command names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (extras,) = re.findall(r"'\.\[([a-z,]+)\]'", DOCKERFILE)

    assert {"postgres", "sqlite"} == set(extras.split(","))
    assert set(extras.split(",")) <= set(project["optional-dependencies"])
    assert "-c constraints.txt" in DOCKERFILE
    assert "--no-cache-dir" in DOCKERFILE


def test_the_image_starts_a_program_that_exists_as_nobody_in_particular() -> None:
    """Guards the entry point, the user and the port."""
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    entry = json.loads(re.findall(r"^ENTRYPOINT (.*)$", DOCKERFILE, re.MULTILINE)[0])
    (user,) = re.findall(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE)

    assert entry[0] in scripts
    assert min(map(int, user)) > 1_000
    assert set(re.findall(r"MOCKSERVER_[A-Z_]+(?==)", DOCKERFILE)) <= VARIABLES
    assert "EXPOSE 8080" in DOCKERFILE
    assert "MOCKSERVER_PORT=8080" in DOCKERFILE


def _health_check(**environ: str) -> bool:
    """Run the command of the health check, and return whether it finds the mock healthy."""
    (written,) = re.findall(r"^HEALTHCHECK .*? CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    command = json.loads(written)
    assert command[0] == "python"
    ended = subprocess.run(
        [sys.executable, *command[1:]],
        env={**os.environ, **environ},
        check=False,
        capture_output=True,
    )
    return ended.returncode == 0


def test_the_images_health_check_tells_a_living_mock_from_a_dead_one() -> None:
    """Guards the command of the health check."""
    port = str(free_port())
    with started("--port", port, "--admin-token", "a-token-of-tests"):
        assert _health_check(MOCKSERVER_PORT=port)

    assert not _health_check(MOCKSERVER_PORT=port)


def test_the_images_health_check_asks_no_proxy() -> None:
    """Guards a container behind a company's proxy, which would answer 502 for this machine."""
    dead = dict.fromkeys(("http_proxy", "HTTP_PROXY", "all_proxy"), "http://127.0.0.1:9")
    with started("--port", "0", environ=dead) as (_, origin):
        assert _health_check(MOCKSERVER_PORT=origin.rpartition(":")[2], **dead)


def test_every_service_is_checked_and_waits_for_those_that_it_needs() -> None:
    """Guards the order in which the services start."""
    checked = {name for name, service in SERVICES.items() if "healthcheck" in service}
    checked |= {name for name, service in SERVICES.items() if "build" in service}
    needs = {name: service.get("depends_on", {}) for name, service in SERVICES.items()}

    assert checked == set(SERVICES)
    assert {name: set(needed) for name, needed in needs.items()} == {
        "postgres": set(),
        "mock": {"postgres"},
        "nginx": {"mock"},
    }
    conditions = {of["condition"] for needed in needs.values() for of in needed.values()}
    assert conditions == {"service_healthy"}
    assert SERVICES["mock"]["deploy"]["replicas"] == 3


def test_every_variable_of_the_mock_is_an_option() -> None:
    """Guards against a setting that the mock does not know."""
    given = set(SERVICES["mock"]["environment"])

    assert given <= VARIABLES
    assert {"MOCKSERVER_STORE", "MOCKSERVER_ADMIN_TOKEN"} <= given


def test_no_secret_stands_in_the_file() -> None:
    """Guards that passwords and tokens come from the environment, and that none is optional."""
    secret = re.compile(r"PASSWORD|TOKEN|STORE|SECRET|KEY")
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if secret.search(name):
                assert re.search(r"\$\{[A-Z_]+:\?[^}]+\}", str(value)), name
    assert not re.search(r"://[^:/@]+:(?!\$\{)[^@/\s]*@", (ROOT / "compose.yaml").read_text())


def test_only_nginx_can_be_reached_and_only_from_this_machine() -> None:
    """Guards that other machines reach neither the mock nor its database."""
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert set(ports) == {"nginx"}
    assert all(port.startswith("127.0.0.1:") for port in ports["nginx"])


def test_nginx_reads_the_files_that_are_there() -> None:
    """Guards the files that the service mounts, and that its command names them."""
    nginx = SERVICES["nginx"]
    mounts = dict(volume.removesuffix(":ro").split(":") for volume in nginx["volumes"])
    server = (ROOT / "deploy" / "replicas.conf").read_text()

    assert all((ROOT / source).is_file() for source in mounts)
    assert nginx["command"][-1] == mounts["./deploy/nginx.conf"]
    assert Path(mounts["./deploy/replicas.conf"]).parent == Path(nginx["command"][-1]).parent
    assert "server mock:8080 " in server
    assert shlex.join(nginx["command"]).startswith("nginx ")
