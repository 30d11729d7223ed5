"""The peers that are jars: WireMock and Specmatic. Both answer from stubs."""

import json
import shutil
from pathlib import Path
from typing import Any

from benches.peers import install
from benches.peers.prism import CONTRACT
from benches.subject import JOB_ID, MANY, PROJECT, Remark, Subject, World, reads

STUBBED = "One stub for each request that is asked, which neither looks a job up nor cuts a page."
REMARKS = {
    **dict.fromkeys(("get one", "list 50", "list 200"), Remark("-", STUBBED)),
    "cancel": Remark(
        "no state", "A cancel that a later read shows would need a state machine for each job."
    ),
    MANY: Remark("stubs only", "It would be a million stubs."),
}
LIMITS = {"list 50": "50", "list 200": "200"}


def stubs(world: World) -> list[dict[str, Any]]:
    """Return WireMock's stubs: one for each request that is asked."""
    one = {"method": "GET", "urlPath": f"{PROJECT}/jobs/{JOB_ID}"}
    pages = [
        (
            {
                "method": "GET",
                "urlPath": f"{PROJECT}/jobs",
                "queryParameters": {"limit": {"equalTo": limit}, "page": {"equalTo": "1"}},
            },
            list(world.pages[operation]),
        )
        for operation, limit in LIMITS.items()
    ]
    headers = {"Content-Type": "application/json"}
    asked: list[tuple[dict[str, Any], Any]] = [(one, world.one), *pages]
    return [
        {
            "request": request,
            "response": {"status": 200, "headers": headers, "jsonBody": {"data": data}},
        }
        for request, data in asked
    ]


def examples(world: World) -> list[dict[str, Any]]:
    """Return Specmatic's examples: one for each request that is asked."""
    one = {"method": "GET", "path": f"{PROJECT}/jobs/{JOB_ID}"}
    pages = [
        (
            {
                "method": "GET",
                "path": f"{PROJECT}/jobs",
                "query": {"limit": int(limit), "page": 1},
            },
            list(world.pages[operation]),
        )
        for operation, limit in LIMITS.items()
    ]
    asked: list[tuple[dict[str, Any], Any]] = [(one, world.one), *pages]
    return [
        {"http-request": request, "http-response": {"status": 200, "body": {"data": data}}}
        for request, data in asked
    ]


def wiremock() -> Subject:
    """Return WireMock, its request journal and its log off."""

    def prepare(folder: Path, world: World, port: int) -> list[str]:
        (folder / "mappings").mkdir(exist_ok=True)
        (folder / "__files").mkdir(exist_ok=True)
        (folder / "mappings" / "jobs.json").write_text(json.dumps({"mappings": stubs(world)}))
        where = ("--root-dir", str(folder), "--bind-address", "127.0.0.1", "--port", str(port))
        quiet = ("--no-request-journal", "--disable-request-logging", "--disable-banner")
        return [*install.jar("wiremock/build/*.jar"), *where, *quiet]

    return Subject(f"WireMock {install.wanted('wiremock')}", prepare, reads(), REMARKS)


def specmatic() -> Subject:
    """Return Specmatic, its log off, with the contract and one example for each request."""

    def prepare(folder: Path, world: World, port: int) -> list[str]:
        stated = folder / "examples"
        stated.mkdir(exist_ok=True)
        shutil.copyfile(CONTRACT, folder / "openapi.yaml")
        for number, example in enumerate(examples(world)):
            (stated / f"{number}.json").write_text(json.dumps(example))
        where = ("--host", "127.0.0.1", "--port", str(port), "--examples", str(stated))
        quiet = ("--noConsoleLog", "--hot-reload", "disabled")
        return [
            *install.jar("specmatic/*.jar"),
            "mock",
            *where,
            *quiet,
            str(folder / "openapi.yaml"),
        ]

    return Subject(f"Specmatic {install.wanted('specmatic')}", prepare, reads(), REMARKS)
