"""The HTML report, as a parser sees it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from contracts.engine.events import Event
from contracts.reports import html
from contracts.reports.html_markup import Markup, element


class Page(HTMLParser):
    """Collects the elements of a page, and the text in each kind of element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and that it is open."""
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "input"):
            self._open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        """Close an element, which has to be the last that was opened."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Add a text to each element that is open."""
        for tag in set(self._open):
            self.texts[tag][-1] += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of each element called *tag*."""
        return [attributes for name, attributes in self.elements if name == tag]


def written(events: list[Event], folder: Path) -> tuple[str, Page]:
    """Return the page of *events* as text and as a browser reads it."""
    html.write(events, folder / "report.html")
    text = (folder / "report.html").read_text("utf-8")
    return text, Page(text)


def test_every_law_is_there_with_its_evidence(every_verdict: list[Event], tmp_path: Path) -> None:
    """The page is the whole report: no law may be missing, and none without its verdict."""
    text, page = written(every_verdict, tmp_path)
    laws = {law["id"]: law["data-verdict"] for law in page.of("details") if "id" in law}

    assert len(laws) == 10
    assert laws["LAW-02"] == "broken"
    assert [law["id"] for law in page.of("details") if "open" in law] == ["LAW-02"]
    assert "there were 0" in text
    assert any("curl -i" in pre for pre in page.texts["pre"])


def test_counts_by_effect_are_told(all_kept: list[Event], tmp_path: Path) -> None:
    """That a run only read is what its owner has to be shown."""
    text, _ = written(all_kept, tmp_path)

    assert "8 requests: 8 GET; 0 requests other than GET were sent" in text


def test_the_page_loads_nothing(every_verdict: list[Event], tmp_path: Path) -> None:
    """A report is opened offline, mailed and archived: it may not need or call anything."""
    text, page = written(every_verdict, tmp_path)

    assert {"link", "img", "iframe", "object"}.isdisjoint(tag for tag, _ in page.elements)
    for _, attributes in page.elements:
        assert "src" not in attributes
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        assert (attributes.get("href") or "#").startswith("#")
    assert not re.search(r"url\(|@import|fetch\(|eval\(", text)


def test_the_policy_lets_only_our_own_texts_act(hostile: list[Event], tmp_path: Path) -> None:
    """Even a hole in the escaping must not run anything: the policy names two hashes, no more."""
    _, page = written(hostile, tmp_path)
    policy = next(m["content"] for m in page.of("meta") if "http-equiv" in m) or ""
    (style,), (script,) = page.texts["style"], page.texts["script"]

    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for text in (style, script):
        assert b64encode(sha256(text.encode()).digest()).decode() in policy


def test_hostile_answers_are_text(hostile: list[Event], tmp_path: Path) -> None:
    """What a server answers is shown as it is, and never becomes an element of the page."""
    text, page = written(hostile, tmp_path)

    assert len(page.of("script")) == 1
    assert not page.of("img")
    assert any("</script><img src=x onerror=alert(1)>" in pre for pre in page.texts["pre"])
    assert not re.search("[\x00\x1b\u202e]", text)


def test_a_run_that_broke_off_says_so_on_top(broken_off: list[Event], tmp_path: Path) -> None:
    """The headline of a part must not be that of a whole."""
    text, page = written(broken_off, tmp_path)

    assert "Incomplete" in page.texts["h1"][0]
    assert page.of("h1") == [{"class": "doubt"}]
    assert "not reached" in text
    assert "other than GET" not in text


def test_it_can_be_read_on_a_phone_and_without_its_script(
    every_verdict: list[Event], tmp_path: Path
) -> None:
    """Filters without a script would be dead switches; laws are open to all by themselves."""
    _, page = written(every_verdict, tmp_path)

    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.of("meta")
    assert "hidden" in page.of("form")[0]
    assert not [law for law in page.of("details") if "hidden" in law]


@pytest.mark.parametrize("text", ["<b>", 'a"b', "a'b", "a&b"])
def test_an_element_escapes_what_is_not_markup(text: str) -> None:
    """All of the page is made by this function: it is the one place where escaping can fail."""
    made = element("p", text, title=text)

    page = Page(made)
    assert page.elements == [("p", {"title": text})]
    assert page.texts == {"p": [text]}
    assert isinstance(made, Markup)


def test_trouble_is_told_where_there_are_no_laws(
    make_run: Callable[..., Any], tmp_path: Path
) -> None:
    """A wrong key leaves a page without laws: it must say why, and not look empty."""
    run = make_run(exit_code=3, trouble="the deployment answers 401")

    _, page = written(run, tmp_path)

    assert page.texts["h1"] == ["Could not judge"]
    assert "the deployment answers 401" in page.texts["p"]
    assert "No law was judged." in page.texts["p"]
