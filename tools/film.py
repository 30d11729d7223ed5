"""Films what the README shows: a terminal and the dashboard, run for real, as an animated picture.

Each command of the terminal is run, and what it printed is what is shown; the dashboard is the page
of that server in Chromium, steered as a person would. So a film that no longer fits the program is
made again: ``python -m tools.film``. It needs Debian's chromium, and Pillow.
"""

import html
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
FILM = ROOT / "docs" / "guides" / "images" / "demo.gif"
_PORT = 18450
_BASE = f"http://127.0.0.1:{_PORT}"
_WIDTH, _HEIGHT = 1200, 740
_COLORS = 128
#: For how many milliseconds each picture of typing is shown, and what was printed.
_TYPING, _READING = 80, 4_500
#: For how many milliseconds the page is left to follow what has happened.
_SETTLING = 1_000
#: How long the film is: its last picture is shown for the rest.
_LENGTH = 60_000
_KEY = "demo-organization-key"
_PROJECT = "3sWXSsqHgSKnE87YkNJK"
_JOBS = f"localhost:{_PORT}/public/{_PROJECT}/jobs"
_CURL = f"curl -s -H 'Authorization: Bearer {_KEY}'"
#: What the judge is to find, once it is switched on in the dashboard.
_DEVIATION = "cancel-does-nothing"
_TERMINAL = """\
<!doctype html><meta charset="utf-8"><title>Terminal</title><style>
body {{ margin: 0; background: #14171f; color: #d7dce5 }}
pre {{ margin: 0; padding: 24px; white-space: pre-wrap; overflow-wrap: anywhere }}
pre {{ font: 15px/1.5 "DejaVu Sans Mono", monospace }}
b {{ color: #7ee0b8; font-weight: 400 }}
</style><pre>{text}</pre>"""


class Frame(NamedTuple):
    """A picture, and for how many milliseconds it is shown."""

    picture: Image.Image
    milliseconds: int


