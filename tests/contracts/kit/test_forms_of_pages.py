"""Forms of pages that no contract which comes along has: what conforms to them is not accused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.contract.api import Api
from contracts.contract.pages import Bound, Cursor, Place
from contracts.engine.verdict import Verdict
from contracts.selftest.any_api.call import Call
from contracts.selftest.any_api.faults.promise import play_pages
from contracts.selftest.any_api.judging import judge
from contracts.selftest.any_api.listing import Page
from contracts.selftest.any_api.miniature import AnyMiniature
from contracts.selftest.any_api.world import create_world
from contracts.selftest.judge import Judgement
from contracts.target import Effects
from tests.both.any_api import read_shipped

LINK = Place(header="Link")


class NamesNoKeyAtTheEnd(AnyMiniature):
    """The last page has no key."""

    def tell_next(self, call: Call, page: Page) -> Any:
        """Return what is said of the next page, if there is one."""
        return super().tell_next(call, page) if page.more else None


class LinksInTheBody(AnyMiniature):
    """The next page is named by its URL, in the body."""

    def tell_next(self, call: Call, page: Page) -> Any:
        """Return the URL of the next page."""
        said = super().tell_next(call, page)
        return f"{call.request.path}?limit=2&page-token={said}" if said else said


class NumbersInTheBody(AnyMiniature):
    """The next page is named by its number."""

    def tell_next(self, call: Call, page: Page) -> Any:
        """Return the number of the next page."""
        return page.token if super().tell_next(call, page) else None


def change_pages(name: str, **changes: Any) -> Api:
    """Return a contract that comes along, with another way to page."""
    return play_pages(read_shipped(name), **changes)


def judge_kind(api: Api, kind: type[AnyMiniature] = AnyMiniature) -> Judgement:
    """Judge a deployment of *api*, by reading only."""
    return judge("form", create_world(api, kind), api, effects=Effects.NONE)


FORMS: dict[str, tuple[str, dict[str, Any], type[AnyMiniature]]] = {
    "pages from zero": ("github-runs", {"page": Bound("page", default=0, min=0)}, AnyMiniature),
    "pages from zero, said by the least": (
        "github-runs",
        {"page": Bound("page", min=0)},
        AnyMiniature,
    ),
    "a number in the body": ("github-runs", {"next": Place(pointer="/next")}, NumbersInTheBody),
    "a key in a link": ("openai-batches", {"next": LINK, "more": None}, AnyMiniature),
    "a token in a link": (
        "openai-batches",
        {"next": LINK, "more": None, "cursor": Cursor("after", unknown=400)},
        AnyMiniature,
    ),
    "no key at the end": ("openai-batches", {"more": None}, NamesNoKeyAtTheEnd),
    "a URL in the body": ("circleci-workflows", {}, LinksInTheBody),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_of_pages_is_accused_of_nothing(form: str) -> None:
    """Guards against false alarms: a page may name the next one by number, key, token or URL."""
    name, changes, kind = FORMS[form]
    found = judge_kind(change_pages(name, **changes), kind)

    assert found.accusers == ()
    assert "WALK-03" in [one.law.id for one in found.select(Verdict.KEPT)]


def test_a_list_that_names_no_key_too_early_is_found() -> None:
    """Guards the key of the last record: it may be left out where the list ends, and only there."""

    class NamesNoKey(NamesNoKeyAtTheEnd):
        def tell_next(self, call: Call, page: Page) -> Any:
            return super().tell_next(call, replace(page, more=False))

    found = judge_kind(change_pages("openai-batches", more=None), NamesNoKey)

    assert "CURS-01" in found.accusers
