"""With its deviations, the mock answers what the real server was recorded to answer."""

import json
import socket
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path
from typing import Any, NamedTuple

from mockserver import shipped
from mockserver.background import Background, running
from mockserver.deviations.catalogue import CATALOGUE
from mockserver.settings import Settings

RECORDED = json.loads((Path(__file__).parents[1] / "recorded" / "real_server.json").read_text())
EXCHANGES: list[dict[str, Any]] = RECORDED["exchanges"]


class Answered(NamedTuple):
    """What came back."""

    status: int
    body: str
    headers: dict[str, str]


def world_of(folder: Path) -> Path:
    """Write the recorded jobs as fixtures."""
    projects = [{"projectKey": k, "projectId": i} for k, i in RECORDED["projects"].items()]
    organization = {"name": "Demo", "apiKey": RECORDED["apiKey"], "projects": projects}
    world = {"now": RECORDED["now"], "organizations": [organization], "jobs": RECORDED["jobs"]}
    (folder / "world.json").write_text(json.dumps(world))
    return folder


def send(port: int, exchange: dict[str, Any]) -> Answered:
    """Send a recorded request, octet for octet, on a connection of its own."""
    lines = [f"{exchange['method']} {exchange['target']} HTTP/1.1", "Host: 127.0.0.1"]
    lines += ["Connection: close", *(f"Authorization: {v}" for v in exchange["authorization"])]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall("".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1"))
        response = HTTPResponse(connection, method=exchange["method"])
        response.begin()
        body = response.read().decode("utf-8", "backslashreplace")
    return Answered(response.status, body, dict(response.headers))


def differences(mock: Background) -> Iterator[str]:
    """Send all recorded requests, each at its moment, and yield what is answered differently."""
    port, clock = int(mock.url.rpartition(":")[2]), mock.client.world("default").clock
    for number, exchange in enumerate(EXCHANGES):
        clock.set(exchange["at"])
        answer = send(port, exchange)
        expected = Answered(exchange["status"], exchange["body"], exchange["headers"])
        shown = {n: v for n, v in answer.headers.items() if n in expected.headers}
        if (answer.status, answer.body, shown) != expected:
            asked = f"{number}: {exchange['method']} {exchange['target'][:100]}"
            yield f"{asked} {exchange['authorization']}\n  {answer}\n  {expected}"


def test_the_bundle_answers_as_the_real_server_did(tmp_path: Path) -> None:
    """Guards all that was recorded: status, body, and each recorded header field."""
    settings = Settings(
        seed=world_of(tmp_path),
        spec=shipped.contract(),
        port=0,
        speed=0,
        access_log=False,
        deviations=(CATALOGUE["real-server"],),
    )
    with running(settings) as mock:
        assert [] == list(differences(mock))
