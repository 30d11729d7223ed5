"""Web pages in a real browser: which may steer the mock, and which may call the jobs API."""

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver.client import effects
from mockserver.resources import files
from mockserver.settings import Settings
from mockserver.testing.server import RunningMock, run_mock
from tests.browser import Browser

#: Ways in which a page sends requests, without a preflight or with one.
ASKING = {
    "bare": "fetch(url, {method: 'POST', mode: 'no-cors'})",
    "text": "fetch(url, {method: 'POST', mode: 'no-cors', body: '{}'})",
    "untyped": "fetch(url, {method: 'POST', mode: 'no-cors', body: new Blob(['{}'])})",
    "beacon": "navigator.sendBeacon(url, '{}')",
    "form": """new Promise(sent => {
        const frame = document.createElement('iframe'); frame.name = 'target'; frame.onload = sent;
        const form = document.createElement('form'); form.target = 'target';
        form.method = 'POST'; form.action = url; document.body.append(frame, form); form.submit();
        setTimeout(sent, 2000) })""",
    "permitted": """fetch(url, {method: 'POST', body: '{}',
        headers: {'Content-Type': 'application/json'}})""",
}
READING = {
    "plain": "fetch(url).then(answer => answer.text())",
    "events": """new Promise((read, failed) => { const events = new EventSource(url);
        events.onopen = () => read('open'); events.onerror = () => failed('closed') })""",
    "frame": """new Promise((read, failed) => { const frame = document.createElement('iframe');
        frame.onload = () => { try { read(frame.contentDocument.body.innerText) }
                               catch { failed('hidden') } };
        frame.src = url; document.body.append(frame) })""",
    "websocket": """new Promise((read, failed) => {
        const socket = new WebSocket(url.replace('http', 'ws'));
        socket.onopen = () => read('open'); socket.onerror = () => failed('closed') })""",
}


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def other_page(tmp_path: Path) -> Iterator[str]:
    """Serve an empty page on another port of this machine; return its port."""
    (tmp_path / "index.html").write_text("<!doctype html><title>another page</title><body>")
    handle = functools.partial(_Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handle) as other:
        thread = threading.Thread(target=other.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield str(other.server_address[1])
        other.shutdown()
        thread.join()


def asked(page: Browser, url: str, script: str) -> str:
    """Return the result of *script* in *page*, or ``refused``."""
    value: Any = page.evaluate(
        f"(url => Promise.resolve({script}).then(v => String(v), () => 'refused'))('{url}')"
    )
    return str(value)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "page.localhost"])
def test_a_page_on_another_port_can_neither_steer_nor_read(
    chromium: Browser, server: RunningMock, other_page: str, host: str
) -> None:
    """Guards the mock of a developer who opens a web page of another origin."""
    world = server.client.create_world()
    world.faults.add(effects.malformed())
    before = len(server.client.worlds())
    chromium.open(f"http://{host}:{other_page}/index.html")
    for origin in (server.url, server.url.replace("127.0.0.1", "localhost")):
        for script in ASKING.values():
            asked(chromium, f"{origin}/__admin/worlds/{world.name}/reset", script)
            asked(chromium, f"{origin}/__admin/worlds", script)
        read = [asked(chromium, f"{origin}/__admin/events", script) for script in READING.values()]
        read.append(asked(chromium, f"{origin}/__admin/worlds", READING["plain"]))

        assert {"refused"} == set(read)
    assert (before, 1) == (len(server.client.worlds()), len(world.faults.list()))


def test_a_page_of_the_mock_itself_can_steer_and_read(
    chromium: Browser, server: RunningMock
) -> None:
    """Guards that the mock's own pages may steer it."""
    world = server.client.create_world()
    chromium.open(f"{server.url}/__admin/worlds")
    assert world.name in chromium.evaluate("document.body.innerText")
    for name in ("bare", "permitted"):
        world.faults.add(effects.malformed())
        asked(chromium, f"{server.url}/__admin/worlds/{world.name}/reset", ASKING[name])

        assert world.faults.list() == ()
    assert asked(chromium, f"{server.url}/__admin/events", READING["events"]) == "open"
    assert world.name in asked(chromium, f"{server.url}/__admin/worlds", READING["plain"])


#: Calls the jobs API as a page's client does: to the status, two header fields and the content.
CALLING = """fetch(url, {{method: '{method}',
                           headers: {{Authorization: 'Bearer {key}', 'X-Trace': '1'}}}})
    .then(async answer => [answer.status, answer.headers.get('Retry-After'),
                           answer.headers.get('X-Why'), await answer.text()].join(' '))"""


def test_pages_meet_faults_as_any_client_does(chromium: Browser, other_page: str) -> None:
    """Guards --cors: preflights pass every fault, and a page can read what a fault answers."""
    with run_mock(Settings(files.fixtures(), files.contract(), port=0, cors=True)) as server:
        world = server.client.create_world()
        chromium.open(f"http://127.0.0.1:{other_page}/index.html")

        def call(method: str = "GET") -> str:
            script = CALLING.format(method=method, key=world.api_key)
            jobs = f"{server.url}/public/{world.project_key}/jobs/3451"
            return asked(chromium, jobs, script)

        seen = []
        for effect in (
            effects.status(503, headers={"Retry-After": "7", "X-Why": "busy"}, body="down"),
            effects.rate_limit(1, "9s"),
            effects.malformed(),
            effects.truncated(5),
            effects.reset(),
            effects.delay("10ms"),
            effects.drip(200, "1ms"),
        ):
            world.faults.add(effect, name="only")
            # Also in the default world, since a preflight has no key.
            server.client.world().faults.add(effects.status(500), name="all")
            call() if "calls" in effect else None
            seen.append(call("DELETE" if effect["kind"] == "status" else "GET"))
            world.faults.clear()
            server.client.world().faults.clear()

    assert seen[0] == "503 7 busy down"
    assert seen[1].startswith("429 9 ")
    assert seen[2].endswith("<<")
    assert seen[3:5] == ["refused", "refused"]
    assert all(text.startswith('200   {"data":{"jobId":3451') for text in seen[5:])