class Camera:
    """Takes pictures of a *page*, one after the other."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._scroll = ""
        self.frames: list[Frame] = []

    def take(self, milliseconds: int) -> None:
        """Take a picture that is shown for so long."""
        picture = Image.open(io.BytesIO(self._page.screenshot())).convert("RGB")
        self.frames.append(Frame(picture, milliseconds))

    def type(self, command: str) -> None:
        """Film how *command* is typed into the terminal."""
        step = max(1, len(command) // 12)
        for end in range(0, len(command), step):
            self._show(f"{self._scroll}<b>$</b> {html.escape(command[:end])}\u2588", _TYPING)
        self._scroll += f"<b>$</b> {html.escape(command)}\n"

    def print(self, text: str) -> None:
        """Film what a command has printed, until it can be read."""
        self._scroll += html.escape(text.rstrip()) + "\n\n"
        self._show(self._scroll, _READING)

    def run(self, command: str) -> None:
        """Film how *command* is typed, run it, and film what it prints."""
        self.type(command)
        ended = subprocess.run(
            ["/bin/bash", "-c", f"PATH={Path(sys.executable).parent}:$PATH; {command}"],
            text=True,
            capture_output=True,
            check=False,
            cwd=ROOT,
        )
        self.print(ended.stdout + ended.stderr)

    def clear(self) -> None:
        """Empty the terminal."""
        self._scroll = ""

    def _show(self, text: str, milliseconds: int) -> None:
        self._page.set_content(_TERMINAL.format(text=text))
        self._page.evaluate("scrollTo(0, document.body.scrollHeight)")
        self.take(milliseconds)


@contextmanager
def _serve() -> Iterator[str]:
    """Run the server of fixtures; the context is given what it says once it listens."""
    command = [sys.executable, "-m", "mockserver", "--seed", "fixtures", "--port", str(_PORT)]
    reading, writing = os.pipe()
    server = subprocess.Popen(command, cwd=ROOT, stdout=writing, stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        # All that it says, it says at once, when it listens.
        yield os.read(reading, 1 << 16).decode()
    finally:
        server.terminate()
        server.wait()
        os.close(reading)


def _film_terminal(camera: Camera, told: str) -> None:
    camera.type("mockserver --seed fixtures")
    camera.print(told)
    camera.run(f"{_CURL} '{_JOBS}?limit=2' | python -m json.tool | head -14")


def _film_dashboard(camera: Camera, page: Page) -> None:
    page.goto(f"{_BASE}/__admin/")
    page.locator(".records tbody tr").nth(20).wait_for()
    camera.take(3_000)
    row = page.locator(".records tbody tr").filter(has_text="3451")
    row.get_by_role("button").click()
    page.locator(".record .timeline li").first.wait_for()
    camera.take(3_500)
    page.get_by_role("button", name="To the next move").click()
    page.wait_for_timeout(_SETTLING)
    camera.take(3_000)
    _call("-X DELETE", f"{_JOBS}/3451")
    page.wait_for_timeout(_SETTLING)
    camera.take(4_000)
    page.get_by_role("button", name="Close").click()
    # At midnight the jobs of the day begin.
    page.get_by_role("button", name="+12 h").click()
    page.get_by_role("button", name="\u00d73600").click()
    for _ in range(7):
        page.wait_for_timeout(_SETTLING)
        camera.take(1_000)
    page.get_by_role("button", name="Stop").click()


def _film_refusals(camera: Camera, page: Page) -> None:
    """Film a request that breaks the contract, and a cancel that the contract has refused."""
    _call("", f"{_JOBS}?limit=many")
    _call("-X DELETE", f"{_JOBS}/3451")
    page.get_by_role("tab", name="Requests").click()
    page.locator(".entry summary").first.click()
    page.wait_for_timeout(_SETTLING)
    camera.take(5_000)


def _film_deviation(camera: Camera, page: Page) -> None:
    page.get_by_role("tab", name="Deviations").click()
    page.get_by_label("Search deviations").fill(_DEVIATION)
    page.wait_for_timeout(_SETTLING)
    camera.take(1_500)
    page.get_by_role("switch", name=_DEVIATION).check()
    page.wait_for_timeout(_SETTLING)
    camera.take(3_500)


def _call(options: str, url: str) -> None:
    """Do what a client does, unseen."""
    command = f"{_CURL} {options} '{url}'"
    subprocess.run(["/bin/bash", "-c", command], capture_output=True, check=True)


def _film_judge(camera: Camera, page: Page) -> None:
    page.goto("about:blank")
    camera.clear()
    camera.run(
        f"contracts check --base-url {_BASE} --api-key {_KEY} --project-key {_PROJECT} "
        "--effects own --laws 'CANC-*' | head -34"
    )


def _write(frames: list[Frame], file: Path) -> None:
    """Write *frames* as one animated picture with one palette."""
    sheet = Image.new("RGB", (_WIDTH, _HEIGHT * 4))
    for place, index in enumerate((0, len(frames) // 3, len(frames) // 2, -1)):
        sheet.paste(frames[index].picture, (0, _HEIGHT * place))
    palette = sheet.quantize(_COLORS)
    pictures = [
        frame.picture.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames
    ]
    pictures[0].save(
        file,
        save_all=True,
        append_images=pictures[1:],
        duration=[frame.milliseconds for frame in frames],
        loop=0,
        optimize=True,
    )


def main() -> int:
    """Make the film; return the exit code."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        sys.stderr.write("chromium is missing: install Debian's chromium\n")
        return 1
    with _serve() as told, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT})
        camera = Camera(page)
        _film_terminal(camera, told)
        _film_dashboard(camera, page)
        _film_refusals(camera, page)
        _film_deviation(camera, page)
        _film_judge(camera, page)
        browser.close()
    shown = sum(frame.milliseconds for frame in camera.frames[:-1])
    camera.frames[-1] = camera.frames[-1]._replace(milliseconds=_LENGTH - shown)
    FILM.parent.mkdir(parents=True, exist_ok=True)
    _write(camera.frames, FILM)
    seconds = sum(frame.milliseconds for frame in camera.frames) / 1000
    size = FILM.stat().st_size >> 10
    sys.stdout.write(f"{FILM.relative_to(ROOT)}: {seconds:.0f} s, {size} KiB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
