"""Whether the dashboard stutters: how long its frames take in Chromium while a mock is busy.

Usage: ``python -m benches.dashboard``. The world has more than 10,000 records, and a client sends
100 requests a second, of which every tenth changes a record. Chromium draws 60 frames a second if
nothing holds it up; the tests' Debian package of it is needed.
"""

import itertools
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from benches import load, processes, world
from benches.processes import first_answer, free_port, started
from benches.subject import FIRST_ID, PROJECT
from tests.chromium import open_chromium

RECORDS = 10_000
REQUESTS_A_SECOND = 100
SECONDS = 10
TABS = ("records", "requests")
#: Longer than this, and a person sees it (two frames are lost).
NOTICED_MILLISECONDS = 50
_WATCH_FRAMES = """() => {
  const gaps = window.gaps = [];
  let last = performance.now();
  const tick = now => { gaps.push(now - last); last = now; requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
}"""


def main() -> None:
    """Measure and print."""
    print(
        f"{'tab':12}{'frames a second':>17}{'median':>10}{'99 %':>10}{'longest':>10}{'noticed':>9}"
    )
    with tempfile.TemporaryDirectory() as name, open_chromium() as browser:
        folder = Path(name)
        fixtures = world.default(folder / "world", RECORDS).fixtures
        port = free_port()
        command = processes.mock(port, "--seed", str(fixtures), "--no-access-log")
        with started(command, port, folder) as tree:
            first_answer(tree, load.request("GET", f"{PROJECT}/jobs?limit=1"))
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{port}/__admin/")
            page.locator(".connection[data-state=live]").wait_for()
            with busy(port):
                for tab in TABS:
                    tell(tab, watch(page, tab))


def watch(page: Page, tab: str) -> list[float]:
    """Return how long each frame of a *tab* took, in milliseconds."""
    page.evaluate(f"location.hash = 'tab={tab}'")
    page.wait_for_timeout(1000)
    page.evaluate(_WATCH_FRAMES)
    page.wait_for_timeout(SECONDS * 1000)
    return [float(gap) for gap in page.evaluate("window.gaps")]


def tell(tab: str, gaps: list[float]) -> None:
    """Print what a person would see of these frames."""
    noticed = sum(gap > NOTICED_MILLISECONDS for gap in gaps)
    most = statistics.quantiles(gaps, n=100)[98]
    each = "".join(f"{gap:>7.1f} ms" for gap in (statistics.median(gaps), most, max(gaps)))
    print(f"{tab:12}{len(gaps) / SECONDS:>17.1f}{each}{noticed:>9}", flush=True)


@contextmanager
def busy(port: int) -> Iterator[None]:
    """Send requests to the mock on *port* for as long as the context is open."""
    ended = threading.Event()

    def work() -> None:
        begun = time.monotonic()
        with load.connections(port, 1) as opened:
            for number in itertools.takewhile(lambda _: not ended.is_set(), itertools.count()):
                job = f"{PROJECT}/jobs/{FIRST_ID + number}"
                load.send(opened, [load.request("GET" if number % 10 else "DELETE", job)])
                time.sleep(max(0.0, begun + (number + 1) / REQUESTS_A_SECOND - time.monotonic()))

    client = threading.Thread(target=work)
    client.start()
    try:
        yield
    finally:
        ended.set()
        client.join()


if __name__ == "__main__":
    main()
