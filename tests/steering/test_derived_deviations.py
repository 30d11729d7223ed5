"""Deviations that follow from a contract, as clients of three shipped contracts see them."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple

import pytest

from mockserver.app.build import load_catalogue
from mockserver.contract.description.reader import load
from mockserver.records.lifecycle import Lifecycle
from mockserver.resources import shipped
from tests.apis.served import serve
from tests.steering.deviating import SHAPES, Side, let_deviate

FAR = "30d"
MANY = 40


class Pair(NamedTuple):
    """A world that is right, one that is to deviate, and the default world of both."""

    right: Side
    other: Side
    default: Side


class Asked(NamedTuple):
    """What a test asks for: two worlds, and what the pattern of a name has found in it."""

    pair: Pair
    words: tuple[str, ...]

    @property
    def both(self) -> tuple[Side, Side]:
        """The right world and the other."""
        return self.pair.right, self.pair.other


def _catalogue(api: str) -> list[str]:
    found = shipped.find(api)
    return list(load_catalogue(found.spec, found.overlays).by_name)


CASES = [(api, name) for api in SHAPES for name in _catalogue(api)]
CHECKS: list[tuple[re.Pattern[str], Callable[[Asked], None]]] = []


def shows(pattern: str) -> Callable[[Callable[[Asked], None]], Callable[[Asked], None]]:
    """Register what shows the deviations whose names fit *pattern*; the first that fits counts."""

    def register(check: Callable[[Asked], None]) -> Callable[[Asked], None]:
        CHECKS.append((re.compile(pattern), check))
        return check

    return register


@pytest.fixture(scope="module")
def pairs() -> Iterator[Callable[[str], Pair]]:
    """Return what starts a mock of a contract with two worlds; all end with the module."""
    with ExitStack() as stack:
        known: dict[str, Pair] = {}

        def start(api: str) -> Pair:
            if api not in known:
                served, found = stack.enter_context(serve(api)), shipped.find(api)
                contract = load(found.spec, found.overlays)
                said = contract.resources[0]
                assert said.lifecycle is not None
                lifecycle = Lifecycle(said.lifecycle, said.record, contract.operations)
                worlds = [served.client.create_world() for _ in range(2)] + [served.world]
                sides = [Side(served.url, world, SHAPES[api], lifecycle) for world in worlds]
                known[api] = Pair(*sides)
                for side in sides[:2]:
                    for number in range(MANY):
                        side.put(lifecycle.initial[0], **_members(api, number))
            return known[api]

        yield start


def _members(api: str, number: int) -> dict[str, Any]:
    return {"event": "push" if number % 2 else "pull_request"} if api == "github-runs" else {}


@pytest.mark.parametrize(("api", "name"), CASES, ids=[f"{a}-{n}" for a, n in CASES])
def test_a_derived_deviation_does_what_its_sentence_says(
    pairs: Callable[[str], Pair], api: str, name: str
) -> None:
    """Guards each derived deviation: a client sees it, and does not see it without."""
    pair = pairs(api)
    pattern, check = next((p, c) for p, c in CHECKS if p.fullmatch(name))
    found = pattern.fullmatch(name)
    assert found is not None
    names = (name, *ALONE_UNSEEN.get((api, name), ()))
    with let_deviate(pair.other.world, *names), let_deviate(pair.default.world, *names):
        check(Asked(pair, found.groups()))


#: What shows only beside another deviation, since no credential of the fixtures opens two scopes.
ALONE_UNSEEN = {("github-runs", "looks-across-scopes"): ("other-tenants-are-shown",)}


def _expect(right: Any, other: Any, one: Any, another: Any) -> None:
    assert (one, another) == (right, other)


@shows("(.+)-never-happens")
def _(asked: Asked) -> None:
    seen = []
    for side in asked.both:
        move, names = side.moves_of(asked.words[0])[0], side.deviations
        side.world.deviations.set()
        members = {"expires_at": 1768478460} if move.event == "expire" else {}
        key = side.put(move.sources[0], **members)
        due = side.world.records(side.shape.resource).get(key).next
        side.world.deviations.set(*names)
        assert due is not None
        side.world.clock.set(due.at)
        seen.append(side.state(key) in move.targets)
    _expect(*seen, True, False)


@shows("(.+)-from-(.+)-is-refused")
def _(asked: Asked) -> None:
    seen = []
    for side in asked.both:
        state = side.state_named(asked.words[1])
        key = side.put(state)
        seen.append(side.make(side.event_named(asked.words[0]), key).status_code < 400)
        assert seen[-1] or side.state(key) == state
    _expect(*seen, True, False)


@shows("(.+)-from-(.+)-is-accepted")
def _(asked: Asked) -> None:
    seen = []
    for side in asked.both:
        state = side.state_named(asked.words[1])
        key = side.put(state)
        seen.append(side.make(side.event_named(asked.words[0]), key).status_code < 400)
        side.world.clock.advance("9s")
        targets = [t for m in side.moves_of(asked.words[0]) for t in (*m.targets, None)]
        assert (side.state(key) in targets) == (seen[-1] or state in targets)
    _expect(*seen, False, True)


@shows("(.+)-does-nothing")
def _(asked: Asked) -> None:
    seen = []
    for side in asked.both:
        event = side.event_named(asked.words[0])
        state = side.source_of(event)
        key = side.put(state)
        status = side.make(event, key).status_code
        side.world.clock.advance("9s")
        seen.append((status < 300, side.state(key) == state))
    _expect(*seen, (True, False), (True, True))


@shows("(.+)-is-refused-with-(.+)")
def _(asked: Asked) -> None:
    seen = []
    for side in asked.both:
        sources = {s for m in side.moves_of(asked.words[0]) for s in m.sources}
        refused = {"runs": "in_progress", "batches": "completed"}.get(side.shape.resource)
        state = next(
            s
            for s in (refused, *side.lifecycle.states)
            if s and s not in sources and s != "requested"
        )
        state = "success" if "cancel" in asked.words[0] and refused == "in_progress" else state
        seen.append(side.make(side.event_named(asked.words[0]), side.put(state)).status_code)
    assert seen[0] >= 400
    assert seen[0] != seen[1] == int(asked.words[1])


@shows("(.+)-takes-effect-at-once")
def _(asked: Asked) -> None:
    seen = []
    for side in asked.both:
        event = side.event_named(asked.words[0])
        key = side.put(side.source_of(event))
        side.make(event, key)
        seen.append(side.state(key) in side.moves_of(asked.words[0])[0].targets)
    _expect(*seen, False, True)


@shows("(.+)-answers-(.+)")
def _(asked: Asked) -> None:
    seen = []
    for side in asked.both:
        event = side.shape.operations.get(asked.words[0]) or side.event_named(asked.words[0])
        if event == "create":
            side.make("delete", "mine") if side.shape.resource == "dagRuns" else None
            seen.append(side.create().status_code)
        else:
            seen.append(side.make(event, side.put(side.source_of(event))).status_code)
    assert seen[0] < 300
    assert seen[0] != seen[1] == int(asked.words[1])


@shows("(.+)-is-gone")
def _(asked: Asked) -> None:
    seen = []
    for side in asked.both:
        key = side.put(side.state_named(asked.words[0]))
        seen.append(side.read(key).status_code)
    _expect(*seen, 200, 404)


@shows("clamps-(.+)")
def _(asked: Asked) -> None:
    right, other = (side.show(**{asked.words[0]: -1}) for side in asked.both)
    _expect(right.status_code, other.status_code, 422, 200)


@shows("(.+)-out-of-range-is-default")
def _(asked: Asked) -> None:
    name = asked.words[0].replace("-", "_")
    right, other = (side.show(**{name: "x"}) for side in asked.both)
    assert (right.status_code >= 400, other.status_code) == (True, 200)
    assert other.json() == asked.pair.other.show().json()


@shows(r"(.+)-out-of-range-is-(\d+)")
def _(asked: Asked) -> None:
    name = asked.words[0].replace("-", "_")
    right, other = (side.show(**{name: -1}) for side in asked.both)
    assert right.status_code != other.status_code == int(asked.words[1])


@shows(r"default-(.+)-is-(\d+)")
def _(asked: Asked) -> None:
    right, other = (len(side.keys()) for side in asked.both)
    assert right != other == int(asked.words[1])


@shows("page-zero-based")
def _(asked: Asked) -> None:
    right, other = asked.both
    assert right.keys(per_page=5, page=0) == right.keys(per_page=5, page=1)
    assert other.keys(per_page=5, page=0) == other.keys(per_page=5)
    assert other.keys(per_page=5, page=1) != other.keys(per_page=5)


@shows("pages-overlap")
def _(asked: Asked) -> None:
    for side, is_right in zip(asked.both, (True, False), strict=True):
        size = {"per_page": 5} if side.shape.resource == "runs" else {"limit": 5}
        first = side.keys(**size)
        assert (side.next_page(first, 5)[0] == first[-1]) != is_right


@shows("pages-skip-a-record")
def _(asked: Asked) -> None:
    right, other = asked.both
    size = {"per_page": 5} if right.shape.resource == "runs" else {"limit": 5}
    double = dict.fromkeys(size, 10)
    assert right.next_page(right.keys(**size), 5) == right.keys(**double)[5:]
    assert other.next_page(other.keys(**size), 5) == other.keys(**double)[6:]


@shows("past-the-end-(.+)")
def _(asked: Asked) -> None:
    past = {"page": 1000} if asked.pair.right.shape.resource == "runs" else {"offset": 100_000}
    right, other = (side.show(**past) for side in asked.both)
    assert right.json()[asked.pair.right.shape.items] == []
    if asked.words[0] == "is-404":
        assert other.status_code == 404
    else:
        assert other.json()[asked.pair.right.shape.items] != []


@shows("next-is-missing")
def _(asked: Asked) -> None:
    right, other = (_says_more(side.show(**_first(side))) for side in asked.both)
    _expect(right, other, True, False)


@shows("next-never-ends")
def _(asked: Asked) -> None:
    seen = []
    for side in asked.both:
        if side.shape.resource == "batches":
            last = side.show(after=_all_keys(side)[-2])
        else:
            last = side.show(per_page=100, page=1 + len(_all_keys(side)) // 100)
        seen.append(_says_more(last))
    _expect(*seen, False, True)


@shows("total-is-wrong")
def _(asked: Asked) -> None:
    for side, more in zip(asked.both, (0, 1), strict=True):
        told = side.show().json()
        total = told.get("total_count", told.get("total_entries"))
        assert total == len(_all_keys(side)) + more


@shows("links-lose-filters")
def _(asked: Asked) -> None:
    seen = ["event=push" in s.show(per_page=5, event="push").headers["Link"] for s in asked.both]
    _expect(*seen, True, False)


@shows("made-up-(.+)-is-accepted")
def _(asked: Asked) -> None:
    right, other = (side.show(**{asked.words[0]: "made-up"}) for side in asked.both)
    assert right.status_code >= 400
    assert other.json() == asked.pair.other.show().json()


@shows("order-is-turned-round")
def _(asked: Asked) -> None:
    side = asked.pair.other
    turned = _all_keys(side)
    side.world.deviations.set()
    assert turned == _all_keys(side)[::-1]
    assert len(turned) > MANY


@shows("hides-(.+)")
def _(asked: Asked) -> None:
    seen = []
    for side in asked.both:
        key = side.put(side.state_named(asked.words[0]))
        seen.append(key in _all_keys(side))
    _expect(*seen, True, False)


@shows("ignores-(per-page|limit|page|offset)")
def _(asked: Asked) -> None:
    seen = []
    for side in asked.both:
        name = asked.words[0].replace("-", "_")
        seen.append(side.keys(**{name: 3}) == side.keys())
    _expect(*seen, False, True)


@shows("ignores-(.+)")
def _(asked: Asked) -> None:
    name = asked.words[0].replace("-", "_")
    value: Any = 999_999_999 if name == "check_suite_id" else "like-nothing"
    if name.startswith("duration"):
        value = 1e12 if "_g" in name else -1
    elif name.endswith(("_gt", "_gte", "_lt", "_lte")):
        value = "2999-01-01T00:00:00Z" if "_g" in name else "1970-01-01T00:00:00Z"
    right, other = (side.keys(**{name: value}) for side in asked.both)
    assert (right, other) == ([], asked.pair.other.keys())


@shows(r"conflict-is-(.+)")
def _(asked: Asked) -> None:
    for side, is_right in zip(asked.both, (True, False), strict=True):
        side.create()
        expected = {"accepted": 200}.get(asked.words[0]) or int(asked.words[0])
        assert side.create().status_code == (409 if is_right else expected)


@shows("(.+)-is-now")
def _(asked: Asked) -> None:
    right, other = (side.create().json() for side in asked.both)
    place = asked.words[0].replace("-", "_")
    assert right[place] == right["created_at"] + 24 * 3600
    assert other[place] == other["created_at"]


@shows("starts-as-(.+)")
def _(asked: Asked) -> None:
    seen = []
    for side in asked.both:
        side.make("delete", "mine") if side.shape.resource == "dagRuns" else None
        side.make("mark failed", "mine") if side.shape.resource == "dagRuns" else None
        side.make("delete", "mine") if side.shape.resource == "dagRuns" else None
        seen.append(side.create().json()[side.shape.field])
    _expect(
        *seen, asked.pair.right.lifecycle.initial[0], asked.pair.right.state_named(asked.words[0])
    )


@shows("any-credential-is-admitted")
def _(asked: Asked) -> None:
    side = asked.pair.default
    assert {side.show(secret=secret).status_code for secret in (None, "made-up")} == {200}
    side.world.deviations.set()
    assert {side.show(secret=secret).status_code for secret in (None, "made-up")} == {401}


@shows("strangers-get-(.+)")
def _(asked: Asked) -> None:
    side = asked.pair.default
    assert side.show(secret=None).status_code == int(asked.words[0])
    side.world.deviations.set()
    assert side.show(secret=None).status_code == 401


@shows("other-tenants-are-shown")
def _(asked: Asked) -> None:
    seen = []
    for side in asked.both:
        key = side.put(side.lifecycle.initial[0])
        seen.append(side.read(key, secret=side.secrets[1]).status_code)
    assert (seen[0] in (403, 404), seen[1]) == (True, 200)


@shows("looks-across-scopes")
def _(asked: Asked) -> None:
    seen = []
    for side in asked.both:
        key = side.put(side.lifecycle.initial[0])
        listing = side.shape.listing.replace("octocat/Hello-World", "monalisa/Secret")
        listing = listing.replace("etl", "report")
        seen.append(side.call("GET", f"{listing}/{key}").status_code)
    _expect(*seen, 404, 200)


@shows("(id)-is-text")
def _(asked: Asked) -> None:
    seen = [side.show().json()[side.shape.items][0]["id"] for side in asked.both]
    assert list(map(type, seen)) == [int, str]


@shows("(.+)-in-capitals")
def _(asked: Asked) -> None:
    key = [side.put(side.state_named(_ENDED[side.shape.resource])) for side in asked.both]
    right, other = (s.read(k).json()[asked.words[0]] for s, k in zip(asked.both, key, strict=True))
    assert right != other == right.upper()


_ENDED = {"batches": "failed", "runs": "failure", "dagRuns": "failed"}
_MOMENT = {"batches": "failed_at", "runs": "created_at", "dagRuns": "end_date"}


@shows("moments-(.+)")
def _(asked: Asked) -> None:
    key = [side.bring(_ENDED[side.shape.resource]) for side in asked.both]
    name = _MOMENT[asked.pair.right.shape.resource]
    right, other = (s.read(k).json()[name] for s, k in zip(asked.both, key, strict=True))
    kinds = {"in-seconds": int, "in-milliseconds": int, "as-text": str}
    assert isinstance(other, kinds[asked.words[0]])
    # The clocks of the two worlds differ by hours; a thousand times as much is another unit.
    assert type(right) is not type(other) or other > right * 900


@shows("(.+)-is-not-set")
def _(asked: Asked) -> None:
    name = asked.words[0].replace("-", "_")
    side = asked.pair.right
    states = [s for s, p in side.lifecycle.stamps.entered.items() if p == f"/{name}"]
    keys = [each.bring((states or [side.lifecycle.initial[0]])[0]) for each in asked.both]
    right, other = (s.read(k).json()[name] for s, k in zip(asked.both, keys, strict=True))
    assert (right is None, other) == (False, None)


@shows("omits-nulls")
def _(asked: Asked) -> None:
    seen = []
    for side in asked.both:
        record = side.show().json()[side.shape.items][-1]
        seen.append(None in record.values())
    _expect(*seen, True, False)


@shows("adds-members")
def _(asked: Asked) -> None:
    seen = ["mock" in side.show().json()[side.shape.items][0] for side in asked.both]
    _expect(*seen, False, True)


@shows("plain-text|errors-as-text")
def _(asked: Asked) -> None:
    for side, is_right in zip(asked.both, (True, False), strict=True):
        types = [side.show().headers["Content-Type"], side.read("1").headers["Content-Type"]]
        assert ("text/plain" in types) != is_right


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
