"""Pictures of the pages that tests open, for a person to look at: CI keeps the folder."""

from pathlib import Path

from playwright.sync_api import Page

FOLDER = Path(__file__).parents[1] / "build" / "screenshots"
PHONE, DESKTOP = 375, 1440
#: Elements that reach beyond the window, but those within what scrolls by itself.
_WIDE = """() => [...document.querySelectorAll('body *')].filter(e =>
    e.getBoundingClientRect().right > document.documentElement.clientWidth + 1
    && !e.closest('.scroll, [role=tablist], .skip, .plain table') && e.checkVisibility())
    .map(e => e.tagName + ' ' + e.className + ' ' + e.textContent.slice(0, 40))"""


def take_screenshot(page: Page, name: str) -> None:
    """Write what *page* shows, all of its length, as ``name-width-scheme.png``."""
    size = page.viewport_size
    width = size["width"] if size is not None else 0
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    file = FOLDER / f"{name}-{width}-{'dark' if is_dark else 'light'}.png"
    page.screenshot(path=file, full_page=True, animations="disabled")


def find_wide(page: Page) -> list[str]:
    """Return the elements of *page* that are cut off on the right."""
    found: list[str] = page.evaluate(_WIDE)
    return found
