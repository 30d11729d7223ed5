"""The documentation site in Chromium, from a folder: widths, schemes, languages, search."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import find_flaws, open_chromium
from tests.screenshots import DESKTOP, PHONE, take_screenshot

PAGES = (
    "index",
    "tutorial/jobs_api",
    "tutorial/jobs_api.zh",
    "guides/index",
    "guides/steering",
    "reference/lifecycles",
    "reference/control_api",
    "reference/mockserver_options",
    "explanation/performance",
    "explanation/architecture",
)
PATIENCE_MILLISECONDS = 30_000

pytestmark = pytest.mark.skipif(
    "SITE" not in os.environ,
    reason="SITE names no folder; make site builds the site and runs these tests",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Run a browser for the tests of this module."""
    with open_chromium() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def site() -> str:
    """Return the address of the site that was built."""
    return Path(os.environ["SITE"]).resolve().as_uri()


def open_tab(browser: Browser, url: str, width: int, scheme: Any = "light") -> Page:
    """Open *url* in a window of that *width*."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    page = context.new_page()
    page.goto(url)
    return page


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "dark"), (DESKTOP, "light")])
def test_a_page_can_be_read(
    browser: Browser, site: str, name: str, width: int, scheme: str
) -> None:
    """Guards widths, schemes and contrast of the pages of each kind, and keeps their pictures."""
    page = open_tab(browser, f"{site}/{name}.html", width, scheme)
    take_screenshot(page, f"site-{name.replace('/', '-')}")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert find_flaws(page) == []
    page.context.close()


def test_pictures_are_as_large_as_they_are_drawn(browser: Browser, site: str) -> None:
    """Guards that the letters of a diagram can be read on a phone, where it scrolls."""
    page = open_tab(browser, f"{site}/reference/lifecycles.html", PHONE)
    sizes = page.evaluate(
        "[...document.querySelectorAll('article img')].map(e => [e.naturalWidth, e.width])"
    )

    assert len(sizes) > 3
    assert [natural for natural, shown in sizes if natural != shown] == []
    page.context.close()


def test_each_page_says_its_language(browser: Browser, site: str) -> None:
    """Guards glyphs, line breaks and the voices of screen readers: Chinese pages say so."""
    found = {}
    for name in ("tutorial/jobs_api", "tutorial/jobs_api.zh", "tutorial/index.zh"):
        page = open_tab(browser, f"{site}/{name}.html", DESKTOP)
        found[name] = page.evaluate("document.documentElement.lang")
        page.context.close()

    assert list(found.values()) == ["en", "zh-CN", "zh-CN"]


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("snapshot", "Steering the mock"),
        ("lifecycles", "Lifecycles"),
        ("密钥", "jobs API 十分钟入门"),
        ("模拟服务器", "jobs API 十分钟入门"),
    ],
)
def test_what_a_reader_searches_is_found(
    browser: Browser, site: str, asked: str, title: str
) -> None:
    """Guards the search in both languages: a word of Chinese has no spaces around it."""
    page = open_tab(browser, f"{site}/search.html?q={asked}", DESKTOP)
    expect(page.locator("#search-results")).to_contain_text(re.compile("found|did not match"))

    expect(page.locator("#search-results li a").filter(has_text=title).first).to_be_visible()
    page.context.close()


def test_nothing_is_loaded_from_elsewhere(browser: Browser, site: str) -> None:
    """Guards that the site works from a folder and without a network."""
    page = open_tab(browser, "about:blank", DESKTOP)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name in (*PAGES, "search"):
        page.goto(f"{site}/{name}.html")

    assert len(asked) > len(PAGES)
    assert [url for url in asked if not url.startswith(("file://", "data:"))] == []
    page.context.close()
