"""The page under ``/__admin/reference``: the whole description, for people."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from mockserver.control import pages
from tests.apis.served import serve
from tests.browser import Browser
from tests.steering.conftest import Admin

DOCUMENT = yaml.safe_load(pages.DESCRIPTION.read_text())
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]


class Page(HTMLParser):
    """Notes the ids of a page, and where its links lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        for name, value in attributes:
            if name == "id" and value:
                self.ids.append(value)
            if tag == "a" and name == "href" and value:
                self.links.append(value)

    def section(self, name: str) -> str:
        """Return the text of the section with that id, without tags."""
        (found,) = re.findall(rf"<section id='{name}'>(.*?)</section>", self.text, re.DOTALL)
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found))


@pytest.fixture
def page(admin: Admin) -> Page:
    """Return the page."""
    return Page(admin("GET", "/reference").text)


def test_each_link_of_the_page_leads_to_one_place(page: Page) -> None:
    """Guards the table of contents and the names of types."""
    places = Counter(f"#{name}" for name in page.ids)
    inside = {link for link in page.links if link.startswith("#")}

    assert [link for link in inside if places[link] != 1] == []
    assert {name for name, count in places.items() if count > 1} == set()


def test_the_contents_name_each_operation_and_each_type(page: Page) -> None:
    """Guards that a reader finds everything from the top of the page."""
    contents = page.text[page.text.index("<nav") : page.text.index("</nav>")]
    named = set(re.findall(r"href='#([^']+)'", contents))
    operations = {
        operation["operationId"]
        for item in DOCUMENT["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    }

    assert operations | set(SCHEMAS) <= named


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_type_has_all_of_its_members(page: Page, name: str) -> None:
    """Guards that each type is described, including that of a fixture."""
    section = page.section(name)
    members = SCHEMAS[name].get("properties", {})
    if name == "Fixture":
        members = ["now", "organizations", "rules", "jobs", "scenarios"]

    assert [member for member in members if f" {member} " not in section] == []
    assert len(section.split()) > 1


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Effect", "Delay or Status or Reset or Truncate or Malformed or Drip or RateLimit"),
        ("Moment", "integer, 0 to 253,402,300,799,999 or text like ^[0-9]{4}-"),
        ("Name", "text, 1 to 256 characters"),
        ("Reset", "when optional before or after"),
        ("NewWorld", "from optional seed or empty or fixture or null"),
        ("Fault", "nth optional integer, 1 to 1,000,000 or null"),
        ("World", "organizations list of object"),
        ("World", "projectKey text"),
        ("Status", "headers optional object whose values are text like"),
        ("Fixture", "jobs optional list of JobRow"),
        ("JobRow", "updatedAt optional integer, 0 to 253,402,300,799,999 or text"),
        ("readJob", "{jobId} integer"),
        ("advanceClock", "by Duration"),
        ("readJournal", "?status= integer"),
    ],
)
def test_types_are_written_out(page: Page, name: str, told: str) -> None:
    """Guards unions, lists, values and bounds, in types and in operations."""
    assert told in page.section(name).replace(" , ", ", ")


@pytest.mark.parametrize("width", [320, 375, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_screen(
    chromium: Browser, tmp_path: Path, admin: Admin, width: int, scheme: str
) -> None:
    """Guards the page on a phone, and that its security policy allows its own style."""
    (tmp_path / "page.html").write_text(admin("GET", "/reference").text)
    wide = (
        "[...document.querySelectorAll('body *')].filter("
        "e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)"
        ".map(e => e.tagName + ' ' + e.textContent.slice(0, 40))"
    )
    chromium.open(tmp_path / "page.html")
    metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500}
    chromium.call("Emulation.setDeviceMetricsOverride", **metrics)
    wanted = {"name": "prefers-color-scheme", "value": scheme}
    chromium.call("Emulation.setEmulatedMedia", features=[wanted])
    found = chromium.evaluate(wide)
    scrolled = chromium.evaluate("document.documentElement.scrollWidth - innerWidth")
    ink = chromium.evaluate("getComputedStyle(document.body).color")

    assert found == []
    assert ink == {"light": "rgb(0, 0, 0)", "dark": "rgb(255, 255, 255)"}[scheme]
    assert scrolled <= 0


def test_the_page_of_another_api_tells_what_is_there() -> None:
    """Guards that a reader is told of no operation that the API of the mock does not have."""
    with serve("openai-batches") as mock:
        page = Page(requests.get(f"{mock.url}/__admin/reference", timeout=60).text)

    assert {"createRecord", "addFault"} <= set(page.ids)
    assert {"createJob", "planJob", "SteeredJob", "tag-Jobs"} & set(page.ids) == set()
