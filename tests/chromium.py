"""Debian's Chromium, steered by Playwright, and what axe-core says of its pages."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

from playwright.sync_api import Browser, Page, sync_playwright

from tests import programs

_AXE = (files("axe_playwright_python") / "axe.min.js").read_text()


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """Run the browser for as long as the context is open.

    Playwright keeps an event loop at work in this thread, which would be in the way of others.
    """
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        programs.give_up(
            programs.UnavailableError("chromium is missing: install Debian's chromium")
        )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def find_flaws(page: Page) -> list[str]:
    """Return what axe-core finds to be serious or critical, with the elements."""
    page.evaluate(_AXE)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{one['id']}: {[node['target'] for node in one['nodes']][:3]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
