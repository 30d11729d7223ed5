"""Debian's Chromium, steered by Playwright, and the dashboard of a world of a test's own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from mockserver.client import World
from mockserver.testing.server import RunningMock, run_mock
from tests.chromium import open_chromium
from tests.steering.calling import Caller

PATIENCE_MILLISECONDS = 30_000
expect.set_options(timeout=PATIENCE_MILLISECONDS)

#: Opens the dashboard of a world: ``open_page(tab="faults")``.
OpenPage = Callable[..., Page]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Run a browser, for as long as tests of this folder follow each other.

    Playwright keeps an event loop at work in this thread, which would be in the way of others.
    """
    with open_chromium() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def server() -> Iterator[RunningMock]:
    """Run a mock whose clocks stand still."""
    with run_mock() as background:
        yield background


@pytest.fixture
def world(server: RunningMock) -> Iterator[World]:
    """Create a world for one test."""
    made = server.client.create_world()
    yield made
    if made.name in {one.name for one in server.client.worlds()}:
        made.delete()


@pytest.fixture
def caller(world: World) -> Caller:
    """Return a client of the jobs API in that world."""
    return Caller(world)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens an address in a browser of its own.

    The test fails if a script fails, or if the browser refuses what the page wants to load or run.
    """
    wrong: list[str] = []

    def is_flaw(told: ConsoleMessage) -> bool:
        # What the mock refuses is for the page to tell.
        return told.type == "error" and "Failed to load resource" not in told.text

    def visit(url: str, **options: Any) -> Page:
        page = _open_tab(browser, **options)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda told: wrong.append(told.text) if is_flaw(told) else None)
        page.goto(url)
        return page

    with _closing(browser):
        yield visit
    assert wrong == []


@pytest.fixture
def browser_errors_allowed(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens an address, whatever the browser complains of."""

    def visit(url: str, **options: Any) -> Page:
        page = _open_tab(browser, **options)
        page.goto(url)
        return page

    with _closing(browser):
        yield visit


def _open_tab(browser: Browser, **options: Any) -> Page:
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    return context.new_page()


@contextmanager
def _closing(browser: Browser) -> Iterator[None]:
    """Close what was opened meanwhile."""
    yield
    for context in browser.contexts:
        context.close()


@pytest.fixture
def open_page(visit: Callable[..., Page], server: RunningMock, world: World) -> OpenPage:
    """Return a function that opens the dashboard of the test's world and waits until it is live."""

    def open_page(options: dict[str, Any] | None = None, **shown: str) -> Page:
        fragment = urlencode({"world": world.name, **shown})
        page = visit(f"{server.url}/__admin/#{fragment}", **(options or {}))
        expect(page.locator(".connection")).to_have_attribute("data-state", "live")
        return page

    return open_page
