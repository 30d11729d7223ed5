"""What shows that the lists of a world are not what its contract says."""

from typing import Any

from tests.steering.deviating import Asked, Side


def check_clamping(asked: Asked) -> None:
    """Check that a number below the range is taken for the least."""
    right, other = (side.show(**{asked.words[0]: -1}) for side in asked.both)
    assert (right.status_code, other.status_code) == (422, 200)


def check_default_out_of_range(asked: Asked) -> None:
    """Check that what is not a number of the range is taken for the default."""
    name = asked.words[0].replace("-", "_")
    right, other = (side.show(**{name: "x"}) for side in asked.both)
    assert (right.status_code >= 400, other.status_code) == (True, 200)
    assert other.json() == asked.pair.other.show().json()


def check_refusal_out_of_range(asked: Asked) -> None:
    """Check the status for a number outside the range."""
    name = asked.words[0].replace("-", "_")
    right, other = (side.show(**{name: -1}) for side in asked.both)
    assert right.status_code != other.status_code == int(asked.words[1])


def check_other_default(asked: Asked) -> None:
    """Check how many records a page has that is asked for without a number."""
    right, other = (len(side.keys()) for side in asked.both)
    assert right != other == int(asked.words[1])


def check_page_zero_based(asked: Asked) -> None:
    """Check that the first page is number 0."""
    right, other = asked.both
    assert right.keys(per_page=5, page=0) == right.keys(per_page=5, page=1)
    assert other.keys(per_page=5, page=0) == other.keys(per_page=5)
    assert other.keys(per_page=5, page=1) != other.keys(per_page=5)


def check_pages_overlap(asked: Asked) -> None:
    """Check that the second page begins with the last record of the first."""
    for side, is_right in zip(asked.both, (True, False), strict=True):
        size = {"per_page": 5} if side.shape.resource == "runs" else {"limit": 5}
        first = side.keys(**size)
        assert (side.next_page(first, 5)[0] == first[-1]) != is_right


def check_pages_skip_a_record(asked: Asked) -> None:
    """Check that the second page lacks its first record."""
    right, other = asked.both
    size = {"per_page": 5} if right.shape.resource == "runs" else {"limit": 5}
    double = dict.fromkeys(size, 10)
    assert right.next_page(right.keys(**size), 5) == right.keys(**double)[5:]
    assert other.next_page(other.keys(**size), 5) == other.keys(**double)[6:]


def check_past_the_end(asked: Asked) -> None:
    """Check what is past the end: nothing that is there, or the first page."""
    past = {"page": 1000} if asked.pair.right.shape.resource == "runs" else {"offset": 100_000}
    right, other = (side.show(**past) for side in asked.both)
    assert right.json()[asked.pair.right.shape.items] == []
    if asked.words[0] == "is-404":
        assert other.status_code == 404
    else:
        assert other.json()[asked.pair.right.shape.items] != []


def check_next_is_missing(asked: Asked) -> None:
    """Check that the first page says that none follows."""
    right, other = (_says_more(side.show(**_first(side))) for side in asked.both)
    assert (right, other) == (True, False)


def check_next_never_ends(asked: Asked) -> None:
    """Check that the last page says that another follows."""
    seen = []
    for side in asked.both:
        if side.shape.resource == "batches":
            last = side.show(after=_all_keys(side)[-2])
        else:
            last = side.show(per_page=100, page=1 + len(_all_keys(side)) // 100)
        seen.append(_says_more(last))
    assert seen == [False, True]


def check_total_is_wrong(asked: Asked) -> None:
    """Check that the total is one more than the records."""
    for side, more in zip(asked.both, (0, 1), strict=True):
        told = side.show().json()
        total = told.get("total_count", told.get("total_entries"))
        assert total == len(_all_keys(side)) + more


def check_links_lose_filters(asked: Asked) -> None:
    """Check that links do not have the filter of the request."""
    seen = ["event=push" in s.show(per_page=5, event="push").headers["Link"] for s in asked.both]
    assert seen == [True, False]


def check_made_up_is_accepted(asked: Asked) -> None:
    """Check that a made-up cursor gets the first page."""
    right, other = (side.show(**{asked.words[0]: "made-up"}) for side in asked.both)
    assert right.status_code >= 400
    assert other.json() == asked.pair.other.show().json()


def check_order_is_turned_round(asked: Asked) -> None:
    """Check that the list begins with what was the end."""
    side = asked.pair.other
    turned = _all_keys(side)
    side.world.deviations.set()
    assert turned == _all_keys(side)[::-1]
    assert turned != turned[::-1]


def check_hidden_state(asked: Asked) -> None:
    """Check that the list lacks a record in a state."""
    seen = []
    for side in asked.both:
        key = side.put(side.state_named(asked.words[0]))
        seen.append(key in _all_keys(side))
    assert seen == [True, False]


def check_ignored_number(asked: Asked) -> None:
    """Check that a number does not change the page."""
    seen = []
    for side in asked.both:
        name = asked.words[0].replace("-", "_")
        seen.append(side.keys(**{name: 3}) == side.keys())
    assert seen == [False, True]


def check_ignored_filter(asked: Asked) -> None:
    """Check that a filter that nothing fulfils finds everything."""
    name = asked.words[0].replace("-", "_")
    value: Any = 999_999_999 if name == "check_suite_id" else "like-nothing"
    if name.startswith("duration"):
        value = 1e12 if "_g" in name else -1
    elif name.endswith(("_gt", "_gte", "_lt", "_lte")):
        value = "2999-01-01T00:00:00Z" if "_g" in name else "1970-01-01T00:00:00Z"
    right, other = (side.keys(**{name: value}) for side in asked.both)
    assert (right, other) == ([], asked.pair.other.keys())


def _first(side: Side) -> dict[str, int]:
    return {"per_page": 5} if side.shape.resource == "runs" else {"limit": 5}


def _says_more(response: Any) -> bool:
    if "has_more" in response.json():
        return bool(response.json()["has_more"])
    return 'rel="next"' in response.headers.get("Link", "")


def _all_keys(side: Side) -> list[Any]:
    """Return all keys of the list, page by page, without a look at what pages say of each other."""
    found: list[Any] = []
    while True:
        resource, size = side.shape.resource, len(found)
        if resource == "batches":
            page = side.keys(limit=100, **({"after": found[-1]} if found else {}))
        elif resource == "runs":
            page = side.keys(per_page=100, page=1 + size // 100)
        else:
            page = side.keys(limit=100, offset=size)
        found += page
        if len(page) < 100:
            return found


#: By the pattern of the names that each shows; the first that fits counts.

CHECKS = {
    "clamps-(.+)": check_clamping,
    "(.+)-out-of-range-is-default": check_default_out_of_range,
    r"(.+)-out-of-range-is-(\d+)": check_refusal_out_of_range,
    r"default-(.+)-is-(\d+)": check_other_default,
    "page-zero-based": check_page_zero_based,
    "pages-overlap": check_pages_overlap,
    "pages-skip-a-record": check_pages_skip_a_record,
    "past-the-end-(.+)": check_past_the_end,
    "next-is-missing": check_next_is_missing,
    "next-never-ends": check_next_never_ends,
    "total-is-wrong": check_total_is_wrong,
    "links-lose-filters": check_links_lose_filters,
    "made-up-(.+)-is-accepted": check_made_up_is_accepted,
    "order-is-turned-round": check_order_is_turned_round,
    "hides-(.+)": check_hidden_state,
    "ignores-(per-page|limit|page|offset)": check_ignored_number,
    "ignores-(.+)": check_ignored_filter,
}
